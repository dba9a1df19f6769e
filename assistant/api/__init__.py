"""The chat API. `create_app` is the composition root."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from assistant.api import chat, conversations, documents, health, openai, policies, search, tools, widget
from assistant.api.callers import VisitorTokens
from assistant.api.limits import BodyCap
from assistant.api.mcp import McpDoor
from assistant.api.metrics import RequestCounter
from assistant.api.problems import add_problem_handlers
from assistant.api.service import ChatAgent, Service
from assistant.api.turns import Turns
from assistant.settings import Settings

__all__ = ["create_app"]


def create_app(settings: Settings | None = None, agent: ChatAgent | None = None) -> FastAPI:
    """The API over `agent`, or over the one that `settings` describe (opened in the background)."""
    settings = settings or Settings()
    service = Service(settings, (lambda: agent) if agent is not None else lambda: _open_agent(settings))

    turns = Turns(service)
    mcp = McpDoor(service, turns)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        service.opening.start()
        async with mcp.open():
            yield
        service.confirmations.close()
        service.attachments.close()
        service.policies.close()
        service.store.close()

    app = FastAPI(
        title="Trade credit assistant",
        summary="Questions about trade credit insurance, answered with evidence, in Chinese and English.",
        version=service.version,
        lifespan=lifespan,
    )
    app.state.service = service
    app.state.turns = turns
    app.state.transcripts = openai.Transcripts()
    for routes in (chat, conversations, documents, policies, tools, search, openai, health):
        app.include_router(routes.router)
    app.include_router(widget.routes(settings))
    app.router.routes.append(mcp.route)
    add_problem_handlers(app)
    app.add_middleware(BodyCap, settings=settings)
    app.add_middleware(VisitorTokens)
    app.add_middleware(RequestCounter, metrics=service.metrics)
    return app


def _open_agent(settings: Settings) -> ChatAgent:
    # langchain and the index take seconds to load; the process answers /healthz meanwhile
    from assistant.agent import build_agent

    return build_agent(settings)
