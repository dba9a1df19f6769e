"""How likely two company names mean the same company, and fast candidates from a list of names."""

import math

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from tools.buyers.names import CompanyName, parse_name
from tools.buyers.scripts import pinyin
from tools.buyers.tokens import generic_words, kernel_of, romanised
from tools.tables import table


def similarity(one: str, other: str) -> float:
    """0–1: how likely the two names mean the same company; 0.5 is the point of indifference."""
    return _calibrated(raw_similarity(parse_name(one), parse_name(other)))


class Comparison:
    """One name compared with many."""

    def __init__(self, wanted: CompanyName) -> None:
        self._wanted = wanted

    def score(self, other: CompanyName) -> float:
        """0–1, as `similarity`."""
        return _calibrated(raw_similarity(self._wanted, other))


def raw_similarity(one: CompanyName, other: CompanyName) -> float:
    """0–1 before calibration; only the order of these scores means anything."""
    if not one.core or not other.core:
        return 0.0
    if one.is_chinese != other.is_chinese:
        han, latin = (one, other) if one.is_chinese else (other, one)
        score = max(_text_ratio(spelling.replace(" ", ""), latin.compact) for spelling in romanised(han))
        score = max(score, 0.92 * _text_ratio(pinyin(kernel_of(han.brand)), latin.compact))
        return 0.97 * score
    score = _chinese_ratio(one, other) if one.is_chinese else _latin_ratio(one, other)
    if one.form and other.form and one.form != other.form:
        score -= 0.02
    return max(0.0, score - 0.02 * (one.is_branch != other.is_branch))


def _text_ratio(one: str, other: str) -> float:
    return fuzz.ratio(one, other) / 100


def _chinese_ratio(one: CompanyName, other: CompanyName) -> float:
    """Brands decide; two different places make two companies, one missing place does not."""
    sound = 0.94 * _text_ratio(pinyin(one.brand), pinyin(other.brand))
    written = OSA.normalized_similarity(one.brand, other.brand)
    kernel_one, kernel_other = kernel_of(one.brand), kernel_of(other.brand)
    kernel = OSA.normalized_similarity(kernel_one, kernel_other)
    rest_one, rest_other = one.brand.replace(kernel_one, "", 1), other.brand.replace(kernel_other, "", 1)
    same_trade = not rest_one or not rest_other or OSA.normalized_similarity(rest_one, rest_other) >= 0.5
    by_kernel = (0.9 if same_trade else 0.78) * kernel if min(len(kernel_one), len(kernel_other)) >= 2 else 0.0
    score = max(written, sound if sound > 0.9 else 0.0, by_kernel)
    short, long = sorted((one.brand, other.brand), key=len)
    if len(short) >= 2 and short in long and kernel_one[:2] == kernel_other[:2]:
        score = max(score, 0.9)
    if kernel < 0.5:  # only shared trade words
        score *= 0.75
    if one.place and other.place and one.place != other.place:
        return score * 0.8
    return score - (0.02 if one.place != other.place else 0.0)


def _latin_ratio(one: CompanyName, other: CompanyName) -> float:
    if one.compact == other.compact:
        return 1.0
    words, others = one.core.split(), other.core.split()
    whole = max(_text_ratio(one.compact, other.compact), fuzz.token_sort_ratio(one.core, other.core) / 100)
    score = 0.35 * whole + 0.65 * _aligned(words, others)
    kernel, other_kernel = ([word for word in part if word not in generic_words()] for part in (words, others))
    if kernel and other_kernel:  # shared trade words do not make up for different brands
        score = min(score, 0.3 + 0.7 * _aligned(kernel, other_kernel))
    score = max(score, _opening(words, others))
    for short, long in ((words, others), (others, words)):
        initials = "".join(word[0] for word in long)
        if len(short) == 1 and len(long) >= 3 and short[0] == initials:
            score = max(score, 0.88)
    return score


def _opening(words: list[str], others: list[str]) -> float:
    """A short name that opens the long one and is more than trade words: `Faberwick` in `Faberwick Europe Trading`."""
    short, long = sorted((words, others), key=len)
    if len(short) == len(long) or sum(len(word) for word in short if word not in generic_words()) < 5:
        return 0.0
    if any(word.isdigit() for word in long[len(short) :]):  # Works 23 is another company than Works
        return 0.0
    closeness = [_closeness(word, other) for word, other in zip(short, long, strict=False)]
    return 0.86 * min(closeness) if min(closeness) >= 0.75 else 0.0


def _aligned(words: list[str], others: list[str]) -> float:
    """Share of word weight that finds a partner; brand words weigh more than trade words, long more than short."""
    free = list(others)
    matched = 0.0
    for word in sorted(words, key=len, reverse=True):
        best, gain = None, 0.0
        for candidate in free:
            closeness = _closeness(word, candidate)
            if closeness > gain:
                best, gain = candidate, closeness
        if best is not None and gain >= 0.7:
            free.remove(best)
            matched += gain * (_weight(word) + _weight(best))
    total = sum(map(_weight, words)) + sum(map(_weight, others))
    return matched / total


def _closeness(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if one.isdigit() or other.isdigit():
        return 0.0
    if min(len(one), len(other)) >= 4 and (one.startswith(other) or other.startswith(one)):
        return max(0.8, OSA.normalized_similarity(one, other))
    first_letter = 0.0 if one[0] == other[0] else 0.08  # typing errors seldom hit the first letter
    return OSA.normalized_similarity(one, other) - first_letter


def _weight(word: str) -> float:
    return (0.4 if word in generic_words() else 1.0) * math.sqrt(min(len(word), 9))


def _calibrated(raw: float) -> float:
    """Logistic curve through the figures of `data/matching.toml`; an exact name stays 1."""
    if raw >= 0.9999:
        return 1.0
    curve = table("matching")["calibration"]
    return round(min(0.99, 1 / (1 + math.exp(-float(curve["slope"]) * (raw - float(curve["middle"]))))), 4)
