"""Unpaid totals by age that a message tells: 31-60天80万, over 90 days 40k."""

import re
from typing import Any

from assistant.engine.reading.model import Quantity, Reading
from assistant.engine.slots import as_slot_value

_LEAST = 2
"""Buckets that make a message an ageing."""
_GAP = re.compile(r"(?:\s*(?:天|日|days?|overdue|old|的|是|有|为|:|：|=))*\s*(?:[a-z]{3}\s?|[$€£¥])?", re.I)
_LABELS: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.I)
    for name, pattern in {
        "over_90": r"(?:超过|逾期超|大于|over|more than|above|>)\s?90(?:\s?(?:天|days))?"
        r"|9[01]\s?(?:天|日|days?)?(?:以上|\+)|90\s?\+",
        "days_61_90": r"6[01]\s?[-–~至到]\s?90",
        "days_31_60": r"3[01]\s?[-–~至到]\s?60",
        "days_1_30": r"(?<!\d)[01]\s?[-–~至到]\s?30",
        "current": r"未到期|未逾期|账期内|帐期内|not (?:yet )?due|\bcurrent\b",
    }.items()
}


def ageing_in(reading: Reading, currency: str) -> dict[str, Any]:
    """Amounts by bucket, as the dossier keeps money; empty where fewer than two are told, or one is unclear."""
    found: dict[str, Any] = {}
    for bucket, label in _LABELS.items():
        for match in label.finditer(reading.message):
            amount = _amount_at(reading, match.end())
            if amount is None and bucket != "current":
                return {}
            if amount is not None and bucket not in found:
                found[bucket] = as_slot_value(amount, "receivables", currency)
    is_ageing = len(found) >= _LEAST and set(found) != {"current"}
    return {bucket: found[bucket] for bucket in reversed(_LABELS) if bucket in found} if is_ageing else {}


def _amount_at(reading: Reading, position: int) -> Quantity | None:
    """The amount that follows a label."""
    gap = _GAP.match(reading.message, position)
    ends = {position, gap.end() if gap else position}
    return next(
        (
            item
            for item in reading.quantities
            if item.kind in ("money", "number") and position <= item.span[0] <= max(ends)
        ),
        None,
    )
