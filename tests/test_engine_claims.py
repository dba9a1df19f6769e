"""Claims as people tell them: the two days of an insolvency, further invoices, facts about cover, events, papers."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from assistant.agent import Agent
from assistant.answer import Answer, ChatRequest
from assistant.conversation import Conversation
from assistant.engine.dossier import Dossier
from assistant.engine.facts import told_facts
from assistant.engine.filling import update
from assistant.engine.reading import read

AgentWith = Callable[..., Agent]
TODAY = date(2026, 11, 23)


def told(*messages: str) -> Dossier:
    dossier = Dossier()
    for message in messages:
        reading = read(message, today=TODAY, previous_language=dossier.language)
        update(dossier, reading, natural={"date": "due_date", "duration": "mep_days"} if dossier.turn else {})
    return dossier


def talk(agent: Agent, *messages: str) -> list[Answer]:
    conversation = Conversation(owner="test")
    return [agent.reply(ChatRequest(message=message, today=TODAY), conversation) for message in messages]


def calls(answer: Answer) -> dict[str, dict[str, Any]]:
    return {call.name: call.arguments for call in answer.tool_calls}


@pytest.mark.parametrize(
    ("messages", "opened", "known"),
    [
        (("Our buyer went into administration on 3 October, we heard on the 9th",), "2026-10-03", "2026-10-09"),
        (("客户10月8日被裁定破产，我们11月16日才听说",), "2026-10-08", "2026-11-16"),
        (("The customer was liquidated on 28 October 2026", "we found out on 12 November"), "2026-10-28", "2026-11-12"),
        (("客户11月5日申请破产，我们11月19日得知", "说错了，是18日得知的"), "2026-11-05", "2026-11-18"),
        (("The buyer went bankrupt on 5 November 2026",), "2026-11-05", "2026-11-05"),
    ],
)
def test_an_insolvency_has_a_day_on_which_it_opened_and_one_on_which_it_became_known(
    messages: tuple[str, ...], opened: str, known: str
) -> None:
    dossier = told(*messages)
    assert (dossier.get("insolvency_date"), dossier.get("event_date")) == (opened, known)


@pytest.mark.parametrize(
    ("messages", "due"),
    [
        (("The invoice was due on 14 October 2026", "sorry, on the 1st"), "2026-10-01"),
        (("发票10月14日到期", "不对，是12号"), "2026-10-12"),
        (("The invoice was due on 14 October 2026", "we rang them on Friday"), "2026-10-14"),
        (("发票9月20号到期", "他昨天付了一半"), "2026-09-20"),
        (("一张7月20到期，一张10月11到期",), "2026-07-20"),
        (("8月初就该付了，8月5号",), "2026-08-05"),
    ],
)
def test_the_due_date_is_the_day_that_was_meant(messages: tuple[str, ...], due: str) -> None:
    assert told(*messages).get("due_date") == due


@pytest.mark.parametrize(
    ("messages", "debt"),
    [
        (("They owe 80,000 USD", "plus another invoice of 20k"), 100_000),
        (("客户欠80万", "还有一张发票20万"), 1_000_000),
        (("three invoices: 10k EUR due 1 June, 20k EUR due 1 July, 30k EUR due 1 August 2026",), 60_000),
        (("他们欠两张发票共30万，10万和20万",), 300_000),
    ],
)
def test_a_further_invoice_joins_what_is_owed(messages: tuple[str, ...], debt: int) -> None:
    assert told(*messages).get("debt")["amount"] == debt


@pytest.mark.parametrize("message", ["we carry 10% ourselves", "自留比例10%", "our own retention is 10%"])
def test_what_the_seller_keeps_is_not_the_insured_percentage(message: str) -> None:
    assert told(message).get("insured_pct") == 90


def test_an_amount_without_a_currency_is_in_the_one_that_the_message_names() -> None:
    dossier = told("The insurer approved 300k on them, they owe 420k USD")
    assert dossier.get("limit") == {"amount": 300_000, "currency": "USD"}


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("the customer is not related to us, unrelated", {"is_related_buyer": False}),
        ("that firm is run by my brother, my brother's company", {"is_related_buyer": True}),
        ("货还没发，客户就破产了", {"is_delivered": False}),
        ("我们没问保险公司就同意他延到年底付", {"has_unapproved_repayment_plan": True}),
        ("we gave them three more months without asking you", {"has_unapproved_repayment_plan": True}),
        ("宽限期过了我们还发了一批货", {"is_delivered_after_stop": True}),
        ("yes we have the refusal endorsement", {"has_refusal_endorsement": True}),
        ("没有买政治风险", {"has_political_risk_endorsement": False}),
        ("we sell consumer electronics", {}),
        ("What is a discretionary limit?", {}),
    ],
)
def test_facts_about_cover_are_read_from_everyday_words(text: str, facts: dict[str, Any]) -> None:
    assert told_facts(text) == facts


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ("客户跑路了", "insolvency"),
        ("customs won't let the goods in", "political"),
        ("My buyer went into liquidation.", "insolvency"),
        ("买方说货不对板，不肯付20万", "dispute"),
    ],
)
def test_an_event_told_gives_cover_dates_and_papers(agent_with: AgentWith, message: str, cause: str) -> None:
    (answer,) = talk(agent_with(), message)
    made = calls(answer)
    assert made["claim_checklist"]["cause"] == cause
    assert made["check_coverage"]["facts"]["cause"] == cause
    assert made["compute_deadlines"]["event_date"] == "2026-11-23"
    assert "2026年11月23日" in answer.text or "23 November 2026" in answer.text


@pytest.mark.parametrize("message", ["What happens if my customer goes bankrupt?", "如果客户破产了会怎么样"])
def test_what_has_not_happened_is_no_event(agent_with: AgentWith, message: str) -> None:
    (answer,) = talk(agent_with(), message)
    assert not {"check_coverage", "compute_deadlines"} & set(calls(answer))


@pytest.mark.parametrize(
    ("messages", "held"),
    [
        (("买方拖欠，报案要交什么？", "合同和对账单有，债权申报还没做"), ["contract", "statement_of_account"]),
        (("Buyer four months late. What should I gather for the claim?", "we have the invoices", "contract too"), [
            "invoices",
            "contract",
        ]),
    ],
)  # fmt: skip
def test_papers_are_asked_for_and_told_in_any_words(
    agent_with: AgentWith, messages: tuple[str, ...], held: list[str]
) -> None:
    first, *_, last = talk(agent_with(), *messages)
    assert calls(first)["claim_checklist"]["cause"] == "protracted_default"
    assert calls(last)["claim_checklist"]["held"] == held
