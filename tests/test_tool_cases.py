"""Cases through the API: nothing is recorded without a confirmation, and nobody sees another's case."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from assistant.api import create_app
from assistant.catalogue import langchain_tools
from assistant.cli import app
from assistant.settings import Settings
from tools.acting import acting_for
from tools.cases import CaseTools
from tools.cases_store import CaseConflict, CaseStore
from tools.catalogue import build_toolset
from tools.errors import ToolInputError, ToolUnavailable
from tools.tables import table
from tools.toolset import Tool

CLAIM = {
    "kind": "claim",
    "buyer": "上海示例贸易有限公司",
    "amount": {"amount": 1200000.5, "currency": "CNY"},
    "facts": {"due_date": "2026-03-01", "invoices": 3},
}


def serving(folder: Path) -> TestClient:
    settings = Settings(data_dir=folder, _env_file=None)  # type: ignore[call-arg]
    toolset = build_toolset(SimpleNamespace(), cases=CaseStore(settings.database))  # type: ignore[arg-type]
    agent = SimpleNamespace(toolset=toolset, index=SimpleNamespace(version="test-1"))
    return TestClient(create_app(settings, agent))  # type: ignore[arg-type]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with serving(tmp_path) as client:
        yield ready(client)


def ready(client: TestClient) -> TestClient:
    for _ in range(100):
        if client.get("/readyz").status_code == 200:
            return client
        time.sleep(0.02)
    raise AssertionError("not ready")


def post(client: TestClient, tool: str, arguments: dict[str, Any]) -> Any:
    return client.post(f"/v1/tools/{tool}", json=arguments)


def draft(client: TestClient, tool: str, arguments: dict[str, Any]) -> str:
    token: str = post(client, tool, arguments).json()["confirmation"]
    return token


def confirmed(client: TestClient, tool: str, arguments: dict[str, Any]) -> Any:
    response = post(client, tool, {**arguments, "confirm": draft(client, tool, arguments)})
    assert response.status_code == 200, response.text
    return response.json()["case"]


def tracked(client: TestClient, **arguments: Any) -> list[Any]:
    cases: list[Any] = post(client, "track_case", arguments).json()["cases"]
    return cases


def test_a_draft_records_nothing_and_its_confirmation_records_exactly_the_draft(client: TestClient) -> None:
    offered = post(client, "create_case", CLAIM).json()
    assert offered["draft"]["tool"] == "create_case"
    assert offered["draft"]["arguments"]["buyer"] == CLAIM["buyer"]
    assert tracked(client) == []
    case = post(client, "create_case", {**CLAIM, "confirm": offered["confirmation"]}).json()["case"]
    assert (case["status"], case["status_name"]["zh"], case["kind_name"]["en"]) == ("submitted", "已提交", "Claim")
    assert case["amount"] == CLAIM["amount"]
    assert case["facts"] == {"due_date": "2026-03-01", "invoices": "3"}
    assert tracked(client, case_id=case["case_id"]) == [case]


def test_a_confirmation_works_once(client: TestClient) -> None:
    confirm = draft(client, "create_case", CLAIM)
    codes = [post(client, "create_case", {**CLAIM, "confirm": confirm}).status_code for _ in range(2)]
    assert codes == [200, 409]
    assert len(tracked(client)) == 1


@pytest.mark.parametrize(
    "changed", [{"buyer": "别家公司"}, {"amount": {"amount": 9, "currency": "CNY"}}, {"idempotency_key": "k"}]
)
def test_a_confirmation_is_refused_for_other_arguments(client: TestClient, changed: dict[str, Any]) -> None:
    confirm = draft(client, "create_case", CLAIM)
    refused = post(client, "create_case", {**CLAIM, **changed, "confirm": confirm})
    assert (refused.status_code, refused.json()["code"]) == (409, "confirmation_refused")
    assert tracked(client) == []


@pytest.mark.parametrize("token", ["", "invented", 7, True, ["x"], {}])
def test_an_invented_confirmation_is_refused(client: TestClient, token: Any) -> None:
    assert post(client, "create_case", {**CLAIM, "confirm": token}).json()["code"] == "confirmation_refused"


def test_another_caller_finds_neither_the_draft_nor_the_case(client: TestClient) -> None:
    case = confirmed(client, "create_case", CLAIM)
    confirm = draft(client, "create_case", CLAIM)
    client.cookies.clear()
    assert post(client, "create_case", {**CLAIM, "confirm": confirm}).json()["code"] == "confirmation_refused"
    assert tracked(client) == []
    for tool, arguments in (("track_case", {}), ("update_case", {"note": "mine now"})):
        asked = {"case_id": case["case_id"], **arguments}
        if tool == "update_case":
            asked["confirm"] = draft(client, tool, asked)
        assert post(client, tool, asked).json()["field"] == "case_id"


def test_every_change_is_audited_with_who_when_and_both_values(client: TestClient, tmp_path: Path) -> None:
    case_id = confirmed(client, "create_case", CLAIM)["case_id"]
    paper = {"name": "提单.pdf", "reference": "archive 17"}
    case = confirmed(
        client, "update_case", {"case_id": case_id, "status": "under_assessment", "note": "已寄出", "attachment": paper}
    )
    assert case["attachments"] == [paper]
    created, moved, noted, attached = case["history"]
    assert (created["what"], created["before"], created["after"]["buyer"]) == ("created", None, CLAIM["buyer"])
    assert (moved["what"], moved["before"], moved["after"]) == ("status", "submitted", "under_assessment")
    assert (noted["after"], attached["after"]) == ("已寄出", paper)
    assert {change["who"] for change in case["history"]} == {created["who"]}
    assert created["who"].startswith("visitor:")
    assert created["at"] < moved["at"]
    with create_engine(f"sqlite:///{tmp_path / 'assistant.db'}").connect() as connection:
        assert connection.execute(text("select count(*) from case_changes")).scalar() == 4
        connection.engine.dispose()


def test_a_status_that_does_not_follow_is_refused_with_those_that_do(client: TestClient) -> None:
    case_id = confirmed(client, "create_case", CLAIM)["case_id"]
    asked = {"case_id": case_id, "status": "paid"}
    refused = post(client, "update_case", {**asked, "confirm": draft(client, "update_case", asked)}).json()
    assert refused["field"] == "status"
    assert "under_assessment" in refused["remedy"]
    assert [change["what"] for change in tracked(client)[0]["history"]] == ["created"]


def test_the_same_key_records_a_case_once_and_is_refused_for_another(client: TestClient) -> None:
    keyed = {**CLAIM, "idempotency_key": "claim 2026-1"}
    assert confirmed(client, "create_case", keyed) == confirmed(client, "create_case", keyed)
    other = {**keyed, "buyer": "另一家公司"}
    refused = post(client, "create_case", {**other, "confirm": draft(client, "create_case", other)})
    assert refused.json()["field"] == "idempotency_key"
    assert len(tracked(client)) == 1


def test_cases_are_found_by_buyer_and_kind(client: TestClient) -> None:
    confirmed(client, "create_case", CLAIM)
    confirmed(client, "create_case", {"kind": "credit_limit", "buyer": "Example GmbH"})
    assert [case["buyer"] for case in tracked(client)] == ["Example GmbH", CLAIM["buyer"]]
    assert [case["kind"] for case in tracked(client, buyer="EXAMPLE")] == ["credit_limit"]
    assert [case["buyer"] for case in tracked(client, kind="claim", buyer="示例")] == [CLAIM["buyer"]]
    assert tracked(client, buyer="%") == []


def test_a_list_that_was_cut_says_so(tmp_path: Path) -> None:
    store = CaseStore(f"sqlite:///{tmp_path / 'cases.db'}")
    tools = CaseTools(store)
    with acting_for("me"):
        for number in range(20):
            tools.create_case(kind="claim", buyer=f"Buyer {number}")
        assert tools.track_case().warnings == ()
        tools.create_case(kind="claim", buyer="Buyer 20")
        found = tools.track_case()
    assert (len(found.cases), found.cases[0].buyer) == (20, "Buyer 20")
    assert [(item.id, item.values) for item in found.warnings] == [("more_cases", {"shown": 20})]
    store.close()


def test_cases_and_unused_confirmations_survive_a_restart(tmp_path: Path) -> None:
    with serving(tmp_path) as before:
        ready(before)
        case = confirmed(before, "create_case", CLAIM)
        confirm = draft(before, "update_case", {"case_id": case["case_id"], "note": "later"})
        cookies = dict(before.cookies)
    with serving(tmp_path) as after:
        ready(after).cookies.update(cookies)
        assert tracked(after) == [case]
        noted = post(after, "update_case", {"case_id": case["case_id"], "note": "later", "confirm": confirm})
        assert noted.json()["case"]["history"][-1]["after"] == "later"


def test_models_are_offered_tracking_only() -> None:
    toolset = build_toolset(SimpleNamespace(), cases=CaseStore("sqlite://"))  # type: ignore[arg-type]
    offered = {tool.name for tool in langchain_tools(toolset)}
    assert "track_case" in offered
    assert not offered & {"create_case", "update_case"}


def test_without_a_caller_there_are_no_cases() -> None:
    with pytest.raises(ToolUnavailable):
        Tool(CaseTools(CaseStore("sqlite://")).track_case).call({})


def test_two_changes_of_the_same_status_do_not_both_happen(tmp_path: Path) -> None:
    store = CaseStore(f"sqlite:///{tmp_path / 'cases.db'}")
    case = store.create("me", {"kind": "claim", "buyer": "x", "amount": None, "facts": {}}, "submitted", None)
    store.change("me", case.id, [("status", "submitted", "withdrawn")])
    with pytest.raises(CaseConflict):
        store.change("me", case.id, [("status", "submitted", "under_assessment")])
    store.close()


def test_every_status_has_both_names_and_can_be_reached() -> None:
    data = table("cases")
    for kind in data["kinds"].values():
        reached, waiting = set(), [kind["first"]]
        while waiting:
            status = waiting.pop()
            if status not in reached:
                reached.add(status)
                waiting += kind["next"].get(status, [])
        assert set(kind["next"]) <= reached
        for status in reached:
            assert data["statuses"][status]["zh"]
            assert data["statuses"][status]["en"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["claim", "\ud800"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


@given(facts=JSON, buyer=JSON, key=JSON)
def test_any_json_ends_in_a_case_or_an_input_error(facts: Any, buyer: Any, key: Any) -> None:
    store = CaseStore("sqlite://")
    create = Tool(CaseTools(store).create_case)
    try:
        with acting_for("me"):
            json.dumps(create.call({"kind": "claim", "buyer": buyer, "facts": facts, "idempotency_key": key}))
    except ToolInputError as error:
        assert error.field
        assert error.remedy
    finally:
        store.close()


@pytest.mark.parametrize(("said", "code", "kept"), [("y\n", 0, 1), ("n\n", 1, 0), ("", 1, 0)])
def test_the_command_line_asks_before_it_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, code: int, kept: int
) -> None:
    store = CaseStore(f"sqlite:///{tmp_path / 'cases.db'}")
    toolset = build_toolset(SimpleNamespace(), cases=store)  # type: ignore[arg-type]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("assistant.cli.common.open_agent", lambda _settings: SimpleNamespace(toolset=toolset))
    done = CliRunner().invoke(app, ["tool", "create_case", "--json", json.dumps(CLAIM)], input=said)
    assert done.exit_code == code
    assert len(store.find("local", buyer=None, kind=None, limit=5)) == kept
    store.close()


def test_the_same_change_sent_again_is_recorded_once(tmp_path: Path) -> None:
    store = CaseStore(f"sqlite:///{tmp_path / 'cases.db'}")
    tools = CaseTools(store)
    with acting_for("visitor:a"):
        case_id = tools.create_case(kind="claim", buyer="A").case.case_id
        moved = tools.update_case(case_id, status="under_assessment", note="sent", idempotency_key="k")
        again = tools.update_case(case_id, status="under_assessment", note="sent", idempotency_key="k")
        assert again.case.history == moved.case.history
        with pytest.raises(ToolInputError, match="another change"):
            tools.update_case(case_id, note="something else", idempotency_key="k")
        assert len(tools.update_case(case_id, note="sent", idempotency_key="k2").case.history) == 4
    with acting_for("visitor:b"), pytest.raises(ToolInputError, match="case_id"):
        tools.update_case(case_id, note="sent", idempotency_key="k")
    store.close()
