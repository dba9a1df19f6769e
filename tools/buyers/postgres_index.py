"""Name tokens in PostgreSQL: a B-tree over token numbers, and `pg_trgm` over the reduced names."""

import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table

from tools.buyers.model import CompanyName

_TABLE = "CREATE TABLE IF NOT EXISTS buyer_token (token integer NOT NULL, buyer integer NOT NULL)"
_OUTDATED = "DROP TABLE IF EXISTS buyer_search, buyer_common"
"""Tables in which an older version kept the tokens; the registry indexes its names anew."""
_IS_LATIN = "octet_length(reduced) = length(reduced)"
"""Trigrams say little about a handful of Chinese characters."""
_INDEXES = {
    "buyer_token_buyer": "CREATE INDEX IF NOT EXISTS buyer_token_buyer ON buyer_token (token, buyer)",
    "buyer_reduced_latin": (
        f"CREATE INDEX IF NOT EXISTS buyer_reduced_latin ON buyer USING gin (reduced gin_trgm_ops) WHERE {_IS_LATIN}"
    ),
}
_STAGED = "CREATE TEMPORARY TABLE buyer_staged (buyer integer, tokens integer[]) ON COMMIT DROP"
_SPREAD = "INSERT INTO buyer_token SELECT unnest(tokens), buyer FROM buyer_staged"
_CARRIERS = (
    "SELECT query.place, array_agg(found.buyer) FROM unnest(%s::integer[]) WITH ORDINALITY AS query (token, place) "
    "CROSS JOIN LATERAL (SELECT buyer FROM buyer_token WHERE token = query.token LIMIT %s) AS found GROUP BY 1"
)
_ALSO = " AND EXISTS (SELECT 1 FROM buyer_token WHERE token = %s AND buyer = first.buyer)"
_ALIKE = f"SELECT id FROM buyer WHERE {_IS_LATIN} AND reduced %% %s ORDER BY similarity(reduced, %s) DESC LIMIT %s"


class PostgresIndex:
    """The search index of a registry in PostgreSQL; needs the extension `pg_trgm`."""

    upkeep = "VACUUM ANALYZE"  # tokens are then read from their index alone

    def prepare(self, connection: Connection) -> None:
        connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        connection.exec_driver_sql(_OUTDATED)
        connection.exec_driver_sql(_TABLE)
        connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '256MB'")
        for statement in _INDEXES.values():
            connection.exec_driver_sql(statement)

    def begin_bulk(self, connection: Connection) -> None:
        """Without the indexes; `prepare` builds them in one go afterwards, also after an import that broke off."""
        for name in _INDEXES:
            connection.exec_driver_sql(f"DROP INDEX IF EXISTS {name}")

    def clear(self, connection: Connection) -> None:
        connection.exec_driver_sql("DELETE FROM buyer_token")

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
        connection.exec_driver_sql(_STAGED)
        _copy(connection, "buyer_staged", rows)
        connection.exec_driver_sql(_SPREAD)
        connection.exec_driver_sql("DROP TABLE buyer_staged")

    def carriers(self, connection: Connection, queries: Sequence[Sequence[str]], limit: int) -> list[Sequence[int]]:
        found: list[Sequence[int]] = [()] * len(queries)
        single = [place for place, tokens in enumerate(queries) if len(tokens) == 1]
        numbers = [_number(queries[place][0]) for place in single]
        for place, buyers in connection.exec_driver_sql(_CARRIERS, (numbers, limit)) if single else ():
            found[single[place - 1]] = buyers
        for place, tokens in enumerate(queries):
            if len(tokens) > 1:
                found[place] = _carriers_of_all(connection, list(map(_number, tokens)), limit)
        return found

    def alike(self, connection: Connection, name: CompanyName, limit: int) -> Sequence[int]:
        if name.is_chinese:
            return ()
        return connection.exec_driver_sql(_ALIKE, (name.compact, name.compact, limit)).scalars().all()


def prepare_connection(connection: Any, _record: object) -> None:
    """Settings of a new connection: short queries need no compiler, and tokens are always read by their index."""
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off")
        cursor.execute("SET enable_seqscan = off")
        cursor.execute("SET pg_trgm.similarity_threshold = 0.5")  # less alike is no candidate, and many are
        cursor.execute("SET synchronous_commit = off")  # a crash of the server may undo the last batch with its mark
    connection.commit()


def _carriers_of_all(connection: Connection, tokens: list[int], limit: int) -> Sequence[int]:
    query = f"SELECT buyer FROM buyer_token AS first WHERE token = %s{_ALSO * (len(tokens) - 1)} LIMIT %s"
    return connection.exec_driver_sql(query, (*tokens, limit)).scalars().all()


def _copy(connection: Connection, target: str, rows: Iterable[tuple[Any, ...]]) -> None:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _number(token: str) -> int:
    """A token as a signed 32-bit number; that two tokens now and then share one costs only a needless candidate."""
    return zlib.crc32(token.encode()) - 2**31
