"""The typed slots of a dossier: which kind of value each holds, and how a quantity becomes one."""

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

from assistant.engine.reading.model import Quantity
from tools.money import UNSTATED

SlotKind = Literal["money", "percent", "days", "months", "date", "count", "other"]

_ROLE_TO_SLOT = {"limits_count": "limits", "amount_late": "debt", "max_liability_remaining": "max_liability"}
_DAYS_IN = {"day": 1, "week": 7, "month": 30, "quarter": 90, "year": 365}
_FITTING: Mapping[str, tuple[SlotKind, ...]] = {
    "money": ("money",),
    "number": ("money", "count", "days", "percent"),
    "percent": ("percent",),
    "duration": ("days", "months"),
    "date": ("date",),
}
_MOST_TIMES = 50
"""A bare number that corrects an amount is hardly this many times smaller or larger."""


def kind_of(name: str) -> SlotKind | None:
    """The kind of value that a slot holds; None for one that no message fills directly."""
    return _kinds().get(name)


def fits(item: Quantity, name: str) -> bool:
    """Whether a quantity may fill the slot, by its kind."""
    return kind_of(name) in _FITTING.get(item.kind, ())


def may_replace(item: Quantity, name: str, held: Any) -> bool:
    """Whether a bare quantity may correct what the slot holds: a bare 85 is no limit where 90,000 stood."""
    if not fits(item, name):
        return False
    if item.kind != "number" or not isinstance(item.value, Decimal):
        return True
    if kind_of(name) == "percent":
        return 0 < item.value <= 100
    if kind_of(name) == "money" and isinstance(held, Mapping) and held.get("amount"):
        before = Decimal(str(held["amount"]))
        return before / _MOST_TIMES <= item.value <= before * _MOST_TIMES
    return item.value == item.value.to_integral_value()


def slot_of(item: Quantity) -> str | None:
    """The slot that a labelled quantity fills; None for a bare one."""
    return _ROLE_TO_SLOT.get(item.role, item.role) if item.role else None


def as_slot_value(item: Quantity, name: str, default_currency: str = UNSTATED) -> Any:
    """A quantity as the JSON data a slot holds; None when it does not fit the slot."""
    return as_value(item.value, item, name, default_currency)


def as_value(value: Any, item: Quantity, name: str, default_currency: str = UNSTATED) -> Any:
    """One of the values of a quantity, which may have several, as a slot holds it."""
    kind = "money" if name == "losses" else kind_of(name)
    if kind == "date":
        return value.isoformat() if isinstance(value, date) else None
    if not isinstance(value, Decimal):
        return None
    if kind == "money":
        if item.kind not in ("money", "number"):
            return None
        currency = item.unit if item.kind == "money" and item.unit != UNSTATED else default_currency
        return {"amount": plain(value), "currency": currency}
    if kind in ("percent", "count"):
        return plain(value)
    if kind == "days":
        return int(value * _DAYS_IN.get((item.unit or "day").rstrip("s"), 1))
    if kind == "months":
        return int(value * 12) if (item.unit or "").startswith("year") else int(value)
    return None


def plain(value: Decimal) -> int | float:
    """A number as JSON has it."""
    return int(value) if value == value.to_integral_value() else float(value)


@cache
def case_slots() -> frozenset[str]:
    """Slots of one case; the others describe the policy or the business and stay."""
    return frozenset(name for entry in _table().values() for name in entry.get("case", ()))


@cache
def party_slots() -> frozenset[str]:
    """Slots that each buyer has of its own."""
    return case_slots() | frozenset(_table()["party"]["own"])


@cache
def not_inherited() -> frozenset[str]:
    """Slots that another buyer does not take over from the one before."""
    return frozenset(_table()["party"]["not_inherited"])


def alias(name: str, tasks: list[str]) -> str:
    """The slot that a name means in the work at hand."""
    by_task = _table()["alias"].get(name, {})
    return next((by_task[task] for task in tasks if task in by_task), name)


@cache
def _kinds() -> dict[str, SlotKind]:
    kinds: tuple[SlotKind, ...] = ("money", "percent", "days", "months", "date", "count", "other")
    return {name: kind for kind in kinds for names in _table()[kind].values() for name in names}


@cache
def _table() -> dict[str, Any]:
    with (Path(__file__).parent / "data" / "slots.toml").open("rb") as file:
        return tomllib.load(file)
