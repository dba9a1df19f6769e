"""Lengths of time and what comes back: 3 hours 30 minutes, 三年半; every two weeks, 每周一, quarterly."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache

from assistant.engine.reading.calendar import add_months
from assistant.engine.reading.lexicons import lexicon
from assistant.engine.reading.moments import makers
from assistant.engine.reading.moments.model import Length, Moment, Recurrence
from assistant.engine.reading.numeral_parts import Number

_BETWEEN = re.compile(r",?\s?(?:and|又|零)?\s?", re.I)
_HALF_AFTER = re.compile(r"\s?(?:and (?:a )?(?P<part>half|quarter)|半)(?![a-z])", re.I)
_HALF_BEFORE = re.compile(r"\s?(?:and a half|(?P<mid>个半))\s?", re.I)


def find_lengths(text: str, numbers: Sequence[Number]) -> list[Moment]:
    """Every length of time; neighbouring ones of falling size are one: 8天又二十个小时."""
    found = sorted((*_counted(text, numbers), *_in_words(text)), key=lambda item: (item.start, -item.end))
    joined: list[Moment] = []
    for item in found:
        last = joined[-1] if joined else None
        if last and item.start < last.end:
            continue
        if last and last.length and item.length and _BETWEEN.fullmatch(text, last.end, item.start):
            joined[-1] = Moment(last.start, item.end, "duration", length=last.length + item.length, grain="sum")
        else:
            joined.append(item)
    return joined


def find_recurring(text: str) -> Iterator[Moment]:
    """What comes back every so often, without its time of day."""
    for pattern, unit, count in _recurring():
        for match in pattern.finditer(text):
            groups = match.groupdict()
            times = Decimal(count)
            if groups.get("other"):
                times *= 2
            yield Moment(match.start(), match.end(), "recurring", grain=unit, every=Recurrence(length_of(unit, times)))


def length_of(unit: str, count: Decimal) -> Length:
    """So many of a unit; 7 days are kept where a week was said."""
    if unit == "year":
        return Length(years=count)
    if unit in ("month", "quarter"):
        return Length(months=count * (3 if unit == "quarter" else 1))
    if unit in ("day", "business", "night", "week", "fortnight", "weekend"):
        size = {"week": 7, "fortnight": 14, "weekend": 2}.get(unit, 1)
        return Length(days=count * size, is_business=unit == "business")
    return Length(seconds=count * {"hour": 3600, "minute": 60, "second": 1}[unit])


def _counted(text: str, numbers: Sequence[Number]) -> Iterator[Moment]:
    for number in numbers:
        if number.value < 0 or number.scale >= 1000 or 1900 < number.value < 2100:
            continue
        start, at, value = number.start, number.end, number.value
        if half := _HALF_BEFORE.match(text, at):
            at, value = half.end(), value + Decimal("0.5")
        unit = _unit_at(text, at)
        if unit is None:
            continue
        name, at = unit
        if not half and (after := _HALF_AFTER.match(text, at)):
            value, at = value + (Decimal("0.25") if after["part"] == "quarter" else Decimal("0.5")), after.end()
        yield Moment(start, at, "duration", length=length_of(name, value), grain=name)


def _unit_at(text: str, at: int) -> tuple[str, int] | None:
    for pattern, name in _units():
        if match := pattern.match(text, at):
            return name, match.end()
    return None


def _in_words(text: str) -> Iterator[Moment]:
    for pattern, name, count in _words():
        for match in pattern.finditer(text):
            yield Moment(match.start(), match.end(), "duration", length=length_of(name, count), grain=name)


@cache
def _units() -> tuple[tuple[re.Pattern[str], str], ...]:
    rows = lexicon("moments")["units"].items()
    return tuple((re.compile(rf"\s?-?\s?(?:{'|'.join(forms)})", re.I), name) for name, forms in rows)


@cache
def _words() -> tuple[tuple[re.Pattern[str], str, Decimal], ...]:
    rows = lexicon("moments")["lengths"]
    return tuple((re.compile("|".join(row["forms"]), re.I), row["unit"], Decimal(row["count"])) for row in rows)


@cache
def _recurring() -> tuple[tuple[re.Pattern[str], str, Decimal], ...]:
    rows = lexicon("moments")["recurring"]
    return tuple((re.compile("|".join(row["forms"]), re.I), row["unit"], Decimal(row["count"])) for row in rows)


def moved(low: datetime, length: Length, way: int) -> datetime:
    """That long before or after, half months as days."""
    months = length.years * 12 + length.months
    there = add_months(low.date(), way * int(months))
    days = length.days + (months % 1) * 30
    if length.is_business:
        if length.days > makers.MOST_WORKDAYS:
            raise OverflowError(f"{length.days} working days are counted by nobody")
        for _ in range(int(length.days)):
            there = makers.workday(there, way)
        days -= length.days
    return datetime.combine(there, low.time()) + way * timedelta(days=float(days), seconds=float(length.seconds))
