"""Where cases are kept: each with every change ever made to it. The owner is part of every query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, DateTime, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.orm.exc import StaleDataError

from tools.sql import open_engine


class CaseNotFound(LookupError):
    """No case with this id belongs to this owner."""


class CaseConflict(RuntimeError):
    """Somebody else changed the case at the same moment."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One entry of a case's history: who did what, and the values before and after."""

    at: datetime
    who: str
    what: str
    """created, status, note or attachment"""
    before: Any
    after: Any


@dataclass(frozen=True, kw_only=True)
class StoredCase:
    """A case with its history, oldest change first."""

    id: str
    content: Mapping[str, Any]
    """What it was created with: kind, buyer, amount, facts."""
    status: str
    history: tuple[Change, ...]


class _Base(DeclarativeBase):
    type_annotation_map = {Any: JSON, dict[str, Any]: JSON, datetime: DateTime(timezone=True)}


class _CaseRow(_Base):
    __tablename__ = "cases"
    __table_args__ = (UniqueConstraint("owner", "idempotency_key"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[str] = mapped_column(String(128), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    buyer_folded: Mapped[str] = mapped_column(String(400))
    """The buyer's name as it is searched: without case."""
    content: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(32))
    idempotency_key: Mapped[str | None] = mapped_column(String(128))
    version: Mapped[int] = mapped_column()
    updated_at: Mapped[datetime] = mapped_column(index=True)

    __mapper_args__ = {"version_id_col": version}


class _ChangeRow(_Base):
    __tablename__ = "case_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(128))
    what: Mapped[str] = mapped_column(String(32))
    before: Mapped[Any] = mapped_column(JSON, nullable=True)
    after: Mapped[Any] = mapped_column(JSON, nullable=True)


class _KeyRow(_Base):
    """A change that was sent with a key: what it recorded, so that sending it again changes nothing."""

    __tablename__ = "case_change_keys"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    recorded: Mapped[dict[str, Any]]


class CaseStore:
    """Cases in one SQL database."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)
        _Base.metadata.create_all(self._engine)

    def close(self) -> None:
        """Let go of every database connection."""
        self._engine.dispose()

    def create(self, owner: str, content: Mapping[str, Any], status: str, key: str | None) -> StoredCase:
        """Keep a new case, or find the one that was made with the same idempotency key."""
        row = _CaseRow(
            id=f"case_{uuid4().hex[:20]}",
            owner=owner,
            kind=content["kind"],
            buyer_folded=content["buyer"].casefold(),
            content=dict(content),
            status=status,
            idempotency_key=key,
            updated_at=datetime.now(UTC),
        )
        try:
            with Session(self._engine) as session, session.begin():
                session.add(row)
                session.flush()
                _log(session, row, "created", None, {**content, "status": status})
                session.flush()
                return _whole(session, row)
        except IntegrityError:
            if key is None:
                raise
            with Session(self._engine) as session:
                query = select(_CaseRow).where(_CaseRow.owner == owner, _CaseRow.idempotency_key == key)
                return _whole(session, session.scalars(query).one())

    def change(
        self, owner: str, case_id: str, changes: Sequence[tuple[str, Any, Any]], key: str | None = None
    ) -> StoredCase:
        """Record changes (what, before, after) to a case; a change of `status` moves it.

        With a `key`, the same changes sent again are not recorded twice.

        Raises:
            CaseNotFound: It does not exist, or it belongs to someone else.
            CaseConflict: Its status is not the one before any more.
        """
        try:
            with Session(self._engine) as session, session.begin():
                row = _owned(session, owner, case_id)
                if key is not None:
                    session.add(_KeyRow(case_id=case_id, key=key, recorded={what: after for what, _, after in changes}))
                row.updated_at = datetime.now(UTC)
                for what, before, after in changes:
                    if what == "status":
                        if row.status != before:
                            raise CaseConflict(case_id)
                        row.status = after
                    _log(session, row, what, before, after)
                session.flush()
                return _whole(session, row)
        except (StaleDataError, IntegrityError) as error:
            raise CaseConflict(case_id) from error

    def recorded(self, owner: str, case_id: str, key: str) -> Mapping[str, Any] | None:
        """The changes that were recorded with `key`, by what they changed; None when there are none.

        Raises:
            CaseNotFound: The case does not exist, or it belongs to someone else.
        """
        with Session(self._engine) as session:
            row = session.get(_KeyRow, (_owned(session, owner, case_id).id, key))
            return None if row is None else row.recorded

    def get(self, owner: str, case_id: str) -> StoredCase:
        """The owner's case.

        Raises:
            CaseNotFound: It does not exist, or it belongs to someone else.
        """
        with Session(self._engine) as session:
            return _whole(session, _owned(session, owner, case_id))

    def find(self, owner: str, *, buyer: str | None, kind: str | None, limit: int) -> list[StoredCase]:
        """The owner's cases, last changed first; `buyer` is part of a name."""
        query = select(_CaseRow).where(_CaseRow.owner == owner)
        if buyer is not None:
            query = query.where(_CaseRow.buyer_folded.contains(buyer.casefold(), autoescape=True))
        if kind is not None:
            query = query.where(_CaseRow.kind == kind)
        with Session(self._engine) as session:
            rows = session.scalars(query.order_by(_CaseRow.updated_at.desc(), _CaseRow.id).limit(limit))
            return [_whole(session, row) for row in rows]


def _owned(session: Session, owner: str, case_id: str) -> _CaseRow:
    row = session.scalars(select(_CaseRow).where(_CaseRow.id == case_id, _CaseRow.owner == owner)).first()
    if row is None:
        raise CaseNotFound(case_id)
    return row


def _log(session: Session, row: _CaseRow, what: str, before: Any, after: Any) -> None:
    session.add(_ChangeRow(case_id=row.id, at=row.updated_at, who=row.owner, what=what, before=before, after=after))


def _whole(session: Session, row: _CaseRow) -> StoredCase:
    changes = session.scalars(select(_ChangeRow).where(_ChangeRow.case_id == row.id).order_by(_ChangeRow.id))
    history = tuple(
        Change(at=_utc(item.at), who=item.who, what=item.what, before=item.before, after=item.after) for item in changes
    )
    return StoredCase(id=row.id, content=row.content, status=row.status, history=history)


def _utc(moment: datetime) -> datetime:
    """SQLite forgets the zone; everything is written in UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
