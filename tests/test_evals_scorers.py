"""Scorers: each says what was wanted and what came."""

from datetime import date
from typing import Any

import pytest

from assistant.answer import Answer, CardPart, Citation, Question, TextPart, ToolCall
from assistant.verify import figures
from evals.case import Case, Expect, as_number
from evals.scorers import judge, tool_counts
from evals.values import agree, cited, shows

CASE = Case.model_validate({"id": "a", "language": "en", "tags": ["x"], "say": "?"})
TEXT = "The insured reports an overdue invoice within 30 days."


def answer(text: str = "You get CNY 900,000.", **changes: Any) -> Answer:
    parts = [TextPart(text=text), CardPart(card="indemnity", data={"hidden": 123456})]
    return Answer(conversation_id="c", language="en", engine="scripted", outcome="answered", parts=parts).model_copy(
        update=changes
    )


def failed(expect: Expect, given: Answer) -> set[str]:
    return {check.measure for check in judge(CASE, expect, given, lambda _id, _language: TEXT) if not check.ok}


def call(name: str, **arguments: Any) -> ToolCall:
    return ToolCall(id="t1", name=name, arguments=arguments, result={})


@pytest.mark.parametrize(
    ("expected", "given", "same"),
    [
        ("1,200,000 CNY", {"amount": 1200000.0, "currency": "CNY"}, True),
        ("1,200,000 CNY", {"amount": 1200000, "currency": "USD"}, False),
        (1200000, {"amount": 1200000, "currency": "USD"}, True),
        (90, 90.0, True),
        (90, 0.9, False),
        (0.1, "0.10", True),
        (date(2026, 3, 1), "2026-03-01", True),
        ("CN|DE", "DE", True),
        (["CN", "DE"], ["DE", {"country": "CN"}], True),
        (["CN"], ["CN", "DE"], False),
        ([300000, 250000], [{"amount": 300000}, {"amount": 250000}], True),
        ([300000, 250000], [{"amount": 250000}, {"amount": 300000}], False),
        (50000, [{"amount": {"amount": 50000, "currency": "CNY"}}], True),
        ({"cause": "insolvency"}, {"cause": "insolvency", "debt": 5}, True),
        ({"is_related_buyer": True}, {"is_related_buyer": False}, False),
        (True, 1, False),
        (None, None, True),
        (None, 5, False),
        (5, None, False),
    ],
)
def test_arguments_agree_by_value(expected: Any, given: Any, same: bool) -> None:
    assert agree(expected, given) is same


@pytest.mark.parametrize(
    ("text", "expected", "shown"),
    [
        ("赔款为 90万 元", 900000, True),
        ("CNY 900,000", "90万", True),
        ("about 0.28%", 0.2843, False),
        ("EUR 1.25 million", 1_250_300, True),
        ("报告截止2026年5月30日", date(2026, 5, 30), True),
        ("30 May 2026", date(2026, 5, 29), False),
        ("clause 90.1", 90.1, False),
        ("EUR 193.15", 193.1507, True),
    ],
)
def test_figures_are_compared_as_values(text: str, expected: Any, shown: bool) -> None:
    assert shows(figures(text), as_number(expected)) is shown


def test_clauses_chapters_and_documents_can_be_wanted() -> None:
    references = ["wt-2026:8.1", "guide-law:2.1"]
    assert cited("wt-2026:8.1", references)
    assert cited("wt-2026:8.*", references)
    assert cited("guide-law", references)
    assert not cited("wt-2026:8", references)
    assert not cited("wt-2026:1.*", references)


def test_a_good_answer_fails_nothing() -> None:
    expect = Expect(
        outcome="answered",
        tools={"compute_indemnity": {"debt": "1,000,000 CNY"}},
        figures=(900000,),
        cites=("wt-2026:9.*",),
        asks_none=True,
        handoff=False,
    )
    given = answer(
        tool_calls=[call("compute_indemnity", debt={"amount": 1000000, "currency": "CNY"})],
        citations=[citation(quote=TEXT[:11], end=11)],
    )
    assert failed(expect, given) == set()


def citation(*, quote: str, start: int = 0, end: int) -> Citation:
    return Citation(
        id=1, document="wt-2026", title="Policy", clause="9.3", edition="2026", language="en", quote=quote, start=start,
        end=end, passage_id="wt-2026/en/9.3",
    )  # fmt: skip


def test_a_quote_that_is_not_in_the_stored_text_fails() -> None:
    assert failed(Expect(), answer(citations=[citation(quote="within 40 days", end=14)])) == {"quotes"}


def test_a_figure_on_a_card_is_not_in_the_text() -> None:
    assert failed(Expect(figures=(123456,)), answer()) == {"figures"}
    assert failed(Expect(absent_figures=(900000,)), answer()) == {"figures"}


def test_a_tool_run_for_nothing_counts_and_reading_is_free() -> None:
    given = answer(tool_calls=[call("check_coverage"), call("search_knowledge")])
    assert failed(Expect(), given) == {"tools"}
    assert failed(Expect(may=("check_coverage",)), given) == set()
    counts = tool_counts(Expect(tools={"compute_indemnity": {}}), given)
    assert (counts.right, counts.missed, counts.needless) == (0, ["compute_indemnity"], ["check_coverage"])
    assert counts.f1 == 0


def test_asking_is_judged_both_ways() -> None:
    asking = answer(questions=[Question(slot="limit", text="What limit?")])
    assert failed(Expect(asks=("debt|limit",)), asking) == set()
    assert failed(Expect(asks=("debt", "limit")), asking) == {"asks"}
    assert failed(Expect(asks_none=True), asking) == {"asks"}
    assert failed(Expect(asks=("debt",)), answer()) == {"asks"}


def test_the_words_must_be_in_the_language_that_the_answer_claims() -> None:
    assert failed(Expect(), answer("赔款为 900,000 元。")) == {"language"}
    assert failed(Expect(language="zh"), answer("赔款为 900,000 元。", language="zh")) == set()


def test_a_dropped_sentence_fails_the_ledger() -> None:
    receipt = {"verdicts": [{"text": "You get 5.", "ok": False, "unmatched": ["5"]}]}
    assert failed(Expect(), answer(receipt=receipt)) == {"ledger"}


def test_a_wanted_person_must_be_offered() -> None:
    assert failed(Expect(handoff=True), answer()) == {"handoff"}
    assert failed(Expect(handoff=True), answer(outcome="needs_person")) == set()
