"""Conversations as a careful colleague has them: several buyers, contradictions, open values, undo, documents."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from assistant.agent import Agent
from assistant.answer import Answer, CardPart, ChatRequest, TextPart
from assistant.conversation import Conversation
from assistant.engine.dossier import Dossier
from assistant.engine.filling import update
from assistant.engine.reading import read

AgentWith = Callable[..., Agent]
TODAY = date(2026, 4, 10)


def talk(agent: Agent, *messages: str, **request: Any) -> list[Answer]:
    conversation = Conversation(owner="test")
    return [agent.reply(ChatRequest(message=message, today=TODAY, **request), conversation) for message in messages]


def said(answer: Answer) -> str:
    return "\n".join(part.text for part in answer.parts if isinstance(part, TextPart))


def told(*messages: str) -> Dossier:
    dossier = Dossier()
    for message in messages:
        reading = read(message, today=TODAY, previous_language=dossier.language)
        update(dossier, reading, natural={"percent": "insured_pct"} if dossier.turn else {})
    return dossier


@pytest.mark.parametrize(
    ("message", "again", "first", "second", "revised"),
    [
        (
            "A公司欠40万，限额50万，B公司欠70万，限额60万，赔偿比例都是90%，能赔多少",
            "如果B公司的限额是70万呢",
            "360,000",
            "540,000",
            "630,000",
        ),
        (
            "How much is paid? Buyer A owes 30k EUR, limit 25k EUR, buyer B owes 80k EUR, limit 100k EUR, both insured "
            "at 90%",
            "what if buyer A's limit were 30k EUR",
            "22,500",
            "72,000",
            "27,000",
        ),
    ],
)
def test_each_of_several_buyers_has_its_own_result(
    agent_with: AgentWith, message: str, again: str, first: str, second: str, revised: str
) -> None:
    both, one = talk(agent_with(), message, again)
    assert first in said(both)
    assert second in said(both)
    assert revised in said(one)
    assert len(one.tool_calls) == 1


def test_the_second_one_is_a_buyer_and_no_number() -> None:
    dossier = told(
        "Customer A owes 10k EUR, limit 9k EUR, customer B owes 20k EUR, limit 30k EUR", "the second one at 80%"
    )
    assert dossier.party == 1
    assert dossier.get("insured_pct") == 80
    assert dossier.get("debt") == {"amount": 20_000, "currency": "EUR"}
    dossier.focus(0)
    assert dossier.get("debt") == {"amount": 10_000, "currency": "EUR"}


def test_a_buyer_of_another_country_is_another_buyer() -> None:
    dossier = told(
        "The German customer owes 50k EUR, limit 40k EUR, 90%", "and for the Dutch customer, 30k EUR owed", "undo"
    )
    assert dossier.get("debt") == {"amount": 50_000, "currency": "EUR"}


def test_invoices_are_added_up() -> None:
    dossier = told("两张发票，一张15万一张25万，都没付，限额30万")
    assert dossier.get("debt") == {"amount": 400_000, "currency": "CNY"}


def test_a_value_that_is_ruled_out_is_not_taken() -> None:
    assert told("our notice period is 20 days, not 30").get("notice_days") == 20


@pytest.mark.parametrize(
    ("message", "slot", "words"),
    [
        ("欠款50万，限额60万，赔偿比例150%，赔多少", "insured_pct", "不能超过"),
        ("Debt 40k USD, limit 50k EUR, insured percentage 90%, how much?", "currency", "different currencies"),
        (
            "The invoice due on 31 December 2026 is 45 days overdue, MEP 60 days, last day to notify?",
            "due_date",
            "not due",
        ),
    ],
)
def test_facts_that_cannot_all_be_true_are_pointed_out(
    agent_with: AgentWith, message: str, slot: str, words: str
) -> None:
    (answer,) = talk(agent_with(), message)
    assert answer.outcome == "needs_facts"
    assert words in said(answer)
    assert slot in {question.slot for question in answer.questions}
    assert all(verdict["ok"] for verdict in answer.receipt["verdicts"])


@pytest.mark.parametrize(
    ("message", "results"),
    [
        ("欠款100万，赔偿比例90%，限额是80万还是100万我要查，赔多少", ("720,000", "900,000")),
        ("How much: debt 75k EUR, limit 75k EUR, insured percentage 85% or 90%?", ("63,750", "67,500")),
    ],
)
def test_a_value_left_open_is_answered_both_ways(agent_with: AgentWith, message: str, results: tuple[str, str]) -> None:
    (answer,) = talk(agent_with(), message)
    assert answer.outcome == "answered"
    assert all(result in said(answer) for result in results)


def test_undo_gives_the_result_before(agent_with: AgentWith) -> None:
    *_, answer = talk(agent_with(), "欠款80万，限额50万，赔偿比例90%", "不对，限额是60万", "撤销刚才的")
    assert "450,000" in said(answer)


def test_a_payment_taken_back_is_not_counted(agent_with: AgentWith) -> None:
    *_, answer = talk(
        agent_with(),
        "Debt 60k EUR, limit 60k EUR, insured percentage 90%, they paid 20k EUR before the loss: payout?",
        "forget the payment",
    )
    assert "54,000" in said(answer)


def test_a_return_to_an_earlier_subject_works_with_its_facts(agent_with: AgentWith) -> None:
    *_, answer = talk(
        agent_with(),
        "到期日2026年3月1日，MEP 60天，逾期通知最晚哪天？",
        "欠款40万，限额50万，赔偿比例90%，赔多少",
        "如果MEP是30天呢",
    )
    assert [call.name for call in answer.tool_calls] == ["compute_deadlines"]


def test_old_dossiers_are_still_read() -> None:
    stored = {"slots": {"debt": {"value": {"amount": 1, "currency": "EUR"}}}, "before": {"debt": {}}, "gone": 1}
    dossier = Dossier.from_json(stored)
    assert "debt" in dossier
    assert dossier.before == []
    assert Dossier.from_json(dossier.as_json()) == dossier


def test_a_document_is_composed_from_the_case_with_blanks_for_the_rest(agent_with: AgentWith) -> None:
    *_, turn = talk(agent_with(), "欠款80万，限额50万，赔偿比例90%，赔多少", "写一份内部理赔记录")
    card = next(part.data for part in turn.parts if isinstance(part, CardPart) and part.card == "draft")
    assert card["title"] == "内部理赔记录"
    assert "450,000 元" in card["body"]
    assert "【买方全称】" in card["blanks"]
    assert card["body"].strip() in turn.text
