"""Company names reduced to what tells companies apart: script, width, legal form, place and short forms put aside."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import zip_longest

from rapidfuzz.distance import OSA

from tools.buyers.forms import split_at_form, without_chinese_form, without_form
from tools.buyers.places import NATION, chinese_places, place_of
from tools.buyers.scripts import has_chinese, latin, simplified
from tools.tables import table

_DOTTED = re.compile(r"(?<=\b\w)\.(?=\w|\s|$)")  # U.S.A., E.ON
_NOT_WORD = re.compile(r"[^\w]+|_")
_VOWELS = re.compile(r"([aou])e")  # Müller, Mueller and Muller are one spelling
_GLUED_FORM = re.compile(r"(?<=[a-zà-ÿ])(?=(?:AG|GmbH|Ltd|LLC|Inc|SA|NV|BV|SpA|SE|PLC)\b\.?$)")
_BRACKETED = re.compile(r"[(\[{【〔]([^()\[\]{}【】〔〕]*)[)\]}】〕]")
_ORDINAL = re.compile(
    r"第?([一二三四五六七八九十百]{1,4})(?=[厂局院部店航冶建汽矿化])|第([一二三四五六七八九十百]{1,4})|(\d+)号?"
)
_DISTRICT = re.compile(r"^市?\w{2}新?[区县](?=\w{2})")
_DIGITS_FOR_LETTERS = str.maketrans("01358", "olesb")
_LONG_TRADE = 8
"""Letters from which one wrong letter hardly makes another word."""
_TENS = frozenset(str(tens) for tens in range(20, 100, 10))
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_CHINESE_DIGITS = "零一二三四五六七八九"


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
    places: frozenset[str] = frozenset()
    """The places named, as `places.py` calls them, but not a branch's own."""
    numbers: frozenset[str] = frozenset()
    """Numbers and ordinals in digits: 第二 → 2."""
    branch: str = ""
    """What a branch calls itself: 青岛 in 上海曜棠化工青岛分公司."""

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
    text = _NOT_WORD.sub("", _with_place_first(text))
    text, branch, is_branch = _without_branch(text)
    text, form = without_chinese_form(text)
    place, brand = _place_and_brand(text)
    places = {place} if place else set()
    if place == "中国":
        places = {NATION}
    return CompanyName(
        place + brand, form, place, brand, is_branch, True, frozenset(places), _chinese_numbers(brand), branch
    )


def _with_place_first(text: str) -> str:
    """霁桥(厦门)食品 → 厦门霁桥食品: a place in brackets is written where most names have it."""
    for bracketed in _BRACKETED.finditer(text):
        place = bracketed[1].removesuffix("市").removesuffix("省")
        if place in chinese_places() or place == "中国":
            return place + text[: bracketed.start()] + text[bracketed.end() :]
    return text


def _without_branch(text: str) -> tuple[str, str, bool]:
    """上海曜棠化工有限公司青岛分公司 → (上海曜棠化工有限公司, 青岛, True)."""
    for word in table("legal_forms")["branch"]["zh"]:
        if not text.endswith(word) or len(text) < len(word) + 2:
            continue
        text = text.removesuffix(word)
        head, found, tail = text.partition("公司")
        if found and head:
            return head + found, tail.removesuffix("市"), True
        bare = text.removesuffix("市").removesuffix("省")
        place = next((bare[-n:] for n in (4, 3, 2) if len(bare) - n >= 2 and bare[-n:] in chinese_places()), "")
        return (bare.removesuffix(place) if place else text), place, True
    return text, "", False


def _place_and_brand(text: str) -> tuple[str, str]:
    """The nearest place that opens the text, and the rest: 广东省深圳市南山区华丰 → (深圳, 华丰)."""
    place = _leading_place(text)
    if not place:
        return "", text
    rest = _without_place_word(text[len(place) :])
    inner = _leading_place(rest)
    if inner and inner in table("places")["provinces"].get(place, ()):
        place, rest = inner, _without_place_word(rest[len(inner) :])
    return place, rest


def _without_place_word(rest: str) -> str:
    if district := _DISTRICT.match(rest):
        return rest[district.end() :]
    return rest[1:] if rest[:1] in ("省", "市") and len(rest) >= 3 else rest


def _leading_place(text: str) -> str:
    """The longest known place that opens the text and leaves at least two characters, not all of them trade words."""
    known = chinese_places()
    place = next((text[:n] for n in (4, 3, 2) if len(text) - n >= 2 and text[:n] in known), "")
    if not place and text.startswith("中国") and len(text) >= 4:
        place = "中国"
    rest = text[len(place) :]
    return place if place and not _only_trade(rest.removeprefix("省").removeprefix("市")) else ""


@lru_cache(maxsize=16_384)
def _only_trade(text: str) -> bool:
    """Whether nothing but trade words is left, so that the place is the brand: 北京银行."""
    if not _trade_characters().issuperset(text):
        return False
    for word in table("legal_forms")["generic"]["zh"]:
        text = text.replace(word, "")
    return not text


@cache
def _trade_characters() -> frozenset[str]:
    return frozenset("".join(table("legal_forms")["generic"]["zh"]))


def _chinese_numbers(text: str) -> frozenset[str]:
    found = (next(filter(None, match.groups())) for match in _ORDINAL.finditer(text))
    return frozenset(text if text.isdigit() else _counted(text) for text in found)


def _counted(text: str) -> str:
    """A Chinese number below a hundred in digits; a longer one as it is: 二十三 → 23."""
    if "百" in text:
        return text
    tens, ten, unit = text.rpartition("十")
    value = _CHINESE_DIGITS.find(unit) if unit else 0
    return str((_CHINESE_DIGITS.find(tens) if tens else 1) * 10 + value if ten else value)


def _latin(name: str) -> CompanyName:
    text = (_GLUED_FORM.sub(" ", name.rstrip()) if _GLUED_FORM.search(name, max(0, len(name) - 6)) else name).casefold()
    if not text.isascii():
        text = latin(_spelled(text)).casefold()
    text = text.replace("&", " and ").replace("+", " and ").replace("'", "").replace("’", "").replace("%", " percent ")
    if "." in text:
        text = _DOTTED.sub("", text)
    words = [word for word in _NOT_WORD.split(text) if word]
    words, branch, is_branch = _without_latin_branch(words)
    words, form = without_form(words)
    if not _numbers().keys().isdisjoint(words):
        words = _with_digits(words)
    # No "and" opens a name: E-Digital.
    words = _joined([word if len(word) == 1 and not place else _plain_word(word) for place, word in enumerate(words)])
    words = [word for word in words if word != "and"] or words
    words = [word for word, after in zip_longest(words, words[1:], fillvalue="") if word != "no" or not after.isdigit()]
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    core = " ".join(words)
    places = frozenset(place for word in words if (place := place_of(word))) if len(words) > 1 else frozenset()
    numbers = {word for word in words if word.isdigit()}
    numbers |= {_ROMAN[word] for word in words[1:] if word in _ROMAN}
    return CompanyName(core, form, "", core, is_branch, False, places, frozenset(numbers), branch)


def _without_latin_branch(words: list[str]) -> tuple[list[str], str, bool]:
    """Quelmar Ltd, Leeds Branch → (quelmar ltd, leeds, True)."""
    marks = table("legal_forms")["branch"]["latin"]
    if len(words) < 2 or not (hit := next((word for word in words[1:] if word in marks), "")):
        return words, "", False
    before, after = words[: words.index(hit, 1)], words[words.index(hit, 1) + 1 :]
    before, between = split_at_form(before)
    if not between and len(before) > 2 and not after and (place_of(before[-1]) or len(before) > 3):
        before, between = before[:-1], before[-1:]
    return before, " ".join((*between, *after)), True


def _joined(words: list[str]) -> list[str]:
    """Single letters and the two words of a place as one word: l x c aviation → lxc aviation, hong kong → hongkong."""
    joined: list[str] = []
    letters = False
    for word in words:
        is_letter = len(word) == 1 and word.isalpha()
        if joined and ((is_letter and letters) or (place_of(joined[-1] + word) and not place_of(joined[-1]))):
            joined[-1] += word
        else:
            joined.append(word)
        letters = is_letter
    return joined


@lru_cache(maxsize=32_768)
def _plain_word(word: str) -> str:
    """One spelling for short forms, umlauts and characters that scanners confuse: `q0elmar` → `qoelmar`."""
    word = _abbreviations().get(word) or _misspelled_trade(word)
    if len(word) >= 5:
        word = _VOWELS.sub(r"\1", word)
        if not word.isalpha() and sum(map(str.isalpha, word)) * 2 > len(word):
            word = word.translate(_DIGITS_FOR_LETTERS)
    return word


def _misspelled_trade(word: str) -> str:
    """A long trade word with a letter wrong: tehnologies → technology; other words as they are."""
    if len(word) < _LONG_TRADE or word in table("legal_forms")["generic"]["latin"]:
        return word
    for whole, full in _long_trades().get(word[0], ()):
        if abs(len(whole) - len(word)) <= 1 and OSA.distance(whole, word, score_cutoff=1) <= 1:
            return full
    return word


@cache
def _long_trades() -> dict[str, list[tuple[str, str]]]:
    """Long trade words and what they are reduced to, by their first letter."""
    generic = {word: word for word in table("legal_forms")["generic"]["latin"]}
    trades: dict[str, list[tuple[str, str]]] = {}
    for word, full in (generic | _abbreviations()).items():
        if len(word) >= _LONG_TRADE:
            trades.setdefault(word[0], []).append((word, full))
    return trades


@cache
def _abbreviations() -> dict[str, str]:
    short: dict[str, str] = table("legal_forms")["abbreviations"]
    return short


@cache
def _numbers() -> dict[str, int]:
    numbers: dict[str, int] = table("legal_forms")["numbers"]
    return numbers


def _spelled(text: str) -> str:
    for letter, plain in (("ß", "ss"), ("ø", "o"), ("æ", "ae"), ("ł", "l"), ("đ", "d"), ("ı", "i"), ("œ", "oe")):
        text = text.replace(letter, plain)
    return text


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
