"""Conversations of the caller: list, read, export, forget; and what they thought of an answer."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field

from assistant.answer import Answer, Language, Persona
from assistant.api.callers import CallerDep
from assistant.api.limits import limited
from assistant.api.service import ServiceDep
from assistant.conversation import Conversation
from assistant.engine.dossier import Dossier
from assistant.engine.editing import edit, facts
from assistant.store import ConversationSummary, Rating

router = APIRouter(tags=["conversations"], dependencies=[Depends(limited)])


class TurnOut(BaseModel):
    """One exchange as it was shown."""

    message: str
    answer: Answer


class ConversationOut(BaseModel):
    """A whole conversation."""

    id: str
    persona: Persona
    turns: list[TurnOut]


class ConversationList(BaseModel):
    """The caller's conversations, last used first."""

    conversations: list[ConversationSummary]


class Feedback(BaseModel):
    """What somebody thought of an answer."""

    model_config = ConfigDict(extra="forbid")

    answer_id: str
    rating: Rating
    comment: str = Field("", max_length=4_000)


class FactOut(BaseModel):
    """One fact that the conversation works with."""

    name: str
    label: str
    value: Any
    shown: str
    kind: str
    source: str
    said: str


class DossierOut(BaseModel):
    """What the assistant is working with."""

    facts: list[FactOut]
    parties: list[str]
    """The buyers spoken of by some name; the facts are those of `party`."""
    party: str | None


class DossierChange(BaseModel):
    """Facts to change and to take out."""

    model_config = ConfigDict(extra="forbid")

    set: dict[str, Any] = Field(default_factory=dict, max_length=50)
    remove: list[str] = Field(default_factory=list, max_length=50)


@router.get("/v1/conversations")
def list_conversations(
    caller: CallerDep,
    service: ServiceDep,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: datetime | None = None,
) -> ConversationList:
    """The caller's conversations; `before` (an `updated_at`) pages back."""
    return ConversationList(conversations=service.store.conversations(caller.owner, limit=limit, before=before))


@router.get("/v1/conversations/{conversation_id}")
def read_conversation(conversation_id: str, caller: CallerDep, service: ServiceDep) -> ConversationOut:
    """A conversation with its answers whole: text, evidence, cards and citations."""
    return _shape(service.store.conversation(caller.owner, conversation_id))


@router.delete("/v1/conversations/{conversation_id}", status_code=204)
def delete_conversation(conversation_id: str, caller: CallerDep, service: ServiceDep) -> None:
    """Forget a conversation, the feedback on its answers and the ledgers that came with it."""
    service.store.delete(caller.owner, conversation_id)
    service.attachments.forget(conversation_id)


@router.get("/v1/conversations/{conversation_id}/export", response_model=None)
def export_conversation(
    conversation_id: str,
    caller: CallerDep,
    service: ServiceDep,
    format: Literal["markdown", "json"] = "markdown",
) -> Response:
    """The conversation as a file, rendered from the stored answers."""
    conversation = service.store.conversation(caller.owner, conversation_id)
    if format == "json":
        body, media_type, suffix = _shape(conversation).model_dump_json(indent=2), "application/json", "json"
    else:
        body, media_type, suffix = _markdown(conversation), "text/markdown", "md"
    name = f'attachment; filename="{conversation.id}.{suffix}"'
    return PlainTextResponse(body, media_type=media_type, headers={"Content-Disposition": name})


@router.get("/v1/conversations/{conversation_id}/dossier")
def read_dossier(conversation_id: str, caller: CallerDep, service: ServiceDep, language: Language = "en") -> DossierOut:
    """The facts that the conversation works with: each with its name, its value, and where it came from."""
    conversation = service.store.conversation(caller.owner, conversation_id)
    return _dossier_shape(Dossier.from_json(conversation.dossier), language)


@router.patch("/v1/conversations/{conversation_id}/dossier")
def change_dossier(
    conversation_id: str, change: DossierChange, caller: CallerDep, service: ServiceDep, language: Language = "en"
) -> DossierOut:
    """Correct facts or take them out, for the next answer to work with; nothing changes when one does not fit."""
    conversation = service.store.conversation(caller.owner, conversation_id)
    dossier = Dossier.from_json(conversation.dossier)
    edit(dossier, change.set, change.remove)
    conversation.dossier = dossier.as_json()
    service.store.save_dossier(conversation)
    return _dossier_shape(dossier, language)


@router.get("/v1/answers/{answer_id}/receipt")
def read_receipt(answer_id: str, caller: CallerDep, service: ServiceDep) -> dict[str, Any]:
    """What the answer rests on: corpus and table versions, spans, tool inputs and outputs, ledger verdicts."""
    return service.store.answer(caller.owner, answer_id).receipt


@router.post("/v1/feedback", status_code=204)
def give_feedback(feedback: Feedback, caller: CallerDep, service: ServiceDep) -> None:
    """Keep a thumb up or down, with a comment, for one of the caller's answers."""
    service.store.add_feedback(caller.owner, feedback.answer_id, feedback.rating, feedback.comment)


def _shape(conversation: Conversation) -> ConversationOut:
    turns = [TurnOut(message=turn.message, answer=turn.answer) for turn in conversation.turns]
    return ConversationOut(id=conversation.id, persona=conversation.persona, turns=turns)


def _dossier_shape(dossier: Dossier, language: Language) -> DossierOut:
    return DossierOut(
        facts=[FactOut.model_validate(asdict(fact)) for fact in facts(dossier, language)],
        parties=[party.label for party in dossier.parties],
        party=None if dossier.party is None else dossier.parties[dossier.party].label,
    )


def _markdown(conversation: Conversation) -> str:
    """Messages as quotes, answers as their Markdown with the footnotes they were given."""
    blocks = [f"# {conversation.id}"]
    for turn in conversation.turns:
        blocks.append("\n".join(f"> {line}" for line in turn.message.splitlines()))
        blocks.append(turn.answer.text)
        blocks.append(f"*{turn.answer.created_at:%Y-%m-%d %H:%M} UTC · {turn.answer.engine} · {turn.answer.id}*")
    return "\n\n".join(blocks) + "\n"
