"""Rules of `data/moments.toml` about days and periods: what is counted from them, their parts, their other end."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from assistant.engine.reading.calendar import week_period
from assistant.engine.reading.moments import makers
from assistant.engine.reading.moments.lengths import moved
from assistant.engine.reading.moments.model import Length, Moment, Stretch
from assistant.engine.reading.moments.skeleton import Builder, Found

_BACK = frozenset({"ago", "back", "earlier", "before", "prior to", "前"})
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _weekday_date(found: Found) -> Moment | None:
    return found["d"] if found["d"].grain != "weekday" else None


def _length_from(found: Found) -> Moment | None:
    length, base, more = found["u"].length, found["d"], found.word("more")
    if length is None or not base.readings:
        return None
    way = -1 if found.word("way") in _BACK else 1
    if base.grain == "weekday" and way > 0:
        base = replace(base, readings=base.readings[-1:])
    there = moved(base.low, length, way)
    if more == "less than":
        low, high = sorted((base.low, there))
        return Moment(0, 0, "period", (Stretch(low, high),), "window")
    made = _at(there, length)
    return replace(made, bound="before" if way < 0 else "after") if more else made


def _length_ago(found: Found) -> Moment | None:
    length, way, now = found["u"].length, found.word("way"), found.now
    if length is None:
        return None
    if way in ("within", "之后", "还剩", "剩下"):
        is_short = length.has_clock and not length.days
        return Moment(0, 0, "stretch", (Stretch(now, moved(now, length, 1)),)) if is_short else None
    return _at(moved(now, length, -1 if way in _BACK else 1), length)


def _at(there: datetime, length: Length) -> Moment:
    if length.has_clock:
        return Moment(0, 0, "instant", (Stretch(there, there),))
    return Moment(0, 0, "day", (makers.whole_day(there.date()),), "day")


def _starting(found: Found) -> Moment | None:
    length, first = found["u"].length, found["d"]
    if length is None or length.has_clock or not first.readings:
        return None
    low = datetime.combine(first.low.date(), time.min)
    return Moment(0, 0, "period", (Stretch(low, moved(low, length, 1)),), "window")


def _day_range(found: Found) -> Moment | None:
    day, number = found["b"], found["a"].number
    if not day.readings or not 1 <= number <= 31:
        return None
    runs = []
    for reading in day.readings:
        try:
            other = reading.low.replace(day=number)
        except ValueError:  # that month is shorter
            return None
        low, last = sorted((reading.low, other))
        is_last_first = found.match.start("a") > found.match.start("b")
        if other == reading.low or (other > reading.low) != is_last_first:
            return None
        runs.append(Stretch(low, last + timedelta(days=1), last))
    return Moment(0, 0, "period", tuple(runs), "range")


def _part(found: Found) -> Moment | None:
    word, whole = found.word("part").replace("the ", ""), found["p"]
    part = "end" if word.startswith(("end", "late")) else "mid" if word.startswith("mid") else "start"
    if not whole.readings or whole.part:
        return None
    if whole.kind in ("hours", "stretch"):
        middle = whole.low + timedelta(hours=2)
        return replace(whole, readings=(Stretch(middle, whole.high) if part == "end" else Stretch(whole.low, middle),))
    if whole.kind == "day":
        if word.startswith("end"):
            return Moment(
                0, 0, "instant", tuple(Stretch(*[day.high - timedelta(seconds=1)] * 2) for day in whole.readings)
            )
        middle = whole.low + timedelta(hours=12)
        return Moment(0, 0, "stretch", (Stretch(middle, whole.high) if part == "end" else Stretch(whole.low, middle),))
    return replace(whole, part=f"rest:{part}" if word.endswith("r") else part)


def _edge(found: Found) -> Moment | None:
    edge = found["e"]
    weekday = edge.grain.removeprefix("edge:")
    if weekday in _WEEKDAYS:
        return makers.weekday_in(found["p"], _WEEKDAYS.index(weekday), edge.number)
    return makers.edge(found["p"], edge.number, edge.count, edge.grain.removeprefix("edge:"))


def _range(found: Found) -> Moment | None:
    first, last = found["a"], found["b"]
    if not (first.readings and last.readings) or (first.grain == "now" and last.grain == "now"):
        return Moment(0, 0, "period", (), "range") if "day" in (first.kind, last.kind) else None
    low, end, high = anchor(first), anchor(last), _after(last)
    if first.grain == "monthday" and last.kind == "day" and last.grain == "day":
        low = _on_day(end, low.day)
    elif last.grain == "monthday" and first.kind == "day":
        end = _on_day(low, end.day)
        high = end + timedelta(days=1)
    if first.is_partial and not last.is_partial and last.grain in ("day", "month", "year"):
        low = next((at for step in range(-60, 60) if (at := _in_year(low, end.year - step)) and at <= end), low)
    elif last.is_partial or last.grain == "weekday":
        while end <= low:
            step = timedelta(days=7) if last.grain == "weekday" else None
            size = high - end
            end = end + step if step else _in_year(end, end.year + 1)
            high = end + size
        if last.is_partial and first.grain in ("day", "month", "year") and not first.is_partial:
            soonest = _in_year(end, low.year)
            end, high = (soonest, soonest + (high - end)) if soonest > low else (end, high)
    if end < low:
        return None
    return Moment(0, 0, "period", (Stretch(low, high, end),), "range")


def anchor(moment: Moment) -> datetime:
    """Where a range begins or ends that names this moment: the end of June is the first of July."""
    if moment.grain == "now":
        return datetime.combine(moment.low.date(), time.min)
    if moment.part == "end":
        return moment.high
    if moment.part == "mid":
        return moment.low.replace(day=16) if moment.grain == "month" else moment.low + (moment.high - moment.low) / 2
    return moment.low


def _after(moment: Moment) -> datetime:
    if moment.part:
        return anchor(moment)
    return moment.high if moment.grain != "now" else anchor(moment) + timedelta(days=1)


def _on_day(at: datetime, day: int) -> datetime:
    """That day of the same month, or of the next where the month is too short."""
    try:
        return at.replace(day=day)
    except ValueError:
        return at.replace(day=28) + timedelta(days=4)


def _in_year(at: datetime, year: int) -> datetime:
    try:
        return at.replace(year=year)
    except ValueError:  # 29 February
        return at.replace(year=year, month=3, day=1)


def _half(found: Found) -> Moment | None:
    whole, is_first = found["p"], (found["o"].number or found["o"].low.day) == 1
    if whole.grain not in ("year", "month") or whole.part:
        return None
    middle = whole.low.replace(month=7) if whole.grain == "year" else whole.low.replace(day=16)
    stretch = Stretch(whole.low, middle) if is_first else Stretch(middle, whole.high)
    return replace(whole, grain="half", readings=(stretch,))


def _rest(found: Found) -> Moment | None:
    today = datetime.combine(found.now.date(), time.min)
    whole = found["p"]
    return (
        replace(whole, grain="window", readings=(Stretch(today, whole.high),))
        if whole.low <= today < whole.high
        else None
    )


def _week_from(found: Found) -> Moment | None:
    day = found["d"]
    if not day.readings:
        return None
    return makers.over(week_period(day.low.date()), "week")


BUILDERS: dict[str, Builder] = {
    "weekday_date": _weekday_date,
    "length_from": _length_from,
    "length_ago": _length_ago,
    "starting": _starting,
    "day_range": _day_range,
    "part": _part,
    "edge": _edge,
    "range": _range,
    "half": _half,
    "rest": _rest,
    "week_from": _week_from,
}
