"""What the ledger lets through, and what it stops."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evidence import Sentence
from assistant.verify import Ledger, figures, ledger_of

TODAY = date(2026, 4, 10)


def ledger(result: dict[str, Any] | None = None, *, user: str = "", passage: str = "") -> Ledger:
    calls = [("t1", {}, result)] if result is not None else []
    return ledger_of(calls, {1: passage} if passage else {}, [user], TODAY)


def unmatched(sentence: str, known: Ledger) -> tuple[str, ...]:
    return known.check(Sentence(text=sentence)).unmatched


CNY_900K = {"indemnity": {"amount": 900_000, "currency": "CNY"}}


@pytest.mark.parametrize(
    "sentence",
    [
        "The indemnity is CNY 900,000.",
        "赔款为 900,000 元。",
        "赔款90万元",
        "九十万元",
        "It comes to 0.9 million.",
        "900,000",
    ],
)
def test_a_sum_is_found_in_whatever_form(sentence: str) -> None:
    assert unmatched(sentence, ledger(CNY_900K)) == ()


@pytest.mark.parametrize(
    "sentence",
    ["CNY 900,001", "CNY 90,000", "USD 900,000", "90%", "0.9", "900,000%", "900,000 days", "1 million", "90.0001万"],
)
def test_another_sum_currency_or_kind_is_stopped(sentence: str) -> None:
    assert unmatched(sentence, ledger(CNY_900K)) != ()


def test_the_unmatched_figure_is_named() -> None:
    assert unmatched("Of CNY 900,000 you get 85% within 30 days.", ledger(CNY_900K)) == ("85", "30")


@pytest.mark.parametrize(
    ("field", "right", "wrong"),
    [
        ({"insured_pct": 90}, "90%", ["90 days", "CNY 90", "90 months"]),
        ({"mep_days": 60}, "60 days", ["60%", "60 months", "USD 60"]),
        ({"claim_months": 6}, "6 months", ["6%", "6 days", "CNY 6"]),
        ({"limit": {"amount": 90, "currency": "EUR"}}, "EUR 90", ["90%", "90 days", "GBP 90"]),
        ({"notice_by": "2026-05-30"}, "30 May 2026", ["30 days", "30%", "31 May 2026", "5 May 2026", "30 June"]),
        ({"grade": 4}, "grade 4", ["4 days", "4%", "CNY 4"]),
        ({"factors": [{"value": 1.1}, {"value": 7}]}, "factor 1.1", ["7%", "7 days"]),
        ({"pd_12m_pct": 0.5}, "a 12-month default probability of 0.5%", ["12 days", "12%"]),
        ({"days_left": -27}, "27 days ago", ["27%"]),
        ({"assumptions": [{"parameter": "waiting_days", "value": 180}]}, "180 days", ["180%"]),
        ({"warnings": [{"id": "x", "values": {"days": 3}}]}, "3 days", ["3%", "3 months"]),
    ],
)
def test_a_figure_is_found_only_in_its_own_kind(field: dict[str, Any], right: str, wrong: list[str]) -> None:
    known = ledger(field)
    assert unmatched(right, known) == ()
    for sentence in wrong:
        assert unmatched(sentence, known) != (), sentence


@pytest.mark.parametrize(
    ("exact", "shown"),
    [(23151.32, "CNY 23,151.32"), (23151.32, "CNY 23,151"), (0.2843, "0.28"), (0.2843, "0.284"), (1 / 3, "0.3333")],
)
def test_a_value_may_be_rounded_as_it_is_shown(exact: float, shown: str) -> None:
    assert unmatched(shown, ledger({"x": {"amount": exact, "currency": "CNY"}})) == ()


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        (900_000.4, "1 million"),
        (900_000.4, "900,001"),
        (0.9, "1"),
        (0.2843, "0.3"),
        (1.4, "1"),
        (904_000.5, "90万"),
        (900_000, "899,999.9"),
    ],
)
def test_rounding_is_no_excuse_for_another_figure(exact: float, shown: str) -> None:
    assert unmatched(shown, ledger({"x": {"amount": exact, "currency": "CNY"}})) != ()


def test_a_bare_number_of_the_user_may_be_given_its_unit() -> None:
    known = ledger(user="欠120万,限额100,MEP 60,赔偿比例90")
    for sentence in ("CNY 1,200,000", "限额 100 元", "60 days", "90%"):
        assert unmatched(sentence, known) == ()
    assert unmatched("EUR 90 within 61 days", known) == ("61",)


def test_the_user_s_own_kind_is_kept() -> None:
    known = ledger(user="The insured percentage is 90% and the debt is USD 500")
    assert unmatched("90 days", known) == ("90",)
    assert unmatched("EUR 500", known) == ("500",)


def test_a_cited_passage_may_be_quoted_and_no_more() -> None:
    known = ledger(passage="Report the overdue within 30 days; the limit fee is CNY 300 a year; 30 × the premium.")
    assert unmatched("You have thirty days, and the fee is CNY 300.", known) == ()
    assert unmatched("You have 60 days.", known) == ("60",)
    assert unmatched("The fee is 30%.", ledger(passage="The notice runs for 30 days.")) == ("30",)


def test_passages_found_count_only_once_they_are_cited() -> None:
    found = {
        "passages": [
            {"citation_id": "wt-2026/en/7.1", "text": "within 30 days", "start": 180, "end": 900, "score": 0.9}
        ]
    }
    known = ledger(found)
    for sentence in ("within 30 days", "180 days", "90%", "900"):
        assert unmatched(sentence, known) != ()


def test_places_in_lists_and_search_options_are_no_evidence() -> None:
    known = ledger_of([("t1", {"query": "cover", "top_k": 8}, {"steps": [{"id": "percentage"}] * 9})], {}, [], TODAY)
    for sentence in ("8", "3", "8 days"):
        assert unmatched(sentence, known) != ()


@pytest.mark.parametrize(
    "sentence", ["in 2026", "2026年", "May 2026", "2026年5月", "by 30 May", "5月30日前", "30/05/2026"]
)
def test_part_of_a_known_date_may_be_said(sentence: str) -> None:
    assert unmatched(sentence, ledger({"notice_by": "2026-05-30"})) == ()


@pytest.mark.parametrize("sentence", ["in 2027", "June 2026", "5月31日", "by 30 June", "31/05/2026"])
def test_another_date_may_not(sentence: str) -> None:
    assert unmatched(sentence, ledger({"notice_by": "2026-05-30"})) != ()


def test_two_weeks_are_fourteen_days_and_a_year_is_twelve_months() -> None:
    known = ledger({"notice_days": 14, "claim_months": 12})
    assert unmatched("within two weeks, or one year", known) == ()
    assert unmatched("within three weeks, or two years", known) == ("three", "two")


def test_today_is_known() -> None:
    assert unmatched("Today is 10 April 2026.", ledger()) == ()


def test_nothing_known_lets_no_figure_pass() -> None:
    for sentence in ("30 days", "90%", "CNY 1", "九成", "thirty days", "5 May 2027"):
        assert unmatched(sentence, ledger()) != (), sentence
    assert unmatched("Report it at once under clause 7.1 [1].", ledger()) == ()


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_a_whole_sum_matches_itself_alone(known: int, said: int) -> None:
    verdict = ledger({"x": {"amount": known, "currency": "CNY"}}).check(Sentence(text=f"CNY {said:,}"))
    assert verdict.ok == (known == said)


@given(st.decimals(min_value=10, max_value=10**9, places=4))
def test_an_exact_sum_may_be_said_to_the_cent_but_not_a_cent_off(exact: Decimal) -> None:
    known = ledger({"x": {"amount": float(exact), "currency": "CNY"}})
    assert unmatched(f"CNY {exact:,.2f}", known) == ()
    if exact != exact.quantize(Decimal(1)):
        assert unmatched(f"CNY {exact + Decimal('0.02'):,.2f}", known) != ()


@given(st.text(max_size=200))
def test_a_text_is_always_covered_by_itself(text: str) -> None:
    known = ledger(passage=text)
    assert all(known.holds(figure) for figure in figures(text))
