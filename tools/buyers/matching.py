"""How likely two company names mean the same company.

A pair of names is described by its differences, each from 0 (none) to 1. A logistic curve whose weights were fitted on
made-up and labelled pairs (`data/matching.toml`) turns them into a probability; no difference ever raises it.
"""

import math
from collections.abc import Mapping
from functools import cache
from itertools import product
from typing import Literal

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from tools.buyers.model import CompanyName
from tools.buyers.names import parse_name
from tools.buyers.places import clash, place_of
from tools.buyers.scripts import pinyin
from tools.buyers.tokens import kernel_of, romanised
from tools.buyers.trades import has_sister_word, trade_clash, trade_words, translated_trades
from tools.buyers.words import latin_differences
from tools.tables import table

PairKind = Literal["zh", "latin", "cross"]


def similarity(one: str, other: str) -> float:
    """0–1: how likely the two names mean the same company; 0.5 is the point of indifference."""
    return Comparison(parse_name(one)).score(parse_name(other))


class Comparison:
    """One name compared with many."""

    def __init__(self, wanted: CompanyName) -> None:
        self._wanted = wanted

    def score(self, other: CompanyName) -> float:
        """0–1, as `similarity`; one of two names that a slash joins may be the other name, but need not."""
        one = self._wanted
        whole = _score(one, other)
        if not one.sides and not other.sides:
            return whole
        sides = (_score(*pair) for pair in product(one.sides or (one,), other.sides or (other,)))
        return max(whole, round(_ONE_OF_TWO * max(sides), 4))


def _score(one: CompanyName, other: CompanyName) -> float:
    if not one.core or not other.core:
        return 0.0
    is_same_place = one.is_branch == other.is_branch and one.branch == other.branch
    if one.core == other.core and is_same_place and not _differ_in_nature(one, other):
        return _SAME_BUT_FORM if _differ_in_form(one, other) else 1.0
    curve = _curve(pair_kind(one, other))
    odds = curve[""] - sum(curve[name] * value for name, value in differences(one, other).items())
    return round(min(_MOST, 1 / (1 + math.exp(-max(-50.0, odds)))), 4)


def pair_kind(one: CompanyName, other: CompanyName) -> PairKind:
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
        found = _chinese_differences(one, other) if kind == "zh" else latin_differences(one, other)
    found["place"] = float(clash(one.places, other.places))
    found["place_missing"] = float(bool(one.places) != bool(other.places))
    is_numbered = one.compact != other.compact  # Q 8 and Q8
    found["number"] = float(is_numbered and bool(one.numbers) and bool(other.numbers) and one.numbers != other.numbers)
    found["number_missing"] = float(is_numbered and bool(one.numbers) != bool(other.numbers))
    found["nature"] = float(_differ_in_nature(one, other))
    found["form"] = float(_differ_in_form(one, other))
    found["branch"] = float(one.is_branch != other.is_branch)
    found["other_branch"] = float(one.is_branch and other.is_branch and one.branch != other.branch)
    return found


def _differ_in_form(one: CompanyName, other: CompanyName) -> bool:
    """GmbH and AG; a company without a form, or just called "Company", may be of any."""
    return one.form != other.form and _is_definite(one.form) and _is_definite(other.form)


def _is_definite(form: str) -> bool:
    return bool(form) and form not in table("legal_forms")["vague"]["groups"]


def _differ_in_nature(one: CompanyName, other: CompanyName) -> bool:
    """A company and an association or a sole trader; a name without a form may be either."""
    apart = table("legal_forms")["apart"]["groups"]
    return bool(one.form) and bool(other.form) and one.form != other.form and (one.form in apart or other.form in apart)


def _chinese_differences(one: CompanyName, other: CompanyName) -> dict[str, float]:
    """Brand (`kernel`) and trade apart: 曜棠电子 and 曜棠化工 differ in their trade only."""
    kernel, other_kernel = kernel_of(one.brand), kernel_of(other.brand)
    trade, other_trade = one.brand.replace(kernel, "", 1), other.brand.replace(other_kernel, "", 1)
    written = OSA.normalized_similarity(kernel, other_kernel)
    sound = 0.95 * fuzz.ratio(pinyin(kernel), pinyin(other_kernel)) / 100
    whole = OSA.normalized_similarity(one.brand, other.brand)
    if whole > written and kernel[:2] == other_kernel[:2]:
        written = whole  # one brand's trade words were not recognised, or a character of them is missing
    clashing = trade_clash(trade, other_trade)
    return {
        "brand": 1 - max(written, sound if sound > 0.85 else 0.0),
        "brand_writing": 1 - written,
        "trade": clashing.both,
        "trade_more": clashing.one,
        "trade_missing": float(bool(trade) != bool(other_trade)),
        "sister": float(has_sister_word(trade) != has_sister_word(other_trade)),
    }


def _cross_differences(han: CompanyName, latin: CompanyName) -> dict[str, float]:
    """A Chinese name against Latin letters: its pinyin, or pinyin and translated trade words."""
    words = latin.core.split()
    text = latin.compact
    bare = "".join(word for word in words if not place_of(word)) or text
    spelled = [spelling.replace(" ", "") for spelling in romanised(han)]
    whole = max(max(fuzz.ratio(spelling, text), fuzz.ratio(spelling, bare)) for spelling in spelled) / 100
    kernel = pinyin(kernel_of(han.brand))
    inside = fuzz.partial_ratio(kernel, text) / 100 if len(kernel) <= len(text) else fuzz.ratio(kernel, text) / 100
    alone = kernel == bare
    trades, others = translated_trades(han.brand), {word for word in words if word in trade_words()}
    return {
        "writing": 0.0 if alone else 1 - whole,
        "brand": 1 - inside,
        "rest_missing": float(alone),
        "trade": float(bool(trades - others) and bool(others - trades)),
    }


@cache
def _curve(kind: str) -> Mapping[str, float]:
    """Weights by the name of the difference; under the empty name the log-odds of two names without any."""
    rows = table("matching")["curve"][kind]
    return {"": float(rows["start"]), **{name: float(weight) for name, weight in rows["weights"].items()}}


_MOST = 0.99
"""Names that differ at all are never a full match."""
_SAME_BUT_FORM = 0.96
"""Quelmar Ltd and Quelmar AG: one name, two legal forms."""
_ONE_OF_TWO = 0.9
"""Quelmar and Quelmar/Tharnwick Foods: another name of one company, or two companies. It is asked about."""
