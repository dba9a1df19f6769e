"""Our moments in the terms of the Recognizers-Text tables, so that the two can be compared.

The tables count a run "2014 to 2018" up to where its last unit begins, know the end of a month as its second half,
write a length in seconds with months of 30 and years of 365 days, and describe what comes back by a TIMEX expression.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from assistant.engine.reading.moments.model import MIDNIGHT, Length, Moment, Stretch
from assistant.engine.reading.moments.rules_days import anchor

_KINDS = {
    "day": "date", "period": "daterange", "clock": "time", "hours": "timerange", "instant": "datetime",
    "stretch": "datetimerange", "duration": "duration", "recurring": "set",
}  # fmt: skip
_RANGES = {"date": "daterange", "time": "timerange", "datetime": "datetimerange"}


def as_table(moment: Moment) -> str:
    """The type and the value of the first reading."""
    kind = _KINDS[moment.kind]
    if moment.bound:
        return _bounded(_RANGES.get(kind, kind), moment)
    if moment.kind == "duration" and moment.length:
        return f"duration {_seconds(moment.length)}"
    if moment.kind == "recurring":
        return f"set {_timex(moment)}"
    if not moment.readings:
        return f"{kind} not resolved"
    reading = _part(moment) if moment.part else moment.readings[0]
    if kind.endswith("range"):
        return f"{kind} {_written(reading.low, kind)}..{_written(reading.last or reading.high, kind)}"
    return f"{kind} {_written(reading.low, kind)}"


def _bounded(kind: str, moment: Moment) -> str:
    if not moment.readings:
        return f"{kind} not resolved"
    low, high = moment.low, moment.high
    if moment.part:
        low = high = _part(moment).low if moment.bound == "since" else anchor(moment)
        if moment.part == "mid":
            low = high = _part(moment).high if moment.bound == "after" else _part(moment).low
    if moment.bound in ("before", "until"):
        return f"{kind} ..{_written(low, kind)}"
    is_whole = moment.kind == "period" and not moment.part
    return f"{kind} {_written(high if moment.bound == 'after' and is_whole else low, kind)}.."


def _part(moment: Moment) -> Stretch:
    low, high = moment.readings[0][:2]
    if moment.grain == "month":
        places = {"start": (low, low.replace(day=16)), "mid": (low.replace(day=10), low.replace(day=21))}
        return Stretch(*places.get(moment.part.removeprefix("rest:"), (low.replace(day=16), high)))
    if moment.grain == "year":
        if moment.part.startswith("rest:"):
            return (
                Stretch(low.replace(month=7), high)
                if moment.part.endswith("end")
                else Stretch(low, low.replace(month=7))
            )
        places = {"start": (low, low.replace(month=5)), "mid": (low.replace(month=5), low.replace(month=9))}
        return Stretch(*places.get(moment.part, (low.replace(month=9), high)))
    middle = low + timedelta(days=(high - low).days // 2)
    return Stretch(middle, high) if moment.part.endswith("end") else Stretch(low, middle)


def _written(at: datetime, kind: str) -> str:
    if kind.startswith("datetime"):
        return at.isoformat(" ", "seconds")
    return at.strftime("%H:%M:%S") if kind.startswith("time") else at.date().isoformat()


def _seconds(length: Length) -> str:
    days = length.years * 365 + length.months * 30 + length.days
    return f"{(days * 86400 + length.seconds).normalize():f}"


def _timex(moment: Moment) -> str:
    every = moment.every
    assert every is not None
    clock = f"T{MIDNIGHT + every.clock:%H:%M}".removesuffix(":00") if every.clock is not None else ""
    if every.weekday:
        return f"XXXX-WXX-{every.weekday}{clock}"
    if moment.grain == "weekend" and every.step:
        return f"P{(every.step.days / 2).normalize():f}WE"
    return clock or (_period(every.step) if every.step else "")


def _period(step: Length) -> str:
    for count, letter in ((step.years, "Y"), (step.months, "M")):
        if count:
            return f"P{count.normalize():f}{letter}"
    if step.days and step.days % 7 == 0:
        return f"P{step.days / 7:f}W"
    return f"P{step.days.normalize():f}D" if step.days else f"PT{step.seconds / 3600:f}H"


def as_wanted(kind: str, values: list[dict[str, str]]) -> list[str]:
    """What a table accepts for one expression: any of its readings, each with its type."""
    return [f"{kind} {_value(value)}" for value in values] or [f"{kind} not resolved"]


def _value(value: dict[str, str]) -> str:
    if value["type"] == "set":
        return value["timex"]
    if "start" in value or "end" in value:
        return f"{value.get('start', '')}..{value.get('end', '')}"
    if value["type"] == "duration":
        return f"{Decimal(value['value']).normalize():f}"
    return value.get("value", "not resolved")
