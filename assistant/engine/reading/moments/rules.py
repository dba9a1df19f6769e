"""What a rule of `data/moments.toml` makes of the moments it joins."""

from dataclasses import replace

from assistant.engine.reading.moments import rules_days, rules_hours
from assistant.engine.reading.moments.bounds import bound_after, bound_of
from assistant.engine.reading.moments.model import Moment, Recurrence
from assistant.engine.reading.moments.skeleton import Builder, Found


def _every(found: Found) -> Moment | None:
    length = found["u"].length
    return Moment(0, 0, "recurring", grain=found["u"].grain, every=Recurrence(length)) if length else None


def _every_weekday(found: Found) -> Moment | None:
    return Moment(0, 0, "recurring", every=Recurrence(weekday=found["d"].low.isoweekday()))


def _recurring_day(found: Found) -> Moment | None:
    """Every month on the 15th: the day is no date of its own."""
    return found["r"] if found["d"].grain == "monthday" else None


def _same(found: Found) -> Moment | None:
    """The words around it belong to the expression: in the morning, around 1pm."""
    return found["a"]


def _bounded(found: Found) -> Moment | None:
    moment = found["m"]
    lead, tail = found.word("lead"), found.word("tail")
    if lead == "=":
        return moment
    bound = bound_after(tail) if tail else "since" if lead.startswith(("start", "begin")) else bound_of(lead)
    return replace(moment, bound=bound, core=(moment.start, moment.end)) if bound else None


_OWN: dict[str, Builder] = {
    "every": _every,
    "every_weekday": _every_weekday,
    "same": _same,
    "recurring_day": _recurring_day,
    "bounded": _bounded,
}
BUILDERS = _OWN | rules_days.BUILDERS | rules_hours.BUILDERS
