"""The MCP doors, opened by the SDK's own client: the same tools and the same answers as over plain HTTP."""

import asyncio
import json
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
import uvicorn
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from assistant.answer import Answer, ChatRequest, TextPart
from assistant.api import create_app
from assistant.conversation import Conversation, Event, Turn
from assistant.settings import Settings
from knowledge.model import Document, Hit
from tools.buyers import Registry
from tools.catalogue import build_toolset
from tools.results import Result
from tools.toolset import Tool, Toolset

KEY = "a-key-of-ours"
CALLS = [
    ("late_interest", {"amount": {"amount": 100_000, "currency": "CNY"}, "regime": "cn_sme", "days": 60}),
    ("compute_deadlines", {"due_date": "2026-03-01", "mep_days": 60, "today": "2026-04-01"}),
    ("lookup_buyer", {"name": "不存在的公司名称"}),
    ("search_knowledge", {"query": "逾期通知"}),
]


class NoDocuments:
    version = "test-1"

    def search(self, _query: str, **_filters: object) -> list[Hit]:
        return []

    definitions = search

    def documents(self, *, owner: str | None = None) -> tuple[Document, ...]:
        return ()


def note(text: str) -> Result:
    """Record a note.

    Args:
        text: What to record.
    """
    return Result()


class ScriptedAgent:
    """The real tools, and an agent that echoes the message with its turn number."""

    def __init__(self, folder: Path) -> None:
        self.index = NoDocuments()
        real = build_toolset(self.index, Registry.open(f"sqlite:///{folder / 'buyers.db'}"))  # type: ignore[arg-type]
        self.toolset = Toolset([*real, Tool(note, needs_confirmation=True)])

    def stream(self, request: ChatRequest, conversation: Conversation) -> Iterator[Event]:
        if request.message == "break":
            raise RuntimeError("a bug")
        text = f"{request.persona} 第{len(conversation.turns) + 1}次:{request.message}"
        answer = Answer(
            conversation_id=conversation.id,
            language="zh",
            engine="scripted",
            outcome="answered",
            parts=[TextPart(text=text)],
            text=text,
            receipt={"corpus": "test-1"},
        )
        conversation.turns.append(Turn(message=request.message, answer=answer))
        yield Event(kind="answer.end", data={"answer": answer.model_dump(mode="json")})


class Serving:
    """The API on a free port of this machine, until told to stop."""

    def __init__(self, folder: Path, **values: Any) -> None:
        settings = Settings(data_dir=folder, _env_file=None, **values)  # type: ignore[call-arg]
        app = create_app(settings, ScriptedAgent(folder))  # type: ignore[arg-type]
        config = uvicorn.Config(app, port=0, log_level="warning", ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    serving = Serving(tmp_path_factory.mktemp("local"))
    yield serving.url
    serving.stop()


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    serving = Serving(tmp_path_factory.mktemp("keyed"), api_keys=KEY, rate_limit="40/hour")
    yield serving.url
    serving.stop()


def talk(
    server: str | StdioServerParameters, work: Callable[[Client], Coroutine[Any, Any, Any]], **headers: str
) -> Any:
    """What `work` returns, done by the SDK's client of `server`."""

    async def connected() -> Any:
        if not headers:
            async with Client(f"{server}/mcp" if isinstance(server, str) else server) as client:
                return await work(client)
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(f"{server}/mcp", http_client=http)) as client,
        ):
            return await work(client)

    return asyncio.run(connected())


def call(server: str, name: str, arguments: dict[str, Any], **headers: str) -> Any:
    return talk(server, lambda client: client.call_tool(name, arguments), **headers)


def test_the_tools_that_only_read_are_listed_with_their_own_schema_and_the_chat_beside_them(local: str) -> None:
    listed = talk(local, lambda client: client.list_tools()).tools
    over_http = httpx.get(f"{local}/v1/tools").json()["tools"]
    readable = [tool for tool in over_http if not tool["needs_confirmation"]]
    assert [tool.name for tool in listed] == [*(tool["name"] for tool in readable), "ask"]
    for one, other in zip(listed, readable, strict=False):
        assert (one.description, one.input_schema) == (other["description"], other["parameters"])
    assert all(tool.annotations.read_only_hint for tool in listed if tool.name != "ask")


@pytest.mark.parametrize(("name", "arguments"), CALLS)
def test_a_tool_gives_the_same_result_as_over_http(local: str, name: str, arguments: dict[str, Any]) -> None:
    result = call(local, name, arguments)
    assert not result.is_error
    assert result.structured_content == httpx.post(f"{local}/v1/tools/{name}", json=arguments).json()
    assert json.loads(result.content[0].text) == result.structured_content


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"regime": "contract", "days": 3}, "amount"),
        ({"amount": 5, "regime": "contract", "days": "many"}, "days"),
        ({"amount": 5, "regime": "contract", "days": 3, "years": 1}, "years"),
        ({"amount": 5, "regime": "contract", "days": 3}, "contract_rate_pct"),
    ],
)
def test_bad_arguments_come_back_with_field_value_and_remedy(local: str, arguments: dict[str, Any], field: str) -> None:
    result = call(local, "late_interest", arguments)
    assert result.is_error
    problem = result.structured_content
    assert (problem["code"], problem["field"]) == ("invalid_arguments", field)
    assert problem["value"] is not None
    assert problem["remedy"] in result.content[0].text
    over_http = httpx.post(f"{local}/v1/tools/late_interest", json=arguments).json()
    assert problem.items() <= {**over_http, "detail": problem["detail"], "title": problem["title"]}.items()


def test_what_records_something_and_what_does_not_exist_cannot_be_called(local: str) -> None:
    assert call(local, "note", {"text": "x"}).structured_content["code"] == "tool_needs_confirmation"
    assert call(local, "none", {}).structured_content["code"] == "tool_not_found"


def test_ask_answers_and_goes_on_in_the_same_conversation(local: str) -> None:
    async def two_questions(client: Client) -> tuple[Any, Any]:
        first = await client.call_tool("ask", {"message": "逾期怎么办"})
        again = {"message": "然后呢", "conversation_id": first.structured_content["conversation_id"]}
        return first, await client.call_tool("ask", again)

    first, second = talk(local, two_questions)
    assert first.content[0].text == "owner 第1次:逾期怎么办"
    assert second.content[0].text == "owner 第2次:然后呢"
    assert second.structured_content["outcome"] == "answered"
    assert "receipt" not in second.structured_content


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"message": " "}, "message_empty"),
        ({}, "invalid_arguments"),
        ({"message": "hi", "stream": True}, "invalid_arguments"),
        ({"message": "hi", "conversation_id": "c_none"}, "conversation_not_found"),
        ({"message": "break"}, "internal_error"),
    ],
)
def test_a_question_that_cannot_be_answered_is_told_as_over_http(
    local: str, arguments: dict[str, Any], code: str
) -> None:
    result = call(local, "ask", arguments)
    assert result.is_error
    assert result.structured_content["code"] == code


def test_with_keys_a_stranger_is_a_visitor_and_a_wrong_key_is_refused(keyed: str) -> None:
    key = f"Bearer {KEY}"
    assert call(keyed, "ask", {"message": "hi"}).content[0].text.startswith("visitor ")
    assert call(keyed, "ask", {"message": "hi"}, authorization=key).content[0].text.startswith("owner ")
    refused = call(keyed, "ask", {"message": "hi", "persona": "support"}).structured_content
    assert refused["code"] == "persona_needs_key"
    wrong = httpx.post(f"{keyed}/mcp", json={}, headers={"authorization": "Bearer wrong"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "bad_api_key")


def test_pages_of_other_sites_are_refused(local: str) -> None:
    refused = httpx.post(f"{local}/mcp", json={}, headers={"origin": "https://elsewhere.example"})
    assert (refused.status_code, refused.json()["code"]) == (403, "request_refused")


def test_requests_are_counted_like_all_others(tmp_path: Path) -> None:
    serving = Serving(tmp_path, rate_limit="2/minute")
    try:
        codes = [httpx.post(f"{serving.url}/mcp", json={}).status_code for _ in range(3)]
        assert codes[-1] == 429
        assert codes[0] == codes[1] == 400
        assert 'route="/mcp"' in httpx.get(f"{serving.url}/metrics").text
    finally:
        serving.stop()


def test_the_same_tools_answer_on_standard_input_and_output(tmp_path: Path) -> None:
    async def work(client: Client) -> tuple[Any, Any, Any]:
        listed, asked = await client.list_tools(), await client.call_tool("ask", {"message": "你好吗"})
        return listed, asked, await client.call_tool(*CALLS[0])

    listed, asked, computed = talk(StdioServerParameters(command=sys.executable, args=[__file__, str(tmp_path)]), work)
    assert {tool.name for tool in listed.tools} >= {"ask", "lookup_buyer", "compute_indemnity"}
    assert asked.content[0].text == "owner 第1次:你好吗"
    assert computed.structured_content["total"]


def test_the_command_says_why_there_are_no_tools(tmp_path: Path) -> None:
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "assistant.cli", "mcp"], env={"TCA_DATA_DIR": str(tmp_path)}
    )
    with pytest.raises(BaseException) as caught:  # the client wraps what its tasks raise
        talk(command, lambda client: client.list_tools())
    assert "there is no index" in str(_first(caught.value))


def _first(error: BaseException) -> BaseException:
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


def _serve_on_stdio(folder: Path) -> None:
    from assistant.api.callers import Caller
    from assistant.api.mcp import serve_stdio
    from assistant.api.service import Service

    settings = Settings(data_dir=folder, _env_file=None)  # type: ignore[call-arg]
    service = Service(settings, lambda: ScriptedAgent(folder))  # type: ignore[arg-type, return-value]
    asyncio.run(serve_stdio(service, Caller(owner="local", is_trusted=True, limit_key="local")))


if __name__ == "__main__":
    _serve_on_stdio(Path(sys.argv[1]))
