from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.dunning import dunning_plan
from tools.errors import ToolInputError
from tools.ledger import read_ledger
from tools.receivables import analyse_ledger, analyse_receivables
from tools.toolset import Tool

TOOL = Tool(analyse_receivables)
CENTS = st.decimals(min_value=0, max_value=10**7, places=2)


def ask(**arguments: Any) -> dict[str, Any]:
    return TOOL.call(arguments)


def unstated(amount: float) -> dict[str, Any]:
    return {"amount": amount, "currency": "XXX"}


def warned(result: dict[str, Any]) -> dict[str, Any]:
    return {warning["id"]: warning["values"] for warning in result["warnings"]}


def test_the_working_capital_ratio_of_the_seed() -> None:
    result = ask(current_assets=8_000_000, current_liabilities=5_000_000)
    assert result["working_capital_ratio"] == 1.6
    assert {"metric": "working_capital_ratio", "value": 1.6, "band": "healthy"} in result["readings"]


@pytest.mark.parametrize(
    ("assets", "band"),
    [(99, "danger"), (100, "tight"), (149, "tight"), (150, "healthy"), (200, "healthy"), (201, "idle")],
)
def test_the_working_capital_bands(assets: int, band: str) -> None:
    assert ask(current_assets=assets, current_liabilities=100)["readings"][0]["band"] == band


def test_the_published_provision_matrix() -> None:
    result = ask(ageing={"current": 15_000, "days_1_30": 7_500, "days_31_60": 4_000, "days_61_90": 2_500})
    assert [bucket["provision"]["amount"] for bucket in result["ageing"]] == [75, 165, 108, 112.5]
    assert result["provision"]["amount"] == 460.5


def test_sales_needed_to_replace_a_loss() -> None:
    assert ask(loss=500_000, net_margin_pct=5)["extra_sales"]["amount"] == 10_000_000


def test_dso_and_collection_effectiveness_from_totals() -> None:
    result = ask(receivables=100, credit_sales=600, days=360, opening_ar=90, current_ar=70)
    assert result["dso_days"] == 60
    assert result["best_possible_dso_days"] == 42
    assert result["average_days_delinquent"] == 18
    assert result["cei_pct"] == 95.16  # (90 + 600 − 100) ÷ (90 + 600 − 70)


def test_a_limit_in_another_currency_than_the_ledger_is_refused() -> None:
    rows = [{"buyer": "A", "due date": "2026-01-01", "amount": 5, "currency": "EUR"}]
    with pytest.raises(ToolInputError, match="The ledger is in EUR"):
        ask(ledger=rows, limits={"A": {"amount": 5, "currency": "USD"}})
    assert ask(ledger=rows, limits={"A": {"amount": 5, "currency": "EUR"}})["buyers"][0]["headroom"]["amount"] == 0


def test_limits_find_their_buyer_in_any_case_and_others_are_named() -> None:
    rows = [{"buyer": "Quelmar Ltd", "due date": "2026-01-01", "amount": 80}]
    found = ask(ledger=rows, today="2026-02-01", limits={"quelmar ltd": 50, "Brindlow": 10, "Thornapple": 10})
    assert found["buyers"][0]["headroom"]["amount"] == -30
    assert warned(found)["limits_without_buyer"] == {"count": 2, "buyer": "Brindlow"}
    assert warned(found)["buyers_over_limit"] == {"count": 1, "buyer": "Quelmar Ltd", "excess": unstated(30)}


def test_credit_notes_are_netted_and_never_spoil_the_figures() -> None:
    header = "buyer,invoice date,due date,amount\n"
    rows = "A,2026-05-01,2026-08-01,100\nB,2026-04-01,2026-05-01,-20\nA,2026-01-01,2026-02-01,-5\n"
    found = ask(ledger=header + rows, today="2026-06-30")
    assert (found["receivables"]["amount"], found["hhi"], found["largest_buyer_pct"]) == (75, 1, 100)
    assert [(buyer["buyer"], buyer["share_pct"], buyer["oldest_days_overdue"]) for buyer in found["buyers"]] == [
        ("A", 100, 0),
        ("B", 0, 0),
    ]
    assert found["dso_days"] == 67.5  # 75 ÷ 100 × 90
    assert found["best_possible_dso_days"] is None
    assert warned(found)["ledger_credits_netted"] == {"credits": unstated(25)}
    more_credit = "A,2026-06-01,2026-08-01,10\nB,2026-01-01,2026-02-01,-20\n"
    in_credit = ask(ledger=header + more_credit, today="2026-06-30")
    assert (in_credit["receivables"]["amount"], in_credit["dso_days"]) == (-10, None)


def test_a_ledger_without_buyers_says_nothing_about_buyers() -> None:
    found = ask(ledger="due date,amount\n2026-01-01,100\n2026-02-01,50\n", today="2026-06-30")
    assert (found["buyers"], found["to_report"], found["letters"], found["hhi"]) == ([], [], [], None)
    assert found["largest_buyer_pct"] is None
    assert [action["invoice"] for action in found["actions"]] == ["", ""]
    assert "ledger_names_no_buyers" in warned(found)
    assert "insurer_notice_late" not in warned(found)


def test_a_balance_that_does_not_fit_and_a_ledger_without_invoice_dates_are_said() -> None:
    found = ask(
        ledger="buyer,due date,amount,paid,open\nA,2026-01-01,100,20,70\nB,2026-01-01,100,20,80\n", today="2026-02-01"
    )
    assert found["receivables"]["amount"] == 150
    assert warned(found)["ledger_balances_unequal"] == {"count": 1}
    assert "no_invoice_dates" in warned(found)
    old = ask(ledger=[{"invoice date": "2020-01-01", "due date": "2020-02-01", "amount": 5}], today="2026-02-01")
    assert "no_sales_in_period" in warned(old)


def test_ageing_from_totals_says_what_is_overdue() -> None:
    found = ask(ageing={"current": 60, "days_1_30": 30, "over_90": 10})
    assert (found["receivables"]["amount"], found["overdue"]["amount"], found["overdue_pct"]) == (100, 40, 40)
    assert found["steps"][0]["formula"] == "60 + 30 + 10 = 100"


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"current_assets": 10**9, "current_liabilities": 1e-200}, "current_liabilities"),
        ({"loss": 10**9, "net_margin_pct": 1e-200}, "net_margin_pct"),
        ({"receivables": 10**9, "credit_sales": 1e-200}, "credit_sales"),
    ],
)
def test_what_is_too_small_to_divide_by_is_named(arguments: dict[str, Any], field: str) -> None:
    with pytest.raises(ToolInputError, match="too small to divide by") as caught:
        ask(**arguments)
    assert caught.value.field == field


def test_a_payment_counts_from_its_date() -> None:
    ledger = read_ledger(
        [
            {
                "buyer": "A",
                "invoice date": "2026-01-01",
                "due date": "2026-01-31",
                "amount": 100,
                "settled date": "2026-02-15",
            }
        ]
    )
    assert analyse_ledger(ledger, today=date(2026, 2, 14)).receivables.amount == 100  # type: ignore[union-attr]
    assert analyse_ledger(ledger, today=date(2026, 2, 15)).receivables.amount == 0  # type: ignore[union-attr]


def test_countback_uses_whole_months_first() -> None:
    rows = [
        {"invoice date": "2026-03-15", "due date": "2026-06-30", "amount": 100},
        {"invoice date": "2026-02-15", "due date": "2026-06-30", "amount": 100, "paid": 50},
    ]
    assert ask(ledger=rows, today="2026-03-31")["dso_countback_days"] == 45  # 31 + 50/100 × 28


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({}, "receivables"),
        ({"current_assets": 5}, "current_liabilities"),
        ({"current_liabilities": 5}, "current_assets"),
        ({"loss": 5}, "net_margin_pct"),
        ({"receivables": 5, "credit_sales": 0}, "credit_sales"),
        (
            {"receivables": {"amount": 5, "currency": "CNY"}, "credit_sales": {"amount": 5, "currency": "USD"}},
            "currency",
        ),
        ({"ledger": ""}, "ledger"),
        ({"ledger": "a,b\n1,2\n"}, "columns"),
        ({"ledger": "buyer,due date,amount\n"}, "ledger"),
    ],
)
def test_an_unusable_argument_is_named(arguments: dict[str, Any], field: str) -> None:
    with pytest.raises(ToolInputError) as caught:
        ask(**arguments)
    assert caught.value.field.startswith(field)


def test_the_plan_starts_fifteen_days_before_the_due_date_and_stops_credit_at_the_end_of_the_extension_period() -> None:
    plan = {stage.stage: stage.date for stage in dunning_plan(date(2026, 3, 1), mep_days=45)}
    assert plan["statement_before_due"] == date(2026, 2, 14)
    assert plan["stop_credit_and_report"] == date(2026, 4, 15)


INVOICES = st.lists(st.tuples(CENTS, st.integers(-200, 400), st.sampled_from("ABC")), min_size=1, max_size=30)
TODAY = date(2026, 6, 30)


def rows_of(invoices: list[tuple[Decimal, int, str]]) -> list[dict[str, Any]]:
    return [
        {"buyer": buyer, "amount": str(amount), "due date": (TODAY - timedelta(days=overdue)).isoformat()}
        for amount, overdue, buyer in invoices
    ]


@given(invoices=INVOICES)
def test_buckets_and_buyers_sum_to_the_ledger(invoices: list[tuple[Decimal, int, str]]) -> None:
    result = analyse_ledger(read_ledger(rows_of(invoices)), today=TODAY)
    total = sum((amount for amount, _, _ in invoices), Decimal(0))
    assert result.receivables is not None
    assert result.receivables.amount == total
    assert sum((bucket.amount.amount for bucket in result.ageing), Decimal(0)) == total
    assert sum((buyer.open.amount for buyer in result.buyers), Decimal(0)) == total


@given(invoices=INVOICES)
def test_concentration_lies_between_an_even_spread_and_one(invoices: list[tuple[Decimal, int, str]]) -> None:
    result = analyse_ledger(read_ledger(rows_of(invoices)), today=TODAY)
    if result.hhi is not None:
        assert Decimal("0.333") <= result.hhi <= 1  # three buyers at most


@given(invoices=INVOICES, later=st.integers(0, 300))
def test_waiting_never_makes_less_overdue(invoices: list[tuple[Decimal, int, str]], later: int) -> None:
    ledger = read_ledger(rows_of(invoices))
    now, then = (analyse_ledger(ledger, today=TODAY + timedelta(days=days)).overdue for days in (0, later))
    assert now is not None and then is not None and now.amount <= then.amount


@given(assets=CENTS, liabilities=CENTS, stock=CENTS)
def test_the_quick_ratio_never_exceeds_the_working_capital_ratio(
    assets: Decimal, liabilities: Decimal, stock: Decimal
) -> None:
    try:
        result = ask(current_assets=str(assets), current_liabilities=str(liabilities), inventory=str(stock))
    except ToolInputError as error:
        assert error.field in {"current_liabilities", "inventory"}
    else:
        assert result["quick_ratio"] <= result["working_capital_ratio"]


@given(due=st.dates(), mep=st.integers(0, 720))
def test_the_plan_is_in_order_of_dates(due: date, mep: int) -> None:
    dates = [stage.date for stage in dunning_plan(due, mep)]
    assert dates == sorted(dates)


OVERDUE = """客户,发票号,到期日,金额
甲,A1,2026-01-05,100
甲,A2,2026-08-01,40
乙,B1,2026-05-05,70
丙,C1,2026-06-29,30
丁,D1,2026-07-15,20
"""


def test_whom_the_insurer_must_hear_of_with_the_whole_exposure_soonest_first() -> None:
    result = ask(ledger=OVERDUE, today="2026-06-30", mep_days=60, notice_days=30, notice_basis="mep_end")
    assert [(item["buyer"], item["notice_by"], item["status"]) for item in result["to_report"]] == [
        ("甲", "2026-04-05", "late"),  # 5 January + 60 + 30 days
        ("乙", "2026-08-03", "starts_this_week"),  # its extension period ends on 4 July
    ]
    assert result["to_report"][0]["exposure"]["amount"] == 140
    assert result["to_report"][0]["overdue"]["amount"] == 100
    late = next(warning for warning in result["warnings"] if warning["id"] == "insurer_notice_late")
    assert late["values"] == {"count": 1, "buyer": "甲", "notice_by": "2026-04-05"}


@pytest.mark.parametrize(
    ("today", "status"),
    [
        ("2026-03-01", None),
        ("2026-04-22", None),
        ("2026-04-23", "starts_this_week"),
        ("2026-04-30", "running"),
        ("2026-05-22", "running"),
        ("2026-05-23", "this_week"),
        ("2026-05-30", "this_week"),
        ("2026-05-31", "late"),
    ],
)
def test_when_a_buyer_is_reported(today: str, status: str | None) -> None:
    rows = [{"buyer": "A", "due date": "2026-03-01", "amount": 5}]  # extension to 30 April, notice by 30 May
    result = ask(ledger=rows, today=today, mep_days=60, notice_days=30, notice_basis="mep_end")
    assert [item["status"] for item in result["to_report"]] == ([status] if status else [])


def test_an_unstated_notice_period_is_named() -> None:
    result = ask(ledger=OVERDUE, today="2026-06-30")
    assert {"mep_days", "notice_days", "notice_basis"} <= {item["parameter"] for item in result["assumptions"]}


def test_each_urgent_buyer_gets_the_letter_of_its_oldest_invoice() -> None:
    letters = ask(ledger=OVERDUE, today="2026-06-30", mep_days=60)["letters"]
    assert [(letter["buyer"], letter["id"]) for letter in letters] == [
        ("甲", "legal_and_claim"),
        ("乙", "final_notice"),
        ("丙", "courteous_reminder"),
        ("丁", "statement_before_due"),
    ]
    assert letters[0]["total"] == {"amount": 100, "currency": "XXX"}
    assert [line["invoice"] for line in letters[0]["invoices"]] == ["A1"]
    assert letters[1]["pay_by"] == "2026-07-07"
    sooner = ask(ledger=OVERDUE, today="2026-06-30", mep_days=30)["letters"]
    assert sooner[1]["id"] == "final_notice"  # 45 days after the due date, later than the end of the extension period
    assert ask(ledger=OVERDUE, today="2026-06-30", mep_days=50)["letters"][1]["id"] == "stop_credit_and_report"


def test_one_invoice_gets_its_plan_and_its_letter() -> None:
    result = ask(
        due_date="2026-03-01", today="2026-03-20", receivables={"amount": 500, "currency": "EUR"}, buyer="Quelmar"
    )
    assert (result["letters"][0]["id"], result["letters"][0]["total"]["amount"]) == ("firm_letter", 500)
    assert ask(due_date="2026-03-01", today="2026-01-01")["letters"] == []


def test_days_late_count_only_what_was_settled_by_then() -> None:
    rows = [
        {"due date": "2026-01-01", "amount": 1, "settled date": "2026-01-11"},
        {"due date": "2026-01-01", "amount": 1, "settled date": "2026-03-01"},
    ]
    assert ask(ledger=rows, today="2026-02-01")["average_days_late"] == 10
    assert ask(ledger=rows, today="2026-01-11")["average_days_late"] == 10
    assert ask(ledger=rows, today="2026-01-10")["average_days_late"] is None


@given(invoices=INVOICES, mep=st.integers(0, 200), notice=st.integers(0, 200))
def test_everyone_past_the_extension_period_is_reported_once(
    invoices: list[tuple[Decimal, int, str]], mep: int, notice: int
) -> None:
    result = ask(ledger=rows_of(invoices), today=TODAY.isoformat(), mep_days=mep, notice_days=notice)
    reported = [item["buyer"] for item in result["to_report"]]
    must = {buyer for amount, overdue, buyer in invoices if amount > 0 and overdue > 0 and overdue >= mep}
    assert len(reported) == len(set(reported)) == result["to_report_count"]
    assert must <= set(reported)


@given(invoices=INVOICES)
def test_a_letter_asks_for_what_its_invoices_add_up_to(invoices: list[tuple[Decimal, int, str]]) -> None:
    for letter in ask(ledger=rows_of(invoices), today=TODAY.isoformat())["letters"]:
        lines = sum((Decimal(str(line["amount"]["amount"])) for line in letter["invoices"]), Decimal(0))
        assert lines == Decimal(str(letter["total"]["amount"]))
        assert letter["pay_by"] >= letter["written_on"]


@given(receivables=CENTS, sales=CENTS, days=st.integers(1, 366))
def test_dso_grows_with_receivables(receivables: Decimal, sales: Decimal, days: int) -> None:
    more = ask(receivables=str(receivables + 1000), credit_sales=str(sales + 1), days=days)["dso_days"]
    assert ask(receivables=str(receivables), credit_sales=str(sales + 1), days=days)["dso_days"] <= more


@given(current=CENTS, late=CENTS, worse=CENTS)
def test_later_debt_is_never_provisioned_less(current: Decimal, late: Decimal, worse: Decimal) -> None:
    ageing = {"current": str(current + worse), "over_90": str(late)}
    aged = {"current": str(current), "over_90": str(late + worse)}
    assert ask(ageing=ageing)["provision"]["amount"] <= ask(ageing=aged)["provision"]["amount"] + 0.01
