"""Totals of receivables, letters and filings as people tell them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from assistant.agent import Agent
from assistant.answer import Answer, CardPart, ChatRequest
from assistant.conversation import Conversation

AgentWith = Callable[..., Agent]
TODAY = date(2026, 11, 28)


def ask(agent: Agent, message: str) -> Answer:
    return agent.reply(ChatRequest(message=message, today=TODAY), Conversation(owner="test"))


def amounts(answer: Answer) -> dict[str, Any]:
    (call,) = [call for call in answer.tool_calls if call.name == "analyse_receivables"]
    return {name: value.get("amount", value) for name, value in call.arguments.items() if name != "days"}


@pytest.mark.parametrize(
    "message",
    [
        "账龄:1-30天200万,31-60天80万,61-90天30万,90天以上50万,要计提多少坏账准备",
        "receivables ageing: 1-30 days 2m, 31-60 800k, 61-90 300k, over 90 days 500k. What provision?",
    ],
)
def test_an_ageing_told_in_words_is_provided_for(agent_with: AgentWith, message: str) -> None:
    answer = ask(agent_with(), message)
    told = {bucket: total["amount"] for bucket, total in amounts(answer)["ageing"].items()}
    assert told == {"days_1_30": 2_000_000, "days_31_60": 800_000, "days_61_90": 300_000, "over_90": 500_000}
    assert "204,100" in answer.text  # 44,000 + 21,600 + 13,500 + 125,000


def test_the_opening_closing_and_current_totals_are_told_apart(agent_with: AgentWith) -> None:
    message = "opening receivables 300k, closing 400k of which 250k current, credit sales 1.2m in the quarter. CEI?"
    answer = ask(agent_with(), message)
    assert amounts(answer) == {
        "receivables": 400_000,
        "credit_sales": 1_200_000,
        "opening_ar": 300_000,
        "current_ar": 250_000,
    }
    assert next(call for call in answer.tool_calls if call.name == "analyse_receivables").arguments["days"] == 90
    assert "88" in answer.text  # (300 + 1,200 − 400) ÷ (300 + 1,200 − 250)


def test_a_year_before_sales_is_no_time_span(agent_with: AgentWith) -> None:
    answer = ask(agent_with(), "应收500万年赊销3000万,DSO多少")
    assert amounts(answer) == {"receivables": 5_000_000, "credit_sales": 30_000_000}


def test_a_period_that_nobody_told_is_said(agent_with: AgentWith) -> None:
    assert "365 天" in ask(agent_with(), "应收账款400万,赊销额1200万,DSO多少").text


@pytest.mark.parametrize(
    ("message", "title"),
    [
        ("写一封第二次催款函,客户欠6万,逾期30天", "第二次付款提醒"),
        ("draft a first reminder to Acme Ltd, debt EUR 12,000, due 1 October 2026", "Friendly reminder"),
    ],
)
def test_the_letter_asked_for_is_written(agent_with: AgentWith, message: str, title: str) -> None:
    (card,) = [part for part in ask(agent_with(), message).parts if isinstance(part, CardPart) and part.card == "draft"]
    assert card.data["title"] == title


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("我之前提交过哪些申请", {}),
        ("what did I submit so far?", {}),
        ("取消我刚才提交的限额申请", {"kind": "credit_limit"}),
        (
            "has my limit on Halverdon Textil AG been approved?",
            {"buyer": "Halverdon Textil AG", "kind": "credit_limit"},
        ),
        ("cancel my overdue notice for Wexmoor Metals JSC", {"buyer": "Wexmoor Metals JSC", "kind": "overdue_notice"}),
    ],
)
def test_what_was_sent_in_is_looked_for_in_the_cases(
    agent_with: AgentWith, message: str, arguments: dict[str, str]
) -> None:
    calls = ask(agent_with(), message).tool_calls
    assert [(call.name, call.arguments) for call in calls] == [("track_case", arguments)]
