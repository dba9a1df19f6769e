"""Name tokens in an FTS5 table of SQLite, which keeps nothing but the index."""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table

from tools.buyers.model import CompanyName

_CREATE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS buyer_search "
    "USING fts5(tokens, content='', detail=none, columnsize=0, tokenize='ascii')"
)
_MATCH = "SELECT rowid FROM buyer_search WHERE buyer_search MATCH ? LIMIT ?"


class SqliteIndex:
    """The search index of a registry in SQLite."""

    upkeep = "ANALYZE"

    def prepare(self, connection: Connection) -> None:
        connection.exec_driver_sql(_CREATE)

    def begin_bulk(self, connection: Connection) -> None:
        # Postings are gathered in memory up to this size before they are written: fewer merges.
        connection.exec_driver_sql("INSERT INTO buyer_search (buyer_search, rank) VALUES ('hashsize', 67108864)")

    def clear(self, connection: Connection) -> None:
        connection.exec_driver_sql("INSERT INTO buyer_search (buyer_search) VALUES ('delete-all')")

    def insert(self, connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            connection.exec_driver_sql(_insert(table), list(rows))

    def rows(
        self, connection: Connection, columns: str, key: str, values: Sequence[int] | Sequence[str]
    ) -> Sequence[Sequence[Any]]:
        query = f"SELECT {columns} FROM buyer WHERE {key} IN (SELECT value FROM json_each(?))"
        return connection.exec_driver_sql(query, (json.dumps(values),)).all()

    @staticmethod
    def packed(tokens: Iterable[str]) -> str:
        return " ".join(tokens)

    def insert_tokens(self, connection: Connection, rows: Sequence[tuple[int, str]]) -> None:
        if rows:
            connection.exec_driver_sql("INSERT INTO buyer_search (rowid, tokens) VALUES (?, ?)", list(rows))

    def carriers(self, connection: Connection, queries: Sequence[Sequence[str]], limit: int) -> list[Sequence[int]]:
        cursor = connection.connection.cursor()  # the driver's own: two dozen small queries for every look-up
        matches = (" AND ".join(f'"{token}"' for token in tokens) for tokens in queries)
        found = [[row[0] for row in cursor.execute(_MATCH, (match, limit))] for match in matches]
        cursor.close()
        return [*found]

    def alike(self, connection: Connection, name: CompanyName, limit: int) -> Sequence[int]:
        return ()  # SQLite has no index of written likeness; the tokens already allow for one wrong letter


@cache
def _insert(table: Table) -> str:
    names = ", ".join(column.name for column in table.columns)
    return f"INSERT INTO {table.name} ({names}) VALUES ({', '.join('?' * len(table.columns))})"
