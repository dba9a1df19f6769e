"""The chat API through HTTP, with a scripted agent that keeps the real one's contract."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.answer import Answer, CardPart, ChatRequest, Citation, TextPart
from assistant.api import create_app
from assistant.conversation import Conversation, Event, Turn
from assistant.settings import Settings
from knowledge.model import Document, Hit, Passage, Span
from tools.errors import ToolUnavailable
from tools.results import Result
from tools.toolset import NumberIn, Tool, Toolset

CLAUSE = "The insured reports an overdue invoice within 30 days."


def add(a: NumberIn, b: NumberIn) -> Result:
    """Add two numbers.

    Args:
        a: One number.
        b: Another number.
    """
    return Result(warnings=())


class ScriptedIndex:
    version = "test-1"

    def search(self, query: str, *, limit: int = 8, **_filters: object) -> list[Hit]:
        passage = Passage(
            id="wt-2026/en/7.1",
            document_id="wt-2026",
            language="en",
            clause="7.1",
            heading="Overdue notice",
            text=CLAUSE,
            span=Span(start=100, end=100 + len(CLAUSE)),
            kind="policy",
            title="Specimen policy",
            edition="2026",
            source="specimen",
            confidence="E",
        )
        quote = Span(start=100, end=100 + len(CLAUSE))
        return [Hit(passage=passage, score=0.9, nearness=1.0, quote=quote, dense=0.9, lexical=3)][:limit]

    def documents(self, *, owner: str | None = None) -> tuple[Document, ...]:
        text = " " * 100 + CLAUSE
        return (
            Document(
                id="wt-2026",
                language="en",
                title="Specimen policy",
                kind="policy",
                edition="2026",
                source="specimen",
                text=text,
            ),
        )


class ScriptedAgent:
    """Echoes the message; counts turns in the dossier; stumbles on request."""

    def __init__(self) -> None:
        self.toolset = Toolset([Tool(add), Tool(_record, needs_confirmation=True)])
        self.index = ScriptedIndex()
        self.gate: threading.Event | None = None

    def stream(self, request: ChatRequest, conversation: Conversation) -> Iterator[Event]:
        yield Event(kind="answer.start", data={"conversation_id": conversation.id})
        if request.message == "break":
            raise RuntimeError("a bug")
        if request.message == "unavailable":
            raise ToolUnavailable("the registry does not answer")
        yield Event(kind="tool.start", data={"id": "t1", "name": "add", "arguments": {"a": 1, "b": 2}})
        if self.gate is not None:
            self.gate.wait(10)
        yield Event(kind="tool.end", data={"id": "t1", "name": "add", "result": {"sum": 3}})
        text = TextPart(text=f"第{len(conversation.turns) + 1}次:{request.message}")
        parts = [text, CardPart(card="indemnity", data={"indemnity": {"amount": 900000, "currency": "CNY"}})]
        for part in parts:
            yield Event(kind="part", data=part.model_dump(mode="json"))
        answer = Answer(
            conversation_id=conversation.id,
            language="zh",
            engine="scripted",
            outcome="answered",
            parts=parts,
            text=text.text + " [1]",
            citations=[_citation()],
            receipt={"corpus": "test-1"},
        )
        conversation.turns.append(Turn(message=request.message, answer=answer))
        conversation.dossier["turns"] = len(conversation.turns)
        yield Event(kind="answer.end", data={"answer": answer.model_dump(mode="json")})


def _record(note: str) -> Result:
    """Record a note.

    Args:
        note: What to record.
    """
    return Result()


def _citation() -> Citation:
    return Citation(
        id=1,
        document="wt-2026",
        title="Specimen policy",
        clause="7.1",
        edition="2026",
        language="en",
        quote=CLAUSE,
        start=100,
        end=100 + len(CLAUSE),
        passage_id="wt-2026/en/7.1",
    )


@pytest.fixture
def agent() -> ScriptedAgent:
    return ScriptedAgent()


def settings(folder: Path, **values: Any) -> Settings:
    return Settings(data_dir=folder, _env_file=None, **values)  # type: ignore[call-arg]


def ready(client: TestClient) -> TestClient:
    for _ in range(100):
        if client.get("/readyz").status_code == 200:
            return client
        time.sleep(0.02)
    raise AssertionError("not ready")


@pytest.fixture
def client(tmp_path: Path, agent: ScriptedAgent) -> Iterator[TestClient]:
    with TestClient(create_app(settings(tmp_path), agent), raise_server_exceptions=False) as client:
        yield ready(client)


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["code"] == code
    assert body["status"] == status
    assert body["detail"]
    return body


def events(text: str) -> list[tuple[str, str, Any]]:
    """(id, event, data) of each server-sent event."""
    found = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            found.append((fields["id"], fields["event"], json.loads(fields["data"])))
    return found


def test_a_message_is_answered_in_json(client: TestClient) -> None:
    response = client.post("/v1/chat", json={"message": "  你好  "})
    assert response.status_code == 200
    answer = Answer.model_validate(response.json())
    assert answer.parts[0].text == "第1次:你好"  # type: ignore[union-attr]
    assert "第1次" in response.text, "Chinese is not escaped"


def test_a_conversation_goes_on_and_is_stored_whole(client: TestClient) -> None:
    first = client.post("/v1/chat", json={"message": "一"}).json()
    second = client.post("/v1/chat", json={"message": "二", "conversation_id": first["conversation_id"]}).json()
    assert second["parts"][0]["text"] == "第2次:二"
    stored = client.get(f"/v1/conversations/{first['conversation_id']}").json()
    assert [turn["answer"] for turn in stored["turns"]] == [first, second]
    assert [turn["message"] for turn in stored["turns"]] == ["一", "二"]


def test_a_stream_is_ordered_and_ends_with_the_whole_answer(client: TestClient) -> None:
    response = client.post("/v1/chat", json={"message": "逾期怎么办?", "stream": True})
    assert response.headers["content-type"].startswith("text/event-stream")
    assert "逾期怎么办" in response.text, "Chinese is not escaped"
    found = events(response.text)
    kinds = [kind for _, kind, _ in found]
    assert kinds == ["answer.start", "tool.start", "tool.end", "part", "part", "answer.end"]
    answer = Answer.model_validate(found[-1][2]["answer"])
    assert [part.model_dump(mode="json") for part in answer.parts] == [
        data for _, kind, data in found if kind == "part"
    ]
    assert client.get(f"/v1/conversations/{answer.conversation_id}").json()["turns"][0]["answer"]["id"] == answer.id


def test_a_stream_resumes_after_the_last_event_for_its_owner_only(client: TestClient) -> None:
    found = events(client.post("/v1/chat", json={"message": "hello there", "stream": True}).text)
    stream_id = found[2][0].split(":")[0]
    rest = client.get(f"/v1/chat/{stream_id}/events", headers={"Last-Event-ID": found[2][0]})
    assert events(rest.text) == found[3:]
    assert events(client.get(f"/v1/chat/{stream_id}/events").text) == found
    client.cookies.clear()
    problem(client.get(f"/v1/chat/{stream_id}/events"), 404, "stream_not_found")


def test_a_quiet_stream_sends_pings(tmp_path: Path, agent: ScriptedAgent) -> None:
    agent.gate = threading.Event()
    threading.Timer(0.4, agent.gate.set).start()
    with TestClient(create_app(settings(tmp_path, stream_ping_s=0.05), agent)) as client:
        text = ready(client).post("/v1/chat", json={"message": "slow", "stream": True}).text
    assert ": ping" in text
    assert events(text)[-1][1] == "answer.end"


@pytest.mark.parametrize(
    ("message", "status", "code"), [("break", 500, "internal_error"), ("unavailable", 503, "unavailable")]
)
def test_a_failing_turn_is_a_problem_in_json_and_the_last_event_of_a_stream(
    client: TestClient, message: str, status: int, code: str
) -> None:
    problem(client.post("/v1/chat", json={"message": message}), status, code)
    found = events(client.post("/v1/chat", json={"message": message, "stream": True}).text)
    assert [kind for _, kind, _ in found] == ["answer.start", "error"]
    assert found[-1][2]["code"] == code
    assert client.get("/v1/conversations").json() == {"conversations": []}
    assert client.post("/v1/chat", json={"message": "still alive?"}).status_code == 200


@pytest.mark.parametrize("message", ["", "   \n\t ", "\x00\x01", "\u200b", "\u202e"])
def test_a_message_without_anything_readable_is_refused(client: TestClient, message: str) -> None:
    problem(client.post("/v1/chat", json={"message": message}), 422, "message_empty")


def test_a_message_of_100_000_characters_is_refused_with_the_limit_in_its_own_language(client: TestClient) -> None:
    chinese = problem(client.post("/v1/chat", json={"message": "欠" * 100_000}), 413, "message_too_long")
    assert chinese["limit"] == 20_000
    assert "20000" in chinese["detail"]
    assert "字符" in chinese["detail"]
    english = problem(client.post("/v1/chat", json={"message": "word " * 20_000}), 413, "message_too_long")
    assert "characters" in english["detail"]


def test_a_body_over_the_cap_is_refused(tmp_path: Path, agent: ScriptedAgent) -> None:
    with TestClient(create_app(settings(tmp_path, max_upload_bytes=1_000), agent)) as client:
        problem(client.post("/v1/chat", json={"message": "x" * 2_000}), 413, "body_too_large")
        unannounced = (b"x" * 400 for _ in range(5))
        response = client.post("/v1/chat", content=unannounced, headers={"Content-Type": "application/json"})
        problem(response, 413, "body_too_large")


@pytest.mark.parametrize(
    "body", [b"\x80\xff\x00\x01" * 50, b"{", b"", b"\xef\xbb\xbf{", b"nonsense", b'{"message": "a']
)
def test_a_body_that_is_not_json_is_refused(client: TestClient, body: bytes) -> None:
    response = client.post("/v1/chat", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in (400, 422), response.text
    assert response.json()["code"] in ("invalid_json", "invalid_request")


@pytest.mark.parametrize(
    "body",
    [
        {"message": 5},
        {"message": None},
        {"message": ["a"]},
        {},
        [],
        "text",
        {"message": "a", "language": "fr"},
        {"message": "a", "today": "yesterday"},
        {"message": "a", "unknown": 1},
        {"message": "a", "conversation_id": 7},
        {"message": "a", "persona": "king"},
    ],
)
def test_wrong_types_are_named_field_by_field(client: TestClient, body: Any) -> None:
    details = problem(client.post("/v1/chat", json=body), 422, "invalid_request")
    assert details["errors"][0]["field"]


def test_lone_surrogates_and_infinities_do_not_break_the_error(client: TestClient) -> None:
    raw = b'{"message": "\\ud800 hello", "today": NaN}'
    response = client.post("/v1/chat", content=raw, headers={"Content-Type": "application/json"})
    problem(response, 422, "invalid_request")


def test_errors_speak_the_browsers_language_when_the_message_does_not_tell(client: TestClient) -> None:
    headers = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}
    assert (
        problem(client.get("/v1/conversations/none", headers=headers), 404, "conversation_not_found")["title"]
        == "找不到该会话"
    )
    assert problem(client.get("/nowhere"), 404, "not_found")["title"] == "Not found"
    problem(client.put("/v1/chat"), 405, "method_not_allowed")


def test_an_unknown_conversation_is_not_found(client: TestClient) -> None:
    body = {"message": "go on", "conversation_id": "c_unknown"}
    problem(client.post("/v1/chat", json=body), 404, "conversation_not_found")
    problem(client.post("/v1/chat", json={**body, "stream": True}), 404, "conversation_not_found")


def test_a_conversation_belongs_to_its_visitor(client: TestClient) -> None:
    response = client.post("/v1/chat", json={"message": "mine"})
    mine, token = response.json(), client.cookies["tca_visitor"]
    path = f"/v1/conversations/{mine['conversation_id']}"
    client.cookies.clear()
    problem(client.get(path), 404, "conversation_not_found")
    problem(client.delete(path), 404, "conversation_not_found")
    problem(client.get(f"{path}/export"), 404, "conversation_not_found")
    problem(client.get(f"/v1/answers/{mine['id']}/receipt"), 404, "answer_not_found")
    problem(client.post("/v1/feedback", json={"answer_id": mine["id"], "rating": "up"}), 404, "answer_not_found")
    body = {"message": "not mine", "conversation_id": mine["conversation_id"]}
    problem(client.post("/v1/chat", json=body), 404, "conversation_not_found")
    assert client.get("/v1/conversations").json() == {"conversations": []}
    client.cookies.clear()
    assert client.get(path, headers={"X-Visitor-Token": token}).status_code == 200
    forged = token[:-1] + ("0" if token[-1] != "0" else "1")
    problem(client.get(path, headers={"X-Visitor-Token": forged}), 401, "bad_visitor_token")


def test_a_new_visitor_is_given_a_token_once(client: TestClient) -> None:
    client.cookies.clear()
    first = client.get("/v1/conversations")
    assert first.headers["x-visitor-token"] == client.cookies["tca_visitor"]
    assert "HttpOnly" in first.headers["set-cookie"]
    assert "x-visitor-token" not in client.get("/v1/conversations").headers


def test_conversations_survive_a_restart(tmp_path: Path) -> None:
    with TestClient(create_app(settings(tmp_path), ScriptedAgent())) as client:
        first = ready(client).post("/v1/chat", json={"message": "一"}).json()
        token = client.cookies["tca_visitor"]
    with TestClient(create_app(settings(tmp_path), ScriptedAgent()), headers={"X-Visitor-Token": token}) as client:
        stored = ready(client).get(f"/v1/conversations/{first['conversation_id']}").json()
        assert stored["turns"][0]["answer"] == first
        body = {"message": "二", "conversation_id": first["conversation_id"]}
        assert client.post("/v1/chat", json=body).json()["parts"][0]["text"] == "第2次:二"


def test_parallel_messages_of_one_conversation_wait_for_each_other(client: TestClient) -> None:
    first = client.post("/v1/chat", json={"message": "start"}).json()
    body = {"message": "more", "conversation_id": first["conversation_id"]}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.post("/v1/chat", json=body), range(8)))
    assert [answer.status_code for answer in answers] == [200] * 8
    stored = client.get(f"/v1/conversations/{first['conversation_id']}").json()["turns"]
    assert [turn["answer"]["parts"][0]["text"].split(":")[0] for turn in stored] == [f"第{n}次" for n in range(1, 10)]


def test_a_conversation_that_stays_busy_is_a_conflict(tmp_path: Path, agent: ScriptedAgent) -> None:
    with TestClient(create_app(settings(tmp_path, model_timeout_s=0.2), agent)) as client:
        first = ready(client).post("/v1/chat", json={"message": "start"}).json()
        agent.gate = threading.Event()
        body = {"message": "more", "conversation_id": first["conversation_id"]}
        with ThreadPoolExecutor(1) as pool:
            slow = pool.submit(client.post, "/v1/chat", json=body)
            time.sleep(0.1)
            problem(client.post("/v1/chat", json=body), 409, "conversation_busy")
            agent.gate.set()
            assert slow.result().status_code == 200


def test_conversations_are_listed_exported_and_deleted(client: TestClient) -> None:
    first = client.post("/v1/chat", json={"message": "第一个问题"}).json()
    client.post("/v1/chat", json={"message": "second question"})
    listed = client.get("/v1/conversations").json()["conversations"]
    assert [item["title"] for item in listed] == ["second question", "第一个问题"]
    path = f"/v1/conversations/{first['conversation_id']}"
    assert "> 第一个问题" in client.get(f"{path}/export").text
    assert first["text"] in client.get(f"{path}/export").text
    assert client.get(f"{path}/export", params={"format": "json"}).json()["turns"][0]["answer"] == first
    assert client.delete(path).status_code == 204
    problem(client.get(path), 404, "conversation_not_found")
    assert len(client.get("/v1/conversations").json()["conversations"]) == 1


def test_feedback_and_receipts_belong_to_an_answer(client: TestClient) -> None:
    answer = client.post("/v1/chat", json={"message": "hi there"}).json()
    feedback = {"answer_id": answer["id"], "rating": "down", "comment": "不对"}
    assert client.post("/v1/feedback", json=feedback).status_code == 204
    assert client.get(f"/v1/answers/{answer['id']}/receipt").json() == {"corpus": "test-1"}
    problem(client.post("/v1/feedback", json={**feedback, "rating": "sideways"}), 422, "invalid_request")


def test_tools_are_listed_and_called_with_the_agents_validation(client: TestClient) -> None:
    listed = client.get("/v1/tools").json()["tools"]
    assert [tool["name"] for tool in listed] == ["add", "_record"]
    assert set(listed[0]["parameters"]["properties"]) == {"a", "b"}
    assert client.post("/v1/tools/add", json={"a": 1, "b": 2}).json()["warnings"] == []
    details = problem(client.post("/v1/tools/add", json={"a": "many", "b": 2}), 422, "invalid_arguments")
    assert details["field"] == "a"
    assert details["remedy"]
    problem(client.post("/v1/tools/none", json={}), 404, "tool_not_found")
    assert client.post("/v1/tools/_record", json={"note": "x"}).json()["draft"]["arguments"] == {"note": "x"}
    problem(client.post("/v1/tools/add", json=[1, 2]), 422, "invalid_request")


def test_search_gives_passages_whose_quotes_open_in_the_document(client: TestClient) -> None:
    found = client.post("/v1/search", json={"query": "逾期", "top_k": 3}).json()
    assert found == client.get("/v1/search", params={"query": "逾期", "top_k": 3}).json()
    passage = found["passages"][0]
    document = client.get(f"/v1/documents/{passage['document']}", params={"language": passage["language"]}).json()
    assert document["text"][passage["start"] : passage["end"]] == passage["quote"] == CLAUSE
    problem(client.get("/v1/documents/none"), 404, "document_not_found")
    problem(client.post("/v1/search", json={"query": " "}), 422, "message_empty")
    problem(client.post("/v1/search", json={"query": "a", "top_k": 0}), 422, "invalid_request")


def test_requests_are_limited(tmp_path: Path, agent: ScriptedAgent) -> None:
    with TestClient(create_app(settings(tmp_path, rate_limit="2/minute"), agent)) as client:
        ready(client)
        codes = [client.get("/v1/conversations").status_code for _ in range(2)]
        assert codes == [200, 200]
        response = client.get("/v1/conversations")
        problem(response, 429, "rate_limited")
        assert 1 <= int(response.headers["retry-after"]) <= 60


def test_with_keys_configured_a_persona_needs_one(tmp_path: Path, agent: ScriptedAgent) -> None:
    with TestClient(create_app(settings(tmp_path, api_keys="k1,k2"), agent)) as client:
        ready(client)
        problem(client.post("/v1/chat", json={"message": "hi there", "persona": "support"}), 403, "persona_needs_key")
        answer = client.post("/v1/chat", json={"message": "hi there"}).json()
        assert client.get(f"/v1/conversations/{answer['conversation_id']}").json()["persona"] == "visitor"
        client.cookies.clear()
        wrong, right = ({"Authorization": f"Bearer {key}"} for key in ("k3", "k2"))
        problem(client.post("/v1/chat", json={"message": "hi there"}, headers=wrong), 401, "bad_api_key")
        answer = client.post("/v1/chat", json={"message": "hi there", "persona": "support"}, headers=right).json()
        stored = client.get(f"/v1/conversations/{answer['conversation_id']}", headers=right).json()
        assert stored["persona"] == "support"


def test_a_missing_index_is_told_and_mended_without_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[ScriptedAgent] = []

    def build(_settings: Settings) -> ScriptedAgent:
        if not built:
            raise ToolUnavailable("there is no index; run `tca ingest`")
        return built[0]

    monkeypatch.setattr("assistant.api._open_agent", build)
    monkeypatch.setattr("assistant.api.service._RETRY_S", 0.0)
    with TestClient(create_app(settings(tmp_path))) as client:
        time.sleep(0.05)
        assert client.get("/healthz").json() == {"status": "alive"}
        details = problem(client.post("/v1/chat", json={"message": "hi there"}), 503, "unavailable")
        assert "tca ingest" in details["detail"]
        assert client.get("/readyz").status_code == 503
        built.append(ScriptedAgent())
        assert ready(client).post("/v1/chat", json={"message": "hi there"}).status_code == 200


def test_readiness_and_metrics_tell_what_happened(client: TestClient) -> None:
    client.post("/v1/chat", json={"message": "hi there"})
    state = client.get("/readyz").json()
    assert state["ready"]
    assert state["index"] == "test-1"
    text = client.get("/metrics").text
    assert 'tca_answers_total{engine="scripted",language="zh",outcome="answered"} 1.0' in text
    assert 'route="/v1/chat"' in text


def test_the_openai_door_continues_a_conversation_and_carries_sources(client: TestClient) -> None:
    messages = [{"role": "system", "content": "be kind"}, {"role": "user", "content": "一"}]
    first = client.post("/v1/chat/completions", json={"model": "trade-credit-assistant", "messages": messages}).json()
    said = first["choices"][0]["message"]
    assert said["content"].endswith("[1]")
    assert first["tca"]["citations"][0]["clause"] == "7.1"
    followed = [*messages, said, {"role": "user", "content": [{"type": "text", "text": "二"}]}]
    for _ in range(2):  # the second time the transcript is no longer remembered and is read again
        answer = client.post("/v1/chat/completions", json={"messages": followed, "temperature": 0}).json()
        assert answer["choices"][0]["message"]["content"].startswith("第2次:二")
    problem(client.post("/v1/chat/completions", json={"model": "gpt", "messages": messages}), 404, "model_not_found")
    problem(client.post("/v1/chat/completions", json={"messages": []}), 422, "message_empty")
    assert client.get("/v1/models").json()["data"][0]["id"] == "trade-credit-assistant"


def test_the_openai_door_streams_chunks(client: TestClient) -> None:
    body = {"messages": [{"role": "user", "content": "你好"}], "stream": True}
    lines = [
        line[6:]
        for line in client.post("/v1/chat/completions", json=body).text.splitlines()
        if line.startswith("data: ")
    ]
    assert lines[-1] == "[DONE]"
    chunks = [json.loads(line) for line in lines[:-1]]
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks).startswith("第1次:你好")
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"
    assert chunks[-1]["tca"]["citations"]


def test_widget_files_are_served_to_listed_sites_only(tmp_path: Path, agent: ScriptedAgent) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    (dist / "loader.js").write_text("1")
    (dist / "frame.html").write_text("<p>frame</p>")
    (tmp_path / "secret.txt").write_text("secret")
    values = {"widget_dir": dist, "widget_origins": "https://shop.example"}
    with TestClient(create_app(settings(tmp_path, **values), agent)) as client:
        assert client.get("/widget/v1/loader.js").text == "1"
        frame = client.get("/widget/v1/frame")
        assert "frame-ancestors 'self' https://shop.example" in frame.headers["content-security-policy"]
        problem(client.get("/widget/demo"), 404, "not_found")
        problem(client.get("/widget/v1/..%2Fsecret.txt"), 404, "not_found")
    with TestClient(create_app(settings(tmp_path, widget_dir=dist), agent)) as client:
        assert client.get("/widget/v1/frame").headers["content-security-policy"].endswith("frame-ancestors 'self'")


def test_the_openapi_document_describes_both_forms_of_chat(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert set(paths["/v1/chat"]["post"]["responses"]["200"]["content"]) == {"application/json", "text/event-stream"}
    assert {"/v1/search", "/v1/tools/{name}", "/v1/conversations/{conversation_id}"} <= set(paths)


def test_today_and_persona_reach_the_agent(client: TestClient, agent: ScriptedAgent) -> None:
    seen: list[ChatRequest] = []
    original = agent.stream

    def spy(request: ChatRequest, conversation: Conversation) -> Iterator[Event]:
        seen.append(request)
        return original(request, conversation)

    agent.stream = spy  # type: ignore[method-assign]
    client.post("/v1/chat", json={"message": "hi there", "today": "2026-03-01", "persona": "support"})
    assert (seen[0].today, seen[0].persona) == (date(2026, 3, 1), "support")
