from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.coverage import check_coverage
from tools.errors import ToolInputError
from tools.toolset import Tool

TOOL = Tool(check_coverage)

ALL_GOOD: dict[str, Any] = {
    "cause": "protracted_default",
    "days_overdue": 200,
    "waiting_days": 180,
    "is_related_buyer": False,
    "is_private_individual": False,
    "is_public_buyer": False,
    "is_country_insured": True,
    "is_sanctioned": False,
    "limit_status": "approved",
    "is_limit_for_exact_entity": True,
    "limit": {"amount": 1_000_000, "currency": "CNY"},
    "debt": {"amount": 800_000, "currency": "CNY"},
    "is_delivered": True,
    "has_proof_of_delivery": True,
    "delivered_on": "2026-03-01",
    "policy_start": "2026-01-01",
    "policy_end": "2026-12-31",
    "is_delivered_after_stop": False,
    "is_invoiced_on_time": True,
    "payment_terms_days": 90,
    "max_terms_days": 120,
    "payment_form": "open_account",
    "disputed": "no",
    "is_seller_in_breach": False,
    "includes_interest_or_penalties": False,
    "is_rent_or_leasing": False,
    "is_premium_paid": True,
    "is_turnover_declared": True,
    "is_overdue_notice_on_time": True,
    "has_unapproved_repayment_plan": False,
    "are_material_facts_disclosed": True,
    "is_claim_filed_on_time": True,
}

ODD_VALUES = st.sampled_from([True, False, None, -1, 0, 10**40, 0.5, "", "fully", "approved", "2026-13-01", [], {}])


def verdict(**changes: Any) -> dict[str, Any]:
    facts = {name: value for name, value in (ALL_GOOD | changes).items() if value is not None}
    return TOOL.call({"facts": facts})


def test_every_condition_met_is_said_as_conditions_met_and_never_as_covered() -> None:
    result = verdict()
    assert result["verdict"] == "conditions_met"
    assert result["unknown"] == result["not_met"] == []
    assert all(condition["state"] == "met" for condition in result["conditions"])


def test_nothing_known_is_unclear_and_asks_the_decisive_facts_first() -> None:
    result = TOOL.call({"facts": {}})
    assert result["verdict"] == "unclear"
    assert result["next_questions"][:2] == ["cause", "limit_status"]


@pytest.mark.parametrize(
    ("change", "condition", "expected"),
    [
        ({"is_related_buyer": True}, "buyer_not_related", "not_covered"),
        ({"is_private_individual": True}, "buyer_is_a_business", "not_covered"),
        ({"is_public_buyer": True}, "buyer_not_public", "not_covered"),
        ({"limit_status": "none"}, "limit_in_force", "not_covered"),
        ({"limit_status": "withdrawn_before_delivery"}, "limit_in_force", "not_covered"),
        ({"is_delivered_after_stop": True}, "delivered_before_stop_shipment", "not_covered"),
        ({"payment_terms_days": 121}, "within_maximum_terms", "not_covered"),
        ({"delivered_on": "2025-12-31"}, "delivered_in_policy_period", "not_covered"),
        ({"payment_form": "prepaid"}, "sold_on_credit", "not_covered"),
        ({"is_limit_for_exact_entity": False}, "limit_for_exact_entity", "not_covered"),
        ({"debt": {"amount": 1_200_000, "currency": "CNY"}}, "debt_within_limit", "partly"),
        ({"is_overdue_notice_on_time": False}, "overdue_reported_in_time", "partly"),
        ({"disputed": "partly"}, "no_part_disputed", "partly"),
        ({"disputed": "fully"}, "not_disputed", "unclear"),
        ({"days_overdue": 10}, "waiting_period_over", "conditions_met"),
    ],
)
def test_one_failing_condition_decides(change: dict[str, Any], condition: str, expected: str) -> None:
    result = verdict(**change)
    assert condition in result["not_met"]
    assert result["verdict"] == expected


def test_deliveries_before_a_limit_was_withdrawn_stay_insured() -> None:
    assert verdict(limit_status="withdrawn_after_delivery")["verdict"] == "conditions_met"


def test_the_last_day_of_the_period_and_of_the_terms_still_count() -> None:
    assert verdict(delivered_on="2026-12-31", payment_terms_days=120)["verdict"] == "conditions_met"


def test_political_risk_needs_its_endorsement() -> None:
    asked = verdict(cause="political")
    assert "has_political_risk_endorsement" in asked["next_questions"]
    assert verdict(cause="political", has_political_risk_endorsement=False)["verdict"] == "not_covered"


def test_political_risk_is_insured_on_export_only_and_then_for_public_buyers_too() -> None:
    endorsed = {"cause": "political", "has_political_risk_endorsement": True, "is_public_buyer": True}
    assert verdict(**endorsed, is_export=True)["verdict"] == "conditions_met"
    assert verdict(**endorsed, is_export=False)["not_met"] == ["political_risk_on_export"]
    assert verdict(**endorsed)["next_questions"] == ["is_export"]


def test_a_public_buyer_without_the_endorsement_is_not_covered_and_hears_of_it() -> None:
    result = verdict(is_public_buyer=True)
    assert result["verdict"] == "not_covered"
    assert "public_buyer_needs_endorsement" in warnings(result)


def test_a_refusal_needs_its_endorsement_an_export_and_its_own_report() -> None:
    refused = {"cause": "refusal", "has_refusal_endorsement": True, "is_export": True}
    result = verdict(**refused)
    assert result["unknown"] == ["refusal_reported_in_time"]
    assert verdict(**refused, is_adverse_news_reported_on_time=True)["verdict"] == "conditions_met"


def test_before_shipment_nothing_is_asked_about_delivery() -> None:
    undelivered = dict.fromkeys(
        ("is_delivered", "has_proof_of_delivery", "delivered_on", "is_delivered_after_stop", "is_invoiced_on_time")
    )
    result = verdict(
        **undelivered,
        cause="pre_shipment",
        has_pre_shipment_endorsement=True,
        is_adverse_news_reported_on_time=True,
    )
    assert result["verdict"] == "conditions_met"
    assert "delivery" not in {condition["group"] for condition in result["conditions"]}


@pytest.mark.parametrize(
    ("change", "condition"),
    [
        ({"is_within_limit": True, "debt": {"amount": 1_200_000, "currency": "CNY"}}, "debt_within_limit"),
        ({"is_within_max_terms": True, "payment_terms_days": 150}, "within_maximum_terms"),
        ({"is_delivered_in_period": True, "delivered_on": "2025-12-01"}, "delivered_in_policy_period"),
        ({"stop_shipment_date": "2026-02-01"}, "delivered_before_stop_shipment"),
        ({"is_waiting_period_over": True, "days_overdue": 20}, "waiting_period_over"),
        ({"is_delivered": False}, "goods_delivered"),
        ({"cause": "dispute"}, "not_disputed"),
        ({"cause": "pre_shipment", "has_pre_shipment_endorsement": True}, "covered_cause"),
        ({"is_private_individual": True, "is_public_buyer": True}, "buyer_is_a_business"),
    ],
)
def test_facts_that_contradict_each_other_are_asked_again_and_never_decide(
    change: dict[str, Any], condition: str
) -> None:
    result = verdict(**change)
    assert condition in result["unknown"]
    assert result["verdict"] != "conditions_met"
    assert condition in {item["values"]["condition"] for item in result["warnings"] if item["id"] == "facts_contradict"}
    asked = next(item["facts"][0] for item in result["conditions"] if item["id"] == condition)
    assert asked in result["next_questions"]


def test_a_policy_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ToolInputError) as caught:
        verdict(policy_start="2026-12-31", policy_end="2026-01-01")
    assert caught.value.field == "facts.policy_start"


def test_a_dispute_is_no_cause_of_loss_that_could_be_met() -> None:
    result = verdict(cause="dispute", disputed="fully")
    assert "covered_cause" not in {condition["id"] for condition in result["conditions"]}
    assert result["verdict"] == "unclear"


def test_a_withdrawn_limit_may_still_cover_what_an_earlier_contract_binds_the_seller_to() -> None:
    assert "binding_contracts_run_on" in warnings(verdict(limit_status="withdrawn_before_delivery"))


def test_after_an_insolvency_deliveries_stop_whatever_else_is_known() -> None:
    assert "stop_shipments_until_clear" in warnings(verdict(cause="insolvency", is_adverse_news_reported_on_time=True))


def warnings(result: dict[str, Any]) -> set[str]:
    return {item["id"] for item in result["warnings"]}


def test_every_condition_names_a_clause() -> None:
    assert all(item["clause"].startswith("wt-2026:") for item in verdict()["conditions"])


def test_an_unknown_fact_name_is_refused() -> None:
    with pytest.raises(ToolInputError) as caught:
        TOOL.call({"facts": {"buyer_is_nice": True}})
    assert caught.value.field == "facts.buyer_is_nice"


def test_limit_and_debt_in_different_currencies_are_not_compared() -> None:
    with pytest.raises(ToolInputError):
        verdict(debt={"amount": 1, "currency": "USD"})


@given(missing=st.sets(st.sampled_from(sorted(ALL_GOOD)), min_size=1))
def test_the_verdict_is_never_conditions_met_while_one_is_unknown(missing: set[str]) -> None:
    result = verdict(**dict.fromkeys(missing))
    assert (result["verdict"] == "conditions_met") == (not result["unknown"])


@given(missing=st.sets(st.sampled_from(sorted(ALL_GOOD))))
def test_next_questions_are_facts_that_were_not_given(missing: set[str]) -> None:
    result = verdict(**dict.fromkeys(missing))
    assert not set(result["next_questions"]) & set(result["facts_used"])


@given(facts=st.dictionaries(st.sampled_from(sorted(ALL_GOOD)), ODD_VALUES))
def test_any_facts_end_in_a_result_or_a_named_mistake(facts: dict[str, Any]) -> None:
    try:
        assert TOOL.call({"facts": facts})["verdict"] in {"not_covered", "partly", "unclear", "conditions_met"}
    except ToolInputError as error:
        assert error.field
