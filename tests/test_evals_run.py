"""The runner: through the API, with a scripted agent; the report, the gate and the noise."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.answer import Answer, ChatRequest, TextPart, ToolCall
from assistant.api import create_app
from assistant.conversation import Conversation, Event, Turn
from assistant.settings import Settings
from assistant.verify import figures
from evals import run as runner
from evals.case import Case, load
from evals.doors import Door
from evals.noise import KINDS, change, noisy
from evals.report import Results, as_json, gaps, trace
from tools.toolset import Toolset


class ScriptedAgent:
    """Computes an indemnity of 900,000 for every message, and remembers how many there were."""

    toolset = Toolset([])
    index = SimpleNamespace(version="test", documents=lambda **_: ())

    def stream(self, request: ChatRequest, conversation: Conversation) -> Iterator[Event]:
        if request.message == "break":
            raise RuntimeError("a bug")
        text = f"Turn {len(conversation.turns) + 1}: you get CNY 900,000 today, {request.today}."
        given = Answer(
            conversation_id=conversation.id,
            language="en",
            engine="scripted",
            outcome="answered",
            parts=[TextPart(text=text)],
            text=text,
            tool_calls=[ToolCall(id="t1", name="compute_indemnity", arguments={"insured_pct": 90}, result={})],
        )
        conversation.turns.append(Turn(message=request.message, answer=given))
        yield Event(kind="answer.end", data={"answer": given.model_dump(mode="json")})


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    settings = Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'evals.db'}")
    with TestClient(create_app(settings, ScriptedAgent()), raise_server_exceptions=False) as client:
        opened = Door(client)
        opened.wait_until_ready()
        yield opened


def case(name: str, *turns: dict[str, Any]) -> Case:
    return Case.model_validate({"id": name, "language": "en", "tags": ["indemnity"], "turns": list(turns)})


GOOD = {"outcome": "answered", "tools": {"compute_indemnity": {"insured_pct": 90}}, "figures": [900000]}


def test_a_conversation_is_played_in_one_conversation_on_the_case_s_day(door: Door) -> None:
    second = {"say": "and then?", "expect": {**GOOD, "figures": [2, "2026-04-10"]}}
    results = runner.run([case("a", {"say": "how much?", "today": "2026-04-10", "expect": GOOD}, second)], door)
    assert [item.failed for item in results.judged] == [[], []]
    assert results.scores()["figures"] == 1
    assert len(results.seconds) == 2


def test_wrong_arguments_and_figures_are_counted_and_traced(door: Door) -> None:
    expect = {"tools": {"compute_indemnity": {"insured_pct": 80}}, "figures": [800000, 900000]}
    results = runner.run(
        [case("a", {"say": "at 80%?", "expect": expect}), case("b", {"say": "x", "expect": GOOD})], door
    )
    assert results.tallies()["arguments"] == (1, 2)
    assert results.tallies()["figures"] == (1, 2)
    assert results.by_class()["indemnity"][:2] == (1, 2)
    (worst,) = results.worst()
    shown = trace(worst)
    assert "insured_pct: 80 ≠ 90" in shown
    assert "800000 is not in the text" in shown
    assert "at 80%?" in shown


def test_an_answer_that_never_comes_fails_the_case_and_the_others_go_on(door: Door) -> None:
    results = runner.run([case("a", {"say": "break", "expect": GOOD}), case("b", {"say": "x", "expect": GOOD})], door)
    assert [bool(item.failed) for item in results.judged] == [True, False]
    assert results.tool_counts().recall == 0.5


def test_the_results_can_be_read_by_programs(door: Door) -> None:
    results = runner.run([case("a", {"say": "x", "expect": {"outcome": "refused"}})], door)
    written = json.loads(json.dumps(as_json(results)))
    assert written["scores"]["outcome"] == 0
    assert written["failures"][0]["case"] == "a"


def test_the_gate_fails_below_its_thresholds() -> None:
    assert gaps({"outcome": 0.9, "tools": 1.0}, {"outcome": 0.95, "tools": 0.9, "asks": 1.0}) == [
        "outcome: 0.900 is below 0.950"
    ]


def test_the_gate_file_names_measures_that_exist() -> None:
    import tomllib

    from evals.report import MEASURES

    least = tomllib.loads(runner.GATE.read_text(encoding="utf-8"))["least"]
    assert set(least) <= {*MEASURES, "tool_f1"}
    assert all(0 < value <= 1 for value in least.values())


def test_a_failed_gate_is_a_failed_command(door: Door, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from contextlib import nullcontext

    gate = tmp_path / "gate.toml"
    gate.write_text("[least]\noutcome = 1.0\n", encoding="utf-8")
    monkeypatch.setattr(runner, "GATE", gate)
    monkeypatch.setattr(runner, "open_door", lambda *_args, **_named: nullcontext(door))
    assert runner.main(["--only", "bd-en-01", "--split", "all", "--gate"]) == 1
    assert runner.main(["--only", "bd-en-12", "--split", "all", "--gate"]) == 0
    assert runner.main(["--only", "bd-en-01", "--split", "all"]) == 0
    assert runner.main(["--only", "no-such-case"]) == 2


def test_no_result_is_no_failure() -> None:
    assert Results().scores() == {}
    assert Results().tool_counts().f1 == 1


@pytest.mark.parametrize("kind", KINDS)
def test_noise_is_repeatable_and_keeps_every_figure(kind: Any) -> None:
    for one in load(only=["indemnity"]):
        changed = noisy(one, kind)
        assert changed == noisy(one, kind)
        for before, after in zip(one.turns, changed.turns, strict=True):
            import unicodedata

            read = unicodedata.normalize("NFKC", after.say)
            digits = "".join(char for char in unicodedata.normalize("NFKC", before.say) if char.isdigit())
            assert "".join(char for char in read if char.isdigit()) == digits


def test_each_kind_of_noise_does_what_it_says() -> None:
    import random

    text = "客户破产了,欠款1,200,000元。赔多少?"
    assert change(text, "width", random.Random(1)).count("\uff11") == 1
    assert change("Debt 30k, limit 25k?", "case", random.Random(1)).casefold() == "debt 30k, limit 25k?"
    assert change(text, "traditional", random.Random(1)).startswith("客戶破產了")
    assert [item.value for item in figures(change(text, "punctuation", random.Random(1)))] == [1200000]
    assert "。" not in change(text, "punctuation", random.Random(1))
