"""How likely two company names mean the same company.

A pair of names is described by its differences, each from 0 (none) to 1. A logistic curve whose weights were fitted on
made-up and labelled pairs (`data/matching.toml`) turns them into a probability; no difference ever raises it.
"""

import math
from collections.abc import Mapping
from functools import cache, lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from tools.buyers.names import CompanyName, parse_name
from tools.buyers.scripts import pinyin
from tools.buyers.tokens import generic_words, kernel_of, romanised
from tools.tables import table

_LEAST_CLOSENESS = 0.7
"""Words less alike than this are different words."""


def similarity(one: str, other: str) -> float:
    """0–1: how likely the two names mean the same company; 0.5 is the point of indifference."""
    return Comparison(parse_name(one)).score(parse_name(other))


class Comparison:
    """One name compared with many."""

    def __init__(self, wanted: CompanyName) -> None:
        self._wanted = wanted

    def score(self, other: CompanyName) -> float:
        """0–1, as `similarity`."""
        one = self._wanted
        if not one.core or not other.core:
            return 0.0
        if one.core == other.core and one.is_branch == other.is_branch and not _differ_in_nature(one, other):
            return 1.0 if one.form == other.form or not one.form or not other.form else _SAME_BUT_FORM
        curve = _curve(pair_kind(one, other))
        odds = curve[""] - sum(curve[name] * value for name, value in differences(one, other).items())
        return round(min(_MOST, 1 / (1 + math.exp(-max(-50.0, odds)))), 4)


def pair_kind(one: CompanyName, other: CompanyName) -> str:
    """Which of the three curves applies: `zh`, `latin` or `cross`."""
    if one.is_chinese != other.is_chinese:
        return "cross"
    return "zh" if one.is_chinese else "latin"


def differences(one: CompanyName, other: CompanyName) -> dict[str, float]:
    """What sets two names apart, each from 0 to 1."""
    kind = pair_kind(one, other)
    if kind == "cross":
        han, latin = (one, other) if one.is_chinese else (other, one)
        found = _cross_differences(han, latin)
    else:
        found = _chinese_differences(one, other) if kind == "zh" else _latin_differences(one, other)
    found["nature"] = float(_differ_in_nature(one, other))
    found["form"] = float(bool(one.form) and bool(other.form) and one.form != other.form)
    found["branch"] = float(one.is_branch != other.is_branch)
    return found


def _differ_in_nature(one: CompanyName, other: CompanyName) -> bool:
    """A company and an association; a name without a form may be either."""
    return bool(one.form) and bool(other.form) and (one.form == _NON_PROFIT) != (other.form == _NON_PROFIT)


def _chinese_differences(one: CompanyName, other: CompanyName) -> dict[str, float]:
    """Brand (`kernel`), trade and place apart: 上海曜棠电子 and 北京曜棠电子 differ in their place only."""
    kernel, other_kernel = kernel_of(one.brand), kernel_of(other.brand)
    trade, other_trade = one.brand.replace(kernel, "", 1), other.brand.replace(other_kernel, "", 1)
    written = OSA.normalized_similarity(kernel, other_kernel)
    sound = 0.95 * fuzz.ratio(pinyin(kernel), pinyin(other_kernel)) / 100
    whole = OSA.normalized_similarity(one.brand, other.brand)
    if whole > written and kernel[:2] == other_kernel[:2]:
        written = whole  # one brand's trade words were not recognised, or a character of them is missing
    same_trade = OSA.normalized_similarity(trade, other_trade) if trade and other_trade else 1.0
    return {
        "brand": 1 - max(written, sound if sound > 0.85 else 0.0),
        "brand_writing": 1 - written,
        "trade": 1 - same_trade,
        "trade_missing": float(bool(trade) != bool(other_trade)),
        "place": float(bool(one.place) and bool(other.place) and one.place != other.place),
        "place_missing": float(bool(one.place) != bool(other.place)),
    }


def _cross_differences(han: CompanyName, latin: CompanyName) -> dict[str, float]:
    """A Chinese name against Latin letters: its pinyin, or pinyin and translated trade words."""
    text = latin.compact
    whole = max(fuzz.ratio(spelling.replace(" ", ""), text) for spelling in romanised(han)) / 100
    kernel = pinyin(kernel_of(han.brand))
    inside = fuzz.partial_ratio(kernel, text) / 100 if len(kernel) <= len(text) else fuzz.ratio(kernel, text) / 100
    alone = kernel == text
    return {"writing": 0.0 if alone else 1 - whole, "brand": 1 - inside, "rest_missing": float(alone)}


def _latin_differences(one: CompanyName, other: CompanyName) -> dict[str, float]:
    words, others = one.core.split(), other.core.split()
    generic = generic_words()
    kernel = [word for word in words if word not in generic] or words
    other_kernel = [word for word in others if word not in generic] or others
    brand = _aligned(kernel, other_kernel)
    compact = fuzz.ratio(one.compact, other.compact) / 100
    glued = one.compact == other.compact or (compact > 0.9 and len(words) != len(others))
    text, other_text = "".join(sorted(kernel)), "".join(sorted(other_kernel))
    written = max(fuzz.ratio(text, other_text), fuzz.ratio(_folded(text), _folded(other_text)) - 2) / 100
    trade = {word for word in words if word in generic}, {word for word in others if word in generic}
    if glued or _is_acronym(words, others) or _is_acronym(others, words):
        return _ZERO | {"writing": 1 - compact if glued else 0.0, "acronym": float(not glued)}
    opens = kernel and other_kernel and _closeness(kernel[0], other_kernel[0]) >= _LEAST_CLOSENESS
    return {
        "brand": 1 - brand.shared,
        "weakest": 1 - brand.weakest,
        "extra_brand": float(len(kernel) != len(other_kernel)),
        "opening": float(not opens),
        "writing": 1 - max(compact, written),
        "trade": float(bool(trade[0] - trade[1]) and bool(trade[1] - trade[0])),
        "trade_missing": float(bool(trade[0] - trade[1]) != bool(trade[1] - trade[0])),
        "number": float(_numbers(words) != _numbers(others)),
        "acronym": 0.0,
    }


class _Alignment:
    """How two lists of words pair up."""

    __slots__ = ("shared", "weakest")

    def __init__(self, shared: float, weakest: float) -> None:
        self.shared = shared
        """Share of the words' weight that found a partner."""
        self.weakest = weakest
        """Closeness of the pair that is least alike, 0 when a word of the shorter list found none."""


def _aligned(words: list[str], others: list[str]) -> _Alignment:
    free = list(others)
    matched, weakest, pairs = 0.0, 1.0, 0
    for word in sorted(words, key=len, reverse=True):
        best, gain = "", 0.0
        for candidate in free:
            closeness = _closeness(word, candidate)
            if closeness > gain:
                best, gain = candidate, closeness
        if gain >= _LEAST_CLOSENESS:
            free.remove(best)
            matched += gain * (_weight(word) + _weight(best))
            weakest = min(weakest, gain)
            pairs += 1
    total = sum(map(_weight, words)) + sum(map(_weight, others))
    return _Alignment(matched / total, weakest if pairs >= min(len(words), len(others)) else 0.0)


@lru_cache(maxsize=16_384)
def _closeness(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if one.isdigit() or other.isdigit():
        return 0.0
    close = OSA.normalized_similarity(one, other)
    if close < 0.95 and min(len(one), len(other)) >= 4:
        if _folded(one) == _folded(other):
            return 0.95
        if close < _LEAST_CLOSENESS and (one.startswith(other) or other.startswith(one)):
            return 0.8
    return close if one[0] == other[0] else close - 0.05  # typing errors seldom hit the first letter


@lru_cache(maxsize=16_384)
def _folded(word: str) -> str:
    """One spelling for letters that alphabets and ears confuse: Gasprom, Gazprom; Elektronik, Electronic."""
    for old, new in _SOUNDS_ALIKE:
        word = word.replace(old, new)
    return word


def _weight(word: str) -> float:
    """Long words say more than short ones, brands more than trade words."""
    return (0.4 if word in generic_words() else 1.0) * math.sqrt(min(len(word), 9))


def _is_acronym(short: list[str], long: list[str]) -> bool:
    return len(short) == 1 and len(long) >= 3 and short[0] == "".join(word[0] for word in long)


def _numbers(words: list[str]) -> set[str]:
    return {word for word in words if word.isdigit()}


@cache
def _curve(kind: str) -> Mapping[str, float]:
    """Weights by the name of the difference; under the empty name the log-odds of two names without any."""
    rows = table("matching")["curve"][kind]
    return {"": float(rows["start"]), **{name: float(weight) for name, weight in rows["weights"].items()}}


_MOST = 0.99
"""Names that differ at all are never a full match."""
_SAME_BUT_FORM = 0.96
"""Quelmar Ltd and Quelmar AG: one name, two legal forms."""
_NON_PROFIT = "npo"
"""Group of the legal forms of associations and foundations, which no company is."""
_ZERO = dict.fromkeys(
    ("brand", "weakest", "extra_brand", "opening", "writing", "trade", "trade_missing", "number", "acronym"), 0.0
)
_SOUNDS_ALIKE = (
    *(("ph", "f"), ("ck", "k"), ("kh", "h"), ("ts", "c"), ("cz", "c"), ("sch", "s"), ("sh", "s"), ("ch", "c")),
    *(("c", "k"), ("z", "s"), ("y", "i"), ("j", "i"), ("w", "v"), ("q", "k"), ("x", "ks")),
)
