"""What the assistant is working with, over HTTP: read, corrected, taken out, kept over a restart."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.agent import Agent
from assistant.api import create_app
from assistant.settings import Settings

AgentWith = Callable[..., Agent]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, _env_file=None)


@pytest.fixture
def client(settings: Settings, agent_with: AgentWith) -> Iterator[TestClient]:
    with opened(settings, agent_with()) as client:
        yield client


def opened(settings: Settings, agent: Agent) -> TestClient:
    return TestClient(create_app(settings, agent), raise_server_exceptions=False)


def ask(client: TestClient, message: str, conversation: str | None = None) -> dict[str, Any]:
    for _ in range(200):
        if client.get("/readyz").status_code == 200:
            break
        time.sleep(0.02)
    reply = client.post("/v1/chat", json={"message": message, "conversation_id": conversation, "today": "2026-04-10"})
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def facts(client: TestClient, conversation: str, language: str = "en") -> dict[str, Any]:
    reply = client.get(f"/v1/conversations/{conversation}/dossier", params={"language": language})
    return {fact["name"]: fact for fact in reply.json()["facts"]}


def test_the_facts_are_shown_with_their_names_values_and_origin(client: TestClient) -> None:
    conversation = ask(client, "欠款80万，限额50万，赔偿比例90%，能赔多少？")["conversation_id"]
    shown = facts(client, conversation, "zh")
    assert shown["limit"]["label"] == "信用限额"
    assert shown["limit"]["shown"] == "500,000 元"
    assert (shown["limit"]["source"], shown["limit"]["said"]) == ("user", "50万")
    assert facts(client, conversation)["limit"]["shown"] == "CNY 500,000"


def test_the_next_answer_works_with_a_corrected_fact(client: TestClient) -> None:
    conversation = ask(client, "Debt 80,000 EUR, limit 50,000 EUR, insured percentage 90%: payout?")["conversation_id"]
    change = {"set": {"limit": {"amount": 60_000, "currency": "EUR"}}, "remove": []}
    changed = client.patch(f"/v1/conversations/{conversation}/dossier", json=change)
    assert changed.status_code == 200
    answer = ask(client, "actually the insured percentage is 80%", conversation)
    assert "EUR 48,000" in answer["text"]


def test_a_fact_that_was_taken_out_is_asked_for_again(client: TestClient) -> None:
    conversation = ask(client, "Debt 80,000 EUR, limit 50,000 EUR, insured percentage 90%: payout?")["conversation_id"]
    client.patch(f"/v1/conversations/{conversation}/dossier", json={"remove": ["limit"]})
    assert "limit" not in facts(client, conversation)
    answer = ask(client, "what if the insured percentage is 80%", conversation)
    assert [question["slot"] for question in answer["questions"]] == ["limit"]


@pytest.mark.parametrize(
    "change",
    [
        {"set": {"insured_pct": 120}},
        {"set": {"limit": 50_000}},
        {"set": {"limit": {"amount": -1, "currency": "EUR"}}},
        {"set": {"limit": {"amount": 1, "currency": "euro"}}},
        {"set": {"due_date": "tomorrow"}},
        {"set": {"mep_days": 1.5}},
        {"set": {"cause": "bad luck"}},
        {"set": {"secret": 1}},
        {"remove": ["turnover"]},
        {"set": {"insured_pct": 80}, "remove": ["turnover"]},
        {"replace": {}},
    ],
)
def test_a_value_that_does_not_fit_changes_nothing(client: TestClient, change: dict[str, Any]) -> None:
    conversation = ask(client, "Debt 80,000 EUR, limit 50,000 EUR, insured percentage 90%: payout?")["conversation_id"]
    before = facts(client, conversation)
    assert client.patch(f"/v1/conversations/{conversation}/dossier", json=change).status_code == 422
    assert facts(client, conversation) == before


def test_another_visitor_sees_and_changes_nothing(client: TestClient) -> None:
    conversation = ask(client, "Debt 80,000 EUR, limit 50,000 EUR, 90%")["conversation_id"]
    client.cookies.clear()
    assert client.get(f"/v1/conversations/{conversation}/dossier").status_code == 404
    assert client.patch(f"/v1/conversations/{conversation}/dossier", json={"remove": ["debt"]}).status_code == 404


def test_the_facts_survive_a_restart(settings: Settings, agent_with: AgentWith) -> None:
    with opened(settings, agent_with()) as client:
        conversation = ask(client, "欠款80万，限额50万，赔偿比例90%，能赔多少？")["conversation_id"]
        cookies = dict(client.cookies)
    with opened(settings, agent_with()) as client:
        client.cookies.update(cookies)
        answer = ask(client, "不对，限额是60万", conversation)
        assert "540,000 元" in answer["text"]
