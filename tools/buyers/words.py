"""What sets two company names in Latin letters apart, word by word."""

import math
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import OSA

from tools.buyers.latin_names import generic_words, is_small, reduced_word
from tools.buyers.model import CompanyName
from tools.buyers.places import meet, place_of
from tools.buyers.scripts import plain_vowels
from tools.tables import table

_LEAST_CLOSENESS = 0.7
"""Words less alike than this are different words."""
_SHORT_FORM = 3
"""Letters of a trade word's opening that stand for it."""
_INFLECTED = 0.9
"""Closeness of a word and its opening: fed, federal."""
_LONG_NUMBER = 4
"""Digits from which a number tells a name apart as a brand does."""
_THIN = 3
"""Letters of a shared brand, such as ABC, up to which another trade makes another company."""
_GLUED = 0.9
"""Names this much alike without their spaces differ in spacing only."""


def latin_differences(one: CompanyName, other: CompanyName) -> dict[str, float]:
    """Each from 0 to 1; the weights of `data/matching.toml` belong to these names."""
    words, others = _with_joins(one.core.split(), other.core.split())
    compact = OSA.normalized_similarity(one.compact, other.compact)
    if one.compact == other.compact or (compact > _GLUED and len(words) != len(others) and not _is_more(words, others)):
        return _ZERO | {"writing": 1 - compact}
    if _is_acronym(words, others) or _is_acronym(others, words):
        return _ZERO | {"acronym": 1.0}
    pairs = _paired(words, others)
    left = [word for i, word in enumerate(words) if i not in {pair.place for pair in pairs}]
    other_left = [word for j, word in enumerate(others) if j not in {pair.other_place for pair in pairs}]
    if meet(one.places, other.places):  # London and UK
        left, other_left = _without_places(left), _without_places(other_left)
    has_brand = any(map(_is_brand, words)) or any(map(_is_brand, others))
    tells = _is_brand if has_brand else _is_word
    told = [pair for pair in pairs if tells(words[pair.place]) or tells(others[pair.other_place])]
    lost = sorted((_share(left, words, tells), _share(other_left, others, tells)))
    said, other_said = _qualifiers(left), _qualifiers(other_left)
    trades = [pair for pair in pairs if not (_is_brand(words[pair.place]) and _is_brand(others[pair.other_place]))]
    kernel = _kernel(words, {pair.place for pair in trades})
    other_kernel = _kernel(others, {pair.other_place for pair in trades})
    opening, other_opening = kernel[0], other_kernel[0]
    if not lost[0]:  # what one name has more is weighed by itself
        kernel = [word for word in kernel if word not in left] or kernel
        other_kernel = [word for word in other_kernel if word not in other_left] or other_kernel
    is_thin = sum(len(words[pair.place]) for pair in told) <= _THIN
    return {
        "swapped": float(_says_more(left) and _says_more(other_left)),
        "more": lost[1],
        "initial": float(any(_starts_apart(words[pair.place], others[pair.other_place]) for pair in told)),
        "opening": float(_closeness(opening, other_opening) < _LEAST_CLOSENESS),
        "writing": 1 - _likeness("".join(kernel), "".join(other_kernel), sorted(kernel), sorted(other_kernel)),
        "trade": float(bool(said) and bool(other_said)),
        "trade_missing": float(bool(said) != bool(other_said)),
        "trade_more": float(bool(said) != bool(other_said) and any(map(_is_telling_trade, (*said, *other_said)))),
        "sister": float(not _sister_words().isdisjoint((*said, *other_said))),
        "thin": float(is_thin and (bool(said) or bool(other_said))),
        "acronym": 0.0,
    }


class _Pair(NamedTuple):
    """A word of each name that stand for each other."""

    place: int
    other_place: int
    closeness: float


def _paired(words: list[str], others: list[str]) -> list[_Pair]:
    """Pair the words off, the closest and longest first."""
    near = [
        (closeness * (_weight(word) + _weight(candidate)), closeness, i, j)
        for i, word in enumerate(words)
        for j, candidate in enumerate(others)
        if (closeness := _closeness(word, candidate)) >= _LEAST_CLOSENESS
    ]
    free, other_free = set(range(len(words))), set(range(len(others)))
    pairs = []
    for _, closeness, i, j in sorted(near, key=lambda item: (-item[0], item[2], item[3])):
        if i in free and j in other_free:
            free.remove(i)
            other_free.remove(j)
            pairs.append(_Pair(i, j, closeness))
    return pairs


def _share(left: list[str], words: list[str], tells: Callable[[str], bool]) -> float:
    """Share of the telling words' weight that found no partner."""
    whole = sum(_weight(word) for word in words if tells(word))
    return sum(_weight(word) for word in left if tells(word)) / whole if whole else 0.0


def _likeness(text: str, other: str, words: list[str], others: list[str]) -> float:
    """Of two brands as they stand, sorted by word, and as they sound."""
    by_word, other_by_word = "".join(words), "".join(others)
    alike = OSA.normalized_similarity
    sounds = alike(_folded(by_word), _folded(other_by_word)) - 0.02
    return max(alike(text, other), alike(by_word, other_by_word), sounds)


def _qualifiers(left: list[str]) -> list[str]:
    """Trade words and places that the other name does not have."""
    return [word for word in left if not _is_brand(word) and not word.isdigit() and not is_small(word)]


def _without_places(left: list[str]) -> list[str]:
    return [word for word in left if not place_of(word)]


def _says_more(left: list[str]) -> bool:
    """Whether the words without a partner tell a company apart, brand or trade."""
    return any(_is_brand(word) or (not is_small(word) and word not in _loose_words()) for word in left)


def _is_telling_trade(word: str) -> bool:
    """A bank or a leasing company, not a group; places are weighed by themselves."""
    return not place_of(word) and word not in _loose_words()


@lru_cache(maxsize=16_384)
def _is_brand(word: str) -> bool:
    if word.isdigit():
        return len(word) >= _LONG_NUMBER
    return not (_is_known(word) or is_small(word))


def _starts_apart(one: str, other: str) -> bool:
    """Whether two like words begin with different sounds, as typing errors seldom make them."""
    return _folded(one)[:1] != _folded(other)[:1]


def _is_known(word: str) -> bool:
    """A trade word or a place."""
    return word in generic_words() or bool(place_of(word))


def _is_word(word: str) -> bool:
    return not word.isdigit()


def _kernel(words: list[str], trades: set[int]) -> list[str]:
    """The words that tell a company apart: without trade words, places and numbers where others remain."""
    return [word for place, word in enumerate(words) if _is_brand(word) and place not in trades] or words


def _with_joins(words: list[str], others: list[str]) -> tuple[list[str], list[str]]:
    """Words written apart on one side and together on the other: good will → goodwill."""
    if len(words) == len(others) or words == others:
        return words, others
    if len(words) > len(others):
        return _joined_as(words, others), others
    return words, _joined_as(others, words)


def _joined_as(words: list[str], wanted: list[str]) -> list[str]:
    for place, (one, other) in enumerate(pairwise(words)):
        if one not in wanted and other not in wanted and (whole := _whole(one, other, wanted)):
            return [*words[:place], whole, *words[place + 2 :]]
    return words


def _whole(one: str, other: str, wanted: list[str]) -> str:
    """The wanted word that two words make, or empty; the second may be a short form: euro technology, eurotech."""
    joined = one + other
    for word in wanted:
        is_typed = len(word) > 6 and OSA.normalized_similarity(joined, word) >= 0.88
        is_short = len(word) - len(one) >= _SHORT_FORM and other == reduced_word(word.removeprefix(one))
        if len(word) >= 4 and (joined == word or is_typed or is_short):
            return joined if is_typed else word
    return ""


def _is_more(words: list[str], others: list[str]) -> bool:
    """Whether one list is the other with words added, so that spacing does not explain the difference."""
    return set(words) < set(others) or set(others) < set(words)


@cache
def _loose_words() -> frozenset[str]:
    return frozenset(table("name_words")["generic"]["loose"])


@cache
def _sister_words() -> frozenset[str]:
    return frozenset(map(plain_vowels, table("name_words")["generic"]["sister"]))


@lru_cache(maxsize=16_384)
def _closeness(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if one.isdigit() or other.isdigit():
        return 0.0
    short, long = sorted((one, other), key=len)
    if (place := place_of(one)) and place == place_of(other):
        return 1.0
    if _is_known(long) and (_is_known(short) or (len(short) >= _SHORT_FORM and long.startswith(short))):
        return _INFLECTED if long.startswith(short) else 0.0  # two known words are not each other's misspelling
    close = OSA.normalized_similarity(one, other)
    if close < 0.95 and len(long) > _THIN:
        close = max(close, OSA.normalized_similarity(_folded(one), _folded(other)) - 0.05)
    return close if one[0] == other[0] else close - 0.05  # typing errors seldom hit the first letter


@lru_cache(maxsize=16_384)
def _folded(word: str) -> str:
    """One spelling for letters that alphabets and ears confuse: Gasprom, Gazprom; Elektronik, Electronic."""
    for old, new in _SOUNDS_ALIKE:
        word = word.replace(old, new)
    return word


def _weight(word: str) -> float:
    """Long words say more than short ones, brands more than trade words."""
    return (0.4 if _is_known(word) else 1.0) * math.sqrt(min(len(word), 9))


def _is_acronym(short: list[str], long: list[str]) -> bool:
    """IBM and International Business Machines, with or without small words such as `of`."""
    if len(short) != 1 or len(long) < 3:
        return False
    telling = [word for word in long if not is_small(word)]
    initials = {"".join(word[0] for word in long), "".join(word[0] for word in telling)}
    is_with_form = len(short[0]) > _THIN and short[0][-1] in _FORM_INITIALS
    return short[0] in initials or (is_with_form and short[0][:-1] in initials)


_FORM_INITIALS = "cl"
"""Company, corporation, limited: initials of what `names.py` takes off."""
_ZERO = dict.fromkeys(
    (
        *("swapped", "more", "initial", "opening", "writing"),
        *("trade", "trade_missing", "trade_more", "sister", "thin", "acronym"),
    ),
    0.0,
)
_SOUNDS_ALIKE = (
    *(("off", "ov"), ("eff", "ev"), ("tch", "ch"), ("dzh", "j"), ("dj", "j"), ("gj", "j"), ("zh", "j"), ("ai", "a")),
    *(("ay", "a"), ("ei", "e"), ("ey", "e"), ("th", "t"), ("gh", "g"), ("dh", "d")),
    *(("ph", "f"), ("ck", "k"), ("kh", "h"), ("ts", "c"), ("cz", "c"), ("sch", "s"), ("sh", "s"), ("ch", "c")),
    *(("c", "k"), ("z", "s"), ("y", "i"), ("j", "i"), ("w", "v"), ("q", "k"), ("x", "ks"), ("ou", "u"), ("oo", "u")),
    *(("ss", "s"), ("mm", "m"), ("nn", "n"), ("ll", "l"), ("tt", "t"), ("aa", "a"), ("ee", "i"), ("ii", "i")),
)
