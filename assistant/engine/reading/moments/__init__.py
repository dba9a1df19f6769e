"""Expressions of time in a message: days, periods, clock times, lengths, what comes back, and how they are joined.

Single dates come from the grammar of `reading.dates`; here they get their time of day, their other end, or the word
that makes a bound of them.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from assistant.engine.reading.date_parts import DateFound
from assistant.engine.reading.dates import find_dates
from assistant.engine.reading.lexicons import lexicon
from assistant.engine.reading.moments.atoms import find_atoms
from assistant.engine.reading.moments.makers import Today
from assistant.engine.reading.moments.model import Moment
from assistant.engine.reading.moments.rules import BUILDERS
from assistant.engine.reading.moments.skeleton import Rule, joined, rule_of
from assistant.engine.reading.numeral_parts import Number
from assistant.engine.reading.numerals import find_numbers

__all__ = ["Moment", "find_moments"]


def find_moments(
    text: str,
    now: datetime,
    numbers: Sequence[Number] | None = None,
    dates: Sequence[DateFound] | None = None,
    *,
    month_first: bool = False,
) -> list[Moment]:
    """Every expression of time in normalised `text`, in reading order.

    Args:
        text: The message in one width and script.
        now: What relative expressions are counted from.
        numbers: The numbers of the text, where they are known already.
        dates: Its plain dates, likewise.
        month_first: Whether 3/4 is the 4th of March.
    """
    numbers = find_numbers(text) if numbers is None else numbers
    dates = find_dates(text, now.date()) if dates is None else dates
    atoms = find_atoms(text, numbers, dates, Today(now, month_first))
    if not atoms:
        return []
    return [item for item in joined(text, atoms, _rules(), now) if item.kind != "number" and item.grain != "weak"]


@cache
def _rules() -> tuple[Rule, ...]:
    return tuple(
        rule_of(pattern, BUILDERS[rule["build"]])
        for rule in lexicon("moments")["rules"]
        for pattern in rule["patterns"]
    )
