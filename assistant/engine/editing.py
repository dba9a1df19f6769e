"""The dossier as people see and edit it: what I am working with, each fact with its name, value and origin."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from assistant.answer import Language
from assistant.engine.dossier import Dossier
from assistant.engine.slots import SlotKind, kind_of, plain
from assistant.engine.tasks.base import LOSS_CAUSES
from assistant.engine.wording import Wording
from tools.errors import ToolInputError
from tools.money import UNSTATED
from tools.tables import table

_MOST_DAYS, _MOST_MONTHS, _MOST_AMOUNT = 3650, 120, Decimal(10) ** 15
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One fact of the conversation, as it is shown."""

    name: str
    label: str
    value: Any
    shown: str
    kind: SlotKind
    source: str
    """user, schedule, tool or typical."""
    said: str
    """The words it was read from."""


def facts(dossier: Dossier, language: Language) -> Iterator[Fact]:
    """The facts of the buyer at hand, in the order in which they were stated; those that have no name stay inside."""
    words = Wording(language)
    for name, slot in dossier.slots.items():
        if words.has(f"slot.{name}"):
            yield Fact(
                name=name,
                label=words.name("slot", name),
                value=slot.value,
                shown=words.parameter(name, slot.value).text,
                kind=kind_of(name) or "other",
                source=slot.source,
                said=slot.text,
            )


def edit(dossier: Dossier, changes: Mapping[str, Any], remove: list[str]) -> None:
    """Change facts by hand; what is wrong with one is told before any is changed, and an undo takes all back.

    Raises:
        ToolInputError: A fact is not known or cannot be changed by hand, or its value does not fit.
    """
    checked = {name: _checked(name, value) for name, value in changes.items()}
    if unknown := [name for name in remove if name not in dossier]:
        raise ToolInputError(unknown[0], None, "There is no such fact in this conversation.")
    dossier.begin_turn()
    for name, value in checked.items():
        dossier.set(name, value)
    dossier.forget(remove)


def _checked(name: str, value: Any) -> Any:
    kind = kind_of(name)
    if kind == "money":
        return _money(name, value)
    if kind == "percent":
        return plain(_number(name, value, most=Decimal(100)))
    if kind in ("days", "months", "count"):
        most = {"days": _MOST_DAYS, "months": _MOST_MONTHS}.get(kind, _MOST_DAYS)
        number = _number(name, value, most=Decimal(most))
        if number != number.to_integral_value():
            raise ToolInputError(name, value, "A whole number is needed.")
        return int(number)
    if kind == "date":
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError as error:
            raise ToolInputError(name, value, "A date such as 2026-11-23 is needed.") from error
    choices = _choices().get(name)
    if choices is not None:
        if value not in choices:
            raise ToolInputError(name, value, f"Use one of {', '.join(sorted(choices))}.")
        return value
    if name == "buyer" and isinstance(value, str) and 0 < len(value.strip()) <= 200:
        return value.strip()
    raise ToolInputError(name, value, "This fact cannot be changed by hand; say it in the conversation.")


def _money(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping) or set(value) - {"amount", "currency"} or "amount" not in value:
        raise ToolInputError(name, value, 'An amount and its currency are needed: {"amount": 1000, "currency": "EUR"}.')
    currency = str(value.get("currency") or UNSTATED)
    if not _CURRENCY.fullmatch(currency):
        raise ToolInputError(name, currency, "A currency is three capitals, such as EUR.")
    return {"amount": plain(_number(name, value["amount"], most=_MOST_AMOUNT)), "currency": currency}


def _number(name: str, value: Any, *, most: Decimal) -> Decimal:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    number = Decimal(str(value)) if is_number else Decimal(-1)
    if not number.is_finite() or not 0 <= number <= most:
        raise ToolInputError(name, value, f"A number from 0 to {most:f} is needed.")
    return number


def _choices() -> dict[str, frozenset[str]]:
    return {"cause": LOSS_CAUSES, "sector": frozenset(table("sectors")["sectors"])}
