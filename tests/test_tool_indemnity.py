from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.errors import ToolInputError
from tools.indemnity import compute_indemnity
from tools.toolset import Tool

TOOL = Tool(compute_indemnity)
CENTS = st.integers(0, 10**11).map(lambda cents: cents / 100)
SUMS = st.integers(1, 10**9)
PERCENT = st.integers(0, 100)


def money(amount: Any, currency: str = "CNY") -> dict[str, Any]:
    return {"amount": amount, "currency": currency}


def plain(value: dict[str, Any]) -> Decimal:
    return Decimal(str(value["amount"]))


def call(**arguments: Any) -> dict[str, Any]:
    return TOOL.call(arguments)


EXAMPLE_1 = {
    "invoices": [{"amount": money(400_000)}, {"amount": money(350_000)}, {"amount": money(300_000)}],
    "receipts": [{"amount": money(50_000)}],
    "limit": money(900_000),
    "insured_pct": 90,
    "eefl": money(20_000),
    "afl_remaining": money(100_000),
    "recoveries": money(200_000),
    "recovery_costs": money(10_000),
    "cause": "insolvency",
}
EXAMPLE_2 = {
    "invoices": [
        {"id": "I1", "amount": money(80_000, "USD"), "due_on": "2026-03-01"},
        {"id": "I2", "amount": money(90_000, "USD"), "due_on": "2026-03-15", "disputed_amount": money(15_000, "USD")},
        {"id": "I3", "amount": money(60_000, "USD"), "delivered_on": "2026-05-10", "due_on": "2026-07-09"},
    ],
    "receipts": [{"amount": money(40_000, "USD"), "received_on": "2026-06-01", "for_invoice": "I3"}],
    "limit": money(250_000, "USD"),
    "insured_pct": 90,
    "mep_days": 60,
    "recoveries": money(50_000, "USD"),
    "recovery_costs_pct": 15,
    "cause": "protracted_default",
}


def test_insolvency_with_first_losses_to_the_cent():
    found = call(**EXAMPLE_1)
    assert found["total_debt"] == money(1_000_000)
    assert found["insured_loss"] == money(900_000)
    assert found["uninsured"] == money(100_000)
    assert found["indemnity"] == money(690_000)
    assert found["recovery_split"]["insurer"] == money(131_100)
    assert found["recovery_split"]["insured"] == money(58_900)
    assert found["seller_loss"] == money(251_100)
    assert found["triggered"] is True


def test_both_deductible_orders_are_shown_when_the_order_is_unknown():
    found = call(**EXAMPLE_1)
    assert [(item["id"], item["indemnity"]) for item in found["alternatives"]] == [("eefl_then_pct", money(692_000))]
    assert ("deductible_order", "pct_then_eefl") in [(a["parameter"], a["value"]) for a in found["assumptions"]]
    known = call(**EXAMPLE_1, deductible_order="eefl_then_pct")
    assert known["indemnity"] == money(692_000)
    assert known["alternatives"] == []
    assert "deductible_order" not in {item["parameter"] for item in known["assumptions"]}


def test_protracted_default_with_stop_shipment_dispute_and_allocation_to_the_cent():
    found = call(**EXAMPLE_2)
    assert found["stop_shipment_date"] == "2026-04-30"
    assert found["eligible_debt"] == money(115_000, "USD")
    assert found["total_debt"] == money(190_000, "USD")
    assert found["indemnity"] == money(103_500, "USD")
    assert found["date_of_loss"] == "2026-08-28"
    split = found["recovery_split"]
    assert split["net"] == money(42_500, "USD")
    assert (split["insurer"], split["insured"]) == (money(23_151.32, "USD"), money(19_348.68, "USD"))
    lines = {line["id"]: line for line in found["invoices"]}
    assert lines["I1"]["paid"] == money(40_000, "USD")
    assert [reason["id"] for reason in lines["I3"]["reasons"]] == ["delivered_after_stop_shipment"]
    assert [reason["id"] for reason in lines["I2"]["reasons"]] == ["disputed"]


def test_the_earmark_and_the_dispute_are_compared():
    other = {item["id"]: item for item in call(**EXAMPLE_2)["alternatives"]}
    assert other["earmark_respected"]["insured_loss"] == money(155_000, "USD")
    assert other["earmark_respected"]["indemnity"] == money(139_500, "USD")
    assert other["dispute_won"]["difference"] == money(13_500, "USD")


def test_a_year_of_losses_runs_first_losses_and_the_maximum_across_them():
    losses = [
        {"id": name, "amount": money(amount, "EUR")}
        for name, amount in zip("ABCD", (300_000, 250_000, 400_000, 20_000), strict=True)
    ]
    found = call(
        losses=losses,
        insured_pct=90,
        nql=money(25_000, "EUR"),
        afl_remaining=money(500_000, "EUR"),
        max_liability_remaining=money(300_000, "EUR"),
    )
    a, b, c, d = found["losses"]
    assert (a["after_percentage"], a["aggregate_left"], a["indemnity"]) == (
        money(270_000, "EUR"),
        money(230_000, "EUR"),
        money(0, "EUR"),
    )
    assert (b["aggregate_left"], b["indemnity"]) == (money(5_000, "EUR"), money(0, "EUR"))
    assert (c["aggregate_absorbed"], c["indemnity"], c["reason"]) == (
        money(5_000, "EUR"),
        money(300_000, "EUR"),
        "max_liability",
    )
    assert (d["aggregate_absorbed"], d["reason"]) == (money(0, "EUR"), "below_threshold")
    assert found["indemnity"] == money(300_000, "EUR")


def test_a_small_loss_does_not_erode_the_aggregate_first_loss():
    found = call(losses=[20_000, 300_000], insured_pct=90, nql=25_000, afl_remaining=100_000)
    assert [plain(row["aggregate_left"]) for row in found["losses"]] == [100_000, 0]
    assert plain(found["indemnity"]) == 170_000


def test_the_brokers_check_of_a_shared_recovery():
    split = call(debt=money(30_000, "GBP"), limit=25_000, insured_pct=90, recoveries=10_000)["recovery_split"]
    assert split["insured_part"] == money(8_333.33, "GBP")
    assert split["insurer"] == money(7_500, "GBP")
    assert split["insured"] == money(2_500, "GBP")


def test_debt_above_the_limit():
    found = call(debt=1_200_000, limit=1_000_000, insured_pct=90, cause="insolvency")
    assert plain(found["indemnity"]) == 900_000
    assert plain(found["own_share"]) == 100_000
    assert plain(found["uninsured"]) == 200_000
    assert [step["formula"] for step in found["steps"]] == [
        "min(1,200,000; 1,000,000) = 1,000,000",
        "1,000,000 × 90% = 900,000",
    ]
    assert found["warnings"][0]["id"] == "debt_above_limit"


def test_caps_nobody_stated_are_not_applied_and_named():
    named = {item["parameter"]: item for item in call(debt=100, limit=100, insured_pct=90)["assumptions"]}
    for name in ("nql", "eefl", "afl_remaining", "max_liability_remaining"):
        assert named[name]["value"] is None
        assert named[name]["clause"].startswith("wt-2026:9.")


@pytest.mark.parametrize(("debt", "expected"), [(5_000, 0), ("5000.01", Decimal("4500.01")), (6_000, 5_400)])
def test_a_loss_at_the_threshold_is_not_paid(debt, expected):
    assert plain(call(debt=debt, limit=10_000, insured_pct=90, nql=5_000)["indemnity"]) == expected


def test_a_deductible_above_the_loss_pays_nothing():
    for order in ("pct_then_eefl", "eefl_then_pct"):
        found = call(debt=1_000, limit=1_000, insured_pct=90, eefl=2_000, deductible_order=order)
        assert plain(found["indemnity"]) == 0


def test_a_zero_limit_pays_nothing_and_says_so():
    found = call(debt=1_000, limit=0, insured_pct=90)
    assert plain(found["indemnity"]) == 0
    assert plain(found["uninsured"]) == 1_000
    assert "zero_limit" in {item["id"] for item in found["warnings"]}


def test_vat_is_left_out_unless_covered():
    arguments = {"debt": money(113_000), "vat": money(13_000), "limit": money(200_000), "insured_pct": 90}
    without = call(**arguments)
    assert without["indemnity"] == money(90_000)
    assert ("vat_covered", False) in [(item["parameter"], item["value"]) for item in without["assumptions"]]
    assert call(**arguments, vat_covered=True)["indemnity"] == money(101_700)
    half_paid = call(**arguments, receipts=money(56_500))
    assert half_paid["eligible_debt"] == money(50_000)


def test_penalties_are_not_insured():
    found = call(invoices=[{"amount": 100_000, "penalties": 10_000}], limit=200_000, insured_pct=90)
    assert plain(found["eligible_debt"]) == 100_000
    assert found["invoices"][0]["reasons"][0]["clause"] == "wt-2026:11.10"


def test_credit_notes_go_to_their_own_invoice():
    found = call(
        invoices=[{"id": "A", "amount": 100}, {"id": "B", "amount": 100, "credit_note": 40}], limit=500, insured_pct=100
    )
    assert [plain(line["outstanding"]) for line in found["invoices"]] == [100, 60]


def test_a_credit_note_above_its_invoice_leaves_nothing_owed_and_takes_nothing_off_others():
    invoices = [{"id": "A", "amount": 100, "credit_note": 140}, {"id": "B", "amount": 100}]
    found = call(invoices=invoices, limit=500, insured_pct=100)
    assert [plain(line["outstanding"]) for line in found["invoices"]] == [0, 100]


def test_receipts_after_the_date_of_loss_are_recoveries():
    found = call(
        debt=1_000,
        limit=1_000,
        insured_pct=90,
        receipts=[{"amount": 100, "received_on": "2026-01-01"}, {"amount": 200, "received_on": "2026-06-01"}],
        date_of_loss="2026-03-01",
    )
    assert plain(found["total_debt"]) == 900
    assert plain(found["recovery_split"]["received"]) == 200


def test_receipts_above_the_debt_are_reported():
    found = call(debt=100, limit=100, insured_pct=90, receipts=150)
    assert plain(found["total_debt"]) == 0
    assert plain(found["indemnity"]) == 0
    assert found["warnings"][-1]["id"] == "receipts_exceed_debt"


def test_a_payment_before_the_extension_period_ends_keeps_later_deliveries_covered():
    invoices = [
        {"id": "I1", "amount": 80, "due_on": "2026-03-01"},
        {"id": "I2", "amount": 60, "due_on": "2026-07-01", "delivered_on": "2026-05-10"},
    ]
    paid = [{"amount": 80, "received_on": "2026-04-30"}]
    found = call(invoices=invoices, receipts=paid, limit=500, insured_pct=90, mep_days=60)
    assert plain(found["eligible_debt"]) == 60
    late = [{"amount": 80, "received_on": "2026-05-11"}]
    found = call(invoices=invoices, receipts=late, limit=500, insured_pct=90, mep_days=60)
    assert plain(found["eligible_debt"]) == 0


def test_a_typical_extension_period_is_named_when_it_decides_eligibility():
    found = call(
        invoices=[{"amount": 80, "due_on": "2026-03-01", "delivered_on": "2026-01-01"}], limit=500, insured_pct=90
    )
    assert ("mep_days", 60) in [(item["parameter"], item["value"]) for item in found["assumptions"]]


@pytest.mark.parametrize(
    ("invoice", "rules", "reason"),
    [
        ({"disputed": True}, {}, "disputed"),
        ({"related": True}, {}, "related_buyer"),
        ({"declared": False}, {}, "not_declared"),
        ({"delivered_on": "2026-05-01"}, {"stop_shipment_date": "2026-04-30"}, "delivered_after_stop_shipment"),
        ({"delivered_on": "2026-05-01"}, {"limit_from": "2026-05-02"}, "delivered_before_limit"),
        ({"delivered_on": "2026-05-01"}, {"limit_to": "2026-04-30"}, "delivered_after_limit_ended"),
        ({"delivered_on": "2026-05-01"}, {"period_from": "2026-05-02"}, "delivered_before_period"),
        ({"delivered_on": "2026-05-01"}, {"period_to": "2026-04-30"}, "delivered_after_period"),
        ({"invoiced_on": "2026-01-01", "due_on": "2026-05-02"}, {"max_terms_days": 120}, "terms_too_long"),
        ({"delivered_on": "2026-01-01", "invoiced_on": "2026-02-01"}, {"invoicing_days": 30}, "invoiced_late"),
    ],
)
def test_an_invoice_that_is_not_eligible_says_why(invoice, rules, reason):
    found = call(invoices=[{"id": "X", "amount": 100, **invoice}], limit=500, insured_pct=90, **rules)
    assert plain(found["eligible_debt"]) == 0
    assert [item["id"] for item in found["invoices"][0]["reasons"]] == [reason]
    assert found["invoices"][0]["reasons"][0]["clause"].startswith("wt-2026:")


def test_the_stop_ends_when_nothing_is_overdue_any_more_and_may_begin_again():
    invoices = [
        {"id": "I1", "amount": 80, "due_on": "2026-03-01"},  # extension to 30 April
        {"id": "I2", "amount": 20, "due_on": "2026-05-05"},  # extension to 4 July
        *(
            {"id": day, "amount": 10, "due_on": "2026-12-31", "delivered_on": day}
            for day in ("2026-04-30", "2026-05-01", "2026-05-09", "2026-05-10", "2026-07-04", "2026-07-05")
        ),
    ]
    paid = [{"amount": 80, "received_on": "2026-05-06"}, {"amount": 5, "received_on": "2026-05-08"}]
    policy = {"limit": 500, "insured_pct": 90, "mep_days": 60}
    stopped = call(invoices=invoices, receipts=paid, **policy)
    assert [line["id"] for line in stopped["invoices"] if line["reasons"]] == [
        "2026-05-01",
        "2026-05-09",
        "2026-05-10",
        "2026-07-04",
        "2026-07-05",
    ]
    assert stopped["stop_shipment_date"] == "2026-04-30"
    cleared = [*paid, {"amount": 15, "received_on": "2026-05-10"}]  # I2 was overdue too until then
    found = call(invoices=invoices, receipts=cleared, **policy)
    assert [line["id"] for line in found["invoices"] if line["reasons"]] == ["2026-05-01", "2026-05-09"]
    assert found["stop_shipment_date"] == "2027-03-01"  # of what falls due on 31 December
    again = [{"amount": 80, "received_on": "2026-05-04"}]  # before I2 fell due; its own extension ends on 4 July
    found = call(invoices=invoices, receipts=again, **policy)
    assert [line["id"] for line in found["invoices"] if line["reasons"]] == ["2026-05-01", "2026-07-05"]
    assert found["stop_shipment_date"] == "2026-07-04"


def test_what_was_delivered_after_the_date_of_loss_is_not_part_of_it():
    invoices = [
        {"id": day, "amount": 100, "due_on": "2026-09-01", "delivered_on": day} for day in ("2026-06-10", "2026-06-11")
    ]
    found = call(invoices=invoices, limit=500, insured_pct=90, cause="insolvency", date_of_loss="2026-06-10")
    assert plain(found["eligible_debt"]) == 100
    assert found["invoices"][1]["reasons"] == [
        {"id": "delivered_after_date_of_loss", "clause": "wt-2026:8.2", "value": "2026-06-10"}
    ]


def test_terms_count_from_delivery():
    invoice = {"amount": 100, "delivered_on": "2026-01-01", "invoiced_on": "2026-01-25", "due_on": "2026-05-02"}
    found = call(invoices=[invoice], limit=500, insured_pct=90, max_terms_days=120)  # 121 days
    assert [item["id"] for item in found["invoices"][0]["reasons"]] == ["terms_too_long"]
    assert found["invoices"][0]["reasons"][0]["value"] == 121


def test_a_receipt_after_the_waiting_period_is_a_recovery():
    found = call(
        debt=100_000,
        limit=100_000,
        insured_pct=90,
        cause="protracted_default",
        due_date="2026-03-01",
        receipts=[{"amount": 10_000, "received_on": "2026-08-28"}, {"amount": 5_000, "received_on": "2026-08-29"}],
    )
    assert plain(found["total_debt"]) == 90_000
    assert plain(found["recovery_split"]["received"]) == 5_000


def test_political_risk_waits_from_the_due_date_as_well():
    arguments = {"debt": 100, "limit": 100, "insured_pct": 90, "cause": "political", "due_date": "2026-03-01"}
    early = call(**arguments, today="2026-08-27")
    assert (early["triggered"], early["date_of_loss"]) == (False, "2026-08-28")
    assert {"cover_needs_endorsement", "not_yet_payable"} <= {item["id"] for item in early["warnings"]}


def test_what_could_not_be_checked_of_an_invoice_is_named():
    dated = {"amount": 100, "delivered_on": "2026-01-01", "invoiced_on": "2026-01-02", "due_on": "2026-03-01"}
    policy = {"limit": 500, "insured_pct": 90, "mep_days": 60}
    unstated = {item["parameter"]: item["clause"] for item in call(invoices=[dated], **policy)["assumptions"]}
    wanted = {
        "max_terms_days": "wt-2026:5.1",
        "invoicing_days": "wt-2026:5.2",
        "period_from": "wt-2026:1.6",
        "limit_from": "wt-2026:3.1",
    }
    assert wanted.items() <= unstated.items()
    stated = {"max_terms_days": 120, "invoicing_days": 30, "period_to": "2026-12-31", "limit_to": "2026-12-31"}
    assert not wanted.keys() & {item["parameter"] for item in call(invoices=[dated], **policy, **stated)["assumptions"]}
    bare = call(invoices=[{"amount": 100}], **policy)["assumptions"]
    assert not wanted.keys() & {item["parameter"] for item in bare}


@pytest.mark.parametrize(
    ("invoice", "caution", "value"),
    [
        ({"disputed": True}, "not_eligible_disputed", None),
        ({"disputed_amount": money(40)}, "not_eligible_partly_disputed", money(40)),
        ({"vat": money(13)}, "not_eligible_vat_not_covered", money(13)),
        ({"penalties": money(5)}, "not_eligible_penalties_not_covered", money(5)),
        ({"delivered_on": "2026-05-01"}, "not_eligible_delivered_after_limit_ended", "2026-04-30"),
    ],
)
def test_the_reason_why_an_invoice_is_left_out_is_a_warning(invoice, caution, value):
    found = call(
        invoices=[{"id": "X", "amount": money(100), **invoice}], limit=500, insured_pct=90, limit_to="2026-04-30"
    )
    said = next(item for item in found["warnings"] if item["id"] == caution)
    assert (said["values"]["invoice"], said["values"]["value"]) == ("X", value)


def test_what_is_left_out_of_a_total_is_said_without_an_invoice():
    found = call(debt=money(113), vat=money(13), disputed_amount=money(20), limit=500, insured_pct=90)
    said = {item["id"]: item["values"] for item in found["warnings"]}
    assert said["debt_vat_not_covered"]["value"] == money(13)
    assert said["debt_partly_disputed"]["value"] == money(20)


def test_receipts_without_a_date_do_not_keep_cover_and_that_is_said():
    invoices = [
        {"id": "I1", "amount": 80, "due_on": "2026-03-01"},
        {"id": "I2", "amount": 60, "due_on": "2026-07-01", "delivered_on": "2026-05-10"},
    ]
    policy = {"limit": 500, "insured_pct": 90, "mep_days": 60}
    undated = call(invoices=invoices, receipts=80, **policy)
    assert plain(undated["eligible_debt"]) == 0
    assert "receipts_without_date" in {item["id"] for item in undated["warnings"]}
    dated = call(invoices=invoices, receipts=[{"amount": 80, "received_on": "2026-05-11"}], **policy)
    assert "receipts_without_date" not in {item["id"] for item in dated["warnings"]}


def test_a_blend_without_end_still_pays_to_the_cent():
    found = call(
        invoices=[{"amount": 1_000_000, "country": "DE"}, {"amount": 2_000_000, "country": "BR"}],
        limit=5_000_000,
        insured_pct=90,
        insured_pct_by_country={"BR": 50},
    )
    assert plain(found["indemnity"]) == 1_900_000
    assert found["insured_pct"] == 63.333333
    step = next(step for step in found["steps"] if step["id"] == "percentage")
    assert step["formula"] == "3,000,000 × 1,900,000 ÷ 3,000,000 = 1,900,000"


def test_what_was_said_of_a_single_loss_is_not_used_for_a_year_and_that_is_said():
    losses = {"losses": [100, 200], "insured_pct": 90}
    found = call(**losses, limit=150, recoveries=20, cause="insolvency")
    assert plain(found["indemnity"]) == 270
    assert found["warnings"] == [{"id": "not_used_for_a_year", "values": {"arguments": "limit, recoveries"}}]
    assert call(**losses, cause="insolvency", nql=5)["warnings"] == []


def test_unpaid_premium_is_taken_off_the_payments_of_a_year():
    found = call(losses=[100, 200], insured_pct=90, unpaid_premium=30)
    assert (plain(found["indemnity"]), plain(found["payment"])) == (270, 240)


def test_the_losses_of_a_year_name_themselves_in_their_steps_and_weigh_the_percentage():
    found = call(losses=[{"id": "A", "amount": 300}, {"amount": 100, "limit_type": "discretionary"}], insured_pct=90)
    assert [step["formula"] for step in found["steps"]] == ["A: 300 × 90% = 270", "#2: 100 × 80% = 80"]
    assert found["insured_pct"] == 87.5


@pytest.mark.parametrize(
    ("invoice", "rules"),
    [
        ({"delivered_on": "2026-04-30"}, {"stop_shipment_date": "2026-04-30"}),
        ({"delivered_on": "2026-05-01"}, {"limit_from": "2026-05-01", "limit_to": "2026-05-01"}),
        ({"delivered_on": "2026-05-01"}, {"period_from": "2026-05-01", "period_to": "2026-05-01"}),
        ({"invoiced_on": "2026-01-01", "due_on": "2026-05-01"}, {"max_terms_days": 120}),
        ({"delivered_on": "2026-01-01", "invoiced_on": "2026-01-31"}, {"invoicing_days": 30}),
    ],
)
def test_the_last_allowed_day_is_still_eligible(invoice, rules):
    found = call(invoices=[{"amount": 100, **invoice}], limit=500, insured_pct=90, **rules)
    assert plain(found["eligible_debt"]) == 100


def test_unpaid_premium_and_collection_costs_change_the_payment_only():
    found = call(
        debt=1_000,
        limit=500,
        insured_pct=90,
        unpaid_premium=50,
        collection_costs=100,
        security_proceeds=0,
        cause="fraud",
    )
    assert plain(found["indemnity"]) == 450
    assert plain(found["payment"]) == 450 - 50 + 50  # costs: 100 × insured loss 500 ÷ debt 1,000 (clause 9.8)
    assert [step["id"] for step in found["steps"]][-1] == "net_payment"


def test_other_ways_of_sharing_a_recovery():
    arguments = {"debt": 1_000, "limit": 500, "insured_pct": 90, "recoveries": 100}
    variants = {item["method"]: plain(item["insurer"]) for item in call(**arguments)["recovery_split"]["variants"]}
    assert variants == {"pro_rata": 45, "insurer_first": 100, "insured_pct": 90}
    assert plain(call(**arguments, recovery_method="insurer_first")["recovery_split"]["insurer"]) == 100


def test_oldest_first_sharing_follows_the_invoices():
    invoices = [
        {"amount": 100, "due_on": "2026-01-01", "disputed": True},
        {"amount": 100, "due_on": "2026-02-01"},
    ]
    found = call(invoices=invoices, limit=500, insured_pct=90, recoveries=150, recovery_method="oldest_first")
    assert plain(found["recovery_split"]["insurer"]) == 45


def test_not_yet_payable_before_the_waiting_period_ends():
    arguments = {"debt": 100, "limit": 100, "insured_pct": 90, "cause": "protracted_default", "due_date": "2026-03-01"}
    early = call(**arguments, today="2026-08-27")
    assert (early["triggered"], early["date_of_loss"]) == (False, "2026-08-28")
    assert "not_yet_payable" in {item["id"] for item in early["warnings"]}
    assert call(**arguments, today="2026-08-28")["triggered"] is True
    assert call(**arguments)["triggered"] is None
    assert call(**arguments, waiting_days=90)["date_of_loss"] == "2026-05-30"


@pytest.mark.parametrize(
    ("cause", "triggered", "warning"),
    [
        (None, None, "cause_not_stated"),
        ("dispute", False, "dispute_suspends_the_claim"),
        ("political", None, "cover_needs_endorsement"),
        ("refusal", None, "cover_needs_endorsement"),
        ("pre_shipment", None, "cover_needs_endorsement"),
        ("fraud", None, "no_real_debt_from_named_buyer"),
    ],
)
def test_the_cause_decides_whether_there_is_a_loss(cause, triggered, warning):
    found = call(debt=100, limit=100, insured_pct=90, cause=cause)
    assert found["triggered"] is triggered
    assert warning in {item["id"] for item in found["warnings"]}


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"limit": 100, "insured_pct": 90}, "debt"),
        ({"debt": 100, "insured_pct": 90}, "limit"),
        ({"debt": 100, "limit": 100}, "insured_pct"),
        ({"debt": money(100, "CNY"), "limit": money(100, "USD"), "insured_pct": 90}, "currency"),
        ({"debt": 100, "invoices": [{"amount": 100}], "limit": 100, "insured_pct": 90}, "debt"),
        ({"debt": 100, "limit": 100, "insured_pct": 101}, "insured_pct"),
        ({"debt": -1, "limit": 100, "insured_pct": 90}, "debt"),
        ({"debt": 100, "vat": 200, "limit": 100, "insured_pct": 90}, "vat"),
        ({"debt": 100, "limit": 100, "insured_pct": 90, "recoveries": 10, "recovery_costs": 20}, "recovery_costs"),
        ({"debt": 100, "limit": 100, "insured_pct": 90, "due_date": "9999-12-31"}, "due_date"),
        ({"debt": 100, "limit": 100, "insured_pct": 90, "colour": "red"}, "colour"),
        ({"debt": 9, "limit": 9, "insured_pct": 90, "recovery_method": "oldest_first"}, "recovery_method"),
        ({"invoices": [{"amount": 9}], "vat": 1, "limit": 9, "insured_pct": 90}, "vat"),
        ({"invoices": [{"amount": 9}], "disputed_amount": 1, "limit": 9, "insured_pct": 90}, "disputed_amount"),
    ],
)
def test_arguments_that_cannot_be_used_name_the_field(arguments, field):
    with pytest.raises(ToolInputError) as raised:
        TOOL.call(arguments)
    assert raised.value.field.startswith(field)


@given(debt=CENTS, limit=CENTS, pct=PERCENT, eefl=CENTS, afl=CENTS, ml=CENTS)
def test_the_parts_add_up_to_the_debt_and_no_cap_is_passed(debt, limit, pct, eefl, afl, ml):
    found = call(
        debt=debt, limit=limit, insured_pct=pct, eefl=eefl, afl_remaining=afl, max_liability_remaining=ml, cause="fraud"
    )
    paid, insured = plain(found["indemnity"]), plain(found["insured_loss"])
    assert plain(found["uninsured"]) + plain(found["own_share"]) + paid == plain(found["total_debt"])
    assert 0 <= paid <= insured <= min(Decimal(str(debt)), Decimal(str(limit)))
    assert paid <= Decimal(str(ml))
    assert paid <= insured * pct / 100 + Decimal("0.005")


@given(debt=SUMS, limit=SUMS, pct=PERCENT, eefl=SUMS)
def test_the_percentage_first_never_pays_more_than_the_deductible_first(debt, limit, pct, eefl):
    arguments = {"debt": debt, "limit": limit, "insured_pct": pct, "eefl": eefl}
    low = call(**arguments, deductible_order="pct_then_eefl")
    high = call(**arguments, deductible_order="eefl_then_pct")
    assert plain(low["indemnity"]) <= plain(high["indemnity"])


@given(debt=SUMS, limit=SUMS, more=SUMS, pct=PERCENT, nql=SUMS, eefl=SUMS)
def test_a_higher_limit_never_pays_less(debt, limit, more, pct, nql, eefl):
    arguments = {"debt": debt, "insured_pct": pct, "nql": nql, "eefl": eefl}
    small, large = call(**arguments, limit=limit), call(**arguments, limit=limit + more)
    assert plain(small["indemnity"]) <= plain(large["indemnity"])


@given(debt=SUMS, limit=SUMS, pct=st.integers(0, 99), eefl=SUMS)
def test_a_higher_percentage_never_pays_less(debt, limit, pct, eefl):
    one = call(debt=debt, limit=limit, insured_pct=pct, eefl=eefl)
    other = call(debt=debt, limit=limit, insured_pct=pct + 1, eefl=eefl)
    assert plain(one["indemnity"]) <= plain(other["indemnity"])


@given(debt=SUMS, limit=SUMS, pct=PERCENT, recovered=SUMS, method=st.sampled_from(["pro_rata", "insurer_first"]))
def test_a_shared_recovery_adds_up_and_never_exceeds_the_indemnity(debt, limit, pct, recovered, method):
    found = call(debt=debt, limit=limit, insured_pct=pct, recoveries=recovered, recovery_method=method)
    split = found["recovery_split"]
    for variant in (split, *split["variants"]):
        assert plain(variant["insurer"]) + plain(variant["insured"]) == plain(split["net"])
        assert 0 <= plain(variant["insurer"]) <= plain(found["indemnity"])
    assert plain(split["insured_part"]) + plain(split["uninsured_part"]) == plain(split["net"])


INVOICES = st.lists(
    st.fixed_dictionaries(
        {"amount": SUMS},
        optional={
            "vat": SUMS,
            "penalties": SUMS,
            "credit_note": SUMS,
            "disputed": st.booleans(),
            "disputed_amount": SUMS,
            "related": st.booleans(),
            "due_on": st.dates(date(2026, 1, 1), date(2026, 12, 31)).map(date.isoformat),
            "delivered_on": st.dates(date(2025, 6, 1), date(2026, 12, 31)).map(date.isoformat),
        },
    ),
    min_size=1,
    max_size=6,
)
RECEIPTS = st.lists(
    st.fixed_dictionaries(
        {"amount": SUMS},
        optional={
            "received_on": st.dates(date(2026, 1, 1), date(2026, 12, 31)).map(date.isoformat),
            "for_invoice": st.sampled_from(["0", "1", "9"]),
        },
    ),
    max_size=4,
)


@given(invoices=INVOICES, receipts=RECEIPTS, limit=SUMS, pct=PERCENT)
def test_every_invoice_is_split_without_a_remainder(invoices, receipts, limit, pct):
    named = [{"id": str(number), **invoice} for number, invoice in enumerate(invoices)]
    found = call(invoices=named, receipts=receipts, limit=limit, insured_pct=pct, mep_days=30)
    for line in found["invoices"]:
        assert plain(line["paid"]) + plain(line["outstanding"]) == plain(line["owed"])
        assert plain(line["eligible"]) + plain(line["excluded"]) == plain(line["outstanding"])
        assert plain(line["eligible"]) >= 0
        assert plain(line["excluded"]) >= 0
        assert line["reasons"] or plain(line["excluded"]) == 0
    paid = sum(plain(line["paid"]) for line in found["invoices"])
    owed = sum(plain(line["owed"]) for line in found["invoices"])
    assert paid == min(owed, sum(receipt["amount"] for receipt in receipts))
    assert plain(found["uninsured"]) + plain(found["own_share"]) + plain(found["indemnity"]) == owed - paid


@given(invoices=INVOICES, receipts=RECEIPTS, sooner=st.integers(1, 200), mep=st.integers(0, 90))
def test_money_received_sooner_never_leaves_less_covered(invoices, receipts, sooner, mep):
    early = [
        receipt | {"received_on": (date.fromisoformat(receipt["received_on"]) - timedelta(days=sooner)).isoformat()}
        if "received_on" in receipt
        else receipt
        for receipt in receipts
    ]
    then, before = (
        call(invoices=invoices, receipts=paid, limit=10**9, insured_pct=90, mep_days=mep)["eligible_debt"]
        for paid in (receipts, early)
    )
    assert plain(before) >= plain(then)


@given(receipts=st.permutations([30, 70, 20]), invoices=st.permutations([("2026-01-01", 50), ("2026-02-01", 60)]))
def test_the_order_in_which_receipts_and_invoices_are_listed_does_not_matter(receipts, invoices):
    found = call(
        invoices=[{"amount": amount, "due_on": due} for due, amount in invoices],
        receipts=[{"amount": amount} for amount in receipts],
        limit=500,
        insured_pct=90,
    )
    assert plain(found["total_debt"]) == 0
    partly = call(
        invoices=[{"id": due, "amount": amount, "due_on": due} for due, amount in invoices],
        receipts=60,
        limit=500,
        insured_pct=90,
    )
    assert {line["id"]: plain(line["paid"]) for line in partly["invoices"]} == {"2026-01-01": 50, "2026-02-01": 10}


@given(amounts=st.lists(SUMS, min_size=1, max_size=8), pct=PERCENT, nql=SUMS, afl=SUMS, ml=SUMS)
def test_a_year_never_pays_more_than_the_maximum_and_never_absorbs_more_than_the_aggregate(amounts, pct, nql, afl, ml):
    found = call(losses=amounts, insured_pct=pct, nql=nql, afl_remaining=afl, max_liability_remaining=ml)
    assert plain(found["indemnity"]) <= ml
    assert sum(plain(row["aggregate_absorbed"]) for row in found["losses"]) <= afl
    assert sum(plain(row["indemnity"]) for row in found["losses"]) == plain(found["indemnity"])
    assert plain(found["own_share"]) + plain(found["indemnity"]) == sum(amounts)


def test_a_country_has_its_own_percentage_and_an_own_limit_caps_it():
    found = call(
        debt=money(100_000), limit=money(100_000), insured_pct=90, insured_pct_by_country={"BR": 50}, country="巴西"
    )
    assert (found["insured_pct"], plain(found["indemnity"])) == (50, 50_000)
    own = call(debt=money(100_000), limit=money(100_000), insured_pct=90, limit_type="discretionary", dcl_pct=75)
    assert (own["insured_pct"], plain(own["indemnity"])) == (75, 75_000)
    unstated = call(debt=money(100_000), limit=money(100_000), insured_pct=90, limit_type="discretionary")
    assert plain(unstated["indemnity"]) == 80_000
    assert {"parameter": "dcl_pct", "value": 80, "clause": "wt-2026:4.2", "source": "typical"} in unstated[
        "assumptions"
    ]


def test_several_countries_under_one_limit_share_it_by_eligible_debt():
    found = call(
        invoices=[{"amount": money(60_000), "country": "DE"}, {"amount": money(40_000), "country": "BR"}],
        limit=money(50_000),
        insured_pct=90,
        insured_pct_by_country={"BR": 50},
    )
    assert found["insured_pct"] == 74  # (60,000 × 90% + 40,000 × 50%) ÷ 100,000
    assert plain(found["indemnity"]) == 37_000


def test_a_year_shows_both_orders_when_nobody_stated_one():
    found = call(losses=[money(100_000), money(50_000)], insured_pct=80, eefl=money(10_000))
    assert plain(found["indemnity"]) == 100_000  # (80,000 − 10,000) + (40,000 − 10,000)
    assert [(item["id"], plain(item["indemnity"])) for item in found["alternatives"]] == [("eefl_then_pct", 104_000)]
    stated = call(losses=[money(1)], insured_pct=80, eefl=money(1), deductible_order="pct_then_eefl")
    assert stated["alternatives"] == []


@given(parts=st.lists(st.tuples(SUMS, st.sampled_from(["DE", "BR", "NG"])), min_size=1, max_size=6), limit=SUMS)
def test_a_blended_percentage_lies_between_its_parts(parts, limit):
    found = call(
        invoices=[{"amount": money(amount), "country": country} for amount, country in parts],
        limit=money(limit),
        insured_pct=90,
        insured_pct_by_country={"BR": 50, "NG": 65},
    )
    applied = [{"DE": 90, "BR": 50, "NG": 65}[country] for _, country in parts]
    assert min(applied) <= found["insured_pct"] <= max(applied)
    assert plain(found["indemnity"]) <= plain(found["insured_loss"])


@given(debt=SUMS, more=SUMS, limit=SUMS, pct=PERCENT, nql=SUMS, eefl=SUMS, afl=SUMS, ml=SUMS)
def test_a_larger_debt_never_pays_less(debt, more, limit, pct, nql, eefl, afl, ml):
    policy = {
        "limit": money(limit),
        "insured_pct": pct,
        "nql": money(nql),
        "eefl": money(eefl),
        "afl_remaining": money(afl),
        "max_liability_remaining": money(ml),
    }
    small, large = (plain(call(debt=money(owed), **policy)["indemnity"]) for owed in (debt, debt + more))
    assert small <= large


@pytest.mark.parametrize("deductible", ["nql", "eefl", "afl_remaining"])
@given(debt=SUMS, limit=SUMS, pct=PERCENT, low=SUMS, more=SUMS)
def test_a_larger_deductible_never_pays_more(deductible, debt, limit, pct, low, more):
    paid = [
        plain(call(debt=money(debt), limit=money(limit), insured_pct=pct, **{deductible: money(size)})["indemnity"])
        for size in (low, low + more)
    ]
    assert paid[0] >= paid[1]


@given(debt=SUMS, limit=SUMS, pct=PERCENT, premium=SUMS, costs=SUMS)
def test_the_payment_is_never_negative_and_charges_never_change_the_indemnity(debt, limit, pct, premium, costs):
    bare = call(debt=money(debt), limit=money(limit), insured_pct=pct)
    found = call(
        debt=money(debt),
        limit=money(limit),
        insured_pct=pct,
        unpaid_premium=money(premium),
        collection_costs=money(costs),
    )
    assert found["indemnity"] == bare["indemnity"]
    assert 0 <= plain(found["payment"]) <= plain(found["indemnity"]) + costs


@given(debt=SUMS, disputed=SUMS, limit=SUMS, pct=PERCENT)
def test_winning_a_dispute_never_pays_less(debt, disputed, limit, pct):
    found = call(debt=money(debt), disputed_amount=money(disputed), limit=money(limit), insured_pct=pct)
    assert plain(found["alternatives"][0]["difference"]) >= 0
