from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.errors import ToolInputError
from tools.interest import late_interest
from tools.limitation import limitation_periods
from tools.toolset import Tool

TOOL = Tool(late_interest)
AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2)
REGIMES = st.sampled_from(["uk_statutory", "eu_directive", "cn_sme", "cn_sale", "contract"])


def ask(**arguments: Any) -> dict[str, Any]:
    return TOOL.call(arguments)


def ids(result: dict[str, Any]) -> set[str]:
    return {warning["id"] for warning in result["warnings"]}


def test_ten_thousand_pounds_sixty_days_late() -> None:
    result = ask(amount={"amount": 10_000, "currency": "GBP"}, regime="uk_statutory", days=60)
    assert result["rate_pct"] == 11.75
    assert result["interest"] == {"amount": 193.15, "currency": "GBP"}
    assert result["fixed_compensation"]["amount"] == 100
    assert result["total"]["amount"] == 293.15


@pytest.mark.parametrize(("debt", "compensation"), [(0, 0), (999.99, 40), (1_000, 70), (9_999.99, 70), (10_000, 100)])
def test_uk_compensation_follows_the_size_of_the_debt(debt: float, compensation: int) -> None:
    result = ask(amount={"amount": debt, "currency": "GBP"}, regime="uk_statutory", days=1)
    assert result["fixed_compensation"]["amount"] == compensation


def test_chinese_sme_payment_without_an_agreed_rate_runs_at_half_a_per_mille_a_day() -> None:
    result = ask(amount=100_000, regime="cn_sme", days=100)
    assert result["interest"] == {"amount": 5_000, "currency": "CNY"}
    assert result["rate_pct"] == 18.25


def test_an_agreed_sme_rate_below_the_lpr_is_lifted_and_said() -> None:
    result = ask(amount=100_000, regime="cn_sme", days=365, contract_rate_pct=2, lpr_pct=3)
    assert result["rate_pct"] == 3
    assert "agreed_rate_below_lpr" in ids(result)


def test_a_chinese_sale_gives_a_range() -> None:
    result = ask(amount=100_000, regime="cn_sale", days=365, lpr_pct=3)
    assert (result["rate_pct"], result["rate_high_pct"]) == (3.9, 4.5)
    assert (result["interest"]["amount"], result["interest_high"]["amount"]) == (3_900, 4_500)


def test_a_rate_that_was_not_verified_is_used_with_a_warning_that_names_its_date() -> None:
    late = ask(amount={"amount": 1_000, "currency": "EUR"}, regime="eu_directive", due_date="2026-08-01", days=10)
    assert "reference_rate_not_verified_after" in ids(late)
    known = ask(amount={"amount": 1_000, "currency": "EUR"}, regime="eu_directive", due_date="2025-08-01", days=10)
    assert "reference_rate_not_verified_after" not in ids(known)
    given_rate = ask(amount={"amount": 1_000, "currency": "EUR"}, regime="eu_directive", days=10, base_rate_pct=2)
    assert given_rate["rate_pct"] == 10
    assert not given_rate["assumptions"]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"regime": "uk_statutory"}, "days"),
        ({"regime": "uk_statutory", "due_date": "2026-01-01"}, "paid_date"),
        ({"regime": "contract", "days": 5}, "contract_rate_pct"),
        ({"regime": "cn_sale", "days": 5, "due_date": "2001-01-01"}, "lpr_pct"),
        ({"regime": "cn_sme", "days": 5, "due_date": "2026-01-01", "paid_date": "2026-01-09"}, "days"),
        ({"regime": "mars", "days": 5}, "regime"),
        ({"regime": "cn_sme", "days": -1}, "days"),
    ],
)
def test_an_unusable_argument_is_named(arguments: dict[str, Any], field: str) -> None:
    with pytest.raises(ToolInputError) as caught:
        ask(amount=100, **arguments)
    assert caught.value.field.startswith(field)


def test_a_hundred_years_late_is_the_most() -> None:
    owed = {"amount": 100, "regime": "contract", "contract_rate_pct": 1}
    assert ask(**owed, due_date="1980-01-01", paid_date="2079-12-07")["days"] == 36_500
    with pytest.raises(ToolInputError, match="at most 36500 days"):
        ask(**owed, due_date="1980-01-01", paid_date="2079-12-08")


def test_the_german_period_starts_at_the_end_of_the_year() -> None:
    german = next(item for item in limitation_periods(date(2026, 3, 1)) if item.jurisdiction == "DE")
    assert german.until == date(2029, 12, 31)


def gbp(amount: float) -> dict[str, Any]:
    return {"amount": amount, "currency": "GBP"}


@pytest.mark.parametrize(
    ("due", "rate"),
    [("2025-06-29", 12.75), ("2025-06-30", 12.25), ("2025-12-30", 12.25), ("2025-12-31", 11.75), ("2021-03-01", 8.1)],
)
def test_the_half_year_is_that_in_which_interest_starts_the_day_after_the_due_date(due: str, rate: float) -> None:
    assert ask(amount=gbp(1_000), regime="uk_statutory", due_date=due, days=30)["rate_pct"] == rate


def test_days_late_alone_count_back_to_the_half_year_of_the_due_date() -> None:
    result = ask(amount=gbp(1_000), regime="uk_statutory", days=400, today="2026-11-28")  # due on 24 October 2025
    assert result["rate_pct"] == 12.25
    assert result["limitation"][0]["until"] == "2031-10-24"
    assert "reference_rate_not_verified_after" not in ids(result)
    paid = ask(amount=gbp(1_000), regime="uk_statutory", days=30, paid_date="2025-01-29", today="2026-11-28")
    assert paid["rate_pct"] == 13.25  # due on 30 December 2024


@pytest.mark.parametrize(
    "when",
    [
        {"days": 0},
        {"due_date": "2026-05-01", "paid_date": "2026-05-01"},
        {"due_date": "2026-05-01", "today": "2026-04-01"},
    ],
)
def test_what_is_not_late_costs_nothing(when: dict[str, Any]) -> None:
    result = ask(amount=gbp(5_000), regime="uk_statutory", **when)
    assert (result["interest"]["amount"], result["fixed_compensation"]["amount"], result["total"]["amount"]) == (
        0,
        0,
        0,
    )
    assert "not_late" in ids(result)


def test_the_floor_of_an_agreed_sme_rate_is_the_lpr_of_the_day_of_signing() -> None:
    agreed = {"amount": 100_000, "regime": "cn_sme", "due_date": "2025-09-01", "days": 365, "contract_rate_pct": 3.2}
    assert ask(**agreed)["rate_pct"] == 3.2
    assert ask(**agreed, contract_date="2024-01-15")["rate_pct"] == 3.45


def test_a_penalty_agreed_by_the_day_may_pass_a_hundred_per_cent_a_year() -> None:
    result = ask(amount=1_000, regime="contract", days=10, contract_rate_pct=182.5)  # 0.5% a day
    assert result["interest"]["amount"] == 50
    assert "contract_rate_may_be_capped" in ids(result)


@pytest.mark.parametrize(("due", "until"), [("2024-02-29", "2027-02-28"), ("2023-10-15", "2026-10-15")])
def test_the_last_day_to_sue_in_china(due: str, until: str) -> None:
    result = ask(amount=1_000, regime="cn_sale", due_date=due, today="2026-11-28")
    assert [(item["jurisdiction"], item["until"]) for item in result["limitation"]] == [("CN", until)]


def test_a_time_to_sue_that_has_passed_is_said() -> None:
    owed = {"amount": 1_000, "regime": "cn_sale", "due_date": "2023-10-15"}
    passed = next(item for item in ask(**owed, today="2026-10-16")["warnings"] if item["id"] == "limitation_passed")
    assert passed["values"] == {"until": "2026-10-15"}
    assert "limitation_passed" not in ids(ask(**owed, today="2026-10-15"))
    assert "limitation_passed" not in ids(ask(**owed, paid_date="2026-10-16", today="2026-11-28"))


@given(amount=AMOUNTS, days=st.integers(0, 3_000), more=st.integers(0, 500), regime=REGIMES)
def test_more_days_never_cost_less(amount: Decimal, days: int, more: int, regime: str) -> None:
    shared = {"amount": float(amount), "regime": regime, "contract_rate_pct": 6}
    fewer, longer = ask(**shared, days=days), ask(**shared, days=days + more)
    assert fewer["interest"]["amount"] <= longer["interest"]["amount"]


@given(amount=AMOUNTS, days=st.integers(0, 3_000), regime=REGIMES)
def test_the_total_is_interest_plus_compensation(amount: Decimal, days: int, regime: str) -> None:
    result = ask(amount=float(amount), regime=regime, days=days, contract_rate_pct=6)
    parts = Decimal(str(result["interest"]["amount"])) + Decimal(str(result["fixed_compensation"]["amount"]))
    assert Decimal(str(result["total"]["amount"])) == parts


@given(due=st.dates(date(2024, 1, 1), date(2026, 6, 30)), days=st.integers(0, 900))
def test_dates_and_days_agree(due: date, days: int) -> None:
    paid = due + timedelta(days=days)
    by_dates = ask(amount=5_000, regime="uk_statutory", due_date=due.isoformat(), paid_date=paid.isoformat())
    by_days = ask(amount=5_000, regime="uk_statutory", due_date=due.isoformat(), days=days)
    assert by_dates["total"] == by_days["total"]
