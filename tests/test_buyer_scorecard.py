from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.buyers import Company, Registry, make_assess_buyer
from tools.errors import ToolInputError
from tools.tables import table
from tools.toolset import Tool

GOOD: dict[str, Any] = {
    "is_identity_verified": True,
    "status": "active",
    "age_years": 12,
    "legal_form": "jsc",
    "group_support": "strong",
    "tangible_net_worth": 90_000_000,
    "equity_ratio_pct": 45,
    "current_ratio": 1.9,
    "quick_ratio": 1.3,
    "net_debt_to_ebitda": 1,
    "interest_cover": 7,
    "ebit_margin_pct": 10,
    "operating_cash_flow_pct": 9,
    "turnover_trend_pct": 12,
    "accounts_age_months": 6,
    "on_time_rate_pct": 99,
    "days_beyond_terms": 0,
    "payment_index": 80,
    "overdue_reports": 0,
    "lawsuits_12m": 0,
    "liens_count": 0,
    "is_on_abnormal_list": False,
    "sector_outlook": "low",
    "country_risk": "low",
}
WORSE: dict[str, Any] = {
    "is_identity_verified": False,
    "status": "unknown",
    "age_years": 1,
    "legal_form": "other",
    "group_support": "burden",
    "tangible_net_worth": 100_000,
    "equity_ratio_pct": 5,
    "current_ratio": 0.7,
    "quick_ratio": 0.4,
    "net_debt_to_ebitda": 7,
    "interest_cover": 1,
    "ebit_margin_pct": -3,
    "operating_cash_flow_pct": -2,
    "turnover_trend_pct": -25,
    "accounts_age_months": 30,
    "on_time_rate_pct": 55,
    "days_beyond_terms": 80,
    "payment_index": 35,
    "overdue_reports": 3,
    "lawsuits_12m": 8,
    "liens_count": 4,
    "is_on_abnormal_list": True,
    "sector_outlook": "very_high",
    "country_risk": "very_high",
}


@pytest.fixture(scope="module")
def assess() -> Iterator[Tool]:
    registry = Registry.open(demo=False)
    yield Tool(make_assess_buyer(registry))
    registry.close()


def test_the_families_weigh_what_the_study_says() -> None:
    weights: dict[str, int] = {}
    for row in table("grading")["indicator"]:
        weights[row["family"]] = weights.get(row["family"], 0) + row["weight"]
    assert weights == {"identity": 10, "financial": 35, "payment": 25, "legal": 15, "sector_country": 15}
    assert set(GOOD) == {row["id"] for row in table("grading")["indicator"]}


def test_the_grade_table_is_the_one_of_the_study() -> None:
    rows = [
        (r["grade"], r.get("score_from"), float(r["pd_12m_pct"]), r["net_worth_pct"], float(r["turnover_pct"]))
        for r in table("grading")["grade"]
    ]
    assert rows[2:] == [
        (3, 78, 0.25, 25, 8),
        (4, 70, 0.5, 20, 6),
        (5, 60, 1, 15, 4),
        (6, 50, 2, 10, 3),
        (7, 40, 4, 5, 1.5),
        (8, 30, 8, 2, 0.5),
        (9, 0, 20, 0, 0),
        (10, None, 100, 0, 0),
    ]
    assert rows[1][1:] == (85, 0.10, 30, 10)


@given(worse=st.sets(st.sampled_from(sorted(WORSE))), more=st.sets(st.sampled_from(sorted(WORSE))))
def test_a_worse_indicator_never_gives_a_better_grade_or_a_lower_probability(
    assess: Tool, worse: set[str], more: set[str]
) -> None:
    before = assess.call({"indicators": GOOD | {name: WORSE[name] for name in worse}})
    after = assess.call({"indicators": GOOD | {name: WORSE[name] for name in worse | more}})
    assert after["score"] <= before["score"]
    assert after["grade"] >= before["grade"]
    assert after["pd_12m_pct"] >= before["pd_12m_pct"]
    assert set(before["red_flags"]) <= set(after["red_flags"])


@given(left_out=st.sets(st.sampled_from(sorted(GOOD)), min_size=1, max_size=23))
def test_what_is_missing_lowers_the_coverage_by_its_weight(assess: Tool, left_out: set[str]) -> None:
    weights = {row["id"]: row["weight"] for row in table("grading")["indicator"]}
    result = assess.call({"indicators": {name: value for name, value in GOOD.items() if name not in left_out}})
    assert result["coverage_pct"] == 100 - sum(weights[name] for name in left_out)
    assert set(result["missing"]) == left_out
    assert (result["outcome"] == "insufficient_data") == (result["coverage_pct"] < 50)
    assert (result["grade"] is None) == (result["coverage_pct"] < 50)


@given(stop=st.sampled_from(["is_insolvent", "is_dishonest_debtor", "is_sanctioned", "is_overdue_past_mep"]))
def test_a_hard_stop_leaves_no_limit(assess: Tool, stop: str) -> None:
    result = assess.call(
        {"indicators": GOOD | {"buyer_turnover": 10**9, stop: True}, "own_sales": 10**6, "payment_terms_days": 60}
    )
    assert result["outcome"] == "hard_stop"
    assert result["grade"] >= 9
    assert result["recommended_limit"]["amount"] == 0


@pytest.mark.parametrize("status", ["inactive", "dissolved"])
def test_an_inactive_company_is_a_hard_stop(assess: Tool, status: str) -> None:
    assert assess.call({"indicators": GOOD | {"status": status}})["hard_stops"] == ["is_inactive"]


@given(worth=st.integers(0, 10**9), turnover=st.integers(0, 10**9), grade=st.integers(1, 9))
def test_a_worse_grade_never_carries_a_higher_limit(assess: Tool, worth: int, turnover: int, grade: int) -> None:
    def limit(of: int) -> Decimal:
        known = {"tangible_net_worth": worth, "buyer_turnover": turnover, "country_risk": "high"}
        return Decimal(str(assess.call({"grade": of, "indicators": known})["recommended_limit"]["amount"]))

    assert limit(grade) >= limit(grade + 1)


def test_the_limit_is_rounded_down_before_the_country_factor(assess: Tool) -> None:
    known = {"tangible_net_worth": 8_019_999, "buyer_turnover": 60_000_000, "country_risk": "high"}
    result = assess.call({"grade": 5, "indicators": known})
    assert result["recommended_limit"]["amount"] == 720_000  # 1,202,999.85 → 1,200,000 × 0.6


def test_a_negative_net_worth_carries_nothing_and_is_a_red_flag(assess: Tool) -> None:
    known = {"tangible_net_worth": -8_000_000, "buyer_turnover": 60_000_000}
    result = assess.call({"grade": 5, "indicators": known})
    assert result["red_flags"] == ["tangible_net_worth"]
    assert result["recommended_limit"]["amount"] == 0


@pytest.mark.parametrize("name", ["on_time_rate_pct", "equity_ratio_pct"])
def test_a_share_is_refused_where_per_cent_are_meant(assess: Tool, name: str) -> None:
    with pytest.raises(ToolInputError, match=f"indicators.{name}: give per cent"):
        assess.call({"indicators": {name: 0.95}})


def test_a_net_debt_below_zero_is_good_only_where_money_is_earned(assess: Tool) -> None:
    earning = assess.call({"indicators": {"net_debt_to_ebitda": -2, "ebit_margin_pct": 4}})
    losing = assess.call({"indicators": {"net_debt_to_ebitda": -2, "ebit_margin_pct": -4}})
    assert "net_debt_to_ebitda" not in earning["missing"]
    assert "net_debt_to_ebitda" in losing["missing"]
    assert "negative_debt_ratio_unclear" in {warning["id"] for warning in losing["warnings"]}


def test_a_net_worth_is_scored_in_one_currency(assess: Tool) -> None:
    def points(amount: int, currency: str) -> Decimal:
        worth = {"tangible_net_worth": {"amount": amount, "currency": currency}}
        scores = {item["id"]: item["score"] for item in assess.call({"indicators": worth})["indicators"]}
        return Decimal(str(scores["tangible_net_worth"]))

    assert points(10_000_000, "CNY") == 70
    assert points(10_000_000, "JPY") < 40 < points(10_000_000, "EUR")
    unstated = assess.call({"indicators": {"tangible_net_worth": 10_000_000}})
    assert [(item["parameter"], item["value"]) for item in unstated["assumptions"]] == [("currency", "CNY")]


def test_registered_figures_are_brought_into_the_currency_of_the_sales() -> None:
    registry = Registry.open(demo=False)
    figures = {"tangible_net_worth": Decimal(8_100_000), "currency": "CNY"}
    registry.add([Company(entity_id="1", name="Quelmar Genossenschaft", country="DE", figures=figures)])
    result = Tool(make_assess_buyer(registry)).call(
        {"entity_id": "1", "grade": 5, "own_sales": {"amount": 10**7, "currency": "EUR"}, "payment_terms_days": 60}
    )
    registry.close()
    assert result["recommended_limit"] == {"amount": 150_000, "currency": "EUR"}  # 8.1m ÷ 8.1 × 15%
    assert "figures_converted" in {warning["id"] for warning in result["warnings"]}
    scores = {item["id"]: (item["value"], item["score"]) for item in result["indicators"]}
    assert scores["legal_form"] == ("other", 50)
    assert scores["is_identity_verified"] == (None, None)  # no number to check


def test_a_limit_without_a_need_says_so(assess: Tool) -> None:
    result = assess.call({"grade": 5, "indicators": {"tangible_net_worth": 8_000_000}})
    assert {"limit_need_unknown", "limit_rests_on_one_figure"} <= {warning["id"] for warning in result["warnings"]}
    assert "8,000,000 × 15% = 1,200,000" in [step["formula"] for step in result["steps"]]


def test_a_branch_without_a_known_parent_is_still_called_a_branch() -> None:
    registry = Registry.open(demo=False)
    registry.add([Company(entity_id="1", name="Quelmar Niederlassung", country="DE", kind="branch")])
    result = Tool(make_assess_buyer(registry)).call({"entity_id": "1"})
    registry.close()
    assert "branch_limit_belongs_to_entity" in {warning["id"] for warning in result["warnings"]}
