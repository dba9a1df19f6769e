"""The store of companies: SQL tables, seeded with a fictional demo registry, searched by identifier and by name."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, bindparam, create_engine, delete, event, func, select, text
from sqlalchemy.pool import StaticPool

from tools.buyers import schema
from tools.buyers.identifiers import compact
from tools.buyers.model import Company
from tools.buyers.names import parse_name
from tools.buyers.preparing import BATCH, Pack, Prepared, prepared, reduced_names
from tools.buyers.ranking import Named, ranked
from tools.buyers.search_index import NEAR, SearchIndex, near, near_by_pairs
from tools.buyers.sqlite_index import SqliteIndex
from tools.buyers.tokens import TOKENS, index_tokens

_CHUNK = 500
_GOOD = 0.5
"""A best score below this makes the search go on: common words together, names written alike."""
_FIELDS = tuple(column.name for column in schema.companies.columns)


class Scored(NamedTuple):
    """A company and how well its best name matches."""

    company: Company
    score: float


class ImportMark(NamedTuple):
    """How far a file has been read, stored with the companies it refers to."""

    digest: str
    """SHA-256 of the file."""
    format: str
    file: str
    line: int
    is_complete: bool


class Registry:
    """Companies in an SQL database, SQLite or PostgreSQL (with `pg_trgm`)."""

    def __init__(self, engine: Engine, index: SearchIndex) -> None:
        self._engine = engine
        self._index = index

    @classmethod
    def open(cls, url: str = "sqlite://", *, demo: bool = True) -> "Registry":
        """Open or create the registry at `url`; an empty one is filled with the demo companies unless `demo` is off."""
        engine, index = _opened(url)
        with engine.begin() as connection:
            schema.metadata.create_all(connection)
            connection.execute(text("INSERT INTO buyer_state VALUES ('last_id', 0) ON CONFLICT DO NOTHING"))
            index.prepare(connection)
        registry = cls(engine, index)
        registry._renew()
        if demo and not len(registry):
            from tools.buyers.importers import read_generic

            registry.add(read_generic())
        return registry

    def close(self) -> None:
        """Give the database connections back."""
        self._engine.dispose()

    def __len__(self) -> int:
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(schema.companies)).scalar_one())

    @property
    def pack(self) -> Pack:
        """Brings search tokens into the form that the database takes."""
        return self._index.packed

    def add(self, companies: Iterable[Company]) -> int:
        """Add companies, replacing those with the same entity id; returns how many were new or different."""
        source = iter(companies)
        changed = 0
        while batch := list(islice(source, BATCH)):
            changed += self.store([prepared(company, self.pack) for company in batch])
        return changed

    def store(self, batch: Sequence[Prepared], mark: ImportMark | None = None) -> int:
        """Add prepared companies in one transaction, together with the mark of the file they come from."""
        companies = {company.row[0]: company for company in batch}
        with self._engine.begin() as connection:
            taken = _take_ids(connection, len(companies))
            changed = self._write(connection, companies, taken)
            if mark is not None:
                _store_mark(connection, mark)
        return changed

    @contextmanager
    def bulk(self) -> Iterator[None]:
        """Around a large import: an empty registry builds its indexes once, at the end."""
        with self._engine.begin() as connection:
            if not _last_id(connection):
                self._index.begin_bulk(connection)
        try:
            yield
        finally:
            with self._engine.begin() as connection:
                self._index.prepare(connection)
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql(self._index.upkeep)

    def import_mark(self, digest: str, file_format: str) -> ImportMark | None:
        """How far a file was read before."""
        table = schema.imports
        query = select(table).where(table.c.digest == digest, table.c.format == file_format)
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else ImportMark(row.digest, row.format, row.file, row.line, bool(row.is_complete))

    def get(self, entity_id: str) -> Company | None:
        """The company with that id."""
        with self._engine.connect() as connection:
            query = select(schema.companies).where(schema.companies.c.entity_id == entity_id)
            row = connection.execute(query).one_or_none()
        return None if row is None else _company(row)

    def by_identifier(self, value: str) -> list[Company]:
        """Every company that carries the identifier (without separators, upper case)."""
        table, numbers = schema.companies, schema.identifiers
        query = select(table).join(numbers, numbers.c.buyer == table.c.id).where(numbers.c.value == value)
        with self._engine.connect() as connection:
            return [_company(row) for row in connection.execute(query.order_by(table.c.id))]

    def by_name(self, name: str, country: str | None = None, *, limit: int = 5, least: float = 0.0) -> list[Scored]:
        """The best-matching companies, each by its best name; best first."""
        wanted = parse_name(name)
        if not wanted.core:
            return []
        with self._engine.connect() as connection:
            companies = _last_id(connection)
            nearest = near(self._index, connection, wanted, companies)
            named = self._named(connection, nearest.numbers, country)
            best = ranked(wanted, named, limit=limit)
            seen = set(nearest.numbers)
            steps: tuple[Callable[[], Sequence[int]], ...] = (
                lambda: near_by_pairs(self._index, connection, nearest.common, companies),
                lambda: self._index.alike(connection, wanted, NEAR),
            )
            for look_further in steps:
                if best and best[0].score >= _GOOD:
                    break
                more = [number for number in look_further() if number not in seen]
                seen.update(more)
                further = ranked(wanted, self._named(connection, more, country), limit=limit)
                best = sorted((*best, *further), key=lambda item: (-item.score, item.number))[:limit]
            score_by_id = {item.number: item.score for item in best if item.score >= least}
            rows = self._index.rows(connection, ", ".join(_FIELDS), "id", list(score_by_id))
            found = [Scored(_company(row), score_by_id[row[0]]) for row in rows]
        return sorted(found, key=lambda pair: (-pair.score, pair.company.entity_id))

    def _named(self, connection: Connection, numbers: Sequence[int], country: str | None) -> list[Named]:
        """The names of those companies, in the given order."""
        if not numbers:
            return []
        rows = self._index.rows(connection, "id, country, name, other_names, reduced", "id", numbers)
        named = {
            number: Named(number, (first, *json.loads(other)) if other != "[]" else (first,), reduced)
            for number, place, first, other, reduced in rows
            if country in (None, place)
        }
        return [named[number] for number in numbers if number in named]

    def _write(self, connection: Connection, batch: Mapping[str, Prepared], taken: range) -> int:
        known = {
            row[1]: tuple(row) for row in self._index.rows(connection, ", ".join(_FIELDS), "entity_id", list(batch))
        }
        rows, numbers, tokens = [], [], []
        outdated: list[int] = []
        for company, free in zip(batch.values(), taken, strict=True):
            row = company.row
            before = known.get(row[0])
            if before is not None and before[1:] == row:
                continue
            number = free
            if before is not None:
                outdated.append(before[0])
                if before[-1] == row[-1]:
                    number = before[0]  # same names: the search index still holds
            if number == free:
                tokens.append((number, company.tokens))
            rows.append((number, *row))
            numbers += [(value, number) for value in company.numbers]
        _remove(connection, outdated)
        self._index.insert(connection, schema.companies, rows)
        self._index.insert(connection, schema.identifiers, numbers)
        self._index.insert_tokens(connection, tokens)
        return len(rows)

    def _renew(self) -> None:
        """Index the names anew, in one transaction, where an older version of this program stored them."""
        with self._engine.begin() as connection:
            mark = text("INSERT INTO buyer_state VALUES ('tokens', :number) ON CONFLICT DO NOTHING")
            connection.execute(mark, {"number": 0 if _last_id(connection) else TOKENS})
            query = text("UPDATE buyer_state SET value = :number WHERE name = 'tokens' AND value <> :number")
            if not connection.execute(query, {"number": TOKENS}).rowcount:
                return
            self._index.clear(connection)
            connection.execute(delete(schema.identifiers))
            table = schema.companies
            columns = select(table.c.id, table.c.name, table.c.other_names, table.c.identifiers)
            last = 0
            while found := connection.execute(columns.where(table.c.id > last).order_by(table.c.id).limit(BATCH)).all():
                last = found[-1].id
                reduced, tokens, numbers = [], [], []
                for number, name, other, identifiers in found:
                    parsed = [parse_name(one) for one in (name, *json.loads(other))]
                    reduced.append({"number": number, "value": reduced_names(parsed)})
                    tokens.append((number, self.pack(index_tokens(parsed))))
                    numbers += [(value, number) for value in {*map(compact, json.loads(identifiers).values())} - {""}]
                self._index.insert(connection, schema.identifiers, numbers)
                update = table.update().where(table.c.id == bindparam("number")).values(reduced=bindparam("value"))
                connection.execute(update, reduced)
                self._index.insert_tokens(connection, tokens)


def _opened(url: str) -> tuple[Engine, SearchIndex]:
    if url.startswith("sqlite"):
        options: dict[str, Any] = {"connect_args": {"check_same_thread": False, "timeout": 30}}
        if url in ("sqlite://", "sqlite:///:memory:"):
            options["poolclass"] = StaticPool
        engine = create_engine(url, **options)
        event.listen(engine, "connect", _prepare_sqlite)
        return engine, SqliteIndex()
    from tools.buyers.postgres_index import PostgresIndex, prepare_connection

    engine = create_engine(url)
    event.listen(engine, "connect", prepare_connection)
    return engine, PostgresIndex()


def _take_ids(connection: Connection, count: int) -> range:
    """Ids for that many companies; also makes other writers wait from here on."""
    query = text("UPDATE buyer_state SET value = value + :count WHERE name = 'last_id' RETURNING value")
    last = connection.execute(query, {"count": count}).scalar_one()
    return range(last - count + 1, last + 1)


def _last_id(connection: Connection) -> int:
    return int(connection.execute(text("SELECT value FROM buyer_state WHERE name = 'last_id'")).scalar_one())


def _store_mark(connection: Connection, mark: ImportMark) -> None:
    connection.execute(
        text(
            "INSERT INTO buyer_import (digest, format, file, line, is_complete) "
            "VALUES (:digest, :format, :file, :line, :is_complete) "
            "ON CONFLICT (digest, format) DO UPDATE SET line = excluded.line, is_complete = excluded.is_complete"
        ),
        {**mark._asdict(), "is_complete": int(mark.is_complete)},
    )


def _remove(connection: Connection, numbers: list[int]) -> None:
    for start in range(0, len(numbers), _CHUNK):
        chunk = numbers[start : start + _CHUNK]
        connection.execute(delete(schema.identifiers).where(schema.identifiers.c.buyer.in_(chunk)))
        connection.execute(delete(schema.companies).where(schema.companies.c.id.in_(chunk)))


def _company(row: Any) -> Company:
    values = dict(zip(_FIELDS, row, strict=True))
    del values["id"], values["reduced"]
    values["other_names"] = tuple(json.loads(values["other_names"]))
    values["identifiers"] = json.loads(values["identifiers"])
    values["figures"] = json.loads(values["figures"], parse_float=Decimal)
    values["as_of"] = date.fromisoformat(values["as_of"]) if values["as_of"] else None
    return Company(**values)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA cache_size=-65536")  # KiB
    cursor.execute("PRAGMA wal_autocheckpoint=16384")
    cursor.execute("PRAGMA mmap_size=2147483648")
    cursor.close()
