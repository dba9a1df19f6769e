"""Policies over HTTP with the real agent: read, confirm, answer from, forget; nobody sees another's."""

import io
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from fastapi.testclient import TestClient

from assistant.agent import Agent
from assistant.api import create_app
from assistant.settings import Settings
from knowledge.search import KnowledgeIndex
from tools.buyers import Registry
from tools.catalogue import build_toolset

EN = """Policy schedule
Policy currency: EUR
Insured percentage: 85%
Maximum extension period: 45 days
Overdue notice: within 20 days after the end of the MEP
Waiting period: 150 days from the original due date
Time to file a claim: 4 months after the end of the MEP
Non-qualifying loss: EUR 2,000
"""
ZH = """保险单明细表
保单货币：人民币
赔偿比例：85%
最长延长期限：45天
逾期通知：最长延长期限届满后20日内
等待期：自原付款到期日起150天
索赔期限：最长延长期限届满后四个月内
起赔额：人民币2,000元
"""
CONFLICTING = EN + "Insured percentage (see endorsement 2): 80%\n"


@pytest.fixture
def service(tmp_path: Path, policy_index: KnowledgeIndex, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    shutil.copytree(policy_index._root, tmp_path / "index")
    monkeypatch.setattr("assistant.own_documents.shared_embedder", lambda _name: policy_index._embedder)
    settings = Settings(data_dir=tmp_path, _env_file=None)  # type: ignore[call-arg]
    index = KnowledgeIndex.open(settings.index_dir, policy_index._embedder)
    agent = Agent(index=index, toolset=build_toolset(index, Registry.open()), classifier=None)
    with TestClient(create_app(settings, agent), raise_server_exceptions=False) as client:
        for _ in range(200):
            if client.get("/readyz").status_code == 200:
                break
            time.sleep(0.02)
        yield client


class Person:
    """One visitor of the installation, known by a token."""

    def __init__(self, client: TestClient) -> None:
        client.cookies.clear()
        self._client = client
        self._headers = {"X-Visitor-Token": client.get("/v1/policies").headers["X-Visitor-Token"]}

    def call(self, method: str, path: str, **given: Any) -> Any:
        self._client.cookies.clear()
        headers = {**self._headers, **given.pop("headers", {})}
        return self._client.request(method, path, headers=headers, **given)

    def send(self, text: str, name: str = "schedule.txt") -> dict[str, Any]:
        response = self.call("POST", "/v1/policies", files={"file": (name, text.encode())})
        assert response.status_code == 201, response.text
        policy: dict[str, Any] = response.json()
        return policy

    def confirmed(self, text: str, **given: Any) -> str:
        policy = self.send(text)
        response = self.call("POST", f"/v1/policies/{policy['id']}/confirm", json=given)
        assert response.status_code == 200, response.text
        return str(policy["id"])

    def ask(self, message: str, **given: Any) -> dict[str, Any]:
        response = self.call("POST", "/v1/chat", json={"message": message, "today": "2026-04-10", **given})
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer


def values(policy: dict[str, Any], part: str = "terms") -> dict[str, Any]:
    return {term["key"]: term["value"] for term in policy[part]}


def arguments(answer: dict[str, Any], tool: str) -> dict[str, Any]:
    found: dict[str, Any] = next(call["arguments"] for call in answer["tool_calls"] if call["name"] == tool)
    return found


def test_what_was_read_is_proposed_with_the_words_it_was_read_from(service: TestClient) -> None:
    policy = Person(service).send(EN)
    assert (policy["status"], policy["confirmed"]) == ("proposed", [])
    assert values(policy)["mep_days"] == 45
    assert values(policy)["nql"] == {"amount": 2_000, "currency": "EUR"}
    for term in policy["terms"]:
        assert term["quote"] == EN[term["start"] : term["end"]]
    assert "adverse_days" in policy["missing"]
    assert policy["history"][0]["action"] == "read"


def test_a_word_file_and_a_document_added_before_are_read_alike(service: TestClient) -> None:
    ann = Person(service)
    document = docx.Document()
    for line in ZH.splitlines():
        document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    added = ann.call("POST", "/v1/documents", files=[("files", ("schedule.docx", file.getvalue()))]).json()
    response = ann.call("POST", "/v1/policies", json={"document_id": added["files"][0]["document_id"]})
    assert response.status_code == 201
    assert values(response.json()) == values(ann.send(ZH))


def test_nothing_of_an_unconfirmed_policy_is_used(service: TestClient) -> None:
    ann = Person(service)
    policy = ann.send(EN)
    refused = ann.call("POST", "/v1/chat", json={"message": "hello", "policy_id": policy["id"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "policy_not_confirmed")
    answer = ann.ask("My customer is overdue, due date 1 March 2026. By when must I notify?")
    assert arguments(answer, "compute_deadlines").get("mep_days") is None


def test_a_person_corrects_rejects_and_adds_before_confirming(service: TestClient) -> None:
    ann = Person(service)
    policy = ann.send(EN)
    given = {"terms": {"mep_days": "60", "adverse_days": 10, "afl": 5_000}, "rejected": ["nql"]}
    confirmed = ann.call("POST", f"/v1/policies/{policy['id']}/confirm", json=given).json()
    kept = {term["key"]: term for term in confirmed["confirmed"]}
    assert (kept["mep_days"]["value"], kept["mep_days"]["source"], kept["mep_days"]["quote"]) == (60, "user", "")
    assert (kept["waiting_days"]["value"], kept["waiting_days"]["source"]) == (150, "schedule")
    assert kept["afl"]["value"] == {"amount": 5_000, "currency": "EUR"}
    assert "nql" not in kept
    last = confirmed["history"][-1]
    assert (last["action"], last["by"], last["rejected"]) == ("confirmed", confirmed["confirmed_by"], ["nql"])
    assert confirmed["confirmed_at"] is not None


def test_two_stated_values_are_shown_and_settled_by_a_person(service: TestClient) -> None:
    ann = Person(service)
    policy = ann.send(CONFLICTING)
    stated = [term for term in policy["terms"] if term["key"] == "insured_pct"]
    assert {term["value"] for term in stated} == {80, 85}
    assert all("conflict" in term["doubts"] for term in stated)
    assert policy["conflicting"] == ["insured_pct"]
    open_ = ann.call("POST", f"/v1/policies/{policy['id']}/confirm", json={})
    assert (open_.status_code, open_.json()["code"]) == (409, "policy_conflict")
    chosen = ann.call("POST", f"/v1/policies/{policy['id']}/confirm", json={"terms": {"insured_pct": 80}}).json()
    term = next(term for term in chosen["confirmed"] if term["key"] == "insured_pct")
    assert (term["value"], term["source"]) == (80, "schedule")
    assert "endorsement 2" in term["quote"]


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"mep_days": "two months"}, "mep_days"),
        ({"insured_pct": 120}, "insured_pct"),
        ({"notice_basis": "payday"}, "notice_basis"),
        ({"nonsense": 1}, "terms"),
        ({"currency": "EURO"}, "currency"),
        ({"period_from": "tomorrow"}, "period_from"),
        ({"calendar": "working"}, "calendar"),
        ({"countries": ["Germany"]}, "countries"),
        ({"nql": {"amount": -1}}, "nql"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_the_way_out(
    service: TestClient, terms: dict[str, Any], field: str
) -> None:
    ann = Person(service)
    policy = ann.send(EN)
    refused = ann.call("POST", f"/v1/policies/{policy['id']}/confirm", json={"terms": terms})
    assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert ann.call("GET", f"/v1/policies/{policy['id']}").json()["status"] == "proposed"


def test_nobody_sees_or_uses_another_persons_policy(service: TestClient) -> None:
    ann, ben = Person(service), Person(service)
    policy_id = ann.confirmed(EN)
    assert ben.call("GET", "/v1/policies").json()["policies"] == []
    for method, path in (("GET", ""), ("POST", "/confirm"), ("DELETE", "")):
        refused = ben.call(method, f"/v1/policies/{policy_id}{path}", **({"json": {}} if method == "POST" else {}))
        assert (refused.status_code, refused.json()["code"]) == (404, "policy_not_found")
    chat = ben.call("POST", "/v1/chat", json={"message": "hello", "policy_id": policy_id})
    assert (chat.status_code, chat.json()["code"]) == (404, "policy_not_found")


@pytest.mark.parametrize(
    ("schedule", "message", "shown"),
    [
        (EN, "My customer is overdue, due date 1 March 2026. By when must I notify?", ["5 May 2026", "45 days"]),
        (ZH, "我的客户逾期了，到期日2026年3月1日，最晚哪天通知保险公司？", ["2026年5月5日", "45 天"]),
    ],
)
def test_dates_are_worked_out_with_the_schedule_and_cite_it(
    service: TestClient, schedule: str, message: str, shown: list[str]
) -> None:
    ann = Person(service)
    answer = ann.ask(message, policy_id=ann.confirmed(schedule))
    used = arguments(answer, "compute_deadlines")
    assert {name: used[name] for name in ("mep_days", "notice_days", "waiting_days", "claim_months")} == {
        "mep_days": 45,
        "notice_days": 20,
        "waiting_days": 150,
        "claim_months": 4,
    }
    assert all(text in answer["text"] for text in shown), answer["text"]
    notes = {note["parameter"]: note for note in answer["assumptions"]}
    assert notes["mep_days"]["source"] == "schedule"
    assert notes["mep_days"]["value"] == 45
    quotes = [item["quote"] for item in answer["citations"] if item["document"] == "own-schedule"]
    assert any("45" in quote for quote in quotes)
    assert all(quote in schedule for quote in quotes)
    assert all(verdict["ok"] for verdict in answer["receipt"]["verdicts"])


def test_papers_and_dates_rest_on_the_same_terms_of_the_schedule(service: TestClient) -> None:
    ann = Person(service)
    policy = ann.confirmed(ZH + "不利信息：5日内报告\n移交催收：最长延长期限届满后14日内\n")
    answer = ann.ask("我们客户昨天进入破产程序了，怎么办？", policy_id=policy)
    dates, papers = arguments(answer, "compute_deadlines"), arguments(answer, "claim_checklist")
    assert (dates["adverse_days"], dates["collection_days"]) == (5, 14)
    assert papers.items() >= dates.items()


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        (EN, "The buyer is insolvent: debt EUR 200,000, limit EUR 150,000. How much will be paid?"),
        (ZH, "客户破产，欠款20万元，限额15万元，能赔多少？"),
    ],
)
def test_the_insured_percentage_of_the_schedule_is_used_and_not_asked_for(
    service: TestClient, schedule: str, message: str
) -> None:
    ann = Person(service)
    answer = ann.ask(message, policy_id=ann.confirmed(schedule))
    used = arguments(answer, "compute_indemnity")
    assert used["insured_pct"] == 85
    assert used["nql"]["amount"] == 2_000
    assert "127,500" in answer["text"]
    assert {"insured_pct", "nql"} <= {n["parameter"] for n in answer["assumptions"] if n["source"] == "schedule"}


def test_what_the_person_says_goes_before_the_schedule_and_is_pointed_out(service: TestClient) -> None:
    ann = Person(service)
    answer = ann.ask(
        "My customer is overdue, due date 1 March 2026, the MEP is 90 days. By when must I notify?",
        policy_id=ann.confirmed(EN),
    )
    assert arguments(answer, "compute_deadlines")["mep_days"] == 90
    assert "your schedule says 45 days; I used your 90 days" in answer["text"]
    assert all(verdict["ok"] for verdict in answer["receipt"]["verdicts"])


@pytest.mark.parametrize(
    ("schedule", "message", "value"),
    [
        (EN, "What is my waiting period?", "150 days"),
        (ZH, "我的等待期多少天？", "150 天"),
        (EN, "How high is our non-qualifying loss?", "EUR 2,000"),
        (ZH, "我们的赔偿比例是多少？", "85%"),
    ],
)
def test_a_question_for_a_term_is_answered_in_the_schedules_words(
    service: TestClient, schedule: str, message: str, value: str
) -> None:
    ann = Person(service)
    answer = ann.ask(message, policy_id=ann.confirmed(schedule))
    assert value in answer["text"], answer["text"]
    assert [item["document"] for item in answer["citations"]] == ["own-schedule"]
    assert answer["outcome"] == "answered"
    without = ann.ask(message)
    assert "My policy" in without["text"] or "我的保单" in without["text"], without["text"]


def test_without_a_policy_the_typical_value_is_named_as_typical(service: TestClient) -> None:
    answer = Person(service).ask("What is my waiting period?")
    assert "Typical, not necessarily yours: 180 days" in answer["text"]
    assert "policy schedule" in answer["text"]


def test_the_policy_stays_with_the_conversation_until_it_is_let_go_or_deleted(service: TestClient) -> None:
    ann = Person(service)
    policy_id = ann.confirmed(EN)
    first = ann.ask("What is my waiting period?", policy_id="latest")
    talk = first["conversation_id"]
    assert "150 days" in ann.ask("What is my waiting period?", conversation_id=talk)["text"]
    ann.call("POST", f"/v1/policies/{policy_id}/confirm", json={"terms": {"waiting_days": 120}})
    assert "120 days" in ann.ask("What is my waiting period?", conversation_id=talk)["text"]
    assert "120 days" not in ann.ask("What is my waiting period?", conversation_id=talk, policy_id="")["text"]
    assert "120 days" in ann.ask("What is my waiting period?", conversation_id=talk, policy_id=policy_id)["text"]
    assert ann.call("DELETE", f"/v1/policies/{policy_id}").status_code == 204
    assert "120 days" not in ann.ask("What is my waiting period?", conversation_id=talk)["text"]


def test_the_sections_percentage_follows_the_market_of_the_case(service: TestClient) -> None:
    ann = Person(service)
    text = "Insured percentage\nDomestic sales: 90%\nExport sales: 80%\nPolicy currency: EUR\n"
    policy_id = ann.confirmed(text)
    export = ann.ask(
        "Our export customer is insolvent: debt EUR 100,000, limit EUR 100,000. How much will be paid?",
        policy_id=policy_id,
    )
    assert arguments(export, "compute_indemnity")["insured_pct"] == 80
    unknown = ann.ask(
        "The buyer is insolvent: debt EUR 100,000, limit EUR 100,000. How much will be paid?", policy_id=policy_id
    )
    assert [question["slot"] for question in unknown["questions"]] == ["insured_pct"]


def test_an_amount_in_another_currency_than_the_debt_is_not_taken_off(service: TestClient) -> None:
    ann = Person(service)
    answer = ann.ask(
        "The buyer is insolvent: debt USD 100,000, limit USD 100,000. How much will be paid?",
        policy_id=ann.confirmed(EN),
    )
    assert "nql" not in arguments(answer, "compute_indemnity")
    assert "85,000" in answer["text"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"json": {"document_id": "nothing"}}, "own_document_not_found"),
        ({"json": {"document": "x"}}, "invalid_request"),
        ({"content": b"{"}, "invalid_json"),
        ({"files": {"file": ("empty.txt", b"")}}, "schedule_unreadable"),
        ({"files": {"file": ("a.pptx", b"x")}}, "schedule_unreadable"),
        ({"data": {"name": "x"}, "files": {"other": ("a.txt", b"x")}}, "invalid_request"),
    ],
)
def test_what_cannot_be_read_is_told_in_both_languages(service: TestClient, given: dict[str, Any], code: str) -> None:
    ann = Person(service)
    details = [ann.call("POST", "/v1/policies", headers={"Accept-Language": each}, **given).json() for each in "ez"]
    told = [
        ann.call("POST", "/v1/policies", headers={"Accept-Language": each}, **given).json() for each in ("en", "zh")
    ]
    assert {item["code"] for item in [*details, *told]} == {code}
    assert told[0]["detail"] != told[1]["detail"]
