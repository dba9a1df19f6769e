"""Buyers in conversation: looked up before they are assessed, chosen among several, kept for what is asked next."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from assistant.agent import Agent
from assistant.answer import Answer, ChatRequest
from assistant.conversation import Conversation

AgentWith = Callable[..., Agent]
TODAY = date(2026, 11, 28)
LOOKUP, ASSESS = "lookup_buyer", "assess_buyer"


def talk(agent: Agent, *messages: str) -> list[Answer]:
    conversation = Conversation(owner="test")
    return [agent.reply(ChatRequest(message=message, today=TODAY), conversation) for message in messages]


def calls(answer: Answer) -> list[str]:
    return [call.name for call in answer.tool_calls if call.name in (LOOKUP, ASSESS)]


def arguments(answer: Answer, tool: str) -> dict[str, Any]:
    return next(call.arguments for call in answer.tool_calls if call.name == tool)


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("How creditworthy is Rookhaven Auto Parts S.A. de C.V., and what limit would you suggest?", "Rookhaven"),
        ("看看东莞骊山建材科技有限公司的信用怎么样", "东莞骊山建材科技有限公司"),
    ],
)
def test_a_buyer_is_looked_up_and_then_assessed(agent_with: AgentWith, message: str, name: str) -> None:
    (answer,) = talk(agent_with(), message)
    assert calls(answer) == [LOOKUP, ASSESS]
    assert name in arguments(answer, LOOKUP)["name"]
    assert arguments(answer, ASSESS)["entity_id"]


@pytest.mark.parametrize("message", ["How creditworthy is Zzyx Vanished Foods Ltd?", "杭州蒴岱建材有限公司靠谱吗"])
def test_nothing_is_assessed_that_was_not_found(agent_with: AgentWith, message: str) -> None:
    (answer,) = talk(agent_with(), message)
    assert calls(answer) == [LOOKUP]
    assert answer.outcome == "needs_facts"
    assert [question.slot for question in answer.questions] == ["buyer"]


def test_the_country_beside_a_name_goes_into_the_look_up(agent_with: AgentWith) -> None:
    (answer,) = talk(agent_with(), "买家是Marrowby Electronics Co., Ltd.,TH的,查一下")
    assert arguments(answer, LOOKUP) == {"name": "Marrowby Electronics Co., Ltd.", "country": "TH"}


@pytest.mark.parametrize(
    ("first", "choice", "chosen"),
    [
        ("澜岫电子靠谱吗", "第二家", "天津澜岫电子股份有限公司"),
        ("澜岫电子靠谱吗", "2", "天津澜岫电子股份有限公司"),
        ("澜岫电子靠谱吗", "天津那家", "天津澜岫电子股份有限公司"),
        ("澜岫电子靠谱吗", "91370200DEM000030L", "青岛澜岫电子科技有限公司"),
        ("Is Halverdon any good?", "the German one", "Halverdon Textil AG"),
        ("Is Halverdon any good?", "the Odense one", "Halverdon Trading ApS"),
        ("Is Halverdon any good?", "the last one", "Halverdon Building Materials Limited"),
    ],
)
def test_one_of_several_is_chosen_and_then_assessed(
    agent_with: AgentWith, first: str, choice: str, chosen: str
) -> None:
    several, one = talk(agent_with(), first, choice)
    assert calls(several) == [LOOKUP]
    assert several.outcome == "needs_facts"
    assert calls(one) == [LOOKUP, ASSESS]
    assert arguments(one, LOOKUP)["name"] == chosen


def test_a_buyer_found_stays_the_one_spoken_of(agent_with: AgentWith) -> None:
    answers = talk(agent_with(), "查一下宁波琰石金属有限公司", "它的信用怎么样", "一年卖它500万,账期60天,能给多少额度")
    assert [calls(answer) for answer in answers] == [[LOOKUP], [ASSESS], [ASSESS]]
    assert arguments(answers[2], ASSESS)["own_sales"] == {"amount": 5_000_000, "currency": "CNY"}
    assert arguments(answers[2], ASSESS)["payment_terms_days"] == 60


def test_a_name_given_anew_is_assessed_as_was_asked(agent_with: AgentWith) -> None:
    _, answer = talk(agent_with(), "How creditworthy is Zzyx Vanished Foods Ltd?", "sorry, it's Wexmoor Metals JSC")
    assert calls(answer) == [LOOKUP, ASSESS]


def test_none_of_those_found_asks_for_the_exact_name(agent_with: AgentWith) -> None:
    _, answer = talk(agent_with(), "查一下澜岫电子", "都不是")
    assert [question.slot for question in answer.questions] == ["buyer"]


def test_two_buyers_in_one_message_are_both_looked_up(agent_with: AgentWith) -> None:
    (answer,) = talk(agent_with(), "跟Juniperus Solar PCL和Kestrovar Trading LLC做生意哪个更安全")
    assert calls(answer) == [LOOKUP, LOOKUP, ASSESS, ASSESS]
    assert "Juniperus Solar PCL：" in answer.text
    assert "Kestrovar Trading LLC：" in answer.text
