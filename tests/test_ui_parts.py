import json
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from assistant.answer import Answer, CardPart, ChatRequest, Citation, Evidence, Question, TextPart
from ui.api_client import ApiClient, ApiProblem, ApiUnreachable, events
from ui.charts import Slice, factor_steps, share_bar
from ui.prose import clause_html, part_html, surroundings
from ui.words import Words

APP = Path(__file__).parent.parent / "ui" / "app.py"
TOKEN = "X-Visitor-Token"


DOSSIER = {
    "facts": [
        {
            "name": "limit",
            "label": "credit limit",
            "value": {"amount": 50000, "currency": "EUR"},
            "shown": "EUR 50,000",
            "kind": "money",
            "source": "user",
            "said": "50k EUR",
        }
    ],
    "parties": [],
    "party": None,
}


def answer(**changes: object) -> Answer:
    fields: dict[str, object] = {
        "conversation_id": "c_1",
        "language": "zh",
        "engine": "embedded",
        "outcome": "answered",
        "created_at": datetime(2026, 4, 10, 8, 30, tzinfo=UTC),
        "parts": [TextPart(text="赔款约为 900,000 元。", evidence=[Evidence(start=0, end=16, source="citation:1")])],
        "citations": [
            Citation(
                id=1,
                document="wt-2026",
                title="保单",
                clause="9.3",
                edition="2026",
                language="zh",
                quote="取两者中的较低者",
                start=4,
                end=12,
                passage_id="wt-2026/zh/9.3",
            )
        ],
        "notices": ["不构成理赔决定。"],
        "suggestions": ["最晚哪天报告?"],
    }
    return Answer.model_validate({**fields, **changes})


def test_events_are_read_across_comments_and_split_data() -> None:
    lines = [": ping", "", "event: part", "id: s:1", 'data: {"a":', "data: 1}", "", "event: answer.end", "data: {}", ""]
    assert [(event.kind, event.data) for event in events(lines)] == [("part", {"a": 1}), ("answer.end", {})]


def test_a_new_token_is_kept_and_sent_from_then_on() -> None:
    seen = []

    def api(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get(TOKEN))
        return httpx.Response(200, json={"conversations": []}, headers={TOKEN: "t1", "Set-Cookie": "tca_visitor=t1"})

    client = ApiClient("http://api", transport=httpx.MockTransport(api))
    client.conversations()
    client.conversations()
    assert seen == [None, "t1"]


def test_a_token_that_nobody_signed_is_dropped() -> None:
    def api(request: httpx.Request) -> httpx.Response:
        if TOKEN in request.headers:
            return httpx.Response(401, json={"code": "bad_visitor_token", "detail": "…"})
        return httpx.Response(200, json={"conversations": []})

    assert ApiClient("http://api", token="old", transport=httpx.MockTransport(api)).conversations() == []


def test_a_refused_question_says_why() -> None:
    def api(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(413, json={"code": "message_too_long", "detail": "太长了"})

    client = ApiClient("http://api", transport=httpx.MockTransport(api))
    with pytest.raises(ApiProblem, match="太长了"):
        list(client.ask(ChatRequest(message="?")))


def test_an_api_that_is_not_there_is_unreachable() -> None:
    def api(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(ApiUnreachable):
        ApiClient("http://api", transport=httpx.MockTransport(api)).conversations()


def test_a_proxy_page_in_place_of_the_api_is_a_problem_too() -> None:
    transport = httpx.MockTransport(lambda _request: httpx.Response(502, text="<html>Bad gateway</html>"))
    with pytest.raises(ApiProblem) as caught:
        ApiClient("http://api", transport=transport).conversations()
    assert caught.value.status == 502


def test_footnotes_stand_where_the_evidence_ends() -> None:
    part = TextPart(text="甲。乙。", evidence=[Evidence(start=0, end=2, source="citation:7")])
    html = part_html(part, numbers={7: "x7"})
    assert html.index("甲。") < html.index('popovertarget="x7"') < html.index("乙。")


def test_markup_in_an_answer_is_escaped() -> None:
    text = "<img src=x onerror=alert(1)> ![p](http://evil/p.png) [l](javascript:alert(1))"
    html = part_html(TextPart(text=text))
    assert "<img" not in html
    assert "<a " not in html


def test_the_quoted_words_are_marked_inside_their_clause() -> None:
    document = "# 标题\n\n### 9.3 限额封顶\n承保损失取<b>两者</b>中的较低者。\n\n### 9.4 起赔额"
    start = document.index("取")
    cited = answer().citations[0].model_copy(update={"start": start, "end": document.index("。")})
    html = clause_html(cited, document, "c1", Words("zh"))
    assert "<mark>取&lt;b&gt;两者&lt;/b&gt;中的较低者</mark>。" in html
    assert "<b>9.3 限额封顶</b>" in html
    assert "9.4" not in html


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (5, 400)])
def test_offsets_outside_the_document_show_the_quote_alone(start: int, end: int) -> None:
    assert surroundings("some text", start, end) is None


def test_both_languages_have_the_same_labels() -> None:
    zh, en = (set(_keys(Words(language)._labels)) for language in ("zh", "en"))
    assert {key for key in zh ^ en if not key.startswith("indicator.")} == set()


def test_factors_multiply_up_to_the_rate() -> None:
    rows = factor_steps([("base", 0.3), ("sector", 1.05), ("terms", 0.95)], "%").to_dict()["data"]["values"]
    assert [round(row["to"], 5) for row in rows] == [0.3, 0.315, 0.29925, 0.29925]


def test_shares_lie_side_by_side() -> None:
    rows = share_bar([Slice("paid", 900, "g"), Slice("own", 100, "y")]).to_dict()["data"]["values"]
    assert [(row["from"], row["to"]) for row in rows] == [(0, 900), (900, 1000)]


def test_the_page_draws_a_stored_conversation() -> None:
    app = _app(answer())
    app.session_state["language"] = "zh"
    app.query_params["c"] = "c_1"
    app.run()
    assert not app.exception
    html = "".join(item.proto.body for item in app.get("html"))
    assert "赔款约为 900,000 元。" in html
    assert "<mark>" in html
    assert "最晚哪天报告?" in _labels(app)


def test_a_question_is_streamed_and_then_drawn_from_the_stored_answer() -> None:
    app = _app(answer(questions=[Question(slot="payment_terms_days", text="账期多少天?")]))
    app.session_state["language"] = "zh"
    app.run()
    app.chat_input(key="message").set_value("能赔多少?").run()
    assert not app.exception
    assert app.query_params["c"] in ("c_1", ["c_1"])
    assert "账期60天" in _labels(app)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_unknown_card_is_shown_as_its_data(language: str) -> None:
    app = _app(answer(language=language, parts=[CardPart(card="brand_new", data={"x": 1})]))
    app.query_params["c"] = "c_1"
    app.run()
    assert not app.exception
    assert len(app.json) == 1


def _app(stored: Answer) -> AppTest:
    """The app over an API that knows one conversation."""
    payload = stored.model_dump(mode="json")
    turns = {"id": "c_1", "persona": "owner", "turns": [{"message": "能赔多少?", "answer": payload}]}
    document = {
        "id": "wt-2026",
        "language": "zh",
        "title": "保单",
        "edition": "2026",
        "source": "",
        "text": "承保损失取两者中的较低者。",
    }

    def api(request: httpx.Request) -> httpx.Response:
        match request.url.path.split("/")[2:]:
            case ["conversations", _, "dossier"]:
                return httpx.Response(200, json=DOSSIER)
            case ["conversations"]:
                return httpx.Response(200, json={"conversations": [{"id": "c_1", "title": "能赔多少?"}]})
            case ["conversations", _]:
                return httpx.Response(200, json=turns)
            case ["policies"]:
                return httpx.Response(200, json={"policies": []})
            case ["documents", _]:
                return httpx.Response(200, json=document)
        sent = [("answer.start", {"conversation_id": "c_1", "language": stored.language})]
        sent += [("part", part) for part in payload["parts"]] + [("answer.end", {"answer": payload})]
        return httpx.Response(200, text="".join(f"event: {kind}\ndata: {json.dumps(data)}\n\n" for kind, data in sent))

    app = AppTest.from_file(APP, default_timeout=30)
    app.session_state["client"] = ApiClient("http://api", transport=httpx.MockTransport(api))
    return app


def _labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def _keys(labels: dict[str, dict[str, object]]) -> list[str]:
    return [f"{section}.{name}" for section, names in labels.items() for name in names]
