import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.acting import acting_for
from tools.dunning import dunning_plan
from tools.errors import ToolInputError
from tools.ledger import read_ledger
from tools.receivables import analyse_ledger, analyse_receivables
from tools.toolset import Tool

TOOL = Tool(analyse_receivables)
CENTS = st.decimals(min_value=0, max_value=10**7, places=2)


def ask(**arguments: Any) -> dict[str, Any]:
    return TOOL.call(arguments)


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


LEDGER = """客户名称,发票号码,开票日期,到期日,金额,已收金额,信用额度
霁桥电子,A1,2026-01-05,2026-03-06,"100,000.00",40000,50000
霁桥电子,A2,2026-02-05,2026-04-06,5万,0,50000
棣安贸易,B1,2026-03-01,2026-05-30,30000.50,,
棣安贸易,B2,2026-03-01,someday,9,,
"""


def test_a_chinese_ledger_is_read_and_reconciles() -> None:
    result = ask(ledger=LEDGER, today="2026-04-20", days=90)
    assert result["receivables"]["amount"] == 140_000.5
    amounts = {bucket["id"]: bucket["amount"]["amount"] for bucket in result["ageing"]}
    assert amounts == {"current": 30_000.5, "days_1_30": 50_000, "days_31_60": 60_000, "days_61_90": 0, "over_90": 0}
    assert result["ledger"]["columns"]["due_date"] == "到期日"
    assert result["ledger"]["bad_rows"] == [
        {"line": 5, "field": "due_date", "value": "someday", "reason": "not_a_date"}
    ]
    assert result["buyers"][0] == {
        "buyer": "霁桥电子",
        "open": 110_000,
        "overdue": 110_000,
        "oldest_days_overdue": 45,
        "share_pct": 78.57,
        "limit": 50_000,
        "headroom": -60_000,
    }
    assert "buyers_over_limit" in {warning["id"] for warning in result["warnings"]}
    assert result["actions"][0]["stage"] == "final_notice"


def test_rows_may_come_as_objects_and_columns_may_be_named() -> None:
    rows = [{"wer": "X", "wann": "2026-01-31", "wieviel": 10.5}]
    result = ask(ledger=rows, columns={"buyer": "wer", "due_date": "wann", "amount": "wieviel"}, today="2026-02-10")
    assert result["overdue"]["amount"] == 10.5


def test_a_workbook_with_a_title_line_reads_like_the_text() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Open items"])
    sheet.append(["Customer", "Due date", "Invoice amount"])
    sheet.append(["Quelmar", datetime(2026, 1, 31), 99.99])  # noqa: DTZ001  spreadsheets have no zones
    buffer = io.BytesIO()
    book.save(buffer)
    ledger = read_ledger(buffer.getvalue(), file_name="open.xlsx")
    assert ledger.invoices[0].amount == Decimal("99.99")
    assert ledger.invoices[0].due_date == date(2026, 1, 31)


def test_gb18030_files_and_month_first_dates_are_recognised(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_bytes("客户,到期日,金额\n甲,3/31/2026,1\n乙,4/1/2026,2\n".encode("gb18030"))
    ledger = read_ledger(path)
    assert (ledger.date_order, ledger.is_date_order_certain) == ("month_first", True)
    assert ledger.invoices[1].due_date == date(2026, 4, 1)


def test_ambiguous_dates_are_read_day_first_and_said() -> None:
    result = ask(ledger="buyer,due date,amount\nA,03/04/2026,5\n", today="2026-05-01")
    assert "ledger_date_order_guessed" in {warning["id"] for warning in result["warnings"]}
    assert result["actions"][0]["due_date"] == "2026-04-03"


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,234.50", "1234.50"), ("1.234,50", "1234.50"), ("¥12.5万", "125000"), ("(30)", "-30"), ("1 000", "1000")],
)
def test_amounts_in_the_ways_ledgers_write_them(text: str, value: str) -> None:
    ledger = read_ledger([{"due date": "2026-01-01", "amount": text}])
    assert ledger.invoices[0].amount == Decimal(value)


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
    assert sum((buyer.open for buyer in result.buyers), Decimal(0)) == total


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


@given(text=st.text(alphabet="客户到期日金额,;\t\n\"'0123456789-/.amountduebyr 年月日万(", max_size=300))
def test_any_text_as_a_ledger_ends_in_a_result_or_a_named_mistake(text: str) -> None:
    try:
        ask(ledger=text)
    except ToolInputError as error:
        assert error.field


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


def test_one_invoice_gets_its_plan_and_its_letter() -> None:
    result = ask(
        due_date="2026-03-01", today="2026-03-20", receivables={"amount": 500, "currency": "EUR"}, buyer="Quelmar"
    )
    assert (result["letters"][0]["id"], result["letters"][0]["total"]["amount"]) == ("firm_letter", 500)
    assert ask(due_date="2026-03-01", today="2026-01-01")["letters"] == []


def test_a_ledger_may_be_an_attached_file() -> None:
    files = {"应收.csv": "客户,到期日,金额\n甲,2026-01-05,100\n".encode("gb18030")}
    with acting_for("visitor:x", files.get):
        assert ask(ledger_file="应收.csv", today="2026-02-01")["receivables"]["amount"] == 100
        with pytest.raises(ToolInputError, match="ledger_file"):
            ask(ledger_file="nothing.csv")
        with pytest.raises(ToolInputError, match="not both"):
            ask(ledger_file="应收.csv", ledger="a")


def test_days_late_count_only_what_was_settled_by_then() -> None:
    rows = [
        {"due date": "2026-01-01", "amount": 1, "settled date": "2026-01-11"},
        {"due date": "2026-01-01", "amount": 1, "settled date": "2026-03-01"},
    ]
    assert ask(ledger=rows, today="2026-02-01")["average_days_late"] == 10


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
