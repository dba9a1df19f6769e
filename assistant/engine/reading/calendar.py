"""Calendar arithmetic for reading dates."""

from calendar import monthrange
from datetime import date, timedelta

Period = tuple[date, date]


def day_or_none(year: int, month: int, day: int) -> date | None:
    """The date, or None when the calendar has no such day."""
    if 1 <= month <= 12 and 1 <= year <= 9998 and 1 <= day <= monthrange(year, month)[1]:
        return date(year, month, day)
    return None


def nearest_year(month: int, day: int, today: date) -> date:
    """The occurrence of a month and day that people mean: the past one, unless the coming one is near."""
    options = [found for year in range(today.year - 4, today.year + 5) if (found := day_or_none(year, month, day))]
    if not options:
        raise ValueError(f"no year has a day {month}-{day}")
    # invoices and losses lie behind us; three days back weigh as much as one day ahead
    return min(options, key=lambda option: (option - today).days * 3 if option > today else (today - option).days)


def add_days(day: date, count: int) -> date:
    return day + timedelta(days=count)


def add_months(day: date, count: int) -> date:
    """The same day `count` months away, or the month's last day when it is shorter."""
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def month_period(year: int, month: int) -> Period:
    return date(year, month, 1), month_end(date(year, month, 1))


def quarter_period(year: int, quarter: int) -> Period:
    return date(year, 3 * quarter - 2, 1), month_end(date(year, 3 * quarter, 1))


def half_year(year: int, half: int) -> Period:
    return (date(year, 1, 1), date(year, 6, 30)) if half == 1 else (date(year, 7, 1), date(year, 12, 31))


def year_period(year: int) -> Period:
    return date(year, 1, 1), date(year, 12, 31)


def week_period(day: date) -> Period:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)
