"""Eval cases: what can be written in a file, and what the bundled ones hold."""

import fnmatch
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import knowledge
from evals.case import Case, as_number, load
from tools.claims import claim_checklist
from tools.coverage import check_coverage
from tools.deadlines import compute_deadlines
from tools.indemnity import compute_indemnity
from tools.interest import late_interest
from tools.premium import estimate_premium
from tools.receivables import analyse_receivables
from tools.results import Result
from tools.tables import table
from tools.toolset import Tool


def write(folder: Path, text: str) -> Path:
    (folder / "some.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_message_with_its_expectation_is_a_conversation_of_one_turn(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        "language: zh\ntags: [deadlines]\n"
        'cases:\n  - {id: a, say: "何时报", expect: {outcome: answered, figures: [2026-05-30, 90万]}}\n',
    )
    (case,) = load(folder)
    assert (case.language, case.split, case.tags) == ("zh", "dev", ("deadlines",))
    (turn,) = case.turns
    assert turn.expect is not None
    assert [as_number(value) for value in turn.expect.figures] == [date(2026, 5, 30), Decimal(900_000)]


def test_an_unknown_key_is_refused_with_the_name_of_the_file(tmp_path: Path) -> None:
    folder = write(tmp_path, "language: en\ntags: [x]\ncases:\n  - {id: a, say: hello, expect: {outcom: answered}}\n")
    with pytest.raises(ValueError, match=r"some\.yaml"):
        load(folder)


def test_an_id_cannot_be_used_twice(tmp_path: Path) -> None:
    folder = write(tmp_path, "language: en\ntags: [x]\ncases:\n  - {id: a, say: one}\n  - {id: a, say: two}\n")
    with pytest.raises(ValueError, match="twice: a"):
        load(folder)


def test_a_key_cannot_be_written_twice(tmp_path: Path) -> None:
    folder = write(tmp_path, "language: en\ntags: [x]\ncases:\n  - {id: a, split: dev, split: test, say: one}\n")
    with pytest.raises(ValueError, match=r"some\.yaml.*split twice"):
        load(folder)


def test_words_such_as_no_and_yes_stay_words(tmp_path: Path) -> None:
    folder = write(tmp_path, "language: en\ntags: [x]\ncases:\n  - {id: a, say: no}\n  - {id: b, say: yes}\n")
    assert [case.turns[0].say for case in load(folder)] == ["no", "yes"]


def test_files_of_other_runners_are_left_alone(tmp_path: Path) -> None:
    assert load(write(tmp_path, "questions: [one, two]\n")) == []


def test_cases_are_chosen_by_split_id_and_tag() -> None:
    every = load()
    assert {case.split for case in load(split="test")} == {"test"}
    assert [case.id for case in load(only=["q-z45"])] == ["q-z45"]
    assert all("premium" in case.tags for case in load(only=["premium"]))
    assert len(every) == len(load(split="dev")) + len(load(split="test"))


def test_the_bundled_cases_are_many_in_both_languages_and_have_a_test_split() -> None:
    cases = load()
    chinese = sum(case.language == "zh" for case in cases)
    assert len(cases) >= 600
    assert 0.45 < chinese / len(cases) < 0.55
    assert 0.3 < sum(case.split == "test" for case in cases) / len(cases) < 0.45
    assert sum(len(case.turns) > 1 for case in cases) >= 95


def test_every_expected_figure_can_be_read() -> None:
    for case in load():
        for turn in case.turns:
            for value in (*turn.expect.figures, *turn.expect.absent_figures) if turn.expect else ():
                as_number(value)


TOOLS = {
    "search_knowledge", "lookup_buyer", "assess_buyer", "estimate_premium", "claim_checklist", "compute_deadlines",
    "compute_indemnity", "check_coverage", "late_interest", "analyse_receivables", "track_case",
}  # fmt: skip


def test_every_document_and_tool_that_a_case_names_exists() -> None:
    corpus = Path(knowledge.__file__).parent / "corpus"
    ids = {_document_id(path) for path in corpus.rglob("*.md")}
    for case in load():
        for expect in (turn.expect for turn in case.turns if turn.expect):
            for wanted in expect.cites:
                assert fnmatch.filter(ids, wanted.partition(":")[0]), f"{case.id}: {wanted}"
            assert {*expect.tools, *expect.may, *expect.not_tools} <= TOOLS, case.id


COMPUTED = [
    estimate_premium, claim_checklist, compute_deadlines, compute_indemnity, check_coverage, late_interest,
    analyse_receivables,
]  # fmt: skip


@pytest.mark.parametrize("function", COMPUTED)
def test_every_expected_argument_is_one_that_the_tool_takes(function: Callable[..., Result]) -> None:
    tool = Tool(function)
    for case in load():
        for expect in (turn.expect for turn in case.turns if turn.expect):
            assert set(expect.tools.get(tool.name, {})) <= set(tool.arguments.model_fields), case.id


def test_expected_sectors_and_causes_are_known_to_the_tools() -> None:
    for case in load():
        for expect in (turn.expect for turn in case.turns if turn.expect):
            sector = expect.tools.get("estimate_premium", {}).get("sector")
            assert sector is None or sector in table("sectors")["sectors"], case.id
            cause = expect.tools.get("claim_checklist", {}).get("cause")
            assert cause is None or cause in table("checklists")["causes"], case.id


def _document_id(path: Path) -> str:
    line = next(line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("id:"))
    return line.removeprefix("id:").strip()


def test_a_case_needs_a_turn() -> None:
    with pytest.raises(ValueError, match="turns"):
        Case.model_validate({"id": "a", "language": "en", "tags": ["x"], "turns": []})
