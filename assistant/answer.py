"""The one message shape: what is streamed is what is stored and what is drawn."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["zh", "en"]
Persona = Literal["owner", "support", "visitor"]
Outcome = Literal["answered", "needs_facts", "out_of_scope", "not_in_corpus", "needs_person", "refused"]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Attachment(_Shape):
    """A file that comes with a message: a receivables ledger (CSV, XLSX), or a document to be asked about."""

    name: str = Field(min_length=1, max_length=300)
    content_base64: str


class ChatRequest(_Shape):
    """One user message."""

    message: str
    conversation_id: str | None = None
    language: Literal["auto", "zh", "en"] = "auto"
    persona: Persona = "owner"
    today: date | None = Field(None, description="The user's date; the server's date when absent.")
    stream: bool = False
    policy_id: str | None = None
    attachments: list[Attachment] = Field(default_factory=list)


class Evidence(_Shape):
    """What a stretch of text rests on."""

    start: int
    end: int
    source: str
    """`citation:1` · `tool:t1/indemnity/amount` · `user:debt` · `assumption:notice_days`"""


class TextPart(_Shape):
    """Words, with the evidence for each stretch of them."""

    type: Literal["text"] = "text"
    role: Literal["answer", "working", "next", "ask", "notice"] = "answer"
    text: str
    evidence: list[Evidence] = Field(default_factory=list)


class CardPart(_Shape):
    """A tool result to be drawn."""

    type: Literal["card"] = "card"
    card: str
    """premium_estimate, buyer, checklist, deadlines, indemnity, coverage, receivables, interest, assessment, draft"""
    data: dict[str, Any]


Part = Annotated[TextPart | CardPart, Field(discriminator="type")]


class Citation(_Shape):
    """A quoted span of a stored document."""

    id: int
    document: str
    title: str
    clause: str
    edition: str
    language: Language
    quote: str
    start: int
    end: int
    passage_id: str


class ToolCall(_Shape):
    id: str
    name: str
    arguments: dict[str, Any]
    result: dict[str, Any]
    """The tool's result, or `{"error": {...}}`."""


class AssumptionNote(_Shape):
    parameter: str
    value: Any
    clause: str | None = None
    source: Literal["schedule", "user", "typical"]
    text: str = ""
    """The assumption in words, in the answer's language."""


class Question(_Shape):
    slot: str
    text: str


class Handoff(_Shape):
    reason: str
    summary: str


class Answer(_Shape):
    """One answer, whole: everything a channel needs to draw it and an auditor to replay it."""

    id: str = Field(default_factory=lambda: f"a_{uuid4().hex}")
    conversation_id: str
    language: Language
    engine: str
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC))
    outcome: Outcome
    parts: list[Part] = Field(default_factory=list)
    text: str = ""
    citations: list[Citation] = Field(default_factory=list)
    tool_calls: list[ToolCall] = Field(default_factory=list)
    assumptions: list[AssumptionNote] = Field(default_factory=list)
    questions: list[Question] = Field(default_factory=list)
    handoff: Handoff | None = None
    notices: list[str] = Field(default_factory=list)
    suggestions: list[str] = Field(default_factory=list)
    receipt: dict[str, Any] = Field(default_factory=dict)
