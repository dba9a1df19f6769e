"""Company names reduced to what tells companies apart: script, width, legal form, place and short forms put aside."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

from rapidfuzz.distance import OSA

from tools.tables import table

_HAN = re.compile(r"[㐀-鿿豈-﫿]")
_DOTTED = re.compile(r"(?<=\b\w)\.(?=\w\b|\s|$)")
_NOT_WORD = re.compile(r"[^\w]+|_")
_VOWELS = re.compile(r"([aou])e")  # Müller, Mueller and Muller are one spelling
_TENS = frozenset(str(tens) for tens in range(20, 100, 10))
_BRACKETS = re.compile(r"[()\[\]{}【】〔〕]")


@dataclass(frozen=True, kw_only=True, slots=True)
class CompanyName:
    """A name taken apart. `core` has single spaces between Latin words and none between Chinese characters."""

    core: str
    form: str
    """Group of the legal form (`llc`, `jsc`, `inc`, `lp`, …), or empty."""
    place: str = ""
    """Leading Chinese place, kept out of `brand`."""
    brand: str = ""
    """`core` without the place."""
    is_branch: bool = False
    is_chinese: bool = False

    @property
    def compact(self) -> str:
        return self.core.replace(" ", "")


@lru_cache(maxsize=4096)
def parse_name(name: str) -> CompanyName:
    """Take a company name apart: 廈門華豐電子股份有限公司 → place 厦门, brand 华丰电子, form jsc."""
    text = _simplified(unicodedata.normalize("NFKC", name)).casefold().strip()
    is_chinese = bool(_HAN.search(text))
    return _chinese(text) if is_chinese else _latin(text)


@lru_cache(maxsize=8192)
def pinyin(text: str) -> str:
    """Chinese characters as toneless pinyin without spaces; other characters as they are."""
    from pypinyin import Style, lazy_pinyin  # loads a large dictionary

    return "".join(lazy_pinyin(text, style=Style.NORMAL)).replace("ü", "v").replace(" ", "").lower()


def has_chinese(text: str) -> bool:
    return bool(_HAN.search(text))


@cache
def _converter() -> Any:
    from opencc import OpenCC  # reads its dictionaries from disk

    return OpenCC("t2s")


def _simplified(text: str) -> str:
    return str(_converter().convert(text)) if _HAN.search(text) else text


def _chinese(text: str) -> CompanyName:
    data = table("legal_forms")
    text = _NOT_WORD.sub("", _BRACKETS.sub("", text))
    form, is_branch = "", False
    for word in data["branch"]["zh"]:
        if text.endswith(word):
            is_branch = True
            head, found, tail = text[: -len(word)].partition("公司")
            text = head + found if found else head
            break
    for row in data["zh"]:
        ending = next((word for word in row["words"] if text.endswith(word) and len(text) > len(word)), None)
        if ending:
            text, form = text[: -len(ending)], row["form"]
            break
    place = next((name for name in _places() if text.startswith(name) and len(text) - len(name) >= 2), "")
    brand = text[len(place) :]
    for suffix in ("省", "市"):
        if place and brand.startswith(suffix) and len(brand) >= 3:
            brand = brand[1:]
    return CompanyName(core=place + brand, form=form, place=place, brand=brand, is_branch=is_branch, is_chinese=True)


@cache
def _places() -> tuple[str, ...]:
    return tuple(sorted(table("legal_forms")["places"]["zh"], key=len, reverse=True))


def _latin(text: str) -> CompanyName:
    text = "".join(c for c in unicodedata.normalize("NFKD", _spelled(text)) if not unicodedata.combining(c))
    text = _DOTTED.sub("", text.replace("&", " and ").replace("+", " and ").replace("'", "").replace("’", ""))
    short = table("legal_forms")["abbreviations"]
    words = [word for word in _NOT_WORD.split(text) if word]
    branch_words = table("legal_forms")["branch"]["latin"]
    is_branch = any(word in branch_words for word in words)
    words, form = _without_form(words)
    words = _with_digits(words)
    words = [_VOWELS.sub(r"\1", short.get(word, word)) for word in words]
    words = [word for word in words if word != "and"] or words
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    core = " ".join(words)
    return CompanyName(core=core, form=form, brand=core, is_branch=is_branch)


def _spelled(text: str) -> str:
    for letter, plain in (("ß", "ss"), ("ø", "o"), ("æ", "ae"), ("ł", "l"), ("đ", "d"), ("ı", "i"), ("œ", "oe")):
        text = text.replace(letter, plain)
    return text


@cache
def _forms() -> dict[tuple[str, ...], str]:
    return {tuple(word.split()): row["form"] for row in table("legal_forms")["latin"] for word in row["words"]}


def _without_form(words: list[str]) -> tuple[list[str], str]:
    """Drop legal forms from the end, then from the start, longest first; at least one word stays."""
    found = ""
    while len(words) > 1 and (hit := _form_in(words, at_end=True)):
        words, found = words[: -hit.length], found or hit.form
    while len(words) > 1 and (hit := _form_in(words, at_end=False)):
        words, found = words[hit.length :], found or hit.form
    return words, found


class _Hit(NamedTuple):
    length: int
    form: str


def _form_in(words: list[str], *, at_end: bool) -> _Hit | None:
    forms, leading = _forms(), table("legal_forms")["leading"]["words"]
    for length in range(min(5, len(words) - 1), 0, -1):
        part = tuple(words[-length:] if at_end else words[:length])
        form = forms.get(part) if part in forms else _misspelled_form(" ".join(part))
        if form is not None and (at_end or length >= 3 or " ".join(part) in leading):
            return _Hit(length, form)
    return None


@lru_cache(maxsize=4096)
def _misspelled_form(text: str) -> str | None:
    """A spelled-out form with a letter or two wrong: `aktiengeselschaft`, `joynt stock company`."""
    if len(text) < 12:
        return None
    for words, form in _forms().items():
        whole = " ".join(words)
        if len(whole) >= 12 and OSA.normalized_similarity(whole, text) >= 0.9:
            return form
    return None


def _with_digits(words: list[str]) -> list[str]:
    """Number words as digits, tens and units joined: forty four → 44."""
    numbers = table("legal_forms")["numbers"]
    joined: list[str] = []
    for word in words:
        number = numbers.get(word)
        if number is not None and number < 10 and joined and joined[-1] in _TENS:
            joined[-1] = str(int(joined[-1]) + number)
        else:
            joined.append(word if number is None else str(number))
    return joined
