"""A conversation as the loop sees it: its turns, and the facts gathered so far."""

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import uuid4

from assistant.answer import Answer, Persona
from knowledge.loaders.reading import Remark

EventKind = Literal["answer.start", "tool.start", "tool.end", "part", "answer.end", "error"]


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened while answering; `data` is JSON."""

    kind: EventKind
    data: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One exchange."""

    message: str
    answer: Answer


@dataclass(frozen=True, kw_only=True)
class Attached:
    """What came with the message that is being answered."""

    ledger: str = ""
    """Name of the receivables ledger among the files."""
    has_documents: bool = False
    """Whether documents were added to the owner's own."""
    told: tuple[Remark, ...] = ()
    """What became of each file."""


@dataclass(kw_only=True)
class Conversation:
    """One person's conversation; `owner` is who may read it."""

    owner: str
    id: str = field(default_factory=lambda: f"c_{uuid4().hex}")
    persona: Persona = "owner"
    turns: list[Turn] = field(default_factory=list)
    dossier: dict[str, Any] = field(default_factory=dict)
    """`assistant.engine.dossier.Dossier` as JSON; it outlives the turn."""
    attached: Attached = field(default_factory=Attached)
