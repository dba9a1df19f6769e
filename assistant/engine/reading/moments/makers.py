"""What turns a matched date into its moment, in either language."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from assistant.engine.reading.calendar import (
    Period,
    add_months,
    day_or_none,
    half_year,
    month_period,
    nearest_year,
    quarter_period,
    week_period,
    year_period,
)
from assistant.engine.reading.lexicons import lexicon
from assistant.engine.reading.moments.model import Moment, Stretch

MOST_WORKDAYS = 5000
"""Working days are counted one by one, up to this many."""


@dataclass(frozen=True)
class Today:
    """The moment that relative dates are counted from; whether 1/2 is January in the reader's country."""

    now: datetime
    month_first: bool = False

    @property
    def day(self) -> date:
        return self.now.date()


Maker = Callable[[re.Match[str], Today], Moment | None]
Makers = Sequence[tuple[re.Pattern[str], Maker, re.Pattern[str] | None]]
"""Patterns with what makes a moment of their match, and what a text must have for a match to be possible."""
_NEEDED = re.compile(r"\(\?P<[mw]>\{(MONTH|WEEKDAY|NAMES)\}\)")
_PIECE = re.compile(r"\{([A-Z_]+)\}")


def forms(name: str, by_name: dict[str, Maker], words: dict[str, str]) -> Makers:
    """The patterns of a data file, pieces put in, each with what makes a moment of its match."""
    data = lexicon(name)
    pieces = words | data["pieces"]

    def written(pattern: str) -> str:
        while _PIECE.search(pattern):
            pattern = _PIECE.sub(lambda found: pieces[found[1]], pattern)
        return pattern

    def needed(pattern: str) -> re.Pattern[str] | None:
        found = _NEEDED.search(pattern)
        return re.compile(written(f"{{{found[1]}}}"), re.I) if found else None

    return tuple(
        (re.compile(written(form["pattern"]), re.I), by_name[form["make"]], needed(form["pattern"]))
        for form in data["forms"]
    )


def made(text: str, makers: Makers, today: Today) -> Iterator[Moment]:
    """Every moment that `makers` find in `text`; overlapping ones are the caller's to settle."""
    has: dict[re.Pattern[str], bool] = {}
    for pattern, make, needed in makers:
        if needed is not None:
            if needed not in has:
                has[needed] = needed.search(text) is not None
            if not has[needed]:
                continue
        for match in pattern.finditer(text):
            try:
                found = make(match, today)
            except (OverflowError, ValueError):  # a day that no calendar has
                continue
            if found is not None:
                start, end = match.span("at") if match.groupdict().get("at") else match.span()
                yield replace(found, start=start, end=end)


def on_day(day: date | None, grain: str = "day", *others: date | None) -> Moment | None:
    """One calendar day, or several that the words may mean."""
    days = [item for item in (day, *others) if item]
    return Moment(0, 0, "day", tuple(whole_day(item) for item in days), grain) if day else None


def whole_day(day: date) -> Stretch:
    return Stretch(datetime.combine(day, time.min), datetime.combine(day, time.min) + timedelta(days=1))


def new_year(year: int) -> datetime:
    """The first instant of a year."""
    return whole_day(date(year, 1, 1)).low


def over(period: Period, grain: str, *, is_partial: bool = False) -> Moment:
    """A run of days, its last one included."""
    low, high = (whole_day(day) for day in period)
    return Moment(0, 0, "period", (Stretch(low.low, high.high),), grain, is_partial=is_partial)


def month_and_day(month: int, day: int, year: int | None, today: Today) -> Moment | None:
    """A day, in the year that people mean when none is said; a day that no calendar has is still one expression."""
    if year:
        found = day_or_none(year, month, day)
        return on_day(found) if found else _impossible(month, day)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    try:
        found = nearest_year(month, day, today.day)
    except ValueError:
        return _impossible(month, day)
    day_moment = on_day(found)
    return replace(day_moment, is_partial=True) if day_moment else None


def _impossible(month: int, day: int) -> Moment | None:
    return Moment(0, 0, "day", (), "day") if 1 <= month <= 12 and 28 < day <= 31 else None


def in_month(month: int, year: int | None, today: Today) -> Moment:
    chosen = year or nearest_year(month, 15, today.day).year
    return over(month_period(chosen, month), "month", is_partial=year is None)


def in_quarter(number: int, year: int | None, today: Today) -> Moment:
    return over(quarter_period(year or today.day.year, number), "quarter")


def in_half(number: int, year: int | None, today: Today) -> Moment:
    return over(half_year(year or today.day.year, number), "half")


def in_year(year: int) -> Moment:
    return over(year_period(year), "year")


def in_week(number: int, year: int) -> Moment:
    """The week of that number, weeks counted from Monday as ISO 8601 does."""
    return over(week_period(date.fromisocalendar(year, number, 1)), "week")


def shifted(unit: str, step: int, today: Today) -> Moment | None:
    """The week, month, quarter or year that many after the present one."""
    day, first = today.day, today.day.replace(day=1)
    if unit == "day":
        return on_day(day + timedelta(days=step))
    if unit == "weekend":
        saturday = week_period(day)[0] + timedelta(days=5, weeks=step)
        return over((saturday, saturday + timedelta(days=1)), "weekend")
    if unit == "week":
        return over(week_period(day + timedelta(weeks=step)), "week")
    if unit == "fortnight":
        monday = week_period(day)[0] + timedelta(weeks=2 * step)
        return over((monday, monday + timedelta(days=13)), "week")
    if unit == "month":
        there = add_months(first, step)
        return over(month_period(there.year, there.month), "month")
    if unit == "quarter":
        there = add_months(first, 3 * step)
        return over(quarter_period(there.year, (there.month + 2) // 3), "quarter")
    if unit == "half":
        index = day.year * 2 + (day.month > 6) + step
        return over(half_year(index // 2, index % 2 + 1), "half")
    if unit == "decade":
        decade = day.year // 10 * 10 + 10 * step
        return over((date(decade, 1, 1), date(decade + 9, 12, 31)), "decade")
    return in_year(day.year + step)


def weekday_on(wanted: int, today: Today, step: int | None) -> Moment | None:
    """A day of the week: of the week that many away, or the nearest past one, with the coming one beside it."""
    if step is not None:
        return on_day(week_period(today.day)[0] + timedelta(days=wanted, weeks=step), "weekday")
    ahead = (wanted - today.day.weekday()) % 7
    last = today.day - timedelta(days=(-ahead) % 7 or 7)
    return on_day(last, "weekday", today.day + timedelta(days=ahead))


def weekday_in(whole: Moment, wanted: int, place: int) -> Moment | None:
    """The first, second … or last (-1) such weekday of a month or another period."""
    first = whole.low.date() + timedelta(days=(wanted - whole.low.weekday()) % 7)
    days = [first + timedelta(weeks=step) for step in range(60) if first + timedelta(weeks=step) < whole.high.date()]
    index = place if place < 0 else place - 1
    if not days or index >= len(days):
        return None
    found = on_day(days[index])
    return replace(found, is_partial=whole.is_partial) if found else None


def weekday_and_day(wanted: int, number: int, today: Today) -> Moment | None:
    """Friday 23: the nearest month whose 23rd is a Friday."""
    first = today.day.replace(day=1)
    for step in sorted(range(-12, 13), key=lambda step: (abs(step), step)):
        month = add_months(first, step)
        found = day_or_none(month.year, month.month, number)
        if found and found.weekday() == wanted:
            return on_day(found)
    return None


def day_of_month(number: int, today: Today, step: int | None = None) -> Moment | None:
    """The 18th: of the month that many away, or the last one gone by with the others beside it."""
    if step is not None:
        month = add_months(today.day.replace(day=1), step)
        return on_day(day_or_none(month.year, month.month, number))
    months = (add_months(today.day.replace(day=1), step) for step in (0, -1, -2))
    days = [day for month in months if (day := day_or_none(month.year, month.month, number))]
    past = [day for day in days if day <= today.day]
    best = past[:1] + [day for day in days if day not in past]
    found = on_day(best[0], "day", *best[1:]) if best else None
    return replace(found, grain="monthday") if found else None


def window(count: int, unit: str, way: int, today: Today, *, is_business: bool = False) -> Moment | None:
    """The last or next so many units, whole days not counting today when they lie ahead."""
    now, day = today.now, today.day
    if unit in ("hour", "minute", "second"):
        other = now + way * timedelta(**{f"{unit}s": count})
        return Moment(0, 0, "stretch", (Stretch(min(now, other), max(now, other)),))
    if unit == "quarter":
        here = shifted("quarter", 0, today)
        assert here is not None
        first = here.low.date() if way < 0 else here.high.date()
        low, high = sorted((first, add_months(first, 3 * way * count)))
    elif is_business:
        low, high = _business(day, count, way)
    else:
        first = day if way < 0 else day + timedelta(days=1)
        far = moved(first, count, unit, way)
        low, high = min(first, far), max(first, far)
    stretch = Stretch(whole_day(low).low, whole_day(high).low)
    return Moment(0, 0, "period", (stretch,), "window")


def edge(whole: Moment, place: int, count: int, unit: str) -> Moment | None:
    """So many days, weeks or months from the `place`th of a period, or its last ones (`place` -1).

    A week belongs to the period that its Thursday lies in.
    """
    low, high = whole.low.date(), whole.high.date()
    if unit == "week":
        low = low + timedelta(days=(3 - low.weekday()) % 7 - 3)
        end = high - timedelta(days=(high.weekday() - 4) % 7 + 4)
        high = end + timedelta(days=7) - timedelta(days=end.weekday())
    first = moved(high, count, unit, -1) if place < 0 else moved(low, place - 1, unit, 1)
    stretch = Stretch(whole_day(first).low, whole_day(moved(first, count, unit, 1)).low)
    return Moment(0, 0, "period", (stretch,), unit if count == 1 else "window", is_partial=whole.is_partial)


def moved(day: date, count: int, unit: str, way: int) -> date:
    if unit in ("day", "week", "fortnight"):
        return day + timedelta(days=way * count * {"day": 1, "week": 7, "fortnight": 14}[unit])
    return add_months(day, way * count * {"month": 1, "year": 12, "decade": 120}[unit])


def _business(day: date, count: int, way: int) -> tuple[date, date]:
    if count > MOST_WORKDAYS:
        raise OverflowError(f"{count} working days are counted by nobody")
    found: list[date] = []
    while len(found) < count:
        day = workday(day, way)
        found.append(day)
    return min(found), max(found) + timedelta(days=1)


def workday(day: date, way: int) -> date:
    """The next or last day that is not of a weekend; holidays are not known."""
    day += timedelta(days=way)
    while day.weekday() >= 5:
        day += timedelta(days=way)
    return day
