"""What is kept: conversations with their answers whole, and feedback. The owner is part of every query."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast, get_args

from sqlalchemy import (
    JSON,
    DateTime,
    Engine,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy import delete as sql_delete
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from assistant.answer import Answer, Persona
from assistant.conversation import Conversation, Turn

Rating = Literal["up", "down"]
_TITLE_CHARS = 80


class ConversationNotFound(LookupError):
    """No conversation with this id belongs to this owner."""


class ConversationConflict(RuntimeError):
    """Someone else added a turn to the conversation in the meantime."""


class AnswerNotFound(LookupError):
    """No answer with this id belongs to this owner."""


@dataclass(frozen=True, kw_only=True)
class ConversationSummary:
    """One line of the list of conversations."""

    id: str
    title: str
    """The first message, shortened."""
    persona: Persona
    turns: int
    created_at: datetime
    updated_at: datetime


class _Base(DeclarativeBase):
    type_annotation_map = {dict[str, Any]: JSON, datetime: DateTime(timezone=True)}


class _ConversationRow(_Base):
    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[str] = mapped_column(String(128), index=True)
    persona: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(_TITLE_CHARS))
    dossier: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)


class _TurnRow(_Base):
    __tablename__ = "turns"
    __table_args__ = (UniqueConstraint("conversation_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    position: Mapped[int]
    answer_id: Mapped[str] = mapped_column(String(64), index=True)
    message: Mapped[str] = mapped_column(Text)
    answer: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class _FeedbackRow(_Base):
    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(String(128), index=True)
    answer_id: Mapped[str] = mapped_column(String(64), index=True)
    rating: Mapped[str] = mapped_column(String(8))
    comment: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class Store:
    """Conversations and feedback in one SQL database."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        _Base.metadata.create_all(self._engine)

    def close(self) -> None:
        """Let go of every database connection."""
        self._engine.dispose()

    def ping(self) -> None:
        """Return when the database answers; raises SQLAlchemy's OperationalError otherwise."""
        with self._session() as session:
            session.execute(select(1))

    def conversation(self, owner: str, conversation_id: str) -> Conversation:
        """The whole conversation.

        Raises:
            ConversationNotFound: It does not exist, or it belongs to someone else.
        """
        with self._session() as session:
            row = _owned(session, owner, conversation_id)
            return Conversation(
                owner=owner, id=row.id, persona=_persona(row), dossier=row.dossier, turns=_turns(session, row.id)
            )

    def save_last_turn(self, conversation: Conversation) -> None:
        """Keep the turn that was just added, and the dossier as it is now.

        Raises:
            ConversationConflict: A turn with this number is there already, or the conversation was deleted.
        """
        turn, position, now = conversation.turns[-1], len(conversation.turns) - 1, datetime.now(UTC)
        try:
            with self._session() as session:
                if position == 0:
                    session.add(_new_row(conversation, turn, now))
                    session.flush()
                session.add(
                    _TurnRow(
                        conversation_id=conversation.id,
                        position=position,
                        answer_id=turn.answer.id,
                        message=turn.message,
                        answer=turn.answer.model_dump(mode="json"),
                        created_at=now,
                    )
                )
                session.flush()
                row = session.get_one(_ConversationRow, conversation.id)
                row.dossier, row.updated_at = dict(conversation.dossier), now
        except IntegrityError as error:
            raise ConversationConflict(conversation.id) from error

    def save_dossier(self, conversation: Conversation) -> None:
        """Keep the facts of a conversation, changed between two turns.

        Raises:
            ConversationNotFound: It does not exist, or it belongs to someone else.
        """
        with self._session() as session:
            row = _owned(session, conversation.owner, conversation.id)
            row.dossier = dict(conversation.dossier)

    def conversations(
        self, owner: str, *, limit: int = 50, before: datetime | None = None
    ) -> list[ConversationSummary]:
        """The owner's conversations, last used first; `before` pages back from an `updated_at`."""
        turns = select(func.count()).where(_TurnRow.conversation_id == _ConversationRow.id).scalar_subquery()
        query = select(_ConversationRow, turns).where(_ConversationRow.owner == owner)
        if before is not None:
            query = query.where(_ConversationRow.updated_at < before)
        with self._session() as session:
            rows = session.execute(query.order_by(_ConversationRow.updated_at.desc()).limit(limit)).all()
            return [
                ConversationSummary(
                    id=row.id,
                    title=row.title,
                    persona=_persona(row),
                    turns=count,
                    created_at=_utc(row.created_at),
                    updated_at=_utc(row.updated_at),
                )
                for row, count in rows
            ]

    def delete(self, owner: str, conversation_id: str) -> None:
        """Forget the conversation, its turns and the feedback on its answers.

        Raises:
            ConversationNotFound: It does not exist, or it belongs to someone else.
        """
        with self._session() as session:
            row = _owned(session, owner, conversation_id)
            answers = select(_TurnRow.answer_id).where(_TurnRow.conversation_id == row.id)
            session.execute(sql_delete(_FeedbackRow).where(_FeedbackRow.answer_id.in_(answers)))
            session.execute(sql_delete(_TurnRow).where(_TurnRow.conversation_id == row.id))
            session.delete(row)

    def answer(self, owner: str, answer_id: str) -> Answer:
        """One answer with its receipt.

        Raises:
            AnswerNotFound: It does not exist, or it belongs to someone else.
        """
        query = (
            select(_TurnRow.answer)
            .join(_ConversationRow, _ConversationRow.id == _TurnRow.conversation_id)
            .where(_TurnRow.answer_id == answer_id, _ConversationRow.owner == owner)
        )
        with self._session() as session:
            stored = session.scalars(query).first()
        if stored is None:
            raise AnswerNotFound(answer_id)
        return Answer.model_validate(stored)

    def add_feedback(self, owner: str, answer_id: str, rating: Rating, comment: str = "") -> None:
        """Keep what the owner thought of an answer; a second opinion on the same answer replaces the first.

        Raises:
            AnswerNotFound: The answer does not exist, or it belongs to someone else.
        """
        self.answer(owner, answer_id)
        with self._session() as session:
            session.execute(
                sql_delete(_FeedbackRow).where(_FeedbackRow.owner == owner, _FeedbackRow.answer_id == answer_id)
            )
            session.add(
                _FeedbackRow(
                    owner=owner, answer_id=answer_id, rating=rating, comment=comment, created_at=datetime.now(UTC)
                )
            )

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with Session(self._engine) as session, session.begin():
            yield session


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, json_serializer=lambda value: json.dumps(value, ensure_ascii=False))
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Readers and one writer side by side; a second writer waits instead of failing at once."""
    for pragma in ("busy_timeout = 10000", "journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _owned(session: Session, owner: str, conversation_id: str) -> _ConversationRow:
    query = select(_ConversationRow).where(_ConversationRow.id == conversation_id, _ConversationRow.owner == owner)
    row = session.scalars(query).first()
    if row is None:
        raise ConversationNotFound(conversation_id)
    return row


def _turns(session: Session, conversation_id: str) -> list[Turn]:
    query = select(_TurnRow).where(_TurnRow.conversation_id == conversation_id).order_by(_TurnRow.position)
    return [Turn(message=row.message, answer=Answer.model_validate(row.answer)) for row in session.scalars(query)]


def _new_row(conversation: Conversation, turn: Turn, now: datetime) -> _ConversationRow:
    return _ConversationRow(
        id=conversation.id,
        owner=conversation.owner,
        persona=conversation.persona,
        title=" ".join(turn.message.split())[:_TITLE_CHARS],
        dossier=dict(conversation.dossier),
        created_at=now,
        updated_at=now,
    )


def _persona(row: _ConversationRow) -> Persona:
    if row.persona not in get_args(Persona):
        raise ValueError(f"conversation {row.id} has the unknown persona {row.persona!r}")
    return cast(Persona, row.persona)


def _utc(moment: datetime) -> datetime:
    """SQLite forgets the zone; everything is written in UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
