"""Days of a case: a bare day of the month gets its month; an event has two days, when it was and when it was known."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.engine.cues import has_cue
from assistant.engine.dossier import Dossier
from assistant.engine.reading.model import Quantity, Reading
from assistant.engine.slots import kind_of

_SURE = 0.5
_DAY_ONLY = re.compile(r"(?:on )?(?:the )?(\d{1,2})(?:st|nd|rd|th)?|(\d{1,2})[号日]", re.I)
_CLAUSES = re.compile(r"[,，;；。]|\s(?:and|but)\s|\.(?=\s|$)")


def with_months(dossier: Dossier, reading: Reading, items: Sequence[Quantity]) -> list[Quantity]:
    """Days such as "the 9th" in the month that was last spoken of: in this message, or by the fact they replace.

    With nothing spoken of they stay as read. "18日" reads as a time span; where a date is at hand it is a day.
    """
    found: list[Quantity] = []
    held = _held_month(dossier) if revises(reading) else None
    month: date | None = held
    for stated in items:
        item = _in_month(stated, month, may_be_span=month is held)
        if item.kind == "date" and item.role in (None, "paid_date") and _is_learned(reading, item):
            item = replace(item, role="event_date")
        day = item.value
        if isinstance(day, date):
            if found and _is_exact_for(found[-1], item):
                vague = found.pop()
                item = replace(item, role=item.role or vague.role)
            month = day
        found.append(item)
    return found


def _in_month(item: Quantity, month: date | None, *, may_be_span: bool) -> Quantity:
    """A bare day of the month as a date; "18日" without a role reads as a time span where `may_be_span`."""
    match = _DAY_ONLY.fullmatch(item.text.strip())
    is_span = item.kind == "duration" and not item.role and item.text.strip().endswith("日")
    if not match or month is None or not (item.kind == "date" or (is_span and may_be_span)):
        return item
    try:
        day = month.replace(day=int(match[1] or match[2]))
    except ValueError:
        return item
    return replace(item, kind="date", unit="day", value=day)


def _is_exact_for(vague: Quantity, item: Quantity) -> bool:
    """Whether a day says exactly what "early August" just before it left open."""
    if not isinstance(vague.value, date) or not isinstance(item.value, date):
        return False
    is_same_month = (vague.value.year, vague.value.month) == (item.value.year, item.value.month)
    return vague.approximate and not item.approximate and is_same_month


def event_slot(dossier: Dossier, reading: Reading, item: Quantity) -> str:
    """Whether the day of an event is that on which it became known, or that on which proceedings opened."""
    is_insolvency = any(entity.value == "insolvency" for entity in reading.of_kind("cause"))
    if _is_learned(reading, item) or not (is_insolvency or "insolvency_date" in dossier):
        return "event_date"
    return "insolvency_date" if is_insolvency else "event_date"


def settle_events(dossier: Dossier) -> None:
    """Until it is told when the opening of proceedings became known, it became known on that day."""
    opened, known = dossier.slots.get("insolvency_date"), dossier.slots.get("event_date")
    if opened is None or opened.turn != dossier.turn:
        return
    before = dossier.before[-1]["slots"].get("insolvency_date") if dossier.before else None
    is_copy = known is not None and before is not None and known.value == before["value"]
    if known is None or (is_copy and known.turn < dossier.turn):
        dossier.set("event_date", opened.value, opened.text)


def _is_learned(reading: Reading, item: Quantity) -> bool:
    message = reading.message
    start = max((found.end() for found in _CLAUSES.finditer(message, 0, item.span[0])), default=0)
    end = next((found.start() for found in _CLAUSES.finditer(message, item.span[1])), len(message))
    return has_cue(message[start:end], "learned")


def revises(reading: Reading) -> bool:
    """Whether a message gives a fact of the turns before another value, or is nothing but a value."""
    return bool({"correction", "what_if", "undo", "fragment"} & reading.flags) or any(
        intent.name in ("correction", "what_if", "undo", "follow_up") and intent.confidence >= _SURE
        for intent in reading.intents
    )


def _held_month(dossier: Dossier) -> date | None:
    """The date spoken of last."""
    dates = [(slot.turn, slot.value) for name, slot in dossier.slots.items() if kind_of(name) == "date"]
    return date.fromisoformat(max(dates)[1]) if dates else None
