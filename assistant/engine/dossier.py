"""What is known of the user's case: typed slots, each with where it came from; it outlives the turn."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from assistant.engine.reading.model import Quantity, Reading
from tools.money import UNSTATED

Origin = Literal["user", "schedule", "tool", "typical"]

MONEY_SLOTS = frozenset(
    [
        "debt",
        "limit",
        "turnover",
        "eefl",
        "afl_remaining",
        "nql",
        "max_liability",
        "receipts",
        "recoveries",
        "recovery_costs",
        "current_assets",
        "current_liabilities",
        "inventory",
        "cash",
        "receivables",
        "credit_sales",
        "opening_receivables",
        "closing_receivables",
        "current_receivables",
        "premium",
        "unpaid_premium",
        "own_sales",
        "loss",
        "target",
    ]
)
PERCENT_SLOTS = frozenset(
    [
        "insured_pct",
        "loss_ratio_pct",
        "largest_buyer_pct",
        "afl_pct",
        "margin_pct",
        "contract_rate_pct",
        "base_rate_pct",
        "lpr_pct",
    ]
)
DAYS_SLOTS = frozenset(["mep_days", "notice_days", "waiting_days", "payment_terms_days", "days_late", "period_days"])
MONTHS_SLOTS = frozenset({"claim_months"})
DATE_SLOTS = frozenset(["due_date", "event_date", "invoice_date", "delivery_date", "paid_date", "last_delivery"])
COUNT_SLOTS = frozenset({"limits", "buyer_grade"})
CASE_SLOTS = frozenset(
    [
        "debt",
        "receipts",
        "recoveries",
        "recovery_costs",
        "due_date",
        "due_dates",
        "event_date",
        "delivery_date",
        "invoice_date",
        "days_late",
        "cause",
        "held",
        "losses",
        "invoices",
        "loss",
        "paid_date",
        "buyer",
        "identifier",
        "entity_id",
    ]
)
"""Slots of one case; the others describe the policy or the business and stay."""

_ROLE_TO_SLOT = {"limits_count": "limits", "amount_late": "debt", "max_liability_remaining": "max_liability"}
_DAYS_IN = {
    "days": 1,
    "day": 1,
    "weeks": 7,
    "week": 7,
    "months": 30,
    "month": 30,
    "quarters": 90,
    "years": 365,
    "year": 365,
}


NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One fact: JSON data, and where it came from."""

    value: Any
    source: Origin = "user"
    turn: int = 0
    text: str = ""
    """The words it was read from."""


@dataclass(kw_only=True)
class Dossier:
    """The facts of one conversation."""

    slots: dict[str, Slot] = field(default_factory=dict)
    tasks: list[str] = field(default_factory=list)
    """What was last computed, main task first; a question in between does not end it."""
    last_tasks: list[str] = field(default_factory=list)
    """What the last turn did, looking things up included."""
    awaiting: list[str] = field(default_factory=list)
    """Slots asked for in the last answer."""
    language: Literal["zh", "en"] | None = None
    turn: int = 0
    topic: str = ""
    """The last question asked in full; follow-ups are searched together with it."""
    currency_assumed: str = ""
    """Currency taken for amounts that named none; empty when every amount named one."""
    before: dict[str, Any] | None = None
    """The slots before the last turn, for undo."""

    def get(self, name: str) -> Any:
        slot = self.slots.get(name)
        return slot.value if slot else None

    def __contains__(self, name: object) -> bool:
        return name in self.slots

    def changed(self) -> Iterator[str]:
        """Slots set in this turn."""
        return (name for name, slot in self.slots.items() if slot.turn == self.turn)

    def set(self, name: str, value: Any, text: str = "", source: Origin = "user") -> None:
        self.slots[name] = Slot(value=value, source=source, turn=self.turn, text=text)

    def forget(self, names: Iterable[str]) -> None:
        for name in names:
            self.slots.pop(name, None)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Dossier":
        known = {key: value for key, value in data.items() if key in cls.__dataclass_fields__}
        slots = {name: Slot(**slot) for name, slot in known.pop("slots", {}).items()}
        return cls(slots=slots, **known)


def currency_for(dossier: Dossier, language: str) -> str:
    """Currency of an amount that names none: the case's own, else the one that Chinese speakers mean by 万."""
    for slot in sorted(dossier.slots.values(), key=lambda slot: -slot.turn):
        if isinstance(slot.value, dict) and slot.value.get("currency", UNSTATED) != UNSTATED:
            return str(slot.value["currency"])
    return "CNY" if language == "zh" else UNSTATED


def update(dossier: Dossier, reading: Reading, *, natural: Mapping[str, str] = NOTHING) -> None:
    """Fill the slots from what this turn says.

    `natural` names the slot that a bare quantity of each kind means in the work at hand, such as a percentage after a
    premium estimate.

    Labelled quantities go to their slot. Bare ones answer what was asked, correct the slot last spoken of, or are left
    to the task that needs them (`unplaced`). A new case clears the facts of the old one.
    """
    if "undo" in reading.flags and dossier.before is not None:
        dossier.slots = {name: Slot(**slot) for name, slot in dossier.before.items()}
        dossier.turn += 1
        return
    dossier.before = {name: asdict(slot) for name, slot in dossier.slots.items()}
    dossier.turn += 1
    intents = {intent.name for intent in reading.intents if intent.confidence >= 0.3}
    revising = bool(intents & {"correction", "what_if", "follow_up"}) or bool(dossier.awaiting)
    labelled = {slot_of(item) for item in reading.quantities}
    if {"debt", "due_date", "losses"} & labelled and not revising and len(labelled & (CASE_SLOTS | {"limit"})) >= 2:
        dossier.forget(CASE_SLOTS)
    for item in reading.quantities:
        name = slot_of(item)
        if name:
            _place(dossier, name, item, reading.language)
    bare = [item for item in reading.quantities if slot_of(item) is None]
    for item in bare:
        bare_name = _awaited(dossier, item) or (_revised(dossier, item, natural) if revising else None)
        if bare_name:
            _place(dossier, bare_name, item, reading.language)
    for entity in reading.entities:
        _place_entity(dossier, entity.kind, entity.value, entity.text)


def _revised(dossier: Dossier, item: Quantity, natural: Mapping[str, str]) -> str | None:
    if item.kind == "percent" and item.kind in natural:
        return natural[item.kind]
    return _corrected(dossier, item) or natural.get(item.kind)


def unplaced(dossier: Dossier, reading: Reading, kind: str) -> list[Quantity]:
    """Bare quantities of a kind that no slot holds yet."""
    placed = {slot.text for slot in dossier.slots.values() if slot.turn == dossier.turn}
    return [item for item in reading.quantities if item.kind == kind and not slot_of(item) and item.text not in placed]


def as_slot_value(item: Quantity, name: str, default_currency: str = UNSTATED) -> Any:
    """A quantity as the JSON data a slot holds; None when it does not fit the slot."""
    value = item.value
    if name in MONEY_SLOTS or name == "losses":
        if item.kind not in ("money", "number") or not isinstance(value, Decimal):
            return None
        currency = item.unit if item.kind == "money" and item.unit != UNSTATED else default_currency
        return {"amount": _plain(value), "currency": currency}
    if name in PERCENT_SLOTS or name in COUNT_SLOTS:
        return _plain(value) if isinstance(value, Decimal) else None
    if name in DAYS_SLOTS:
        return int(value * _DAYS_IN.get(item.unit or "days", 1)) if isinstance(value, Decimal) else None
    if name in MONTHS_SLOTS:
        if not isinstance(value, Decimal):
            return None
        return int(value * 12) if (item.unit or "").startswith("year") else int(value)
    if name in DATE_SLOTS:
        return value.isoformat() if isinstance(value, date) else None
    return None


def slot_of(item: Quantity) -> str | None:
    """The slot that a labelled quantity fills; None for a bare one."""
    return _ROLE_TO_SLOT.get(item.role, item.role) if item.role else None


def _place(dossier: Dossier, name: str, item: Quantity, language: str) -> None:
    if name == "today":
        return
    value = as_slot_value(item, name, currency_for(dossier, language))
    if value is None:
        return
    if item.kind in ("money", "number") and isinstance(value, dict) and item.unit in (UNSTATED, ""):
        dossier.currency_assumed = "CNY" if value["currency"] == "CNY" and not _currency_stated(dossier) else ""
    elif item.kind == "money":
        dossier.currency_assumed = ""
    if name == "losses":
        fresh = dossier.slots.get("losses")
        known = fresh.value if fresh and fresh.turn == dossier.turn else []
        dossier.set("losses", [*known, value], item.text)
    elif name == "due_date" and (slot := dossier.slots.get("due_date")) and slot.turn == dossier.turn:
        dossier.set("due_date", min(slot.value, value), item.text)
    else:
        dossier.set(name, value, item.text)


def _currency_stated(dossier: Dossier) -> bool:
    held = any(
        isinstance(slot.value, dict) and slot.value.get("currency", UNSTATED) != UNSTATED
        for slot in dossier.slots.values()
    )
    return held and not dossier.currency_assumed


_KIND_SLOTS = {
    "money": MONEY_SLOTS,
    "number": MONEY_SLOTS | COUNT_SLOTS | DAYS_SLOTS | PERCENT_SLOTS,
    "percent": PERCENT_SLOTS,
    "duration": DAYS_SLOTS | MONTHS_SLOTS,
    "date": DATE_SLOTS,
}


def _awaited(dossier: Dossier, item: Quantity) -> str | None:
    fitting = _KIND_SLOTS.get(item.kind, frozenset())
    return next(
        (
            name
            for name in dossier.awaiting
            if name in fitting and (name not in dossier or dossier.slots[name].turn < dossier.turn)
        ),
        None,
    )


def _corrected(dossier: Dossier, item: Quantity) -> str | None:
    fitting = _KIND_SLOTS.get(item.kind, frozenset())
    candidates = [
        (slot.turn, name) for name, slot in dossier.slots.items() if name in fitting and slot.turn < dossier.turn
    ]
    return max(candidates)[1] if candidates else None


def _place_entity(dossier: Dossier, kind: str, value: str, text: str) -> None:
    if kind in ("cause", "sector", "cover_type", "jurisdiction", "identifier", "terms_set"):
        dossier.set(kind, value, text)
    elif kind == "currency":
        _restate_currency(dossier, value)
    elif kind == "company":
        dossier.set("buyer", value, text)
        dossier.forget(["entity_id", "identifier"])
    elif kind in ("country", "document_held"):
        name = "countries" if kind == "country" else "held"
        slot = dossier.slots.get(name)
        keep = slot.value if slot and (slot.turn == dossier.turn or kind == "document_held") else []
        if value not in keep:
            dossier.set(name, [*keep, value], text)


def _restate_currency(dossier: Dossier, currency: str) -> None:
    """A currency named by itself: that of amounts without one, and of all when no amount came with it."""
    alone = not any(isinstance(slot.value, dict) and slot.turn == dossier.turn for slot in dossier.slots.values())
    for name, slot in list(dossier.slots.items()):
        amounts = slot.value if isinstance(slot.value, list) else [slot.value]
        if not all(isinstance(item, dict) and "amount" in item for item in amounts) or not amounts:
            continue
        if alone or dossier.currency_assumed or all(item["currency"] == UNSTATED for item in amounts):
            restated = [{**item, "currency": currency} for item in amounts]
            dossier.set(name, restated if isinstance(slot.value, list) else restated[0], slot.text)
    dossier.currency_assumed = ""


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
