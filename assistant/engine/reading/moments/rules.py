"""What a rule of `data/moments.toml` makes of the moments it joins."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from assistant.engine.reading.calendar import add_months, week_period
from assistant.engine.reading.moments import makers
from assistant.engine.reading.moments.clocks import clock, part_of
from assistant.engine.reading.moments.model import MIDNIGHT, Bound, Length, Moment, Recurrence, Stretch
from assistant.engine.reading.moments.skeleton import Builder, Found

_BACK = frozenset({"ago", "back", "earlier", "before", "prior to", "前"})
_SAYS: dict[Bound, tuple[str, ...]] = {
    "before": (
        *("before", "no later than", "not later than", "earlier than", "prior to", "until", "till", "by", "<"),
        *("前", "之前", "以前", "截止到", "截至", "截至到", "截止", "到"),
    ),
    "until": ("as late as", "on or before", "<=", "< ="),
    "after": ("after", "later than", ">", "后", "之后", "以后"),
    "since": (
        "since",
        "on or after",
        "not before",
        "no earlier than",
        "not earlier than",
        "as early as",
        ">=",
        "> =",
        "以来",
        "之来",
        "来",
        "起",
        "开始",
    ),
}
_BOUNDS = {word: bound for bound, words in _SAYS.items() for word in words}


_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _every(found: Found) -> Moment | None:
    length = found["u"].length
    return Moment(0, 0, "recurring", grain=found["u"].grain, every=Recurrence(length)) if length else None


def _every_weekday(found: Found) -> Moment | None:
    return Moment(0, 0, "recurring", every=Recurrence(weekday=found["d"].low.isoweekday()))


def _clock_in_part(found: Found) -> Moment | None:
    at = _clock(found["c"])
    return part_of(at, found["a"]) if at else None


def _recurring_at(found: Found) -> Moment | None:
    every, at = found["r"].every, found["c"]
    if every is None or at.kind == "hours":
        return None
    place = _clock(at)
    return replace(found["r"], every=replace(every, clock=place.low - MIDNIGHT)) if place else None


def _recurring_day(found: Found) -> Moment | None:
    """Every month on the 15th: the day is no date of its own."""
    return found["r"] if found["d"].grain == "monthday" else None


def _clock(moment: Moment) -> Moment | None:
    """A bare number as an hour."""
    if moment.kind != "number":
        return moment
    hour, minute = (moment.number, 0) if moment.number < 100 else divmod(moment.number, 100)
    return clock(0, 0, hour, minute) if hour <= 24 else None


def _weekday_date(found: Found) -> Moment | None:
    return found["d"] if found["d"].grain != "weekday" else None


def _moved(low: datetime, length: Length, way: int) -> datetime:
    """That long before or after, half months as days."""
    months = length.years * 12 + length.months
    there = add_months(low.date(), way * int(months))
    days = length.days + (months % 1) * 30
    if length.is_business:
        for _ in range(int(length.days)):
            there = makers.workday(there, way)
        days -= length.days
    return datetime.combine(there, low.time()) + way * timedelta(days=float(days), seconds=float(length.seconds))


def _length_from(found: Found) -> Moment | None:
    length, base, more = found["u"].length, found["d"], found.word("more")
    if length is None or not base.readings:
        return None
    way = -1 if found.word("way") in _BACK else 1
    if base.grain == "weekday" and way > 0:
        base = replace(base, readings=base.readings[-1:])
    there = _moved(base.low, length, way)
    if more == "less than":
        low, high = sorted((base.low, there))
        return Moment(0, 0, "period", (Stretch(low, high),), "window")
    made = _at(there, length)
    return replace(made, bound="before" if way < 0 else "after") if more else made


def _at(there: datetime, length: Length) -> Moment:
    if length.has_clock:
        return Moment(0, 0, "instant", (Stretch(there, there),))
    return Moment(0, 0, "day", (makers.whole_day(there.date()),), "day")


def _length_ago(found: Found) -> Moment | None:
    length, way, now = found["u"].length, found.word("way"), found.now
    if length is None:
        return None
    if way in ("within", "之后", "还剩", "剩下"):
        is_short = length.has_clock and not length.days
        return Moment(0, 0, "stretch", (Stretch(now, _moved(now, length, 1)),)) if is_short else None
    return _at(_moved(now, length, -1 if way in _BACK else 1), length)


def _starting(found: Found) -> Moment | None:
    length, first = found["u"].length, found["d"]
    if length is None or length.has_clock or not first.readings:
        return None
    low = datetime.combine(first.low.date(), time.min)
    return Moment(0, 0, "period", (Stretch(low, _moved(low, length, 1)),), "window")


def _hours(found: Found) -> Moment | None:
    first = _clock(found["a"])
    if first is None:
        return None
    if length := found.get("u"):
        if not (length.length and length.length.has_clock):
            return None
        return Moment(0, 0, "hours", tuple(Stretch(at.low, _moved(at.low, length.length, 1)) for at in first.readings))
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


def _on(day: date, clock_time: datetime) -> Stretch:
    there = datetime.combine(day, clock_time.time())
    return Stretch(there, there)


def _hours_on(found: Found) -> Moment | None:
    day, hours = found["d"], found.get("h") or found.get("a")
    if hours is None or not day.readings:
        return None
    runs = hours.readings
    if day.kind == "stretch":
        at = MIDNIGHT + (day.low - datetime.combine(day.low.date(), time.min))
        runs = tuple(run for run in runs if run.low + timedelta(hours=2) >= at) or runs
    return Moment(0, 0, "stretch", tuple(_hours_of_day(one, run) for one in day.readings for run in runs))


def _hours_of_day(day: Stretch, run: Stretch) -> Stretch:
    midnight = datetime.combine(day.low.date(), time.min)
    return Stretch(midnight + (run.low - MIDNIGHT), midnight + (run.high - MIDNIGHT))


def _bounded_hours(found: Found) -> Moment | None:
    made = _instant(found)
    word = found.word("lead") or found.word("tail").split(" ")[-1]
    bound = "since" if word == "later" else "until" if word == "earlier" else _BOUNDS.get(word, "")
    return replace(made, bound=bound) if made and bound else None


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


def _in_year(at: datetime, year: int) -> datetime:
    try:
        return at.replace(year=year)
    except ValueError:  # 29 February
        return at.replace(year=year, month=3, day=1)


def _same(found: Found) -> Moment | None:
    """The words around it belong to the expression: in the morning, around 1pm."""
    return found["a"]


def _week_from(found: Found) -> Moment | None:
    day = found["d"]
    if not day.readings:
        return None
    return makers.over(week_period(day.low.date()), "week")


def _bounded(found: Found) -> Moment | None:
    moment = found["m"]
    lead, tail = found.word("lead"), found.word("tail")
    if lead == "=":
        return moment
    bound = _tail_bound(tail) if tail else "since" if lead.startswith(("start", "begin")) else _BOUNDS.get(lead)
    return replace(moment, bound=bound, core=(moment.start, moment.end)) if bound else None


def _tail_bound(tail: str) -> Bound:
    if tail.startswith(("or ", "and ")):
        return "until" if tail.endswith(("earlier", "before")) else "since"
    if tail[0] in "或及和含":
        return "until" if tail.endswith("前") else "since"
    return _BOUNDS.get(tail, "")


BUILDERS: dict[str, Builder] = {
    "every": _every,
    "every_weekday": _every_weekday,
    "clock_in_part": _clock_in_part,
    "recurring_at": _recurring_at,
    "weekday_date": _weekday_date,
    "length_from": _length_from,
    "length_ago": _length_ago,
    "starting": _starting,
    "hours": _hours,
    "instant": _instant,
    "hours_on": _hours_on,
    "bounded_hours": _bounded_hours,
    "day_range": _day_range,
    "stretch": _stretch,
    "part": _part,
    "edge": _edge,
    "range": _range,
    "same": _same,
    "half": _half,
    "rest": _rest,
    "recurring_day": _recurring_day,
    "week_from": _week_from,
    "bounded": _bounded,
}
