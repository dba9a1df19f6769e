"""`tca`: what people and programs see on standard output, and one clear line when something is wrong."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assistant.answer import Answer, ChatRequest, TextPart
from assistant.cli import app
from assistant.conversation import Conversation, Turn
from tools import results
from tools.errors import ToolInputError, ToolUnavailable
from tools.toolset import NumberIn, Tool, Toolset

runner = CliRunner()


def double(value: NumberIn) -> results.Result:
    """Double a number.

    Args:
        value: The number.
    """
    if value < 0:
        raise ToolInputError("value", value, "Give a number of at least 0.")
    return results.Result()


@dataclass
class ScriptedAgent:
    toolset: Toolset = field(default_factory=lambda: Toolset([Tool(double)]))
    asked: list[ChatRequest] = field(default_factory=list)

    def reply(self, request: ChatRequest, conversation: Conversation) -> Answer:
        self.asked.append(request)
        if request.message == "down":
            raise ToolUnavailable("the registry does not answer")
        text = f"第{len(conversation.turns) + 1}次 {request.message}"
        answer = Answer(
            conversation_id=conversation.id,
            language="zh",
            engine="scripted",
            outcome="answered",
            parts=[TextPart(text=text)],
            text=text,
            receipt={"corpus": "test-1"},
        )
        conversation.turns.append(Turn(message=request.message, answer=answer))
        return answer


@pytest.fixture(autouse=True)
def agent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ScriptedAgent]:
    scripted = ScriptedAgent()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TCA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr("assistant.cli.common.open_agent", lambda _settings: scripted)
    yield scripted


def tca(*arguments: str, typed: str | None = None) -> Result:
    return runner.invoke(app, arguments, input=typed)


def test_ask_prints_the_whole_answer_as_json(agent: ScriptedAgent) -> None:
    done = tca("ask", "客户破产了", "--json", "--today", "2026-03-01", "--persona", "support", "-l", "zh")
    assert done.exit_code == 0, done.output
    assert Answer.model_validate(json.loads(done.stdout)).text == "第1次 客户破产了"
    assert "客户破产了" in done.stdout, "Chinese is not escaped"
    request = agent.asked[0]
    assert (str(request.today), request.persona, request.language) == ("2026-03-01", "support", "zh")


def test_ask_goes_on_in_a_conversation() -> None:
    first = json.loads(tca("ask", "one", "--json").stdout)
    second = json.loads(tca("ask", "two", "--json", "-c", first["conversation_id"]).stdout)
    assert second["text"] == "第2次 two"


def test_chat_keeps_the_conversation_until_new_or_quit() -> None:
    done = tca("chat", typed="one\n\ntwo\n/new\nthree\n/quit\nfour\n")
    assert done.exit_code == 0, done.output
    for words in ("第1次 one", "第2次 two", "第1次 three"):
        assert words in done.stdout
    assert "four" not in done.stdout


def test_explain_prints_how_the_answer_came_about() -> None:
    done = tca("explain", "why")
    assert done.exit_code == 0, done.output
    for stage in ("reading", "dossier", "plan", "tools", "sentences", "verdicts"):
        assert f"\n{stage}\n" in done.stdout


def test_tool_prints_its_result_as_json() -> None:
    assert json.loads(tca("tool", "double", "--json", '{"value": 2}').stdout)["steps"] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ask", ""), "empty"),
        (("ask", "x" * 100_000), "20000"),
        (("ask", "down"), "does not answer"),
        (("ask", "hi there", "-c", "c_none"), "c_none"),
        (("ask", "hi there", "--today", "soon"), "soon"),
        (("tool", "none"), "double"),
        (("tool", "double", "--json", "{"), "not valid JSON"),
        (("tool", "double", "--json", "[]"), "JSON object"),
        (("tool", "double", "--json", '{"value": -1}'), "at least 0"),
        (("tool", "double", "--json", '{"value": "many"}'), "value"),
        (("ingest", "missing.pdf", "--shared"), "missing.pdf"),
        (("ingest", "--policy", "P"), "name files"),
        (("ingest", "."), "nothing to read"),
        (("documents", "remove", "own-none"), "own-none"),
        (("search", "逾期"), "index"),
    ],
)
def test_what_a_person_can_mend_is_told_on_stderr_with_code_2(arguments: tuple[str, ...], words: str) -> None:
    done = tca(*arguments)
    assert done.exit_code == 2
    assert words in done.stderr
    assert "Traceback" not in done.output
    assert done.stdout == ""


@pytest.mark.parametrize("command", ["ask", "chat", "ingest", "search", "tool", "serve", "explain", "version"])
def test_every_command_explains_itself(command: str) -> None:
    assert tca(command, "--help").exit_code == 0


def test_a_broken_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TCA_API_PORT", "none")
    done = tca("ask", "hi there")
    assert done.exit_code == 2
    assert "api_port" in done.stderr
