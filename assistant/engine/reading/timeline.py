"""Dates of whole expressions among the quantities: their other end, the week they name, what only comes back."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from assistant.engine.reading.calendar import day_or_none
from assistant.engine.reading.candidates import Candidate
from assistant.engine.reading.moments.model import Moment

_NOT_DATES = frozenset({"window", "decade", "weekend", "monthday"})
"""The last three months stay a length; the 5th stays the day of a month that only the conversation tells."""
_FIGURES = re.compile(r"[\d/. -]+")
_DUE = re.compile(
    r"(?:\b(?:on|by|due|dated?|since|until|before|after|from|to|paid|filed|landed|delivered|shipped|invoiced|received)"
    r"(?: date)?:? ?|[于到在至]|日期?是?:? ?)$",
    re.I,
)
"""What stands before 22/04 when it is a day; 24/7 and 1/3 are none."""
_DAY_FIRST = re.compile(r"(?<![\d/.])(?:1[3-9]|2[0-35-9]|3[01])/(?:0?[1-9]|1[0-2])(?![\d/%])")
_MONTH_FIRST = re.compile(r"(?<![\d/.])(?:0?[1-9]|1[0-2])/(?:1[3-9]|2\d|3[01])(?![\d/%])")
_FRACTION = re.compile(r"1/[2-9]|2/[35]|3/[45]|4/5|\d/10")
_STROKE = re.compile(r"(\d{1,2})/(\d{1,2})")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_BETWEEN_FIGURES = re.compile(r"[\d/+-] ?$|\b(?:net|terms|split|mep|noa) ?$", re.I)
_SURE = ("am", "pm", "a.m", "p.m", ":", "上午", "下午", "早", "晚", "凌晨", "中午", "o'clock")


def with_moments(text: str, candidates: Sequence[Candidate], moments: Sequence[Moment]) -> list[Candidate]:
    """The candidates, where a whole expression says more than the date inside it, or that there is no date."""
    for moment in moments:
        if moment.kind == "recurring":
            candidates = _without(candidates, moment, ("date", "duration", "number"))
            candidates.append(_recurring(text, moment))
        elif moment.kind in ("instant", "stretch") and moment.grain != "now":
            candidates = _without(candidates, moment, ("number",))
        elif moment.kind in ("clock", "hours") and _is_sure(text, moment):
            candidates = _without(candidates, moment, ("number", "ratio"))
        elif _is_date(moment):
            candidates = _with_date(text, candidates, moment)
    return list(candidates)


def is_month_first(text: str) -> bool:
    """Whether another date of the message shows that its months come first: 9/15 beside 11/3."""
    return bool(_MONTH_FIRST.search(text)) and not _DAY_FIRST.search(text)


def _with_doubt(text: str, dated: Candidate) -> Candidate:
    """1/8 in English may be either day, unless another date of the message shows the order."""
    match = _STROKE.fullmatch(text, dated.start, dated.end)
    is_open = match and not (_HAN.search(text) or _MONTH_FIRST.search(text) or _DAY_FIRST.search(text))
    if not match or not is_open or match[1] == match[2] or not isinstance(dated.value, date):
        return dated
    other = day_or_none(dated.value.year, dated.value.day, dated.value.month)
    if other is None:
        return dated
    return replace(dated, alternatives=(other,), hints=dated.hints | {"ambiguous_date"})


def _is_date(moment: Moment) -> bool:
    is_meant = moment.kind in ("day", "period") and moment.readings and not moment.is_vague
    return bool(is_meant) and moment.grain not in _NOT_DATES


def _is_sure(text: str, moment: Moment) -> bool:
    written = text[moment.start : moment.end].lower()
    return any(sign in written for sign in _SURE)


def _without(candidates: Sequence[Candidate], moment: Moment, kinds: Sequence[str]) -> list[Candidate]:
    return [
        item
        for item in candidates
        if item.kind not in kinds
        or item.end <= moment.start
        or item.start >= moment.end
        or (item.kind == "number" and "bare" not in item.hints)
    ]


def _recurring(text: str, moment: Moment) -> Candidate:
    return Candidate(moment.start, moment.end, "recurring", None, text[moment.start : moment.end].lower())


def _with_date(text: str, candidates: Sequence[Candidate], moment: Moment) -> Sequence[Candidate]:
    """The date of the moment in place of the shorter ones inside it; never in place of a sum, a share or a length."""
    start, end = moment.core or (moment.start, moment.end)
    end = start + len(text[start:end].rstrip(" .,"))
    inside = [item for item in candidates if item.start < end and item.end > start]
    if not all(_gives_way(item, moment) for item in inside):
        return candidates
    if any(item.start < start or item.end > end for item in inside):
        return candidates
    if not any(item.kind == "date" for item in inside) and not _is_named(text, moment, start, end):
        return candidates
    if any((item.start, item.end) == (start, end) and item.kind == "date" for item in inside):
        return candidates
    dated = _with_doubt(text, _dated(moment, start, end))
    return sorted([*(item for item in candidates if item not in inside), dated], key=_start)


def _gives_way(item: Candidate, moment: Moment) -> bool:
    """A plain date or a bare number; in 11月19-20日 and 2026年第二周 the days and the ordinal too."""
    is_run = moment.grain in ("range", "week") and item.kind in ("duration", "number")
    return item.kind == "date" or "bare" in item.hints or is_run


def _is_named(text: str, moment: Moment, start: int, end: int) -> bool:
    """Whether words, not two figures with a stroke between them, make a date of it."""
    if not _FIGURES.fullmatch(text, start, end):
        return moment.grain != "year" or bool(moment.bound)
    if _DUE.search(text[:start]) or re.match(r" today\b", text[end:]):
        return True
    if _HAN.search(text) and _MONTH_FIRST.search(text) and not _FRACTION.fullmatch(text, start, end):
        return True  # 甲7/31、乙8/15、丙9/3
    is_sure = _DAY_FIRST.match(text, start) or _MONTH_FIRST.match(text, start)
    return bool(is_sure) and not _BETWEEN_FIGURES.search(text[:start])


def _dated(moment: Moment, start: int, end: int) -> Candidate:
    low, high = moment.low.date(), moment.high.date() - timedelta(days=1)
    others = tuple(item.low.date() for item in moment.readings[1:])
    found = Candidate(start, end, "date", low, "day", alternatives=others)
    if moment.part:
        return replace(
            found, value={"start": low, "end": high}.get(moment.part, _middle(low, high)), is_approximate=True
        )
    if moment.kind == "day":
        return found
    return replace(found, unit=moment.grain or "range", low=low, high=high)


def _middle(low: date, high: date) -> date:
    return low + (high - low) / 2


def _start(candidate: Candidate) -> int:
    return candidate.start
