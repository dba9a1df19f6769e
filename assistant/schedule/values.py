"""The values of one parameter where it is named: amounts, shares, times, dates, codes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from assistant.engine.reading.candidates import Candidate
from assistant.engine.reading.currencies import code_by_form
from assistant.engine.reading.entities import find_things
from assistant.schedule.lexicon import Entry, Label, sections, wording
from assistant.schedule.model import Doubt, Section
from assistant.schedule.scope import Scope
from assistant.schedule.sheet import Sheet
from tools.money import UNSTATED
from tools.working_days import add_months

_Part = Section | Literal["dcl"]
_FARTHEST = {True: 48, False: 110}
"""Longest distance from a name to its value, in Chinese and in English characters."""
_BESIDE = 28
"""A number without a unit counts only this near to its label."""
_DAYS_IN = {"days": 1, "business_days": 1, "months": 30, "years": 365}
_CUT = re.compile(r"[,，;；、/|\n。]|\band\b|和|以及")
_OPENED = re.compile(r"[(（](?![^()（）]*[)）])")
_CHOICE = re.compile(r"^\s*(?:or|或|或者|/|至|-|to)\s*$")
OF_TWO = re.compile(r"later of|earlier of|lower of|higher of|whichever|较[晚早低高]|孰")
_TIMES = re.compile(r"\s?(?:x|×|\*|倍|times|-fold)", re.I)
_ORDINAL_DAY = re.compile(r"(?<!\d)(?P<day>[12]?\d|3[01])(?:st|nd|rd|th|日|号)", re.I)


@dataclass(frozen=True, kw_only=True)
class Value:
    """One value of a parameter, before it is set beside the others."""

    parameter: str
    value: Any
    start: int
    end: int
    section: Section = ""
    doubts: tuple[Doubt, ...] = ()
    is_working: bool = False
    """Counted in working days."""


def values_of(sheet: Sheet, label: Label, scope: Scope) -> list[Value]:
    """What the sheet states for the parameter at `label`, within its scope."""
    match label.entry.kind:
        case "percent" | "days" | "claim" | "money" | "liability":
            return list(_quantities(sheet, label, scope))
        case "period" | "date":
            return list(_dates(sheet, label, scope))
        case "currency":
            return list(_currency(sheet, label, scope))
        case "declaration":
            return list(_declaration(sheet, label, scope))
        case "countries":
            return list(_countries(sheet, label, scope))
        case "calendar":
            return list(_calendar(sheet, label, scope))
    return []


def _quantities(sheet: Sheet, label: Label, scope: Scope) -> Iterator[Value]:
    entry = label.entry
    fitting = [item for item in scope.quantities if _fits(item, entry, sheet)]
    if label.strength != "after" and any(item.start >= label.end for item in fitting):
        fitting = _in_reach(sheet, label, fitting)
    if not fitting:
        yield from _without_unit(sheet, label, scope)
        return
    first = True
    seen: set[_Part] = set()
    for position, item in enumerate(fitting):
        section = _section(sheet, item, fitting, label)
        if section is None or (not first and (section in seen or not section or not entry.per_section)):
            continue
        read = _read(sheet, entry, item)
        if first and _is_choice(sheet, item, fitting[position + 1 :]):
            read = replace(read, doubts=(*read.doubts, "several_values"))
        seen.add("" if section == "dcl" else section)
        first = False
        if section == "dcl" and entry.name == "insured_pct":
            yield replace(read, parameter="dcl_pct")
        else:
            yield replace(read, section=section if entry.per_section and section != "dcl" else "")
    yield from _companions(sheet, entry, scope)


def _fits(item: Candidate, entry: Entry, sheet: Sheet) -> bool:
    if entry.kind == "percent":
        return item.kind == "percent"
    if entry.kind in ("days", "claim"):
        return item.kind == "duration"
    if entry.kind == "money":
        return item.kind == "money"
    return (
        item.kind == "money"
        or (item.kind == "ratio" and item.unit == "times")
        or (item.kind == "number" and bool(_TIMES.match(sheet.plain, item.end)))
    )


def _in_reach(sheet: Sheet, label: Label, items: Sequence[Candidate]) -> list[Candidate]:
    """The items, if the first of them is near enough to the name."""
    if not items:
        return []
    gap = sheet.plain[label.end : items[0].start]
    is_chinese = any("\u4e00" <= character <= "\u9fff" for character in gap)
    return list(items) if len(gap) <= _FARTHEST[is_chinese] else []


def _section(sheet: Sheet, item: Candidate, items: Sequence[Candidate], label: Label) -> _Part | None:
    """The section that a value belongs to; None when it is the value of something that has no parameter here."""
    start, end = sheet.sentence(item.start)
    left_edge = max([start, *(other.end for other in items if other.end <= item.start)])
    names = (other.start for other in sheet.labels if other.start >= item.end)
    right_edge = min([end, next(names, end), *(other.start for other in items if other.start >= item.end)])
    left = _CUT.split(sheet.plain[left_edge : item.start])[-1]
    right = _OPENED.split(_CUT.split(sheet.plain[item.end : right_edge])[0])[0]
    named = [(match.start(), name) for name, words in sections().items() for match in words.finditer(left)]
    nearest = max(named, default=None)
    if nearest is None:
        named = [(match.start(), name) for name, words in sections().items() for match in words.finditer(right)]
        nearest = min(named, default=None)
    parts = {name for _, name in named}
    if nearest is None:
        named_label = [name for name, words in sections().items() if words.search(sheet.plain[start : label.start])]
        chosen = named_label[0] if len(named_label) == 1 else sheet.section_above(item.start)
        return chosen if chosen in ("domestic", "export", "political", "refusal", "dcl") else ""  # type: ignore[return-value]
    if parts & {"other"} and not parts & {"all"}:
        return None
    if nearest[1] in ("all", "other"):
        return ""
    return nearest[1]  # type: ignore[return-value]


def _read(sheet: Sheet, entry: Entry, item: Candidate) -> Value:
    doubts: list[Doubt] = []
    parameter, value = entry.name, item.value
    assert isinstance(value, Decimal)
    if item.is_range_end:
        doubts.append("range")
    shown: Any = _plain(value)
    if item.kind == "duration":
        parameter, shown = _duration(entry, item, value, doubts)
    elif item.kind == "money":
        shown = {"amount": _plain(value), "currency": item.unit}
        is_yuan = item.unit == "CNY" and sheet.document.language == "zh"
        if item.unit == UNSTATED or ("ambiguous_currency" in item.hints and not is_yuan):
            doubts.append("unit_unclear")
        if sheet.pointed & set(range(item.start, item.end + 1)):
            doubts.append("ambiguous")
    elif entry.kind == "liability":
        parameter = "max_liability_multiple"
    if entry.low is not None and item.kind != "money" and parameter != "claim_months":
        checked = Decimal(str(shown))
        if not Decimal(str(entry.low)) <= checked <= Decimal(str(entry.high)):
            doubts.append("out_of_bounds")
    return Value(
        parameter=parameter,
        value=shown,
        start=item.start,
        end=item.end,
        doubts=tuple(doubts),
        is_working=item.unit == "business_days",
    )


def _duration(entry: Entry, item: Candidate, value: Decimal, doubts: list[Doubt]) -> tuple[str, int]:
    if item.unit == "business_days":
        doubts.append("working_days")
    if entry.kind == "claim":
        if item.unit in ("months", "years"):
            months = int(value * (12 if item.unit == "years" else 1))
            if not 1 <= months <= 24:
                doubts.append("out_of_bounds")
            return "claim_months", months
        if not 15 <= value <= 730:
            doubts.append("out_of_bounds")
        return "claim_days", int(value)
    if item.unit in ("months", "years"):
        doubts.append("unit_converted")
    return entry.name, int(value * _DAYS_IN.get(item.unit, 1))


def _is_choice(sheet: Sheet, item: Candidate, later: Sequence[Candidate]) -> bool:
    """Whether another value is offered beside this one: "90% or 85%", "the later of 180 days and 90 days"."""
    end = sheet.sentence(item.start)[1]
    others = [other for other in later if other.end <= end and other.value != item.value]
    if not others:
        return False
    between = sheet.plain[item.end : others[0].start]
    start = sheet.sentence(item.start)[0]
    if item.kind == "duration" and _in_days(others[0]) != _in_days(item):
        return True
    return bool(_CHOICE.search(between) or OF_TWO.search(sheet.plain[start:end]))


def _in_days(item: Candidate) -> Decimal:
    return Decimal(str(item.value)) * _DAYS_IN.get(item.unit, 1)


def _companions(sheet: Sheet, entry: Entry, scope: Scope) -> Iterator[Value]:
    for kind, parameter in entry.companions.items():
        item = next((item for item in scope.quantities if item.kind == kind), None)
        if item is not None and isinstance(item.value, Decimal):
            yield Value(parameter=parameter, value=_plain(item.value), start=item.start, end=item.end)


def _without_unit(sheet: Sheet, label: Label, scope: Scope) -> Iterator[Value]:
    """A stated none, or a bare number whose unit stands in the label, in the heading of its column, or nowhere."""
    entry = label.entry
    rest = sheet.plain[label.end : scope.end]
    nil = wording("nil").search(rest)
    number = next((item for item in scope.quantities if item.kind == "number" and "bare" in item.hints), None)
    at = label.end + nil.start() if nil else len(sheet.plain)
    is_first = number is None or number.start > at
    if nil and entry.may_be_nil and is_first and len(rest[: nil.start()].strip(" :：\n-–—|")) <= 12:
        value = {"amount": 0, "currency": UNSTATED}
        yield Value(parameter=entry.name, value=value, start=at, end=label.end + nil.end())
        return
    if number is None or number.start - label.end > _BESIDE or not isinstance(number.value, Decimal):
        return
    around = sheet.plain[sheet.line(label.start)[0] : sheet.line(number.end)[1]]
    doubts: list[Doubt] = []
    typed = _typed(entry, number, around, doubts)
    if typed is not None:
        read = _read(sheet, entry, typed)
        yield replace(read, doubts=(*doubts, *read.doubts))


def _typed(entry: Entry, number: Candidate, around: str, doubts: list[Doubt]) -> Candidate | None:
    value = number.value
    assert isinstance(value, Decimal)
    if entry.kind == "percent":
        most = Decimal("0.02") if entry.name == "premium_rate_pct" else Decimal(1)
        if value <= most:  # a spreadsheet's 90% is 0.9
            doubts.append("unit_converted")
            return replace(number, kind="percent", value=value * 100, unit="%")
        if "%" not in around:
            doubts.append("unit_unclear")
        return replace(number, kind="percent", unit="%")
    if entry.kind in ("days", "claim"):
        is_months = bool(wording("months").search(around)) and not wording("days").search(around)
        if value != value.to_integral_value() or value > 1000:
            return None
        if not is_months and not wording("days").search(around):
            doubts.append("unit_unclear")
        return replace(number, kind="duration", unit="months" if is_months else "days")
    if entry.kind == "money":
        return replace(number, kind="money", unit=UNSTATED)
    return None


def _dates(sheet: Sheet, label: Label, scope: Scope) -> Iterator[Value]:
    found = [item for item in scope.quantities if item.kind == "date" and item.unit in ("day", "range")]
    if not found:
        return
    first = found[0]
    doubts: tuple[Doubt, ...] = ("ambiguous",) if "ambiguous_date" in first.hints else ()
    if label.entry.kind == "date":
        yield Value(
            parameter=label.entry.name, value=_iso(first.value), start=first.start, end=first.end, doubts=doubts
        )
        return
    start: Any = first.low if first.unit == "range" else first.value
    end: Any = first.high if first.unit == "range" else found[1].value if len(found) > 1 else None
    stop = first.end if first.unit == "range" or len(found) < 2 else found[1].end
    length = next((item for item in scope.quantities if item.kind == "duration"), None)
    ends_on: tuple[Doubt, ...] = ()
    if end is None and length is not None and isinstance(length.value, Decimal) and isinstance(start, date):
        months = int(length.value) * {"years": 12, "months": 1}.get(length.unit, 0)
        if months:
            end, ends_on, stop = add_months(start, months) - timedelta(days=1), ("computed",), max(stop, length.end)
    yield Value(parameter="period_from", value=_iso(start), start=first.start, end=stop, doubts=doubts)
    if isinstance(end, date):
        doubts = (*doubts, *ends_on, *(("out_of_bounds",) if not _is_usual_year(start, end) else ()))
        yield Value(parameter="period_to", value=_iso(end), start=first.start, end=stop, doubts=doubts)


def _is_usual_year(start: date, end: date) -> bool:
    return 27 <= (end - start).days <= 3 * 366


def _iso(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _currency(sheet: Sheet, label: Label, scope: Scope) -> Iterator[Value]:
    match = _currency_form().search(sheet.plain, label.end, min(scope.end, label.end + 40))
    if match is not None:
        doubts: tuple[Doubt, ...] = ("ambiguous",) if match.group() in "$¥" else ()
        code = code_by_form()[match.group()]
        yield Value(parameter="currency", value=code, start=match.start(), end=match.end(), doubts=doubts)


@cache
def _currency_form() -> re.Pattern[str]:
    forms = sorted(code_by_form(), key=len, reverse=True)
    return re.compile(
        "|".join(rf"(?<![a-z]){re.escape(form)}(?![a-z])" if form.isascii() else re.escape(form) for form in forms)
    )


def _declaration(sheet: Sheet, label: Label, scope: Scope) -> Iterator[Value]:
    start, text = label.start, sheet.plain[label.start : scope.end]
    named = _frequencies(text)
    if not named:
        start, end = sheet.sentence(label.start)
        text = sheet.plain[start:end]
        named = _frequencies(text)
    if not named:
        return
    at, name = min(named)
    yield Value(parameter="declaration_frequency", value=name, start=start + at, end=start + len(text.rstrip()))
    if day := _ORDINAL_DAY.search(text, at if sheet.plain[start + at] != "每" else 0):
        yield Value(
            parameter="declaration_day", value=int(day["day"]), start=start + at, end=start + len(text.rstrip())
        )


def _frequencies(text: str) -> list[tuple[int, str]]:
    return [
        (match.start(), name)
        for name in ("monthly", "quarterly", "yearly", "per_shipment")
        if (match := wording(name).search(text))
    ]


def _countries(sheet: Sheet, label: Label, scope: Scope) -> Iterator[Value]:
    text = sheet.cased[label.end : scope.end]
    found = [thing for thing in find_things(text, []) if thing.kind == "country"]
    if not found or not re.match(r"[\s)）:：;|a-z]{0,30}", sheet.plain[label.end : label.end + found[0].start]):
        return
    if found[0].start > _BESIDE:
        return
    codes = list(dict.fromkeys(thing.value for thing in sorted(found, key=lambda thing: thing.start)))
    yield Value(
        parameter="countries", value=codes, start=label.end + found[0].start, end=label.end + max(t.end for t in found)
    )


def _calendar(sheet: Sheet, label: Label, scope: Scope) -> Iterator[Value]:
    text = sheet.plain[label.start : scope.end]
    working, calendar = wording("working").search(text), wording("calendar").search(text)
    nearest = min((match for match in (working, calendar) if match), key=lambda match: match.start(), default=None)
    if nearest is not None:
        at = label.start + nearest.start()
        yield Value(
            parameter="calendar",
            value="calendar" if nearest is calendar else "working",
            start=at,
            end=at + len(nearest.group()),
            is_working=nearest is working,
        )


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
