"""How amounts told in one message or one after the other go together: currency, further invoices, own share."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from assistant.engine.cues import has_cue
from assistant.engine.dossier import Dossier
from assistant.engine.reading.model import Quantity, Reading
from assistant.engine.slots import slot_of
from tools.money import UNSTATED

_ALL = 100


def summed(reading: Reading, items: Sequence[Quantity]) -> list[Quantity]:
    """The amounts of several invoices as one debt; a total that was stated stands for them."""
    if not has_cue(reading.text, "several_invoices"):
        return list(items)
    parts = [item for item in items if item.kind == "money" and slot_of(item) in ("debt", None)]
    amounts = [item.value for item in parts if isinstance(item.value, Decimal)]
    if len(amounts) < 2 or len(amounts) < len(parts):
        return list(items)
    total, largest = sum(amounts, Decimal(0)), max(amounts)
    each_is_due = sum(slot_of(item) == "due_date" for item in items) >= len(amounts)
    debt = largest if largest * 2 == total and not each_is_due else total
    unit = next((item.unit for item in parts if item.unit != UNSTATED), UNSTATED)
    merged = replace(
        parts[-1], value=debt, role="debt", unit=unit, text=reading.message[parts[0].span[0] : parts[-1].span[1]]
    )
    return [*(item for item in items if item not in parts), merged]


def share_currency(dossier: Dossier) -> None:
    """Amounts of this turn without a currency are in the one that the message names, if it names one only."""
    fresh = {name: slot for name, slot in dossier.slots.items() if slot.turn == dossier.turn and _is_money(slot.value)}
    stated = {slot.value["currency"] for slot in fresh.values()} - {UNSTATED}
    if len(stated) != 1:
        return
    for name, slot in fresh.items():
        if slot.value["currency"] == UNSTATED:
            dossier.set(name, {**slot.value, "currency": next(iter(stated))}, slot.text)


def joins(dossier: Dossier, reading: Reading, name: str) -> bool:
    """Whether an amount or due date is that of a further invoice of the buyer, beside what is owed already."""
    slot = dossier.slots.get(name)
    is_held = slot is not None and slot.turn < dossier.turn
    return name in ("debt", "due_date") and is_held and has_cue(reading.text, "another_invoice")


def joined(name: str, held: Any, value: Any) -> Any:
    """What is owed with the further invoice: the sum, and the oldest due date."""
    if name == "due_date":
        return min(held, value)
    is_same = value["currency"] in (held["currency"], UNSTATED)
    return {**held, "amount": held["amount"] + value["amount"]} if is_same else value


def is_further_amount(reading: Reading, item: Quantity) -> bool:
    """Whether a bare figure is the amount of a further invoice: "the second invoice? it's 45,000"."""
    return item.kind in ("money", "number") and item.unit != "ordinal" and has_cue(reading.text, "another_invoice")


def insured_of(own_pct: float) -> float:
    """The insured percentage that leaves this share with the seller: 10 → 90."""
    return _ALL - own_pct


def _is_money(value: Any) -> bool:
    return isinstance(value, dict) and "amount" in value and "currency" in value
