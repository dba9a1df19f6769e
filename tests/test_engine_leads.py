"""What an answer opens with, and what the engine reads into a message; on the real tools."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from assistant.agent import Agent
from assistant.answer import Answer, ChatRequest, TextPart
from assistant.conversation import Conversation

AgentWith = Callable[..., Agent]
TODAY = date(2026, 11, 23)


def ask(agent: Agent, message: str) -> Answer:
    return agent.reply(ChatRequest(message=message, today=TODAY), Conversation(owner="test"))


def opening(answer: Answer) -> str:
    return next(part.text for part in answer.parts if isinstance(part, TextPart))


def arguments(answer: Answer, tool: str) -> list[dict[str, Any]]:
    return [call.arguments for call in answer.tool_calls if call.name == tool]


@pytest.mark.parametrize(
    ("message", "start"),
    [
        (
            "Invoice due 15 September 2026, MEP 30 days, report within 30 days: what's my last day?",
            "The last day to report to the insurer was 14 November 2026, 9 days ago: report today",
        ),
        ("客户2026年11月10日破产了，什么时候之前要报告？", "向保险公司报告的最后期限是 2026年11月20日，已经过去 3 天"),
    ],
)
def test_a_day_that_has_passed_is_said_to_have_passed(agent_with: AgentWith, message: str, start: str) -> None:
    assert opening(ask(agent_with(), message)).startswith(start)


@pytest.mark.parametrize(
    ("message", "start"),
    [
        ("发票2026年8月1日到期，最长延长期60天，什么时候提交索赔？", "最晚在 2027年3月30日 之前提交索赔。"),
        (
            "Due 1 August 2026, MEP 60 days: by when must I file the claim?",
            "File the claim by 30 March 2027 at the latest.",
        ),
        ("客户逾期20天了，还能继续发货吗？", "最晚在 2027年1月2日 停止赊销发货"),
        (
            "Can I keep shipping to my customer who is 20 days overdue?",
            "Deliveries on credit must stop on 2 January 2027",
        ),
    ],
)
def test_the_day_that_was_asked_for_comes_first(agent_with: AgentWith, message: str, start: str) -> None:
    assert opening(ask(agent_with(), message)).startswith(start)


@pytest.mark.parametrize(
    "message",
    [
        "承保比例90%和95%保费差多少？营业额2亿，电子行业，账期60天",
        "Premium at 90% and at 95% cover, turnover CNY 200 million, electronics, 60 days: what is the difference?",
    ],
)
def test_two_insured_percentages_are_compared(agent_with: AgentWith, message: str) -> None:
    answer = ask(agent_with(), message)
    assert {given["insured_pct"] for given in arguments(answer, "estimate_premium")} == {90, 95}
    assert "44,767" in answer.text  # 604,365 − 559,598
    assert all(verdict["ok"] for verdict in answer.receipt["verdicts"])


@pytest.mark.parametrize(
    ("message", "country"),
    [
        ("turnover 12m GBP, food wholesale, domestic, 30 days terms, no losses - ballpark premium?", "GB"),
        ("年营业额5000万，国内销售，没有坏账，账期90天，大概多少保费？", "CN"),
    ],
)
def test_no_losses_and_the_home_market_are_read(agent_with: AgentWith, message: str, country: str) -> None:
    (given,) = arguments(ask(agent_with(), message), "estimate_premium")
    assert (given["loss_ratio_pct"], given["countries"]) == (0, [country])


def test_the_number_of_an_invoice_is_not_an_amount(agent_with: AgentWith) -> None:
    (given,) = arguments(ask(agent_with(), "发票INV-1001，金额12万，逾期30天，利息多少"), "late_interest")
    assert given["amount"] == {"amount": 120_000, "currency": "CNY"}


def test_money_paid_after_the_indemnity_is_a_recovery(agent_with: AgentWith) -> None:
    answer = ask(agent_with(), "The customer paid 20k after the insurer paid us 100k. How is it split at 90%?")
    assert [question.slot for question in answer.questions] == [
        "debt"
    ]  # the payout and its percentage tell the insured part


@pytest.mark.parametrize("message", ["你是真人吗", "Am I talking to a real person?"])
def test_it_says_that_it_is_not_a_person(agent_with: AgentWith, message: str) -> None:
    assert ("不是真人" in opening(ask(agent_with(), message))) or (
        "not a person" in opening(ask(agent_with(), message))
    )


def test_estimates_that_differ_in_something_else_are_not_told_as_percentages(agent_with: AgentWith) -> None:
    answer = ask(agent_with(), "Turnover USD 20 million or 30 million, electronics, 60 days terms: what premium?")
    assert "At an insured percentage" not in answer.text
    assert answer.outcome == "answered"
