"""Facts that cannot all be true: they are pointed out before anything is computed from them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from assistant.engine.dossier import Dossier
from tools.money import UNSTATED


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """One clash: its wording, the slots whose values it names, and the slot to ask for."""

    id: str
    slots: tuple[str, ...]
    asks: str


def contradictions(dossier: Dossier, today: date) -> Iterator[Contradiction]:
    """The clashes among the facts of the case at hand."""
    share = dossier.get("insured_pct")
    if share is not None and not 0 < share <= 100:
        yield Contradiction(id="share_over_all", slots=("insured_pct",), asks="insured_pct")
    if _differ_in_currency(dossier, "debt", "limit"):
        yield Contradiction(id="currencies", slots=("debt", "limit"), asks="currency")
    due, late = dossier.get("due_date"), dossier.get("days_late")
    if due and late and date.fromisoformat(due) > today:
        yield Contradiction(id="late_before_due", slots=("due_date", "days_late"), asks="due_date")
    event = dossier.get("event_date")
    if event and date.fromisoformat(event) > today:
        yield Contradiction(id="known_in_future", slots=("event_date",), asks="event_date")
    if _is_more(dossier, "receipts", "debt"):
        yield Contradiction(id="paid_more_than_owed", slots=("receipts", "debt"), asks="receipts")


def _differ_in_currency(dossier: Dossier, *names: str) -> bool:
    held = [dossier.get(name) for name in names]
    stated = {value["currency"] for value in held if value and value["currency"] != UNSTATED}
    return len(stated) > 1


def _is_more(dossier: Dossier, name: str, than: str) -> bool:
    one, other = dossier.get(name), dossier.get(than)
    return bool(one and other and one["currency"] == other["currency"] and one["amount"] > other["amount"])
