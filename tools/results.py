"""What every tool result carries besides its own fields, and how results become JSON."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from tools.money import Money

Origin = Literal["schedule", "user", "typical"]
Scalar = str | int | bool | Decimal | date | Money | None


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of shown arithmetic, as data; `assistant/wording` puts it into words by `id`."""

    id: str
    formula: str
    """With the numbers in it: `1,000,000 × 90% = 900,000`. Language-free."""
    inputs: Mapping[str, Scalar] = field(default_factory=dict)
    result: Scalar = None


@dataclass(frozen=True, kw_only=True)
class Assumption:
    """A parameter the caller did not give, and where the value used came from."""

    parameter: str
    value: Scalar
    clause: str | None
    """Clause reference (`wt-2026:5.3`), or None."""
    source: Origin


@dataclass(frozen=True, kw_only=True)
class Caution:
    """Something the reader must know before acting on the result; worded by `id`."""

    id: str
    values: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Result:
    """Base of every tool result."""

    steps: tuple[Step, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    warnings: tuple[Caution, ...] = ()


def jsonable(value: Any) -> Any:
    """`value` as plain JSON data: decimals as numbers, dates as ISO text, dataclasses as objects."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: jsonable(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [jsonable(item) for item in value]
    return value
