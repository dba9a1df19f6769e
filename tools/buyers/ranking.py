"""Companies in the order in which their names fit."""

from collections.abc import Sequence
from heapq import nlargest
from typing import NamedTuple

from rapidfuzz import fuzz

from tools.buyers.matching import Comparison
from tools.buyers.names import CompanyName, parse_name

SCORED = 20
"""Companies compared exactly: this many of the nearest by tokens, and as many of the nearest by writing."""


class Named(NamedTuple):
    """A company and everything it is called."""

    number: int
    names: tuple[str, ...]
    reduced: str
    """The reduced names, separated by a bar."""


class Ranked(NamedTuple):
    """A company and the score of its best name."""

    number: int
    score: float


def ranked(wanted: CompanyName, companies: Sequence[Named], *, limit: int) -> list[Ranked]:
    """The best companies, best first; `companies` come nearest by tokens first."""
    if len(companies) > 2 * SCORED:
        key = wanted.compact
        written = nlargest(SCORED, companies, key=lambda c: max(fuzz.ratio(key, own) for own in c.reduced.split("|")))
        companies = list(dict.fromkeys((*companies[:SCORED], *written)))
    comparison = Comparison(wanted)
    scored = (
        Ranked(company.number, max(comparison.score(parse_name(name)) for name in company.names))
        for company in companies
    )
    return sorted(scored, key=lambda item: (-item.score, item.number))[:limit]
