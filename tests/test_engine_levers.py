"""What a person hears who has a budget, and who is told of papers in passing."""

from collections.abc import Callable
from datetime import date

import pytest

from assistant.agent import Agent
from assistant.answer import Answer, ChatRequest, Persona
from assistant.conversation import Conversation

AgentWith = Callable[..., Agent]
TODAY = date(2026, 11, 23)


def talk(agent: Agent, *messages: str, persona: Persona = "owner") -> list[Answer]:
    conversation = Conversation(owner="test")
    requests = (ChatRequest(message=message, today=TODAY, persona=persona) for message in messages)
    return [agent.reply(request, conversation) for request in requests]


@pytest.mark.parametrize(
    ("budget", "said"),
    [("预算只有20万,怎么搞", "要把保费控制在 200,000 元 以内"), ("预算30万", "已经在 300,000 元 以内")],
)
def test_a_budget_is_met_with_the_fewest_changes(agent_with: AgentWith, budget: str, said: str) -> None:
    *_, answer = talk(agent_with(), "年赊销8000万，化工，账期90天，保费多少", budget)
    assert said in answer.text
    assert "账期缩短到 30 天：约 200,640 元" in answer.text
    assert answer.tool_calls[0].arguments["turnover"]["amount"] == 80_000_000


def test_papers_that_nobody_asked_for_are_only_named(agent_with: AgentWith) -> None:
    owner, staff = (talk(agent_with(), "客户跑路了怎么办", persona=persona)[0] for persona in ("owner", "support"))
    assert "破产案件一般要准备 12 项材料：索赔申请书、" in owner.text
    assert "\n- 索赔申请书" in staff.text
