"""The invoice number of a message, and the letter it goes into."""

from datetime import date
from typing import Any

import pytest

from assistant.answer import CardPart, ChatRequest
from assistant.conversation import Conversation
from assistant.engine.invoice_numbers import invoice_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Invoice no. INV-2026/031 is unpaid", "INV-2026/031"),
        ("Write a dunning letter about invoice SI20260912.", "SI20260912"),
        ("Inv #8812", "8812"),
        ("发票号INV-2026-031，金额50万", "INV-2026-031"),
        ("发票号码：04512377，10万元", "04512377"),
        ("发票 A-17 没付", "A-17"),
        ("invoice 50000 USD", None),
        ("invoice of 50,000", None),
        ("invoice no. 2026-03-01", None),
        ("发票2026年3月到期", None),
        ("发票 USD5000 没付", None),
        ("invoice Q3 2026", None),
        ("invoice no more", None),
    ],
)
def test_a_number_is_read_where_one_is_named_and_nowhere_else(text: str, number: str | None) -> None:
    assert invoice_number(text) == number


@pytest.mark.parametrize(
    ("message", "line"),
    [
        (
            "Write a dunning letter: invoice no. INV-2026-031 for EUR 50,000 was due on 1 October 2026",
            "- Invoice INV-2026-031: EUR 50,000, due 1 October 2026, 54 days overdue",
        ),
        (
            "写催款函，发票号码：04512377，欠款10万元，逾期45天",
            "· 发票 04512377：100,000 元，到期日 2026年10月10日，已逾期 45 天",
        ),
    ],
)
def test_a_dunning_letter_names_the_invoice_with_amount_due_date_and_days(
    message: str, line: str, agent_with: Any
) -> None:
    request = ChatRequest(message=message, today=date(2026, 11, 24))
    answer = agent_with().reply(request, Conversation(owner="test"))
    card = next(part for part in answer.parts if isinstance(part, CardPart) and part.card == "draft")
    assert line in card.data["body"]


def test_the_number_stays_with_the_case_for_a_letter_asked_for_later(agent_with: Any) -> None:
    agent, conversation = agent_with(), Conversation(owner="test")
    messages = ("发票号码：04512377，欠款10万元，逾期45天，最晚哪天报告？", "写催款函")
    for message in messages:
        answer = agent.reply(ChatRequest(message=message, today=date(2026, 11, 24)), conversation)
    card = next(part for part in answer.parts if isinstance(part, CardPart) and part.card == "draft")
    assert "发票 04512377：" in card.data["body"]
