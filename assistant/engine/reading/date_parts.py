"""What the date grammars share: the date found, and periods, months and years by their words."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from assistant.engine.reading.calendar import (
    add_days,
    add_months,
    day_or_none,
    month_end,
    month_period,
    nearest_year,
    quarter_period,
    week_period,
    year_period,
)
from assistant.engine.reading.numerals import zh_value


@dataclass(frozen=True)
class DateFound:
    """A day, or a period with `low` and `high`; `alternatives` are other readings of the same words."""

    start: int
    end: int
    value: date
    grain: str = "day"
    low: date | None = None
    high: date | None = None
    alternatives: tuple[date, ...] = ()
    is_ambiguous: bool = False
    is_approximate: bool = False
    part: str = ""
    """start, mid or end of `part_of`, where the words said so."""
    part_of: tuple[date, date] | None = None
    part_grain: str = ""


Builder = Callable[[re.Match[str], date], "DateFound | None"]
Rules = Iterator[tuple[str, Builder]]
"""Patterns, each with what makes a date of its match."""


ZH_YEAR = r"(?:(?P<y>(?:19|20)?\d\d|[零〇一二三四五六七八九]{2,4}) ?年 ?|(?P<ry>前年|去年|今年|本年|明年|后年) ?的?)"
ZH_MONTH = r"(?P<m>1[0-2]|0?[1-9]|十[一二]|[一二三四五六七八九十]) ?月(?:份)?"


_MONTHS = {
    name: i
    for i, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}


def moved(today: date, count: int, unit: str, way: int, *, half: bool) -> DateFound | None:
    if unit in ("day", "week"):
        size = 7 if unit == "week" else 1
        return DateFound(0, 0, add_days(today, way * (count * size + (size // 2 if half else 0))))
    months = count * {"month": 1, "quarter": 3, "year": 12}[unit] + (
        {"month": 0, "quarter": 1, "year": 6}[unit] if half else 0
    )
    moved = add_months(today, way * months)
    if half and unit == "month":
        moved = add_days(moved, way * 15)
    return DateFound(0, 0, moved, is_approximate=unit != "month" or half)


def around(day: date, unit: str) -> tuple[date, date]:
    if unit == "week":
        return week_period(day)
    if unit == "month":
        return month_period(day.year, day.month)
    if unit == "quarter":
        return quarter_period(day.year, (day.month - 1) // 3 + 1)
    return year_period(day.year)


def part_of_month(year: int, month: int, part: str) -> DateFound | None:
    low, high = month_period(year, month)
    part = part.strip().lower()
    if part in ("底", "末", "月底", "月末") or "end" in part:
        return DateFound(0, 0, high, part="end", part_of=(low, high), part_grain="month")
    if part in ("初", "上旬", "月初", "头上", "early") or part.startswith(("begin", "start")):
        return _within("start", low, low, low.replace(day=10), (low, high), is_named="旬" not in part)
    if part in ("下旬", "late"):
        return _within("end", low.replace(day=21), low.replace(day=21), high, (low, high), is_named=part == "late")
    middle = low.replace(day=11), low.replace(day=20)
    return _within("mid", low.replace(day=15), *middle, (low, high), is_named="旬" not in part)


def _within(part: str, day: date, low: date, high: date, month: tuple[date, date], *, is_named: bool) -> DateFound:
    """A part of a month; ten days (旬) are a period of their own."""
    found = DateFound(0, 0, day, "part", low, high, is_approximate=True)
    return replace(found, part=part, part_of=month, part_grain="month") if is_named else found


def part_of_year(year: int, part: str | None) -> DateFound:
    low, high = year_period(year)
    if not part:
        return period("year", low, high)
    if part.endswith(("底", "末")):
        return DateFound(0, 0, high, part="end", part_of=(low, high), part_grain="year")
    if part.endswith("初"):
        end = month_end(date(year, 1, 1))
        return DateFound(
            0, 0, low, "part", low, end, is_approximate=True, part="start", part_of=(low, high), part_grain="year"
        )
    return DateFound(
        0, 0, date(year, 6, 30), "part", date(year, 6, 1), date(year, 7, 31), is_approximate=True, part="mid",
        part_of=(low, high), part_grain="year",
    )  # fmt: skip


def zh_year_of(match: re.Match[str], today: date) -> int | None:
    groups = match.groupdict()
    if groups.get("ry"):
        return today.year + {"前年": -2, "去年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}[groups["ry"]]
    if not groups.get("y"):
        return None
    year = zh_int(groups["y"])
    return year + 2000 if year < 100 else year


def zh_shift(word: str) -> int:
    word = word.removesuffix("个")
    return {"上上": -2, "上": -1, "下": 1, "下下": 2}.get(word, 0)


def zh_int(numeral: str) -> int:
    return int(numeral) if numeral.isdigit() and numeral.isascii() else int(zh_value(numeral) or 0)


def month_number(name: str) -> int:
    return _MONTHS[name.lower()[:3]]


def day_found(year: int, month: int, day: int) -> DateFound | None:
    found = day_or_none(year, month, day)
    return DateFound(0, 0, found) if found else None


def nearest_day(month: int, day: int, today: date) -> DateFound | None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    best = nearest_year(month, day, today)
    others = (day_or_none(best.year + step, month, day) for step in (-1, 1))
    return DateFound(0, 0, best, alternatives=tuple(other for other in others if other))


def period(grain: str, low: date, high: date) -> DateFound:
    return DateFound(0, 0, low, grain, low, high)


def zh_date(match: re.Match[str], today: date) -> DateFound | None:
    """The day of a match with `m`, `d` and perhaps a year; 半 is the middle of the month."""
    month, year = zh_int(match["m"]), zh_year_of(match, today)
    day = 15 if match["d"] == "半" else zh_int(match["d"])
    return day_found(year, month, day) if year else nearest_day(month, day, today)
