"""The store of companies: SQL tables, seeded with a fictional demo registry, searched by identifier and by name."""

import json
import threading
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    Date,
    Engine,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
)
from sqlalchemy.pool import StaticPool

from tools.buyers.matching import NameIndex
from tools.buyers.model import Company
from tools.results import jsonable

BATCH = 5_000
_metadata = MetaData()
_companies = Table(
    "registry_company",
    _metadata,
    Column("entity_id", String(40), primary_key=True),
    Column("name", Text, nullable=False),
    Column("country", String(2), nullable=False),
    Column("city", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("parent", String(40)),
    Column("founded", Integer),
    Column("sector", String(40), nullable=False),
    Column("source", Text, nullable=False),
    Column("as_of", Date),
    Column("figures", Text, nullable=False),
)
_names = Table(
    "registry_name",
    _metadata,
    Column("entity_id", String(40), ForeignKey("registry_company.entity_id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Index("registry_name_entity", "entity_id"),
)
_identifiers = Table(
    "registry_identifier",
    _metadata,
    Column("entity_id", String(40), ForeignKey("registry_company.entity_id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("value", String(40), nullable=False),
    Index("registry_identifier_value", "value"),
    Index("registry_identifier_entity", "entity_id"),
)


class Scored(NamedTuple):
    """A company and how well its best name matches."""

    company: Company
    score: float


class Registry:
    """Companies in an SQL database (SQLite or PostgreSQL), with an index of their names in memory."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._index: tuple[NameIndex, list[str]] | None = None

    @classmethod
    def open(cls, url: str = "sqlite://", *, demo: bool = True) -> "Registry":
        """Open or create the registry at `url`; an empty one is filled with the demo companies unless `demo` is off."""
        is_memory = url in ("sqlite://", "sqlite:///:memory:")
        options: dict[str, Any] = {"poolclass": StaticPool} if is_memory else {}
        if url.startswith("sqlite"):
            options["connect_args"] = {"check_same_thread": False, "timeout": 30}
        engine = create_engine(url, **options)
        if url.startswith("sqlite"):
            event.listen(engine, "connect", _prepare_sqlite)
        _metadata.create_all(engine)
        registry = cls(engine)
        if demo and not len(registry):
            from tools.buyers.importers import read_generic

            registry.add(read_generic())
        return registry

    def close(self) -> None:
        """Give the database connections back."""
        self._engine.dispose()

    def __len__(self) -> int:
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(_companies)).scalar_one())

    def add(self, companies: Iterable[Company]) -> int:
        """Add companies, replacing those with the same entity id; returns how many."""
        count = 0
        source = iter(companies)
        while batch := list({company.entity_id: company for company in islice(source, BATCH)}.values()):
            self._write(batch)
            count += len(batch)
        with self._lock:
            self._index = None
        return count

    def get(self, entity_id: str) -> Company | None:
        """The company with that id."""
        return next(iter(self._load([entity_id])), None)

    def by_identifier(self, value: str) -> list[Company]:
        """Every company that carries the identifier (without separators, upper case)."""
        query = select(_identifiers.c.entity_id).where(_identifiers.c.value == value).distinct()
        with self._engine.connect() as connection:
            ids = list(connection.execute(query).scalars())
        return self._load(ids)

    def by_name(self, name: str, country: str | None = None, *, limit: int = 5, least: float = 0.0) -> list[Scored]:
        """The best-matching companies, each by its best name; best first."""
        index, owners = self._names()
        best: dict[str, float] = {}
        for found in index.search(name, limit=100):
            if found.score >= least:
                best[owners[found.number]] = max(found.score, best.get(owners[found.number], 0.0))
        scored = [
            Scored(company, best[company.entity_id])
            for company in self._load(list(best))
            if country is None or company.country == country
        ]
        return sorted(scored, key=lambda pair: (-pair.score, pair.company.entity_id))[:limit]

    def _names(self) -> tuple[NameIndex, list[str]]:
        with self._lock:
            if self._index is None:
                index, owners = NameIndex(), []
                query = select(_names.c.name, _names.c.entity_id).order_by(_names.c.entity_id, _names.c.position)
                with self._engine.connect() as connection:
                    for name, entity_id in connection.execute(query):
                        index.add(name)
                        owners.append(entity_id)
                self._index = index, owners
            return self._index

    def _write(self, batch: list[Company]) -> None:
        ids = [company.entity_id for company in batch]
        with self._engine.begin() as connection:
            for table in (_names, _identifiers, _companies):
                for start in range(0, len(ids), 500):
                    connection.execute(delete(table).where(table.c.entity_id.in_(ids[start : start + 500])))
            connection.execute(insert(_companies), [_row(company) for company in batch])
            connection.execute(insert(_names), list(_name_rows(batch)))
            identifiers = [
                {"entity_id": company.entity_id, "kind": kind, "value": value}
                for company in batch
                for kind, value in company.identifiers.items()
            ]
            if identifiers:
                connection.execute(insert(_identifiers), identifiers)

    def _load(self, ids: list[str]) -> list[Company]:
        if not ids:
            return []
        with self._engine.connect() as connection:
            rows = connection.execute(select(_companies).where(_companies.c.entity_id.in_(ids))).mappings().all()
            names = connection.execute(
                select(_names).where(_names.c.entity_id.in_(ids)).order_by(_names.c.position)
            ).mappings()
            other: dict[str, list[str]] = {}
            for row in names:
                if row["position"]:
                    other.setdefault(row["entity_id"], []).append(row["name"])
            numbers: dict[str, dict[str, str]] = {}
            for row in connection.execute(select(_identifiers).where(_identifiers.c.entity_id.in_(ids))).mappings():
                numbers.setdefault(row["entity_id"], {})[row["kind"]] = row["value"]
        return [
            Company(
                **{key: value for key, value in row.items() if key != "figures"},
                figures=json.loads(row["figures"], parse_float=Decimal),
                other_names=tuple(other.get(row["entity_id"], ())),
                identifiers=numbers.get(row["entity_id"], {}),
            )
            for row in rows
        ]


def _row(company: Company) -> dict[str, Any]:
    fields = {column.name: getattr(company, column.name) for column in _companies.columns if column.name != "figures"}
    figures = jsonable(company.figures)
    return {**fields, "figures": json.dumps(figures, ensure_ascii=False)}


def _name_rows(batch: list[Company]) -> Iterator[dict[str, Any]]:
    for company in batch:
        for position, name in enumerate((company.name, *company.other_names)):
            yield {"entity_id": company.entity_id, "position": position, "name": name}


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
