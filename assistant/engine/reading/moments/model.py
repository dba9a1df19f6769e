"""A stretch of time that a message speaks of, from a clock time to a quarter."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

Kind = Literal["day", "period", "clock", "hours", "instant", "stretch", "duration", "recurring", "number"]
"""A calendar day, a run of days, a time of day, a run of hours, a time on a day, a run of hours on a day or over days,
a length of time, something that comes back, and a number that may turn out to be a day or an hour."""
Bound = Literal["", "before", "until", "since", "after"]
MIDNIGHT = datetime.combine(date.min, time.min)
"""Times of day without a day are counted from here."""


class Stretch(NamedTuple):
    """From `low` up to, not including, `high`; `last` is where the last unit of a run begins."""

    low: datetime
    high: datetime
    last: datetime | None = None


@dataclass(frozen=True)
class Length:
    """A length of time in the units it was said in: a month is not 30 days."""

    years: Decimal = Decimal(0)
    months: Decimal = Decimal(0)
    days: Decimal = Decimal(0)
    seconds: Decimal = Decimal(0)
    is_business: bool = False

    def __add__(self, other: "Length") -> "Length":
        return Length(
            self.years + other.years,
            self.months + other.months,
            self.days + other.days,
            self.seconds + other.seconds,
            self.is_business or other.is_business,
        )

    @property
    def has_clock(self) -> bool:
        return bool(self.seconds)


@dataclass(frozen=True)
class Recurrence:
    """Every `step`, or every week on `weekday` (1 is Monday), at `clock`."""

    step: Length | None = None
    weekday: int = 0
    clock: timedelta | None = None


@dataclass(frozen=True)
class Moment:
    """One expression of time with its place in the normalised text; the first of `readings` is the likeliest."""

    start: int
    end: int
    kind: Kind
    readings: tuple[Stretch, ...] = ()
    grain: str = ""
    """day, weekday, week, month, quarter, half, year, now, part (of a day), weak (an hour only beside a day)."""
    bound: Bound = ""
    part: str = ""
    """start, mid or end, of the period in `readings`."""
    length: Length | None = None
    every: Recurrence | None = None
    core: tuple[int, int] | None = None
    """The place of the day or period itself, without the word that bounds it."""
    number: int = 0
    count: int = 1
    is_partial: bool = False
    """A month or day whose year was not said."""
    is_vague: bool = False
    """The year, the day before: which one, only what was said before can tell."""

    @property
    def low(self) -> datetime:
        return self.readings[0].low

    @property
    def high(self) -> datetime:
        return self.readings[0].high
