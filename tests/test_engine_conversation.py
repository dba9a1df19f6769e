"""What the embedded engine keeps, revises and says over several turns, on the real tools."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from assistant.agent import Agent
from assistant.answer import Answer, ChatRequest, TextPart
from assistant.conversation import Conversation

AgentWith = Callable[..., Agent]
TODAY = date(2026, 4, 10)


def talk(agent: Agent, *messages: str, **request: Any) -> list[Answer]:
    conversation = Conversation(owner="test")
    return [agent.reply(ChatRequest(message=message, today=TODAY, **request), conversation) for message in messages]


def said(answer: Answer) -> str:
    return "\n".join(part.text for part in answer.parts if isinstance(part, TextPart))


def arguments(answer: Answer, tool: str) -> dict[str, Any]:
    return next(call.arguments for call in answer.tool_calls if call.name == tool)


@pytest.mark.parametrize(
    ("message", "language", "paid"),
    [
        ("客户破产了，欠款120万，限额100万，赔偿比例90%，能赔多少？", "zh", "900,000 元"),
        ("The buyer is insolvent: debt USD 1.2 million, limit USD 1m, insured percentage 90%", "en", "USD 900,000"),
        ("客戶破產了,欠款１２０萬,限額１００萬,賠償比例九成", "zh", "900,000 元"),
    ],
)
def test_an_indemnity_is_computed_shown_and_cited(
    agent_with: AgentWith, message: str, language: str, paid: str
) -> None:
    (answer,) = talk(agent_with(), message)
    assert (answer.language, answer.outcome) == (language, "answered")
    assert paid in said(answer)
    assert "1,000,000 × 90% = 900,000" in said(answer)
    assert ("wt-2026", "9.3") in {(item.document, item.clause) for item in answer.citations}
    assert all(verdict["ok"] for verdict in answer.receipt["verdicts"])


def test_what_was_asked_for_is_taken_from_a_bare_answer(agent_with: AgentWith) -> None:
    first, second = talk(agent_with(), "欠款80万，限额50万，能赔多少？", "85%")
    assert first.outcome == "needs_facts"
    assert [question.slot for question in first.questions] == ["insured_pct"]
    assert arguments(second, "compute_indemnity")["insured_pct"] == 85
    assert "425,000 元" in said(second)


def test_a_correction_changes_one_fact_and_is_restated(agent_with: AgentWith) -> None:
    _, corrected = talk(agent_with(), "欠款80万，限额50万，赔偿比例90%", "不对，限额是60万")
    assert arguments(corrected, "compute_indemnity")["limit"] == {"amount": 600_000, "currency": "CNY"}
    assert said(corrected).startswith("按更新后的条件：信用限额 600,000 元")


def test_a_currency_named_later_is_that_of_the_amounts(agent_with: AgentWith) -> None:
    _, euros = talk(agent_with(), "Debt 600k, limit 500k, insured percentage 80%", "in euros I mean")
    assert arguments(euros, "compute_indemnity")["debt"] == {"amount": 600_000, "currency": "EUR"}


def test_the_same_answer_is_given_in_the_other_language(agent_with: AgentWith) -> None:
    chinese, english = talk(agent_with(), "欠款80万，限额50万，赔偿比例90%", "same in English please")
    assert (chinese.language, english.language) == ("zh", "en")
    assert arguments(english, "compute_indemnity") == arguments(chinese, "compute_indemnity")
    assert "CNY 450,000" in said(english)


def test_deadlines_name_the_values_that_nobody_stated(agent_with: AgentWith) -> None:
    (answer,) = talk(agent_with(), "Oldest invoice due 1 March 2026, MEP 60 days: last day to report?")
    assert "30 May 2026" in said(answer)
    assert ("notice_days", 30) in {(item.parameter, item.value) for item in answer.assumptions}
    assert "time for the overdue notice: 30 days" in said(answer)


def test_a_policy_term_given_later_moves_the_dates(agent_with: AgentWith) -> None:
    _, moved = talk(agent_with(), "发票2026年3月1日到期，最晚哪天报损？", "MEP是45天")
    assert arguments(moved, "compute_deadlines")["mep_days"] == 45
    assert "2026年5月15日" in said(moved)


def test_news_of_an_insolvency_brings_dates_papers_and_a_person(agent_with: AgentWith) -> None:
    (answer,) = talk(agent_with(), "我们客户昨天进入破产程序了，怎么办？")
    assert {"compute_deadlines", "claim_checklist"} <= {call.name for call in answer.tool_calls}
    assert "2026年4月19日" in said(answer)


@pytest.mark.parametrize(
    ("message", "opening"),
    [
        (
            "客户4月5日被法院受理破产，最早的发票3月20日到期，最晚哪天报告？",
            "最晚在 2026年4月15日 之前向保险公司报告。",
        ),
        (
            "The buyer refused the goods on 5 April 2026, invoice due 20 April 2026. By when must I report it?",
            "Report to the insurer by 15 April 2026 at the latest.",
        ),
    ],
)
def test_the_report_that_is_due_first_opens_the_answer(agent_with: AgentWith, message: str, opening: str) -> None:
    (answer,) = talk(agent_with(), message)
    assert said(answer).startswith(opening)


def test_a_premium_is_a_range_inside_the_band_and_follows_a_what_if(agent_with: AgentWith) -> None:
    domestic, export = talk(
        agent_with(), "年营业额5000万人民币，做电子产品内销，保费大概多少？", "那如果是出口到巴西呢？"
    )
    result = next(call.result for call in domestic.tool_calls if call.name == "estimate_premium")
    assert 75_000 <= result["low"]["amount"] < result["high"]["amount"] <= 400_000
    assert arguments(export, "estimate_premium")["countries"] == ["BR"]
    assert "测算非报价" in "".join(export.notices)


def test_the_premium_tool_stays_away_where_trial_calculation_needs_a_licence(agent_with: AgentWith) -> None:
    agent = agent_with()
    agent.premium_estimates = False
    (answer,) = talk(agent, "年营业额5000万人民币，保费大概多少？")
    assert not [call for call in answer.tool_calls if call.name == "estimate_premium"]


def test_visitors_hear_less_than_staff(agent_with: AgentWith) -> None:
    agent = agent_with()
    question = "我们客户昨天进入破产程序了，怎么办？"
    (short,), (full,) = talk(agent, question, persona="visitor"), talk(agent, question, persona="support")
    assert len(said(short)) < len(said(full))


def test_undo_takes_the_last_facts_back(agent_with: AgentWith) -> None:
    agent, conversation = agent_with(), Conversation(owner="test")
    for message in ("欠款80万，限额50万，赔偿比例90%", "不对，限额是60万", "撤销刚才的修改"):
        agent.reply(ChatRequest(message=message, today=TODAY), conversation)
    assert conversation.dossier["slots"]["limit"]["value"] == {"amount": 500_000, "currency": "CNY"}
