"""Tools and chat for programs that speak the Model Context Protocol: at `/mcp`, and on standard input and output.

Both doors lead to the functions behind `POST /v1/tools/{name}` and `POST /v1/chat`. The SDK is imported when one opens.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import anyio
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.answer import Answer, ChatRequest, Persona
from assistant.api.callers import Caller, identify
from assistant.api.problems import Problem, as_problem, problem_details
from assistant.api.service import Service
from assistant.api.tools import call_tool
from assistant.api.turns import Turns
from assistant.guards import error_language
from assistant.settings import Settings
from tools.errors import ToolInputError

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext
    from mcp.server.lowlevel import Server
    from mcp_types import CallToolRequestParams, CallToolResult, ListToolsResult

ASK = "ask"
_OPENING_S = 120.0
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_INSTRUCTIONS = (
    "Trade credit insurance in Chinese and English. The tools compute and look up; `ask` answers a whole question with "
    "its sources. Figures are indicative: the policy and the insurer decide."
)


class AskArguments(BaseModel):
    """Ask the trade credit insurance assistant one question and get a checked answer with its sources.

    It reads the question, calls the tools itself and asks for at most two missing facts; give those by asking again
    with the same conversation_id.
    """

    model_config = ConfigDict(extra="forbid")

    message: str = Field(description="The question, in Chinese or English, with its amounts, dates and terms.")
    language: Literal["auto", "zh", "en"] = Field("auto", description="Language of the answer; auto: the question's.")
    persona: Persona = Field("owner", description="Whom the answer is for; owner and support may need an API key.")
    conversation_id: str | None = Field(None, description="Go on in this conversation; from an earlier answer.")


class McpDoor:
    """The application at `/mcp`: streamable HTTP without sessions, so that any worker can answer any request."""

    def __init__(self, service: Service, turns: Turns) -> None:
        self._service = service
        self._turns = turns
        self._app: ASGIApp | None = None
        self.route = Route("/mcp", self)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Serve while the block runs."""
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        manager = StreamableHTTPSessionManager(
            build_server(self._service, self._turns),
            json_response=True,
            stateless=True,
            max_request_body_size=self._service.settings.max_body_bytes,
        )
        async with manager.run():
            self._app = manager.asgi_app
            yield
            self._app = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = self.route  # FastAPI's own routes say so too; requests are counted by it
        if self._app is None:
            raise Problem("starting")
        request = Request(scope)
        _refuse_foreign_pages(request, self._service.settings)
        caller = identify(request)
        await run_in_threadpool(self._service.request_limit.take, caller.limit_key)
        request.state.caller = caller
        await self._app(scope, receive, send)


async def serve_stdio(service: Service, caller: Caller) -> None:
    """Answer one client on standard input and output, until it closes them."""
    from mcp.server.stdio import stdio_server

    server = build_server(service, Turns(service), caller)
    service.opening.start()
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


def build_server(service: Service, turns: Turns, caller: Caller | None = None) -> "Server[Any]":
    """The protocol's server over the tools that only read, and the chat.

    Args:
        service: What all doors share.
        turns: Answers questions.
        caller: Who is asking; None: whoever sent the HTTP request.
    """
    from mcp.server.lowlevel import Server
    from mcp.shared.exceptions import MCPError
    from mcp_types import INTERNAL_ERROR

    async def list_tools(_context: "ServerRequestContext[Any, Any]", _params: Any) -> "ListToolsResult":
        await _opened(service)
        try:
            return _listed(service)
        except Problem as problem:
            raise MCPError(INTERNAL_ERROR, problem_details(problem, "en").detail) from problem

    async def call(context: "ServerRequestContext[Any, Any]", params: "CallToolRequestParams") -> "CallToolResult":
        request: Request | None = context.request
        who = caller or _sender(request)
        arguments = params.arguments or {}
        try:
            await _opened(service)
            if params.name == ASK:
                return _said(await _ask(turns, who, arguments))
            result = await run_in_threadpool(_call, params.name, service, who, arguments)
        except Exception as error:  # as at every other door: what went wrong is told, a bug is logged with its trace
            return _failed(error, request)
        return _result(result)

    return Server(
        "trade-credit-assistant",
        version=service.version,
        title="Trade credit assistant",
        instructions=_INSTRUCTIONS,
        get_tool_input_schema=lambda name: _schema(service, name),
        on_list_tools=list_tools,
        on_call_tool=call,
    )


async def _opened(service: Service) -> None:
    """Wait while the assistant opens: a client asks for the tools once, as soon as it is connected."""
    service.opening.start()
    with anyio.move_on_after(_OPENING_S):
        while service.opening.state == "starting":
            await anyio.sleep(0.05)


def _sender(request: Request | None) -> Caller:
    if request is None:
        raise LookupError("only HTTP requests say who sent them")
    sender: Caller = request.state.caller
    return sender


def _listed(service: Service) -> "ListToolsResult":
    from mcp_types import ListToolsResult, Tool, ToolAnnotations

    reads_only = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    tools = [
        Tool(name=tool.name, description=tool.description, input_schema=tool.schema, annotations=reads_only)
        for tool in service.agent.toolset
        if not tool.needs_confirmation
    ]
    # `ask` keeps the conversation, so it does not only read
    keeps = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)
    schema = AskArguments.model_json_schema()
    description = schema.pop("description")
    tools.append(Tool(name=ASK, description=description, input_schema=schema, annotations=keeps))
    return ListToolsResult(tools=tools)


def _schema(service: Service, name: str) -> dict[str, Any] | None:
    if name == ASK:
        return AskArguments.model_json_schema()
    if service.opening.state != "ready" or name not in service.agent.toolset:
        return None
    return service.agent.toolset[name].schema


def _call(name: str, service: Service, caller: Caller, arguments: dict[str, Any]) -> dict[str, Any]:
    toolset = service.agent.toolset
    if name in toolset and toolset[name].needs_confirmation:
        raise Problem("tool_needs_confirmation", name=name)  # whoever calls here may be a model, which cannot confirm
    return call_tool(name, service, caller, arguments)


async def _ask(turns: Turns, caller: Caller, arguments: dict[str, Any]) -> Answer:
    try:
        asked = AskArguments.model_validate(arguments)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or ASK
        raise ToolInputError(field, first.get("input"), f"{first['msg']}.") from error
    # only what was said: a persona that was named is refused where a default one is lowered
    turn = await turns.begin(ChatRequest(**asked.model_dump(exclude_unset=True)), caller)
    return await asyncio.shield(turn.answer)


def _said(answer: Answer) -> "CallToolResult":
    """The answer as text with its footnotes, and whole but for the receipt, which `/v1/answers/{id}/receipt` has."""
    from mcp_types import CallToolResult, TextContent

    whole = answer.model_dump(mode="json", exclude={"receipt"})
    return CallToolResult(content=[TextContent(text=answer.text)], structured_content=whole)


def _result(result: dict[str, Any], *, is_error: bool = False) -> "CallToolResult":
    from mcp_types import CallToolResult, TextContent

    text = json.dumps(result, ensure_ascii=False)
    return CallToolResult(content=[TextContent(text=text)], structured_content=result, is_error=is_error)


def _failed(error: Exception, request: Request | None) -> "CallToolResult":
    """The problem details that the HTTP door gives, so that a model can mend its call."""
    problem = as_problem(error)
    language = error_language(problem.message, request.headers.get("accept-language") if request else None)
    return _result(problem_details(problem, language).model_dump(exclude_none=True), is_error=True)


def _refuse_foreign_pages(request: Request, settings: Settings) -> None:
    """Refuse web pages that nobody listed; programs send no `Origin`.

    The protocol asks for this: a page that was made to resolve to this machine could otherwise use a local server.
    """
    origin = request.headers.get("origin")
    if origin is None or origin in settings.widget_origins or urlsplit(origin).hostname in _LOOPBACK:
        return
    raise Problem("request_refused", status=403, reason=f"{origin[:200]} is not in TCA_WIDGET_ORIGINS")
