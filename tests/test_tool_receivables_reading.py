"""How ledgers are read: headers, amounts, days, currencies, units, sums, sheets and encodings."""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.acting import acting_for
from tools.errors import ToolInputError
from tools.ledger import read_ledger
from tools.receivables import analyse_receivables
from tools.toolset import Tool

TOOL = Tool(analyse_receivables)


def ask(**arguments: Any) -> dict[str, Any]:
    return TOOL.call(arguments)


def unstated(amount: float) -> dict[str, Any]:
    return {"amount": amount, "currency": "XXX"}


def warned(result: dict[str, Any]) -> dict[str, Any]:
    return {warning["id"]: warning["values"] for warning in result["warnings"]}


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
        "open": unstated(110_000),
        "overdue": unstated(110_000),
        "oldest_days_overdue": 45,
        "share_pct": 78.57,
        "limit": unstated(50_000),
        "headroom": unstated(-60_000),
    }
    assert "buyers_over_limit" in {warning["id"] for warning in result["warnings"]}
    assert (result["actions"][0]["stage"], result["actions"][0]["amount"]) == ("final_notice", unstated(60_000))


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
    ledger = read_ledger(buffer.getvalue())
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
    [
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1,234", "1234"),
        ("1.234.567", "1234567"),
        ("1,23,456.7", "123456.7"),
        ("12,5", "12.5"),
        (".5", "0.5"),
        ("1 000", "1000"),
        ("1\u00a0000", "1000"),
        ("1'234.50", "1234.50"),
        ("¥12.5万", "125000"),
        ("1.2亿元", "120000000"),
        ("(30)", "-30"),
        ("1,234.50-", "-1234.50"),
        ("−100", "-100"),
        ("–100", "-100"),
        ("-$100", "-100"),
        ("US$ 1,000", "1000"),
        ("1000 EUR", "1000"),
        ("100.00 CR", "-100.00"),
        ("100 DR", "100"),
        ("１，０００", "1000"),
        ("壹", None),
        ("N/A 5", None),
        ("12 months", None),
        ("1.2.3", None),
        ("(5", None),
        ("12k", None),
        (".", None),
        ("1e5", None),
    ],
)
def test_amounts_in_the_ways_ledgers_write_them(text: str, value: str | None) -> None:
    ledger = read_ledger([{"due date": "2026-01-01", "amount": text}])
    if value is None:
        assert [(row.field, row.reason) for row in ledger.bad_rows] == [("amount", "not_a_number")]
    else:
        assert ledger.invoices[0].amount == Decimal(value)


@pytest.mark.parametrize(
    ("others", "value"), [("1.234,50", "12000"), ("1,234.50", "12.000"), ("7", "12.000"), ("3,5", "12000")]
)
def test_the_decimal_mark_is_judged_by_the_whole_ledger(others: str, value: str) -> None:
    rows = [{"due date": "2026-01-01", "amount": text} for text in (others, others, "12.000")]
    assert read_ledger(rows).invoices[-1].amount == Decimal(value)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-05", date(2026, 3, 5)),
        ("2026.3.5", date(2026, 3, 5)),
        ("2026/3/5 0:00", date(2026, 3, 5)),
        ("2026-03-05T00:00:00", date(2026, 3, 5)),
        ("20260305", date(2026, 3, 5)),
        ("2026年3月5日", date(2026, 3, 5)),
        ("26年3月5日", date(2026, 3, 5)),
        ("05-Mar-2026", date(2026, 3, 5)),
        ("5 March 26", date(2026, 3, 5)),
        ("Mar 5, 2026", date(2026, 3, 5)),
        ("Thu 5 Mar 2026", date(2026, 3, 5)),
        ("2026-Mar-05", date(2026, 3, 5)),
        ("46086", date(2026, 3, 5)),
        (46_086, date(2026, 3, 5)),
        (46_086.75, date(2026, 3, 5)),
        (20_260_305, date(2026, 3, 5)),
        (99_999_999, None),
        (-5, None),
        (True, None),
        ("2026-02-30", None),
        ("2026-3", None),
        ("12345678901", None),
        ("999", None),
        ("March", None),
    ],
)
def test_days_in_the_ways_ledgers_write_them(text: str | float, day: date | None) -> None:
    ledger = read_ledger([{"due date": text, "amount": 1}])
    assert [invoice.due_date for invoice in ledger.invoices] == ([] if day is None else [day])


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (
            "购货单位名称,发票代码,发票号码,开票日期,账期(天),到期日期,价税合计(元),已回款金额(元),应收账款余额(元)",
            {
                "buyer": "购货单位名称",
                "invoice": "发票号码",
                "invoice_date": "开票日期",
                "due_date": "到期日期",
                "terms_days": "账期(天)",
                "amount": "价税合计(元)",
                "paid": "已回款金额(元)",
                "open": "应收账款余额(元)",
            },
        ),
        (
            "往来单位,单据编号,单据日期,应收日期,应收金额,核销金额,未核销金额,逾期天数,逾期金额",
            {
                "buyer": "往来单位",
                "invoice": "单据编号",
                "invoice_date": "单据日期",
                "due_date": "应收日期",
                "amount": "应收金额",
                "paid": "核销金额",
                "open": "未核销金额",
            },
        ),
        (
            "Customer,Invoice #,Inv Date,Due,Invoice Amount (USD),Balance Due (USD),Days Overdue",
            {
                "buyer": "Customer",
                "invoice": "Invoice #",
                "invoice_date": "Inv Date",
                "due_date": "Due",
                "amount": "Invoice Amount (USD)",
                "open": "Balance Due (USD)",
            },
        ),
        (
            "Customer,Document Number,Net due date,Amount in local currency,Local Currency,Payment method",
            {
                "buyer": "Customer",
                "invoice": "Document Number",
                "due_date": "Net due date",
                "amount": "Amount in local currency",
                "currency": "Local Currency",
            },
        ),
        ("客户,到期日,不含税金额,税额,含税金额(元)", {"buyer": "客户", "due_date": "到期日", "amount": "含税金额(元)"}),
        ("客户名称,到期日,尚欠金额", {"buyer": "客户名称", "due_date": "到期日", "open": "尚欠金额"}),
    ],
)
def test_columns_are_recognised_by_the_headers_of_other_systems(header: str, columns: dict[str, str]) -> None:
    assert read_ledger(header + "\n").columns == columns


def test_lines_that_add_up_others_are_no_invoices_and_their_sum_is_compared() -> None:
    text = "客户,发票号,到期日,金额\n甲,1,2026-01-01,100\n甲 小计,,,100\n乙,2,2026-01-02,50\n合计：,,,{total}\n"
    found = ask(ledger=text.format(total=150), today="2026-02-01")
    assert (found["receivables"]["amount"], found["ledger"]["row_count"], found["ledger"]["totals_count"]) == (
        150,
        2,
        2,
    )
    assert found["ledger"]["bad_rows"] == []
    assert "ledger_total_differs" not in warned(found)
    differs = warned(ask(ledger=text.format(total=160), today="2026-02-01"))["ledger_total_differs"]
    assert (differs["stated"]["amount"], differs["summed"]["amount"]) == (160, 150)


@pytest.mark.parametrize(
    ("line", "is_sum"),
    [
        ("Total,,2026-01-01,100", True),
        ("Total,T-7,2026-01-01,100", False),
        ("Total Wine,,2026-01-01,100", False),
        ("Total Wine,W-7,,100", False),
        (",Grand total:,,100", True),
        ("Subtotal A,,,100", True),
        ("7,合计,,100", True),
        ("甲,,,100", False),
    ],
)
def test_which_lines_are_sums(line: str, is_sum: bool) -> None:
    ledger = read_ledger(f"customer,invoice,due date,amount\nA,1,2026-01-01,5\n{line}\n")
    assert ledger.totals_count == is_sum


def test_merged_buyers_are_those_of_the_row_above() -> None:
    found = ask(ledger="客户,到期日,金额\n甲,2026-01-01,1\n,2026-01-02,2\n乙,2026-01-03,4\n", today="2026-02-01")
    assert {buyer["buyer"]: buyer["open"]["amount"] for buyer in found["buyers"]} == {"甲": 3, "乙": 4}
    assert warned(found)["ledger_buyers_filled"] == {"count": 1}


@pytest.mark.parametrize(
    ("terms", "day"), [("30", "31"), ("30天", "31"), ("Net 30", "31"), (30, "31"), ("月结30天", None)]
)
def test_a_due_date_may_come_from_the_terms(terms: str | int, day: str | None) -> None:
    rows = [{"开票日期": "2026-01-01", "账期": terms, "金额": 5}, {"开票日期": "2026-01-01", "账期": 10, "金额": 5}]
    ledger = read_ledger(rows)
    assert [str(invoice.due_date) for invoice in ledger.invoices[:-1]] == ([f"2026-01-{day}"] if day else [])
    assert [(row.field, row.reason) for row in ledger.bad_rows] == ([] if day else [("due_date", "missing")])
    assert warned(ask(ledger=rows, today="2026-02-01"))["ledger_due_from_terms"]["count"] == len(ledger.invoices)


@pytest.mark.parametrize(
    ("text", "amount", "factor"),
    [
        ("客户,到期日,金额(万元)\n甲,2026-01-01,12.5\n", 125_000, 10_000),
        ("应收明细\n单位：万元\n客户,到期日,金额\n甲,2026-01-01,12.5\n", 125_000, 10_000),
        ("Amounts in thousands of EUR\ncustomer,due date,amount\nA,2026-01-01,12.5\n", 12_500, 1_000),
        ("customer,due date,amount ('000)\nA,2026-01-01,12.5\n", 12_500, 1_000),
        ("单位：元\n客户,到期日,金额\n甲,2026-01-01,12.5\n", 12.5, None),
        ("客户,到期日,金额(万元)\n甲,2026-01-01,12.5万\n", 125_000, 10_000),
        ("客户,到期日,金额(万元)\n甲,2026-01-01,¥12.5\n", 125_000, 10_000),
    ],
)
def test_a_ledger_kept_in_larger_units_is_read_in_full(text: str, amount: float, factor: int | None) -> None:
    found = ask(ledger=text, today="2026-02-01")
    assert found["receivables"]["amount"] == amount
    assert warned(found).get("ledger_amounts_in_units") == ({"factor": factor} if factor else None)


@pytest.mark.parametrize(
    ("text", "total", "currency", "left_out", "blank"),
    [
        ("buyer,due date,amount\nA,2026-01-01,$100\nB,2026-01-01,€200\nC,2026-01-01,€50\n", 250, "EUR", 1, None),
        ("buyer,due date,amount,currency\nA,2026-01-01,1,RMB\nB,2026-01-01,2,\n", 3, "CNY", None, 1),
        (
            "buyer,due date,amount,currency\nA,2026-01-01,1,Euro\nB,2026-01-01,2,Zloty\nC,2026-01-01,4,EUR\n",
            5,
            "EUR",
            1,
            None,
        ),
        ("buyer,due date,amount (USD)\nA,2026-01-01,1\n", 1, "USD", None, None),
        ("币种：美元\n客户,到期日,金额\n甲,2026-01-01,1\n", 1, "USD", None, None),
        ("buyer,due date,amount\nA,2026-01-01,1\n", 1, "XXX", None, None),
    ],
)
def test_currencies_are_never_added_up(
    text: str, total: float, currency: str, left_out: int | None, blank: int | None
) -> None:
    found = ask(ledger=text, today="2026-02-01")
    assert found["receivables"] == {"amount": total, "currency": currency}
    assert found["buyers"][0]["open"]["currency"] == currency
    assert warned(found).get("ledger_other_currencies_left_out", {}).get("count") == left_out
    assert warned(found).get("ledger_currency_blank", {}).get("count") == blank


def test_the_sheet_with_the_ledger_is_found_and_others_are_named() -> None:
    book = openpyxl.Workbook()
    cover = book.active
    assert cover is not None
    cover.append(["编制说明"])
    for title in ("1月", "2月"):
        sheet = book.create_sheet(title)
        sheet.append(["客户", "到期日", "金额"])
        sheet.append([title, "2026-01-31", 5])
    buffer = io.BytesIO()
    book.save(buffer)
    with acting_for("visitor:x", {"a.xls": buffer.getvalue()}.get):
        found = ask(ledger_file="a.xls", today="2026-02-10")
    assert (found["ledger"]["sheet"], found["receivables"]["amount"]) == ("1月", 5)
    assert warned(found)["ledger_sheets_left_out"] == {"sheet": "1月", "count": 1}


SHEET = """<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row><c t="inlineStr"><is><t>客户</t></is></c><c t="inlineStr"><is><r><t>到期</t></r><r><t>日</t></r></is></c>
<c r="D1" t="str"><v>金额</v></c><c r="E1" t="s"><v>0</v></c></row>
<row r="7"><c r="A7" t="s"><v>1</v></c><c r="B7"><v>46053</v></c>
<c r="D7"><v>12.5</v></c><c r="E7" t="b"><v>1</v></c></row>
<row r="8"><c r="A8" t="s"><v>1</v></c><c r="B8" t="d"><v>2026-01-31T00:00:00</v></c>
<c r="D8" t="e"><v>#REF!</v></c></row>
<row r="9"/></sheetData></worksheet>"""


def archived(sheet: str = SHEET, workbook: str = "", strings: str = "") -> bytes:
    """A workbook as other programs write it: no formats, some references missing, runs and reading aids in texts."""
    links = '<r xmlns="x"><Relationship Id="rId1" Target="/xl/worksheets/s.xml"/></r>'
    book = f'<w xmlns:r="y">{workbook}<sheets><sheet name="AR" r:id="rId1"/></sheets></w>'
    texts = "<sst><si><t>争议</t></si><si><r><t>霁桥</t></r><r><t>电子</t></r><rPh><t>jiqiao</t></rPh></si></sst>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", book)
        archive.writestr("xl/_rels/workbook.xml.rels", links)
        archive.writestr("xl/sharedStrings.xml", strings or texts)
        archive.writestr("xl/worksheets/s.xml", sheet)
    return buffer.getvalue()


def test_a_workbook_is_read_whatever_wrote_it() -> None:
    ledger = read_ledger(archived())
    (invoice,) = ledger.invoices
    assert (invoice.line, invoice.buyer, invoice.due_date) == (7, "霁桥电子", date(2026, 1, 31))
    assert (invoice.amount, invoice.is_disputed) == (Decimal("12.5"), True)
    assert [(row.line, row.value, row.reason) for row in ledger.bad_rows] == [(8, "#REF!", "not_a_number")]


def test_cells_that_a_workbook_leaves_out_are_empty_and_lines_are_counted() -> None:
    def row(*cells: str) -> str:
        return f"<row>{''.join(cells)}</row>"

    def text(place: str, words: str) -> str:
        return f'<c r="{place}" t="inlineStr"><is><t>{words}</t></is></c>'

    header = row(
        text("A1", "客户"), text("B1", "发票号"), text("C1", "到期日"), text("D1", "金额"), text("AB1", "限额")
    )
    first = row(text("A2", "甲"), '<c r="C2"><v>46053</v></c>', '<c r="D2"><v>5</v></c>', '<c r="AB2"><v>9</v></c>')
    formula = row(text("A3", "乙"), '<c r="C3"><v>46053</v></c>', '<c r="D3"><f>1+1</f></c>')
    sheet = f"<worksheet><sheetData>{header}{first}{formula}</sheetData></worksheet>"
    ledger = read_ledger(archived(sheet=sheet))
    (invoice,) = ledger.invoices
    assert (invoice.line, invoice.number, invoice.amount, invoice.limit) == (2, "", 5, 9)
    assert [(bad.line, bad.field, bad.reason) for bad in ledger.bad_rows] == [(3, "amount", "missing")]


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (archived(workbook='<workbookPr date1904="1"/>'), "Save the ledger as CSV"),
        (archived(sheet="<worksheet><row>"), "not a readable XLSX"),
        (archived(sheet=SHEET.replace('r="D7"', 'r="ZZZZZ7"')), "not a readable XLSX"),
        (archived(strings="<sst/>"), "not a readable XLSX"),
    ],
)
def test_a_workbook_that_cannot_be_read_says_so(content: bytes, remedy: str) -> None:
    with pytest.raises(ToolInputError, match=remedy):
        read_ledger(content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "big5", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters_are_recognised_below_a_title(encoding: str, delimiter: str) -> None:
    text = "帳齡明細\n" + delimiter.join(("客戶", "到期日", "金額")) + "\n" + delimiter.join(("甲", "2026-01-31", "7"))
    ledger = read_ledger(text.encode(encoding))
    assert [(invoice.buyer, invoice.amount) for invoice in ledger.invoices] == [("甲", 7)]


def test_cells_kept_as_text_by_a_formula_are_read() -> None:
    ledger = read_ledger('客户,发票号,到期日,金额\n甲,="0012",="2026-01-31",5\n')
    assert (ledger.invoices[0].number, ledger.invoices[0].due_date) == ("0012", date(2026, 1, 31))


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old XLS format"),
        (b"<html><table></table></html>", "Save the file as XLSX or CSV"),
        (b"PK\x03\x04 nothing", "not a readable XLSX"),
    ],
)
def test_files_that_are_no_ledger_say_what_to_give_instead(content: bytes, remedy: str) -> None:
    with pytest.raises(ToolInputError, match=remedy) as caught:
        read_ledger(content)
    assert caught.value.field == "ledger"


@pytest.mark.parametrize(
    ("days", "order", "is_certain"),
    [
        (["13/01/2026"], "day_first", True),
        (["01/13/2026"], "month_first", True),
        (["12/12/2026"], "day_first", False),
        (["13/01/2026", "14/01/2026", "01/13/2026"], "day_first", False),
        (["13/01/2026", "01/13/2026", "01/14/2026"], "month_first", False),
        (["2026/13/01", "2026年1月13日"], "year_first", True),
    ],
)
def test_the_order_of_day_and_month_is_judged_by_the_whole_ledger(
    days: list[str], order: str, is_certain: bool
) -> None:
    ledger = read_ledger([{"due date": day, "amount": 1} for day in days])
    assert (ledger.date_order, ledger.is_date_order_certain) == (order, is_certain)


@pytest.mark.parametrize("amount", [10**15 + 1, float("inf"), float("nan"), True, date(2026, 1, 1), [5]])
def test_what_is_no_amount_is_a_bad_row(amount: Any) -> None:
    ledger = read_ledger([{"due date": "2026-01-01", "amount": amount}])
    assert [(row.field, row.reason) for row in ledger.bad_rows] == [("amount", "not_a_number")]


def test_a_chosen_column_helps_to_find_the_header_below_a_title() -> None:
    text = "Liste,,\nwer,wann,wieviel\nX,2026-01-31,10\n"
    ledger = read_ledger(text, columns={"buyer": "wer", "due_date": "wann", "amount": "wieviel"})
    assert [(invoice.buyer, invoice.amount) for invoice in ledger.invoices] == [("X", 10)]
    with pytest.raises(ToolInputError, match="Use one of the headers: wer, wann, wieviel"):
        read_ledger(text, columns={"buyer": "wer", "due_date": "wann", "amount": "was"})
    with pytest.raises(ToolInputError, match="Use one of: buyer"):
        read_ledger(text, columns={"debtor": "wer"})


@given(text=st.text(alphabet="客户到期日金额,;\t\n\"'0123456789-/.amountduebyr 年月日万(", max_size=300))
def test_any_text_as_a_ledger_ends_in_a_result_or_a_named_mistake(text: str) -> None:
    try:
        ask(ledger=text)
    except ToolInputError as error:
        assert error.field


def test_a_ledger_may_be_an_attached_file() -> None:
    files = {"应收.csv": "客户,到期日,金额\n甲,2026-01-05,100\n".encode("gb18030")}
    with acting_for("visitor:x", files.get):
        assert ask(ledger_file="应收.csv", today="2026-02-01")["receivables"]["amount"] == 100
        with pytest.raises(ToolInputError, match="ledger_file"):
            ask(ledger_file="nothing.csv")
        with pytest.raises(ToolInputError, match="not both"):
            ask(ledger_file="应收.csv", ledger="a")
