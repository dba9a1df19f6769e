"""Counting days: calendar days, working days of a country, and months that end where the month ends."""

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from tools.errors import ToolInputError

CALENDAR_DAYS = "calendar"


@dataclass(frozen=True, kw_only=True)
class DayCount:
    """Where a count of days ended, and the years whose official holidays were not published yet."""

    end: date
    unpublished: tuple[int, ...] = ()


def add_days(start: date, days: int, day_calendar: str = CALENDAR_DAYS) -> DayCount:
    """The day that is `days` after `start`: `add_days(date(2026, 3, 1), 60).end  # 30 April 2026`.

    Args:
        start: The day the count starts from; it is not counted itself.
        days: How many days.
        day_calendar: `calendar`, or `working:CN` (ISO country code) to count that country's working days.
    """
    if day_calendar == CALENDAR_DAYS:
        return DayCount(end=start + timedelta(days=days))
    country = day_calendar.partition(":")[2]
    works = _working_day_rule(country)
    day, left, unpublished = start, days, set()
    while left:
        day += timedelta(days=1)
        left -= works(day)
        if not _is_published(country, day.year):
            unpublished.add(day.year)
    return DayCount(end=day, unpublished=tuple(sorted(unpublished)))


def add_months(start: date, months: int) -> date:
    """The same day `months` later, or the last day of a shorter month: 31 August + 6 months = 28 February."""
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def spelled(day_calendar: str) -> str:
    """As this module writes it: `spelled("Working:cn")  # "working:CN"`."""
    kind, colon, country = day_calendar.partition(":")
    return f"{kind.strip().lower()}{colon}{country.strip().upper()}"


def check_calendar(day_calendar: str, *, argument: str = "calendar") -> None:
    """Refuse a calendar that cannot be counted; `argument` is the name of the argument that holds it.

    Raises:
        ToolInputError: Neither `calendar` nor `working:` and a country whose holidays are known.
    """
    if day_calendar != CALENDAR_DAYS:
        kind, _, country = day_calendar.partition(":")
        if kind != "working":
            raise ToolInputError(argument, day_calendar, "use `calendar` or `working:` and a country, `working:CN`.")
        if not _is_known(country):
            remedy = "no holiday calendar for this country; use `calendar` or another `working:` country."
            raise ToolInputError(argument, day_calendar, remedy)


def _working_day_rule(country: str) -> Callable[[date], bool]:
    if country != "CN":
        general = _holidays(country)
        return lambda day: bool(general.is_working_day(day))
    # the State Council sets holidays and moved working days year by year: beyond its published years no holiday is
    # guessed, only weekends are left out, and the caller is told
    import chinese_calendar

    return lambda day: chinese_calendar.is_workday(day) if _is_published("CN", day.year) else day.weekday() < 5


@cache
def _holidays(country: str) -> Any:
    import holidays  # half a second; only needed when working days are counted

    return holidays.country_holidays(country)


def _is_known(country: str) -> bool:
    try:
        _working_day_rule(country)
    except NotImplementedError:
        return False
    return True


@cache
def _is_published(country: str, year: int) -> bool:
    if country != "CN":
        return True
    import chinese_calendar

    try:
        chinese_calendar.is_workday(date(year, 6, 15))
    except NotImplementedError:
        return False
    return True
