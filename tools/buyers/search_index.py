"""Which companies may bear a name: ids from a database's index of name tokens, rare tokens before common ones."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from heapq import nlargest
from itertools import islice
from typing import Any, Protocol

from sqlalchemy import Connection, Table

from tools.buyers.names import CompanyName
from tools.buyers.tokens import query_tokens

COMMON = 800
"""A token that more companies carry is not read alone, only together with another."""
NEAR = 200
"""Companies handed on to the exact comparison."""


class SearchIndex(Protocol):
    """A database's index from tokens to companies."""

    def prepare(self, connection: Connection) -> None:
        """Create what is not there yet."""

    def begin_bulk(self, connection: Connection) -> None:
        """Get ready for a large import into an empty registry."""

    def insert(self, connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Add rows, their values in the order of the table's columns."""

    def stored(self, connection: Connection, entity_ids: Sequence[str]) -> Iterable[Sequence[Any]]:
        """The rows of those companies that are stored already, their values in the order of the table's columns."""

    def insert_tokens(self, connection: Connection, rows: Sequence[tuple[int, Iterable[str]]]) -> None:
        """Add the tokens of companies."""

    def carriers(self, connection: Connection, queries: Sequence[Sequence[str]], limit: int) -> list[Sequence[int]]:
        """For each query up to `limit` companies that carry all its tokens."""

    def alike(self, connection: Connection, text: str, limit: int) -> Sequence[int]:
        """Companies whose reduced name is written much like `text`, for a name whose tokens found nothing good."""


def near(index: SearchIndex, connection: Connection, name: CompanyName, companies: int) -> list[int]:
    """Up to `NEAR` ids, those with the most and rarest tokens in common first."""
    tokens = sorted(query_tokens(name))
    weights: dict[int, float] = defaultdict(float)
    common: list[str] = []
    for token, ids in zip(tokens, index.carriers(connection, [[t] for t in tokens], COMMON + 1), strict=True):
        if len(ids) > COMMON:
            common.append(token)
        else:
            _credit(weights, ids, companies)
    pairs = _pairs(common)
    for ids in index.carriers(connection, pairs, COMMON + 1) if pairs else ():
        _credit(weights, ids, companies)
    if not weights and common:  # a name of nothing but common words
        weights.update(dict.fromkeys(index.carriers(connection, [common], NEAR)[0], 1.0))
    if not weights and common:
        weights.update(dict.fromkeys(index.carriers(connection, [common[:1]], NEAR)[0], 1.0))
    return nlargest(NEAR, weights, key=weights.__getitem__)


def _credit(weights: dict[int, float], ids: Sequence[int], companies: int) -> None:
    """Add to each company's weight by how rare what it carries is."""
    if ids:
        rarity = math.log((companies + 1) / len(ids)) + 0.1
        for number in ids:
            weights[number] += rarity


def _pairs(common: Sequence[str]) -> list[tuple[str, str]]:
    """Common tokens say something together: parts of a brand first, with words of another kind."""
    ordered = sorted(common, key=lambda token: ("kpcazwi".index(token[0]), -len(token)))
    pairs = (
        (one, other)
        for place, one in enumerate(ordered)
        for other in ordered[place + 1 :]
        if one[1:] not in other and other[1:] not in one
    )
    return list(islice(pairs, 6))
