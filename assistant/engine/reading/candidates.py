"""A quantity on its way: typed, but without its role."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from assistant.engine.reading.model import QuantityKind, Value
from assistant.engine.reading.numeral_parts import Number
from assistant.engine.reading.numerals import zh_value


@dataclass(frozen=True)
class Candidate:
    """A quantity in coordinates of the normalised text, before roles are known."""

    start: int
    end: int
    kind: QuantityKind
    value: Value | None
    unit: str
    low: Value | None = None
    high: Value | None = None
    alternatives: tuple[Value, ...] = ()
    explicit_currency: bool = False
    is_approximate: bool = False
    modifier: Literal["more_than", "less_than"] | None = None
    hints: frozenset[str] = field(default_factory=frozenset)
    """Flags for the reading, and `bare`: a plain number whose kind its role decides."""

    @property
    def is_range_end(self) -> bool:
        return self.low is not None and self.high is not None and self.kind != "date"


def from_number(number: Number, end: int, kind: Literal["money", "percent", "number"], unit: str) -> Candidate:
    return Candidate(
        number.start, end, kind, number.value, unit, number.low, number.high, is_approximate=number.is_approximate
    )


def numeral(written: str) -> Decimal | None:
    if written and written[0].isdigit() and written.replace(",", "").replace(".", "", 1).isdigit():
        return Decimal(written.replace(",", ""))
    return zh_value(written)
