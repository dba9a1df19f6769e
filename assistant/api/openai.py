"""The same assistant for programs that speak the OpenAI chat-completions protocol.

Sources go out twice: in the extension field `tca`, and as footnotes in the text for clients that drop unknown fields.
"""

import asyncio
import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from typing import Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from assistant.answer import Answer, ChatRequest
from assistant.api.callers import Caller, CallerDep
from assistant.api.limits import limited
from assistant.api.problems import Problem
from assistant.api.service import ChatAgent, Service, ServiceDep
from assistant.conversation import Conversation
from assistant.guards import clean_message
from tools.acting import acting_for

router = APIRouter(tags=["openai"], dependencies=[Depends(limited)])

MODEL_NAME = "trade-credit-assistant"
_REMEMBERED = 256
_REPLAYED_TURNS = 8


class ContentPart(BaseModel):
    type: str
    text: str = ""


class ChatMessage(BaseModel):
    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[ContentPart] | None = None

    @property
    def text(self) -> str:
        """The words of the message; parts that are not text are left out."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class CompletionRequest(BaseModel):
    """The part of OpenAI's request that means something here; sampling options are accepted and ignored."""

    model: str = MODEL_NAME
    messages: list[ChatMessage]
    stream: bool = False


class Transcripts:
    """Conversations remembered by what was said in them, since the protocol has no conversation id."""

    def __init__(self) -> None:
        self._conversations: OrderedDict[str, Conversation] = OrderedDict()

    def take(self, owner: str, said: list[ChatMessage]) -> Conversation | None:
        """The conversation that consists of exactly these messages; it is handed over, not shared."""
        return self._conversations.pop(_key(owner, said), None)

    def keep(self, said: list[ChatMessage], conversation: Conversation) -> None:
        """Remember the conversation; the one unused longest is forgotten."""
        self._conversations[_key(conversation.owner, said)] = conversation
        if len(self._conversations) > _REMEMBERED:
            self._conversations.popitem(last=False)


@router.get("/v1/models")
def models(_caller: CallerDep) -> dict[str, Any]:
    """The one model there is."""
    return {"object": "list", "data": [{"id": MODEL_NAME, "object": "model", "created": 0, "owned_by": MODEL_NAME}]}


@router.post("/v1/chat/completions", response_model=None)
async def completions(
    body: CompletionRequest, caller: CallerDep, service: ServiceDep, request: Request
) -> dict[str, Any] | EventSourceResponse:
    """Answer the last user message."""
    if body.model != MODEL_NAME:
        raise Problem("model_not_found", name=body.model, available=MODEL_NAME)
    transcripts: Transcripts = request.app.state.transcripts
    said = [message for message in body.messages if message.role in ("user", "assistant") and message.text]
    if not said or said[-1].role != "user":
        raise Problem("message_empty")
    agent = service.agent
    answer = await run_in_threadpool(_answer, agent, service, caller, transcripts, said)
    if body.stream:
        return EventSourceResponse(_chunks(answer), headers={"Cache-Control": "no-store"})
    return _completion(answer)


def _answer(
    agent: ChatAgent, service: Service, caller: Caller, transcripts: Transcripts, said: list[ChatMessage]
) -> Answer:
    conversation = transcripts.take(caller.owner, said[:-1])
    pending = said[-1:]
    if conversation is None:
        # Facts of earlier turns live in the dossier, which the client cannot send: earlier messages are read again.
        conversation = Conversation(owner=caller.owner)
        pending = [message for message in said if message.role == "user"][-_REPLAYED_TURNS:]
    for message in pending:
        text = clean_message(message.text, max_chars=service.settings.max_message_chars)
        asked = caller.admit(ChatRequest(message=text))
        conversation.persona = asked.persona
        with acting_for(caller.owner):
            for event in agent.stream(asked, conversation):
                if event.kind == "error":
                    raise Problem("unavailable", reason=str(event.data.get("detail", event.data)))
    answer = conversation.turns[-1].answer
    transcripts.keep([*said, ChatMessage(role="assistant", content=answer.text)], conversation)
    return answer


def _completion(answer: Answer) -> dict[str, Any]:
    message = {"role": "assistant", "content": answer.text}
    return {
        **_head(answer, "chat.completion"),
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
        "tca": _extension(answer),
    }


async def _chunks(answer: Answer) -> AsyncIterator[bytes]:
    """The checked answer, paragraph by paragraph: nothing leaves before the ledger has seen all of it."""
    head = _head(answer, "chat.completion.chunk")
    yield _chunk({**head, "choices": [_delta({"role": "assistant", "content": ""})]})
    for paragraph in answer.text.splitlines(keepends=True):
        yield _chunk({**head, "choices": [_delta({"content": paragraph})]})
        await asyncio.sleep(0)
    yield _chunk({**head, "choices": [_delta({}, "stop")], "tca": _extension(answer)})
    yield format_sse_event(data_str="[DONE]")


def _head(answer: Answer, kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{answer.id}", "object": kind, "created": int(time.time()), "model": MODEL_NAME}


def _delta(delta: dict[str, str], finish_reason: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": finish_reason}


def _chunk(data: dict[str, Any]) -> bytes:
    return format_sse_event(data_str=json.dumps(data, ensure_ascii=False))


def _extension(answer: Answer) -> dict[str, Any]:
    return answer.model_dump(mode="json", exclude={"text", "receipt"})


def _key(owner: str, said: list[ChatMessage]) -> str:
    words = json.dumps([owner, *([message.role, message.text.strip()] for message in said)])
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()
