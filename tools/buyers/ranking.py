"""Companies in the order in which their names fit."""

from collections.abc import Callable, Sequence
from heapq import nlargest
from typing import NamedTuple

from rapidfuzz import fuzz

from tools.buyers.matching import Comparison
from tools.buyers.model import CompanyName
from tools.buyers.names import parse_name
from tools.buyers.scripts import has_chinese, pinyin

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
        likeness = _likeness(wanted)
        companies = list(dict.fromkeys((*companies[:SCORED], *nlargest(SCORED, companies, key=likeness))))
    comparison = Comparison(wanted)
    scored = (
        Ranked(company.number, max(comparison.score(parse_name(name)) for name in company.names))
        for company in companies
    )
    return sorted(scored, key=lambda item: (-item.score, item.number))[:limit]


def _likeness(wanted: CompanyName) -> Callable[[Named], float]:
    """How alike two names are written, 0–100; by their sound where only one of them is Chinese."""
    key = wanted.compact
    spelled = pinyin(key) if wanted.is_chinese else key

    def likeness(company: Named) -> float:
        return max(
            fuzz.ratio(key, own) if has_chinese(own) == wanted.is_chinese else fuzz.ratio(spelled, pinyin(own))
            for own in company.reduced.split("|")
        )

    return likeness
