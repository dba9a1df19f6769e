"""What a person still has to say yes to: drafts of tool calls, each waiting for its confirmation."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import DateTime, String, delete
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from assistant.api.problems import Problem
from tools.sql import open_engine

CONFIRM = "confirm"
"""The member of a request that carries the confirmation."""
_VALID = timedelta(hours=1)


class _Base(DeclarativeBase):
    pass


class _Offer(_Base):
    __tablename__ = "confirmations"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Of token, owner, tool and arguments together: a match is all four."""
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class Confirmations:
    """Gives out and takes back confirmations, in the database that all workers share."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)
        _Base.metadata.create_all(self._engine)

    def close(self) -> None:
        """Let go of every database connection."""
        self._engine.dispose()

    def offer(self, owner: str, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The draft with a fresh confirmation for exactly this call."""
        token, now = secrets.token_urlsafe(24), datetime.now(UTC)
        expires_at = now + _VALID
        with Session(self._engine) as session, session.begin():
            session.execute(delete(_Offer).where(_Offer.expires_at < now))
            session.add(_Offer(digest=_digest(token, owner, tool, arguments), expires_at=expires_at))
        draft = {"tool": tool, "arguments": arguments}
        return {"draft": draft, "confirmation": token, "expires_at": expires_at.isoformat(timespec="seconds")}

    def take(self, owner: str, tool: str, arguments: Mapping[str, Any], token: object) -> None:
        """Use a confirmation up.

        Raises:
            Problem: `confirmation_refused`: used, expired, or given for another call or caller.
        """
        digest = _digest(str(token), owner, tool, arguments)
        waiting = delete(_Offer).where(_Offer.digest == digest, _Offer.expires_at >= datetime.now(UTC))
        with Session(self._engine) as session, session.begin():
            # one statement, so that of two requests at the same moment only one deletes it
            taken = len(session.scalars(waiting.returning(_Offer.digest)).all())
        if not taken:
            raise Problem("confirmation_refused", name=tool)


def _digest(token: str, owner: str, tool: str, arguments: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps([token, owner, tool, arguments], sort_keys=True).encode()).hexdigest()
