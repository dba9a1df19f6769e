"""Company names in Latin letters, or in another alphabet brought to them, taken apart."""

import re
from functools import cache, lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from tools.buyers.forms import split_at_form, without_form
from tools.buyers.model import CompanyName
from tools.buyers.places import place_endings, place_of
from tools.buyers.scripts import latin, plain_vowels
from tools.tables import table

_DOTTED = re.compile(r"(?<=\b\w)\.(?=\w|\s|$)")  # U.S.A., E.ON
_GLUED = re.compile(r"[a-zà-ÿ][A-Z]")
_GLUED_WORD = re.compile(r"(?<=[a-z]{3})[A-Z][a-z]{3,}")
_GLUED_FORM = re.compile(r"(?<=[a-zà-ÿ]{2})(?=(?:AG|GmbH|Ltd|LLC|Inc|SA|NV|BV|SpA|SE|PLC)\b\.?$)")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_WORD_BOUNDS = {code: " " for code in range(128) if not chr(code).isalnum()} | {39: None, 96: None}  # noqa: C420
_SYMBOLS = (("&", " and "), ("+", " and "), ("%", " percent "))
_DIGITS_FOR_LETTERS = str.maketrans("01358", "olesb")
_LONG_TRADE = 8
"""Letters from which one wrong letter hardly makes another word."""
_GERMAN_COMPANY = "gesellschaft"
_ARTICLES = frozenset({"an", "ar", "as", "ash", "at", "ad", "az"})
"""How the Arabic article `al` sounds before some letters: an-Nur is al-Nur."""
_LETTERED = frozenset({"class", "series"})
"""Words after which a letter counts as a number does: Class A, Series B."""
_DIGITS = frozenset("0123456789")
_TENS = frozenset(str(tens) for tens in range(20, 100, 10))
_UNITS = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_ROMAN = {ten + unit: 10 * tens + ones for tens, ten in enumerate(("", "x")) for ones, unit in enumerate(_UNITS)}
del _ROMAN[""]


def latin_name(name: str) -> CompanyName:
    """A name in any alphabet but Chinese characters, taken apart: Quelmar Foods (UK) Ltd → qulmar foods uk, llc."""
    words, branch, is_branch = _without_branch(_words(name))
    words, form = without_form(_without_initials(words))
    words = _reduced(words)
    places = frozenset(place for word in words if (place := place_of(word))) if len(words) > 1 else frozenset()
    numbers = [
        word for before, word in pairwise(["", *words]) if word.isdigit() or (before in _LETTERED and len(word) == 1)
    ]
    core = " ".join(words)
    return CompanyName(
        core=core,
        form=form,
        brand=core,
        is_branch=is_branch,
        places=places,
        numbers=frozenset(numbers),
        branch=branch,
    )


@cache
def generic_words() -> frozenset[str]:
    """Words that many companies share, as names are reduced."""
    return frozenset(map(plain_vowels, table("name_words")["generic"]["latin"]))


def is_small(word: str) -> bool:
    """Articles and prepositions."""
    return word in _small_words()


def _words(name: str) -> list[str]:
    """The words of the first of several names, in plain lower-case letters and digits."""
    if _GLUED.search(name):
        name = _GLUED_WORD.sub(_apart, _GLUED_FORM.sub(" ", name.rstrip()))
    text = name.casefold()
    if not text.isascii():
        text = latin(_spelled(text)).casefold()
    words = _split(text)
    if "/" in text or not _other_name_words().isdisjoint(words):
        words = _split(_first_name(text))
    return words


def _apart(word: re.Match[str]) -> str:
    """QuelmarElectronics → Quelmar Electronics, but PowerSoft stays."""
    plain = word[0].lower()
    return f" {plain}" if plain in _generic() or plain in _spellings() else word[0]


def _split(text: str) -> list[str]:
    for symbol, word in _SYMBOLS:
        if symbol in text:
            text = text.replace(symbol, word)
    if "." in text:
        text = _DOTTED.sub("", text)
    return text.translate(_WORD_BOUNDS).split()


def _first_name(text: str) -> str:
    """What stands before the mark of another name: quelmar ltd t/a tharnwick foods → quelmar ltd."""
    first = _other_name_pattern().split(text, maxsplit=1)[0]
    return first if first.strip(" (,-") else text


def _spelled(text: str) -> str:
    """Letters that lose too much with their accents, and short forms that would be other words in Latin letters."""
    for letter, plain in (("ß", "ss"), ("ø", "o"), ("æ", "ae"), ("ł", "l"), ("đ", "d"), ("ı", "i"), ("œ", "oe")):
        text = text.replace(letter, plain)
    return _cyrillic_pattern().sub(lambda found: table("legal_forms")["cyrillic"][found[0]], text)


def _without_initials(words: list[str]) -> list[str]:
    """Initials of the name beside the name itself are left out: kavisto national oil company knoc."""
    if len(words) < 4:
        return words
    for initials, rest in ((words[-1], words[:-1]), (words[0], words[1:])):
        if len(initials) >= 3 and initials[0] == rest[0][0] and initials in _initials(rest):
            return rest
    return words


def _initials(words: list[str]) -> tuple[str, str]:
    return "".join(word[0] for word in words), "".join(word[0] for word in words if not is_small(word))


def _without_branch(words: list[str]) -> tuple[list[str], str, bool]:
    """Quelmar Ltd, Leeds Branch → (quelmar ltd, leeds, True)."""
    marks = _branch_marks()
    if len(words) < 2 or marks.isdisjoint(words[1:]):
        return words, "", False
    mark = next(place for place, word in enumerate(words) if place and word in marks)
    before, after = words[:mark], words[mark + 1 :]
    before, between = split_at_form(before)
    if not between and len(before) > 2 and not after and (place_of(before[-1]) or len(before) > 3):
        before, between = before[:-1], before[-1:]
    return before, " ".join((*between, *after)), True


def _reduced(words: list[str]) -> list[str]:
    """One spelling for words, numbers, letters written apart and the words of a place."""
    words = _with_digits(words)
    # No "and" opens a name: E-Digital.
    words = _joined([word if len(word) == 1 and not place else reduced_word(word) for place, word in enumerate(words)])
    words = [word for word in words if word != "and"] or words
    if "no" in words or "number" in words:
        words = [one for one, after in pairwise([*words, ""]) if one not in ("no", "number") or not after.isdigit()]
    return words[1:] if len(words) > 1 and words[0] == "the" else words


def _with_digits(words: list[str]) -> list[str]:
    """Number words and Roman numerals as digits, tens and units joined: forty four → 44, fund iv → fund 4."""
    numbers = _numbers()
    if numbers.keys().isdisjoint(words) and _DIGITS.isdisjoint([word[0] for word in words]):
        return words
    joined: list[str] = []
    for place, word in enumerate(words):
        number = numbers.get(word)
        if number is not None and word in _ROMAN and (place == 0 or (len(word) == 1 and place < len(words) - 1)):
            number = None  # V and X open brands, and I is a word
        if number is None and _ORDINAL.fullmatch(word):
            number = int(word[:-2])
        unit = number if number is not None else int(word) if word.isdigit() and len(word) == 1 else None
        if unit is not None and 0 < unit < 10 and joined and joined[-1] in _TENS:
            joined[-1] = str(int(joined[-1]) + unit)
        else:
            joined.append(word if number is None else str(number))
    return joined


def _joined(words: list[str]) -> list[str]:
    """Single letters and the two words of a place as one word: l x c aviation → lxc aviation, hong kong → hongkong."""
    joined: list[str] = []
    letters = False
    for word in words:
        is_letter = len(word) == 1 and word.isalpha()
        if not joined:
            joined.append(word)
        elif (is_letter and letters) or (word in place_endings() and _is_place(joined[-1], word)):
            joined[-1] += word
        elif joined[-1] in _ARTICLES and word.startswith(joined[-1][1:]):
            joined[-1:] = "al", word
        else:
            joined.append(word)
        letters = is_letter
    return joined


def _is_place(one: str, other: str) -> bool:
    """Whether two words name a place together, and the first does not alone."""
    return bool(place_of(one + other)) and not place_of(one)


@lru_cache(maxsize=32_768)
def reduced_word(word: str) -> str:
    """A word with one spelling for short forms, umlauts and characters that scanners confuse: `q0elmar` → `qoelmar`."""
    spellings = _spellings()
    if len(word) > len(_GERMAN_COMPANY) + 3:
        word = word.removesuffix(_GERMAN_COMPANY)
    word = spellings.get(word) or spellings.get(plain_vowels(word)) or _misspelled_trade(word)
    word = plain_vowels(word)
    if len(word) >= 5 and not word.isalpha() and sum(map(str.isalpha, word)) * 2 > len(word):
        word = word.translate(_DIGITS_FOR_LETTERS)
    return word


def _misspelled_trade(word: str) -> str:
    """A long trade word with a letter wrong: tehnologies → technology; other words as they are."""
    if len(word) < _LONG_TRADE or word in _generic():
        return word
    trades = _long_trades()
    for size in (len(word) - 1, len(word), len(word) + 1):
        for whole, full in trades.get((word[0], size), ()):
            if OSA.distance(whole, word, score_cutoff=1) <= 1:
                return full
    return word


@cache
def _generic() -> frozenset[str]:
    return frozenset(table("name_words")["generic"]["latin"])


@cache
def _long_trades() -> dict[tuple[str, int], list[tuple[str, str]]]:
    """Long trade words and what they are reduced to, by their first letter and length."""
    trades: dict[tuple[str, int], list[tuple[str, str]]] = {}
    for word, full in ({word: word for word in _generic()} | _spellings()).items():
        if len(word) >= _LONG_TRADE:
            trades.setdefault((word[0], len(word)), []).append((word, full))
    return trades


@cache
def _spellings() -> dict[str, str]:
    """Other spellings of a word → the word."""
    rows: dict[str, list[str]] = table("name_words")["spellings"]
    spellings = {spelling: word for word, spelled in rows.items() for spelling in spelled}
    return {plain_vowels(spelling): word for spelling, word in spellings.items()} | spellings


@cache
def _numbers() -> dict[str, int]:
    rows: dict[str, list[str]] = table("name_words")["numbers"]
    return {word: int(number) for number, words in rows.items() for word in words} | _ROMAN


@cache
def _small_words() -> frozenset[str]:
    return frozenset(table("name_words")["generic"]["small"])


@cache
def _branch_marks() -> frozenset[str]:
    return frozenset(table("legal_forms")["branch"]["latin"])


@cache
def _other_name_words() -> frozenset[str]:
    """Words in which the marks of another name end."""
    return frozenset(mark.split()[-1] for mark in table("legal_forms")["other_name"]["latin"])


@cache
def _other_name_pattern() -> re.Pattern[str]:
    marks = "|".join(map(re.escape, table("legal_forms")["other_name"]["latin"]))
    return re.compile(rf"[\s(,]+(?:{marks})(?![a-z])")


@cache
def _cyrillic_pattern() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(table('legal_forms')['cyrillic'])})\b")
