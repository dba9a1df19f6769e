"""Rules of `data/moments.toml` about times of day: their part of the day, their other end, their day."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from assistant.engine.reading.moments import makers
from assistant.engine.reading.moments.bounds import bound_of
from assistant.engine.reading.moments.clocks import clock, part_of
from assistant.engine.reading.moments.lengths import moved
from assistant.engine.reading.moments.model import MIDNIGHT, Moment, Stretch
from assistant.engine.reading.moments.skeleton import Builder, Found


def _clock_in_part(found: Found) -> Moment | None:
    at = _clock(found["c"])
    return part_of(at, found["a"]) if at else None


def _recurring_at(found: Found) -> Moment | None:
    every, at = found["r"].every, found["c"]
    if every is None or at.kind == "hours":
        return None
    place = _clock(at)
    return replace(found["r"], every=replace(every, clock=place.low - MIDNIGHT)) if place else None


def _hours(found: Found) -> Moment | None:
    first = _clock(found["a"])
    if first is None:
        return None
    if length := found.get("u"):
        if not (length.length and length.length.has_clock):
            return None
        return Moment(0, 0, "hours", tuple(Stretch(at.low, moved(at.low, length.length, 1)) for at in first.readings))
    last = _clock(found["b"])
    if last is None:
        return None
    readings = _run(first, last)
    is_weak = found["a"].kind == found["b"].kind == "number" and found["a"].number < 100
    return Moment(0, 0, "hours", readings, "weak" if is_weak else "") if readings else None


def _run(first: Moment, last: Moment) -> tuple[Stretch, ...]:
    """Runs of hours from one time of day to another: the shortest that goes forward, and its twin half a day later."""
    pairs = [(one.low, other.low) for one in first.readings for other in last.readings]
    ahead = sorted((high - low, low, high) for low, high in pairs if high > low)
    if not ahead:
        return tuple(Stretch(low, high + timedelta(days=1)) for low, high in pairs[:1])
    return tuple(Stretch(low, high) for size, low, high in ahead if size == ahead[0][0])


def _instant(found: Found) -> Moment | None:
    at = _clock(found["c"])
    if at is None:
        return None
    if part := found.get("s"):
        hours = Moment(0, 0, "hours", tuple(_on(MIDNIGHT.date(), part.low) for _ in "1"))
        at = part_of(at, replace(hours, readings=(Stretch(hours.low, _on(MIDNIGHT.date(), part.high).low),)))
        if at is None:
            return None
        day = replace(part, readings=(makers.whole_day(part.low.date()),))
    else:
        day = found["d"]
    if not day.readings:
        return Moment(0, 0, "instant", ())
    return Moment(0, 0, "instant", tuple(_on(one.low.date(), two.low) for one in day.readings for two in at.readings))


def _hours_on(found: Found) -> Moment | None:
    day, hours = found["d"], found.get("h") or found.get("a")
    if hours is None or not day.readings:
        return None
    runs = hours.readings
    if day.kind == "stretch":
        at = MIDNIGHT + (day.low - datetime.combine(day.low.date(), time.min))
        runs = tuple(run for run in runs if run.low + timedelta(hours=2) >= at) or runs
    return Moment(0, 0, "stretch", tuple(_hours_of_day(one, run) for one in day.readings for run in runs))


def _bounded_hours(found: Found) -> Moment | None:
    made = _instant(found)
    word = found.word("lead") or found.word("tail").split(" ")[-1]
    bound = "since" if word == "later" else "until" if word == "earlier" else bound_of(word)
    return replace(made, bound=bound) if made and bound else None


def _stretch(found: Found) -> Moment | None:
    first, last = found["a"], found["b"]
    if first.kind == "clock":
        first = replace(first, readings=tuple(_on(found.now.date(), at.low) for at in first.readings))
    if not (first.readings and last.readings):
        return None
    low = first.low
    if last.kind == "clock":
        ends = [_on(low.date(), at.low).low for at in last.readings]
        ends = sorted(end for end in ends if end > low) or [end + timedelta(days=1) for end in ends[:1]]
    else:
        ends = [at.low for at in last.readings if at.low > low]
        if not ends and first.is_partial == last.is_partial:
            return None
    return Moment(0, 0, "stretch", (Stretch(low, ends[0]),)) if ends else None


def _clock(moment: Moment) -> Moment | None:
    """A bare number as an hour."""
    if moment.kind != "number":
        return moment
    hour, minute = (moment.number, 0) if moment.number < 100 else divmod(moment.number, 100)
    return clock(0, 0, hour, minute) if hour <= 24 else None


def _on(day: date, clock_time: datetime) -> Stretch:
    there = datetime.combine(day, clock_time.time())
    return Stretch(there, there)


def _hours_of_day(day: Stretch, run: Stretch) -> Stretch:
    midnight = datetime.combine(day.low.date(), time.min)
    return Stretch(midnight + (run.low - MIDNIGHT), midnight + (run.high - MIDNIGHT))


BUILDERS: dict[str, Builder] = {
    "clock_in_part": _clock_in_part,
    "recurring_at": _recurring_at,
    "hours": _hours,
    "instant": _instant,
    "hours_on": _hours_on,
    "bounded_hours": _bounded_hours,
    "stretch": _stretch,
}
