"""Name tokens in PostgreSQL: a GIN index over token numbers, and `pg_trgm` over the reduced names."""

import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table

from tools.buyers.names import CompanyName
from tools.buyers.schema import companies

_SEARCH = "CREATE TABLE IF NOT EXISTS buyer_search (buyer integer NOT NULL, tokens integer[] NOT NULL)"
_INDEXES = {
    "buyer_search_tokens": "CREATE INDEX IF NOT EXISTS buyer_search_tokens ON buyer_search USING gin (tokens)",
    "buyer_reduced": "CREATE INDEX IF NOT EXISTS buyer_reduced ON buyer USING gin (reduced gin_trgm_ops)",
}


class PostgresIndex:
    """The search index of a registry in PostgreSQL; needs the extension `pg_trgm`."""

    def prepare(self, connection: Connection) -> None:
        connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        connection.exec_driver_sql(_SEARCH)
        for statement in _INDEXES.values():
            connection.exec_driver_sql(statement)

    def begin_bulk(self, connection: Connection) -> None:
        """Without the indexes; `prepare` builds them in one go afterwards, also after an import that broke off."""
        for name in _INDEXES:
            connection.exec_driver_sql(f"DROP INDEX IF EXISTS {name}")

    def clear(self, connection: Connection) -> None:
        connection.exec_driver_sql("DELETE FROM buyer_search")

    def insert(self, connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        _copy(connection, f"{table.name} ({', '.join(column.name for column in table.columns)})", rows)

    def stored(self, connection: Connection, entity_ids: Sequence[str]) -> Iterable[Sequence[Any]]:
        names = ", ".join(column.name for column in companies.columns)
        query = f"SELECT {names} FROM buyer WHERE entity_id = ANY(%s)"
        return connection.exec_driver_sql(query, (list(entity_ids),)).all()

    @staticmethod
    def packed(tokens: Iterable[str]) -> str:
        return "{" + ",".join([str(_number(token)) for token in tokens]) + "}"

    def insert_tokens(self, connection: Connection, rows: Sequence[tuple[int, str]]) -> None:
        _copy(connection, "buyer_search (buyer, tokens)", rows)

    def carriers(self, connection: Connection, queries: Sequence[Sequence[str]], limit: int) -> list[Sequence[int]]:
        one = "(SELECT {0} AS place, buyer FROM buyer_search WHERE tokens @> '{1}' LIMIT {2})"
        parts = (one.format(place, self.packed(tokens), limit) for place, tokens in enumerate(queries))
        found: list[list[int]] = [[] for _ in queries]
        for place, number in connection.exec_driver_sql(" UNION ALL ".join(parts)):
            found[place].append(number)
        return [*found]

    def alike(self, connection: Connection, name: CompanyName, limit: int) -> Sequence[int]:
        query = "SELECT id FROM buyer WHERE reduced %% %s ORDER BY similarity(reduced, %s) DESC LIMIT %s"
        return connection.exec_driver_sql(query, (name.compact, name.compact, limit)).scalars().all()


def _copy(connection: Connection, target: str, rows: Iterable[tuple[Any, ...]]) -> None:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _number(token: str) -> int:
    """A token as a signed 32-bit number; that two tokens now and then share one costs only a needless candidate."""
    return zlib.crc32(token.encode()) - 2**31
