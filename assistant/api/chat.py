"""Ask a question: one answer as JSON, or as a stream of events."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from fastapi.sse import EventSourceResponse

from assistant.answer import Answer, ChatRequest
from assistant.api.callers import CallerDep
from assistant.api.limits import limited
from assistant.api.problems import ProblemDetails
from assistant.api.service import ServiceDep
from assistant.api.turns import Turns

router = APIRouter(tags=["chat"])

_EVENTS: dict[str, Any] = {
    "text/event-stream": {
        "schema": {
            "type": "string",
            "description": "Events `answer.start`, `tool.start`, `tool.end`, `part`, then `answer.end` with the whole "
            "answer, or `error` with problem details.",
        }
    }
}
PROBLEM: dict[str, Any] = {
    "model": ProblemDetails,
    "description": "What went wrong (RFC 9457).",
    "content": {"application/problem+json": {}},
}


def turns(request: Request) -> Turns:
    """The app's turns."""
    found: Turns = request.app.state.turns
    return found


TurnsDep = Annotated[Turns, Depends(turns)]


@router.post(
    "/v1/chat",
    response_model=Answer,
    responses={200: {"content": _EVENTS}, "4XX": PROBLEM, "5XX": PROBLEM},
    dependencies=[Depends(limited)],
)
async def chat(request: ChatRequest, caller: CallerDep, service: ServiceDep, turns: TurnsDep) -> Any:
    """Answer one message; with `stream: true` as server-sent events."""
    turn = await turns.begin(request, caller)
    if request.stream:
        return service.streams.response(turn.stream)
    return await asyncio.shield(turn.answer)


@router.get(
    "/v1/chat/{stream_id}/events",
    response_model=None,
    responses={200: {"content": _EVENTS}, "4XX": PROBLEM},
)
async def resume(
    stream_id: str, caller: CallerDep, service: ServiceDep, last_event_id: Annotated[str | None, Header()] = None
) -> EventSourceResponse:
    """Go on reading a stream after `Last-Event-ID`; `stream_id` is the part of an event's id before the colon."""
    return service.streams.response(service.streams.get(caller.owner, stream_id), last_event_id=last_event_id)
