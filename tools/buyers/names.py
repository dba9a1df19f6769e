"""Company names reduced to what tells companies apart: script, width, legal form, place and short forms put aside."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from tools.buyers.scripts import has_chinese, latin, simplified
from tools.tables import table

_DOTTED = re.compile(r"(?<=\b\w)\.(?=\w\b|\s|$)")
_NOT_WORD = re.compile(r"[^\w]+|_")
_VOWELS = re.compile(r"([aou])e")  # Müller, Mueller and Muller are one spelling
_GLUED_FORM = re.compile(r"(?<=[a-zà-ÿ])(?=(?:AG|GmbH|Ltd|LLC|Inc|SA|NV|BV|SpA|SE|PLC)\b\.?$)")
_BRACKETED = re.compile(r"[(\[{【〔]([^()\[\]{}【】〔〕]*)[)\]}】〕]")
_DIGITS_FOR_LETTERS = str.maketrans("01358", "olesb")
_TENS = frozenset(str(tens) for tens in range(20, 100, 10))
_LONG_FORM = 12
"""Letters from which a spelled-out legal form may hold a typing error."""


@dataclass(frozen=True, slots=True)
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
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name)
        if has_chinese(name):
            return _chinese(simplified(name).casefold().strip())
    return _latin(name)


def _chinese(text: str) -> CompanyName:
    data = table("legal_forms")
    text = _NOT_WORD.sub("", _with_place_first(text))
    form, is_branch = "", False
    for word in data["branch"]["zh"]:
        if text.endswith(word):
            is_branch = True
            head, found, _ = text[: -len(word)].partition("公司")
            text = head + found if found else head
            break
    for ending, group in _chinese_forms():
        if text.endswith(ending) and len(text) > len(ending):
            text, form = text[: -len(ending)], group
            break
    place = _leading_place(text)
    brand = text[len(place) :]
    if place and brand[:1] in ("省", "市") and len(brand) >= 3:
        brand = brand[1:]
    return CompanyName(place + brand, form, place, brand, is_branch, True)


def _with_place_first(text: str) -> str:
    """霁桥(厦门)食品 → 厦门霁桥食品: a place in brackets is written where most names have it."""
    for bracketed in _BRACKETED.finditer(text):
        place = bracketed[1].removesuffix("市").removesuffix("省")
        if place in _places():
            return place + text[: bracketed.start()] + text[bracketed.end() :]
    return text


@cache
def _chinese_forms() -> tuple[tuple[str, str], ...]:
    return tuple((word, row["form"]) for row in table("legal_forms")["zh"] for word in row["words"])


@cache
def _places() -> frozenset[str]:
    return frozenset(table("legal_forms")["places"]["zh"])


def _leading_place(text: str) -> str:
    """The longest known place that opens the text and leaves at least two characters."""
    return next((text[:n] for n in (4, 3, 2) if len(text) - n >= 2 and text[:n] in _places()), "")


def _latin(name: str) -> CompanyName:
    text = (_GLUED_FORM.sub(" ", name.rstrip()) if _GLUED_FORM.search(name, max(0, len(name) - 6)) else name).casefold()
    if not text.isascii():
        text = latin(_spelled(text)).casefold()
    text = text.replace("&", " and ").replace("+", " and ").replace("'", "").replace("’", "").replace("%", " percent ")
    if "." in text:
        text = _DOTTED.sub("", text)
    words = [word for word in _NOT_WORD.split(text) if word]
    is_branch = not _branch_words().isdisjoint(words)
    words, form = _without_form(words)
    if not _numbers().keys().isdisjoint(words):
        words = _with_digits(words)
    words = [_plain_word(word) for word in words]
    words = [word for word in words if word != "and"] or words
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    core = " ".join(words)
    return CompanyName(core, form, "", core, is_branch, False)


@lru_cache(maxsize=32_768)
def _plain_word(word: str) -> str:
    """One spelling for short forms, umlauts and characters that scanners confuse: `q0elmar` → `qoelmar`."""
    word = _abbreviations().get(word, word)
    if len(word) >= 5:
        word = _VOWELS.sub(r"\1", word)
        if not word.isalpha() and sum(map(str.isalpha, word)) * 2 > len(word):
            word = word.translate(_DIGITS_FOR_LETTERS)
    return word


@cache
def _abbreviations() -> dict[str, str]:
    short: dict[str, str] = table("legal_forms")["abbreviations"]
    return short


@cache
def _branch_words() -> frozenset[str]:
    return frozenset(table("legal_forms")["branch"]["latin"])


@cache
def _numbers() -> dict[str, int]:
    numbers: dict[str, int] = table("legal_forms")["numbers"]
    return numbers


def _spelled(text: str) -> str:
    for letter, plain in (("ß", "ss"), ("ø", "o"), ("æ", "ae"), ("ł", "l"), ("đ", "d"), ("ı", "i"), ("œ", "oe")):
        text = text.replace(letter, plain)
    return text


class _Forms(NamedTuple):
    by_words: dict[tuple[str, ...], str]
    last_words: frozenset[str]
    first_words: frozenset[str]
    long: dict[str, str]
    """Spelled-out forms that may hold a typing error, with their group."""
    long_openings: frozenset[str]
    leading: frozenset[str]


@cache
def _forms() -> _Forms:
    data = table("legal_forms")
    by_words = {tuple(latin(word).casefold().split()): row["form"] for row in data["latin"] for word in row["words"]}
    long = {" ".join(w): form for w, form in by_words.items() if len(" ".join(w)) >= _LONG_FORM}
    return _Forms(
        by_words,
        frozenset(words[-1] for words in by_words),
        frozenset(words[0] for words in by_words),
        long,
        frozenset(whole[:3] for whole in long),
        frozenset(latin(word).casefold() for word in data["leading"]["words"]),
    )


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
    forms = _forms()
    edge_known = words[-1] in forms.last_words if at_end else words[0] in forms.first_words
    for length in range(min(5, len(words) - 1), 0, -1):
        part = words[-length:] if at_end else words[:length]
        form = forms.by_words.get(tuple(part)) if edge_known else None
        if form is None and part[0][:3] in forms.long_openings:
            form = _misspelled_form(" ".join(part))
        if form is not None and (at_end or length >= 3 or " ".join(part) in forms.leading):
            return _Hit(length, form)
    return None


@lru_cache(maxsize=4096)
def _misspelled_form(text: str) -> str | None:
    """A spelled-out form with a letter or two wrong: `aktiengeselschaft`, `joynt stock company`."""
    if len(text) < _LONG_FORM:
        return None
    likeness = {
        whole: OSA.normalized_similarity(whole, text) for whole in _forms().long if whole.count(" ") == text.count(" ")
    }
    best = max(likeness, key=likeness.__getitem__, default="")
    return _forms().long[best] if likeness and likeness[best] >= 0.88 else None


def _with_digits(words: list[str]) -> list[str]:
    """Number words as digits, tens and units joined: forty four → 44."""
    numbers = _numbers()
    joined: list[str] = []
    for word in words:
        number = numbers.get(word)
        unit = number if number is not None else int(word) if word.isdigit() and len(word) == 1 else None
        if unit is not None and 0 < unit < 10 and joined and joined[-1] in _TENS:
            joined[-1] = str(int(joined[-1]) + unit)
        else:
            joined.append(word if number is None else str(number))
    return joined
