"""Files that come with a message: a ledger is kept for its conversation, a document joins its owner's own."""

import base64
import binascii
import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import DateTime, LargeBinary, String, delete
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from assistant.answer import Attachment
from assistant.conversation import Attached, Conversation
from assistant.own_documents import OwnDocuments, safe_name, told, unpacked_size
from assistant.settings import Settings
from knowledge.ingest import PolicyEdition
from tools.errors import ToolInputError
from tools.ledger import read_ledger
from tools.sql import open_engine

_KEPT = timedelta(days=30)
_LEDGERS = (".csv", ".xlsx")


class AttachmentNotBase64(ValueError):
    """An attachment whose content cannot be decoded.

    Attributes:
        name: The file's name.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"the content of {name} is not valid base64")


@dataclass(frozen=True, kw_only=True)
class GivenFile:
    """A file that came with a message."""

    name: str
    content: bytes


def decoded(attachments: Sequence[Attachment]) -> list[GivenFile]:
    """The files of a request.

    Raises:
        AttachmentNotBase64: One of them is not what it says.
    """
    files = []
    for attachment in attachments:
        name = safe_name(attachment.name)
        try:
            content = base64.b64decode("".join(attachment.content_base64.split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise AttachmentNotBase64(name) from error
        files.append(GivenFile(name=name, content=content))
    return files


class _Base(DeclarativeBase):
    pass


class _Row(_Base):
    __tablename__ = "attachments"

    conversation_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class Attachments:
    """Ledgers by conversation, in the database that all workers share; after 30 days they are gone."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._engine = open_engine(settings.database)
        _Base.metadata.create_all(self._engine)

    def close(self) -> None:
        """Let go of every database connection."""
        self._engine.dispose()

    def receive(self, files: Sequence[GivenFile], conversation: Conversation) -> Attached:
        """Take in the files of a message: what they are now, in words and for the agent.

        Raises:
            IndexLocked: Somebody else is adding to the owner's documents at the moment.
        """
        ledgers = [file for file in files if self._is_ledger(file)]
        for file in ledgers:
            self._keep(conversation.id, file)
        documents = [file for file in files if file not in ledgers]
        outcomes = []
        if documents:
            with tempfile.TemporaryDirectory(prefix="attached") as folder:
                paths = _saved(documents, Path(folder))
                outcomes = OwnDocuments(self._settings, conversation.owner).add(paths, PolicyEdition())
        return Attached(
            ledger=ledgers[-1].name if ledgers else "",
            has_documents=any(outcome.state != "failed" for outcome in outcomes),
            told=(
                *(told("file.ledger", name=file.name) for file in ledgers),
                *(remark for outcome in outcomes for remark in (outcome.told, *outcome.remarks)),
            ),
        )

    def content(self, conversation_id: str, name: str) -> bytes | None:
        """A ledger that came with the conversation."""
        with Session(self._engine) as session:
            row = session.get(_Row, (conversation_id, name))
            return row.content if row else None

    def forget(self, conversation_id: str) -> None:
        """Delete what came with a conversation."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(_Row).where(_Row.conversation_id == conversation_id))

    def _keep(self, conversation_id: str, file: GivenFile) -> None:
        now = datetime.now(UTC)
        with Session(self._engine) as session, session.begin():
            session.execute(delete(_Row).where(_Row.kept_at < now - _KEPT))
            session.merge(_Row(conversation_id=conversation_id, name=file.name, content=file.content, kept_at=now))

    def _is_ledger(self, file: GivenFile) -> bool:
        """Whether it reads as a receivables ledger; anything else in a table is a document."""
        if Path(file.name).suffix.lower() not in _LEDGERS:
            return False
        if unpacked_size(file.name, io.BytesIO(file.content)) > self._settings.max_unpacked_bytes:
            return False
        try:
            return bool(read_ledger(file.content).invoices)
        except ToolInputError:
            return False


def _saved(files: Sequence[GivenFile], folder: Path) -> list[Path]:
    """The files on disk, each in a folder of its own, since two may have the same name."""
    paths = []
    for number, file in enumerate(files):
        path = folder / str(number) / file.name
        path.parent.mkdir()
        path.write_bytes(file.content)
        paths.append(path)
    return paths
