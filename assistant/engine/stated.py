"""Which quantities of a message are meant: alternatives as one; what is ruled out or only counts is left aside."""

import re
from dataclasses import replace
from decimal import Decimal

from assistant.engine.reading.model import Quantity, Reading
from tools.money import UNSTATED

_OR = re.compile(
    r"\s*[,，]?\s*(?:或者?|还是|還是|要么|要麼|抑或|也可能是?|也许是?|or(?: maybe| perhaps| possibly)?)\s*(?:是)?\s*",
    re.I,
)
_DEFERRED = re.compile(r"(?:\b(?:until|till|to the end of|by the end of)|[延推拖缓]后?迟?到|[延推]至|宽限到)\s?$", re.I)
"""A day to which payment is put off is not the original due date."""
_COUNTED = re.compile(
    r"\s?(?:[张笔批家个份次票单期]|(?:\w+ )?(?:invoice|bill|shipment|container|deliver|order|customer|buyer|paper)\w*)",
    re.I,
)
"""What a number counts: "one invoice" is no answer to how many days."""
RULED_OUT = re.compile(r"(?:不是|而不是|而非|\bnot|\binstead of|\brather than)\s*(?:the |a )?$", re.I)
"""What stands before a value that is not meant: "not 30"."""


def stated(reading: Reading) -> list[Quantity]:
    """The quantities that are meant; alternatives ("80 or 100") as one quantity.

    Left out are those ruled out ("20 days, not 30") and those of a buyer's name ("the second one").
    """
    parties = [entity.span for entity in reading.of_kind("party")]
    found: list[Quantity] = []
    for item in reading.quantities:
        if any(start <= item.span[0] < end for start, end in parties):
            continue
        if item.kind == "date" and not item.role and _DEFERRED.search(reading.message[: item.span[0]]):
            continue
        if item.kind == "number" and _COUNTED.match(reading.message, item.span[1]):
            continue
        is_denied = RULED_OUT.search(reading.message[: item.span[0]]) and len(reading.quantities) > 1
        if is_denied and not item.role:
            continue
        joined = _joined(reading, found[-1], item) if found else None
        found[-1:] = [joined] if joined else [*found[-1:], item]
    return found


def _joined(reading: Reading, first: Quantity, second: Quantity) -> Quantity | None:
    """Two values for one thing, or None when they are two things."""
    between = reading.message[first.span[1] : second.span[0]]
    if not _OR.fullmatch(between) or second.value is None:
        return None
    kinds = {first.kind, second.kind}
    if len(kinds - {"number"}) > 1 or not isinstance(second.value, Decimal):
        return None
    exact = second if second.kind != "number" else first
    unit = exact.unit if exact.unit != UNSTATED else first.unit
    return replace(
        first,
        kind=exact.kind,
        unit=unit,
        role=first.role or second.role,
        options=(*(first.options or (first.value,)), second.value),
        span=(first.span[0], second.span[1]),
        text=reading.message[first.span[0] : second.span[1]],
    )
