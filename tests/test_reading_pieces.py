"""Which questions a message asks."""

import pytest

from assistant.engine.reading.mentions import find_mentions
from assistant.engine.reading.model import Language
from assistant.engine.reading.pieces import questions_in


@pytest.mark.parametrize(
    ("message", "language", "questions"),
    [
        ("欠款80万，限额60万。什么时候之前要报告，能赔多少？", "zh", ["什么时候之前要报告", "能赔多少"]),
        (
            "Limit 150k, cover 90%. How much would I get and when must I report?",
            "en",
            ["How much would I get", "when must I report"],
        ),
        ("欠款80万，限额60万，能赔多少？", "zh", []),
        ("Debt 1.5m, limit 1m, what is paid?", "en", []),
    ],
)
def test_a_message_is_cut_only_when_it_asks_more_than_one_thing(
    message: str, language: Language, questions: list[str]
) -> None:
    assert questions_in(message, language) == questions


def test_a_date_after_the_word_customer_is_no_customer_number() -> None:
    assert find_mentions("客户3月1日到期的货款没付") == []
    assert find_mentions("客户2欠多少")[0][2] == "#2"
