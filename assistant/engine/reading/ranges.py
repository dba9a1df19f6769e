"""Two neighbouring quantities that are the ends of one range."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from assistant.engine.reading.candidates import Candidate
from assistant.engine.reading.numerals import find_numbers
from tools.money import UNSTATED

_RANGE_JOIN = re.compile(r"\s?(?:-|~|至|到|to|and|与|和|或|or)\s?", re.I)


_TO = re.compile(r" ?(?:to|到) ?", re.I)
_FROM = re.compile(r"(?:\bfrom|从|由) ?$", re.I)
_CHANGE = re.compile(
    r"\b(?:go(?:es|ne)?|went|going|put|rais\w+|increas\w+|extend\w*|mov\w+|jump\w*|rose|risen?|rising|cut|lower\w*|drop\w*|fell"
    r"|fall\w*|slip\w*|up|down|reduc\w+|chang\w+|upgrad\w+|grew|grow\w*|limit|line)\b|提|升|增|涨|降|减|调|改|加|压|砍|缩|延",
    re.I,
)
_UP = re.compile(
    r"\b(?:increase|raise|lift|extend|cut|reduce|lower|bump)(?: (?:the "
    r"|my |our |his |her |their )?(?:limit|line|cover|credit))? ?$",
    re.I,
)
_BETWEEN = re.compile(r"(?:between|from|在|介于|从)\s?$", re.I)


def join_ranges(text: str, candidates: list[Candidate]) -> list[Candidate]:
    """Ranges: two neighbours joined by a dash, "to" or 到 become one quantity with two ends."""
    joined: list[Candidate] = []
    for candidate in candidates:
        if joined and _is_change(text, joined[-1], candidate):
            joined[-1:] = [_alike(text, joined[-1], candidate), candidate]
        elif joined and (merged := _range(text, joined[-1], candidate)):
            joined[-1] = merged
        else:
            joined.append(candidate)
    return joined


def _range(text: str, left: Candidate, right: Candidate) -> Candidate | None:
    link = text[left.end : right.start]
    match = _RANGE_JOIN.fullmatch(link)
    if match is None or left.is_range_end or right.is_range_end or left.kind == "ratio" or right.unit == "ordinal":
        return None
    word = link.strip().lower()
    if (
        word in ("and", "与", "和", "或", "or")
        and not (word == "and" and _BETWEEN.search(text[: left.start]))
        and not (word in ("与", "和") and _BETWEEN.search(text[: left.start]))
    ):
        return None
    if word == "to" and "bare" in left.hints and "bare" in right.hints and not _BETWEEN.search(text[: left.start]):
        return None
    return _range_of(text, left, right)


def _is_change(text: str, left: Candidate, right: Candidate) -> bool:
    """Whether one value takes the place of the other: raise the limit from 75k to 200k."""
    is_value = right.kind in ("money", "percent", "duration") and left.kind in (right.kind, "number")
    if not is_value or left.is_range_end or not _TO.fullmatch(text, left.end, right.start):
        return False
    before = text[max(0, left.start - 80) : left.start]
    return bool(_FROM.search(before) and _CHANGE.search(before)) or bool(_UP.search(before))


def _alike(text: str, left: Candidate, right: Candidate) -> Candidate:
    """A bare number before "to" in the kind, unit and scale of what follows: 48 to 61 days."""
    if "bare" not in left.hints or not isinstance(left.value, Decimal) or not isinstance(right.value, Decimal):
        return left
    scale = _scale_of(text, right)
    value = left.value * scale if left.value * scale <= right.value * 10 else left.value
    return replace(left, kind=right.kind, unit=right.unit, value=value, hints=frozenset())


def _range_of(text: str, left: Candidate, right: Candidate) -> Candidate | None:
    low, high = left.value, right.value
    if left.kind == "date" or right.kind == "date":
        if not (isinstance(low, date) and isinstance(high, date)):
            return None
        if right.alternatives and right.unit == "day":  # the second date takes the year of the first
            high = next(
                (day for day in sorted((high, *right.alternatives)) if isinstance(day, date) and day >= low), high
            )
        if high < low:
            return None
        return Candidate(left.start, right.end, "date", low, "range", low, right.high or high)
    if not isinstance(low, Decimal) or not isinstance(high, Decimal):
        return None
    if left.kind == right.kind == "duration" and left.unit != right.unit:
        left, right = _in_one_unit(left, right)
        low, high = left.value, right.value
        if not isinstance(low, Decimal) or not isinstance(high, Decimal):
            return None
    if "bare" in left.hints and right.kind == "duration":
        low *= 7 if re.search(r"周|星期|礼拜|weeks?|wks?", text[right.start : right.end], re.I) else 1
    if "bare" in left.hints and right.kind in ("money", "percent", "duration", "number"):
        plain = Decimal(_scale_of(text, right))
        low *= plain if right.kind == "money" and low < high and low * plain <= high * 10 else 1
    elif left.kind == "money" and right.kind == "money" and not left.explicit_currency and left.unit == UNSTATED:
        pass
    elif left.kind == "money" and left.explicit_currency and right.kind == "money" and right.unit == UNSTATED:
        right = replace(right, unit=left.unit, explicit_currency=True)
        low = low * _scale_of(text, right) if low < high / 1000 else low
    elif left.kind == "money" and "bare" in right.hints:
        right = replace(
            right, kind="money", unit=left.unit, explicit_currency=left.explicit_currency, hints=frozenset()
        )
    elif left.kind != right.kind or left.unit != right.unit:
        return None
    if high < low:
        return None
    return replace(right, start=left.start, value=(low + high) / 2, low=low, high=high, is_approximate=True)


_MONTHS = {"months": 1, "years": 12}


def _in_one_unit(left: Candidate, right: Candidate) -> tuple[Candidate, Candidate]:
    """半年到一年 in months; other units stay as they are."""
    if not {left.unit, right.unit} <= _MONTHS.keys():
        return left, right
    first, second = (
        replace(item, value=item.value * _MONTHS[item.unit], unit="months")
        for item in (left, right)
        if isinstance(item.value, Decimal)
    )
    return first, second


def _scale_of(text: str, candidate: Candidate) -> int:
    return next((number.scale for number in find_numbers(text[candidate.start : candidate.end])), 1)
