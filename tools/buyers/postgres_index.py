"""Name tokens in PostgreSQL: a GIN index over token numbers, and `pg_trgm` over the reduced names."""

import zlib
from collections.abc import Container, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table

from tools.buyers.names import CompanyName
from tools.buyers.search_index import COMMON

_TABLES = (
    "CREATE TABLE IF NOT EXISTS buyer_search (buyer integer NOT NULL, tokens integer[] NOT NULL)",
    "CREATE TABLE IF NOT EXISTS buyer_common (token integer PRIMARY KEY)",
)
_INDEXES = {
    "buyer_search_tokens": "CREATE INDEX IF NOT EXISTS buyer_search_tokens ON buyer_search USING gin (tokens)",
    "buyer_reduced": "CREATE INDEX IF NOT EXISTS buyer_reduced ON buyer USING gin (reduced gin_trgm_ops)",
}
_COUNT = (
    "INSERT INTO buyer_common SELECT token FROM buyer_search, unnest(tokens) AS token "
    "GROUP BY token HAVING count(*) > %s"
)
_CARRIERS = (
    "SELECT query.place, found.buyer FROM unnest(%s::text[]) WITH ORDINALITY AS query (tokens, place) "
    "CROSS JOIN LATERAL "
    "(SELECT buyer FROM buyer_search WHERE buyer_search.tokens @> query.tokens::integer[] LIMIT %s) AS found"
)


class PostgresIndex:
    """The search index of a registry in PostgreSQL; needs the extension `pg_trgm`."""

    def prepare(self, connection: Connection) -> None:
        connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        for statement in _TABLES:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '256MB'")
        for statement in _INDEXES.values():
            connection.exec_driver_sql(statement)

    def begin_bulk(self, connection: Connection) -> None:
        """Without the indexes; `prepare` builds them in one go afterwards, also after an import that broke off."""
        for name in _INDEXES:
            connection.exec_driver_sql(f"DROP INDEX IF EXISTS {name}")

    def end_bulk(self, connection: Connection) -> None:
        """Note which tokens are common: reading one of them takes longer than everything else of a look-up."""
        connection.exec_driver_sql("SET LOCAL work_mem = '128MB'")
        connection.exec_driver_sql("DELETE FROM buyer_common")
        connection.exec_driver_sql(_COUNT, (COMMON,))

    def clear(self, connection: Connection) -> None:
        connection.exec_driver_sql("DELETE FROM buyer_search")
        connection.exec_driver_sql("DELETE FROM buyer_common")

    def insert(self, connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        _copy(connection, f"{table.name} ({', '.join(column.name for column in table.columns)})", rows)

    def rows(
        self, connection: Connection, columns: str, key: str, values: Sequence[int] | Sequence[str]
    ) -> Sequence[Sequence[Any]]:
        return connection.exec_driver_sql(f"SELECT {columns} FROM buyer WHERE {key} = ANY(%s)", (list(values),)).all()

    @staticmethod
    def packed(tokens: Iterable[str]) -> str:
        return "{" + ",".join([str(_number(token)) for token in tokens]) + "}"

    def insert_tokens(self, connection: Connection, rows: Sequence[tuple[int, str]]) -> None:
        _copy(connection, "buyer_search (buyer, tokens)", rows)

    def common(self, connection: Connection, tokens: Sequence[str]) -> Container[str]:
        by_number = {_number(token): token for token in tokens}
        query = "SELECT token FROM buyer_common WHERE token = ANY(%s)"
        return {by_number[row[0]] for row in connection.exec_driver_sql(query, (list(by_number),))}

    def carriers(self, connection: Connection, queries: Sequence[Sequence[str]], limit: int) -> list[Sequence[int]]:
        found: list[list[int]] = [[] for _ in queries]
        arrays = [self.packed(tokens) for tokens in queries]
        for place, number in connection.exec_driver_sql(_CARRIERS, (arrays, limit)):
            found[place - 1].append(number)
        return [*found]

    def alike(self, connection: Connection, name: CompanyName, limit: int) -> Sequence[int]:
        query = "SELECT id FROM buyer WHERE reduced %% %s ORDER BY similarity(reduced, %s) DESC LIMIT %s"
        return connection.exec_driver_sql(query, (name.compact, name.compact, limit)).scalars().all()


def prepare_connection(connection: Any, _record: object) -> None:
    """Settings of a new connection: short queries need no compiler, and tokens are always read by their index."""
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off")
        cursor.execute("SET enable_seqscan = off")
        cursor.execute("SET synchronous_commit = off")  # a crash of the server may undo the last batch with its mark
    connection.commit()


def _copy(connection: Connection, target: str, rows: Iterable[tuple[Any, ...]]) -> None:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _number(token: str) -> int:
    """A token as a signed 32-bit number; that two tokens now and then share one costs only a needless candidate."""
    return zlib.crc32(token.encode()) - 2**31
