"""Which companies may bear a name: ids from a database's index of name tokens, rare tokens before common ones."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from heapq import nlargest
from itertools import islice
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection, Table

from tools.buyers.model import CompanyName
from tools.buyers.tokens import query_tokens

COMMON = 800
"""A token that more companies carry is not read alone, only together with another."""
NEAR = 200
"""Companies handed on to the exact comparison."""
PAIRS = 6
"""Pairs of common tokens that are looked up for a name whose rare tokens found nothing good."""


class SearchIndex(Protocol):
    """A database's index from tokens to companies."""

    upkeep: str
    """Statement after a large import, outside a transaction."""

    def prepare(self, connection: Connection) -> None:
        """Create what is not there yet."""

    def begin_bulk(self, connection: Connection) -> None:
        """Get ready for a large import into an empty registry."""

    def clear(self, connection: Connection) -> None:
        """Forget the tokens of all companies."""

    def insert(self, connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Add rows, their values in the order of the table's columns."""

    def rows(
        self, connection: Connection, columns: str, key: str, values: Sequence[int] | Sequence[str]
    ) -> Sequence[Sequence[Any]]:
        """Those columns of the companies whose `key` is one of the values."""

    @staticmethod
    def packed(tokens: Iterable[str]) -> str:
        """Tokens in the form in which the database takes them."""

    def insert_tokens(self, connection: Connection, rows: Sequence[tuple[int, str]]) -> None:
        """Add the packed tokens of companies."""

    def carriers(self, connection: Connection, queries: Sequence[Sequence[str]], limit: int) -> list[Sequence[int]]:
        """For each query up to `limit` companies that carry all its tokens."""

    def alike(self, connection: Connection, name: CompanyName, limit: int) -> Sequence[int]:
        """Companies whose reduced name is written much alike, for a name whose tokens found nothing good."""


class Nearest(NamedTuple):
    """Companies by what they have in common with a name."""

    numbers: list[int]
    """Up to `NEAR` ids, those with the most and rarest tokens in common first."""
    common: list[str]
    """Tokens of the name that too many companies carry."""


def near(index: SearchIndex, connection: Connection, name: CompanyName, companies: int) -> Nearest:
    """The companies that share rare tokens with the name."""
    tokens = sorted(query_tokens(name))
    weights: dict[int, float] = defaultdict(float)
    common = []
    for token, ids in zip(tokens, index.carriers(connection, [[t] for t in tokens], COMMON + 1), strict=True):
        if len(ids) > COMMON:
            common.append(token)
        elif ids:
            rarity = _rarity(len(ids), companies)
            for number in ids:
                weights[number] += rarity
    return Nearest(nlargest(NEAR, weights, key=weights.__getitem__), common)


def near_by_pairs(index: SearchIndex, connection: Connection, common: Sequence[str], companies: int) -> list[int]:
    """The companies that carry two tokens together that are common alone, the rarest pair first."""
    weights: dict[int, float] = {}
    pairs = _pairs(common)
    for ids in index.carriers(connection, pairs, COMMON + 1) if pairs else ():
        if len(ids) <= COMMON:
            rarity = _rarity(len(ids), companies)
            weights |= {number: max(rarity, weights.get(number, 0.0)) for number in ids}
    for tokens in (common, common[:1]) if common else ():  # a name of nothing but common words
        if not weights:
            weights = dict.fromkeys(index.carriers(connection, [tokens], NEAR)[0], 1.0)
    return nlargest(NEAR, weights, key=weights.__getitem__)


def _rarity(carriers: int, companies: int) -> float:
    return math.log((companies + 1) / max(1, carriers)) + 0.1


def _pairs(common: Sequence[str]) -> list[tuple[str, str]]:
    """Common tokens that say something together: of different words, parts of a brand first."""
    words = [token[1:] for token in common if token[0] == "w"]
    ordered = sorted(common, key=lambda token: ("kpzawi".index(token[0]), -len(token)))
    pairs = (
        (one, other)
        for place, one in enumerate(ordered)
        for other in ordered[place + 1 :]
        if not _overlap(one[1:], other[1:]) and not any(one[1:] in word and other[1:] in word for word in words)
    )
    return list(islice(pairs, PAIRS))


def _overlap(one: str, other: str) -> bool:
    """Whether one holds the other or goes on where the other ends: `qiche` and `cheling`."""
    if one in other or other in one:
        return True
    return any(one.endswith(other[:n]) or other.endswith(one[:n]) for n in range(2, min(len(one), len(other))))
