"""A number found in text, and how digits are written."""

import re
from dataclasses import dataclass
from decimal import Decimal

ARABIC = (
    r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d{1,2}(?:,\d\d)+,\d{3}(?!\d)(?:\.\d+)?"
    r"|\d{1,3}(?:[ '\u00a0]\d{3})*[ '\u00a0](?:000|500)(?!\d|,\d)"
    r"|\d+(?:\.\d+)?|\.\d+)"
)


DIGITS = re.compile(ARABIC)


@dataclass(frozen=True)
class Number:
    """A number found in text; `has_scale` says that 万, k, million or the like was written."""

    start: int
    end: int
    value: Decimal
    is_approximate: bool = False
    has_scale: bool = False
    scale: int = 1
    low: Decimal | None = None
    high: Decimal | None = None
    is_word: bool = False


def decimal_of(digits: str) -> Decimal:
    return Decimal(re.sub(r"[,' \u00a0]", "", digits))
