"""Schedules in the layouts of real life, in both languages, with known truth: what is read and what is left alone."""

import csv
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import docx
import openpyxl
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

from assistant.schedule import ScheduleReading, read_schedule
from knowledge.loaders import load_user_document
from knowledge.model import Document

Truth = dict[str, Any]


class Row(NamedTuple):
    """One line of a schedule: how it is named, what stands there, and what it means."""

    label: str
    value: str
    truth: Truth
    sentence: str
    """The same in running text."""


def money(amount: float, currency: str) -> dict[str, Any]:
    return {"amount": amount, "currency": currency}


def english(seed: int) -> list[Row]:
    """A schedule in English; names, figures and notation vary with the seed."""
    pick = random.Random(seed)
    pct, dcl = pick.choice([85, 90, 95]), pick.choice([70, 75, 80])
    mep, notice = pick.choice([30, 45, 60, 90]), pick.choice([14, 20, 30])
    wait, months = pick.choice([120, 150, 180]), pick.choice([3, 4, 6])
    currency = pick.choice(["EUR", "USD", "GBP", "CNY"])
    dcl_limit, nql = pick.choice([20_000, 50_000, 100_000]), pick.choice([500, 1_000, 5_000])
    word = {3: "three", 4: "four", 6: "six"}[months]
    basis, basis_words = pick.choice(
        [("due_date", "the original due date"), ("mep_end", "expiry of the Maximum Extension Period")]
    )
    pct_name = pick.choice(["Insured percentage", "Percentage of cover", "Indemnity percentage"])
    wait_name = pick.choice(["Waiting period", "Claims waiting period", "Protracted default waiting period"])
    return [
        Row(
            "Policy currency",
            currency,
            {"currency": currency},
            f"The policy currency is {currency}.",
        ),
        Row(
            "Policy period",
            "1 March 2026 to 28 February 2027",
            {"period_from": "2026-03-01", "period_to": "2027-02-28"},
            "The policy period runs from 1 March 2026 to 28 February 2027, both days inclusive.",
        ),
        Row(
            pct_name,
            f"{pct}%",
            {"insured_pct": pct},
            f"The {pct_name} shall be {pct} per cent of each insured receivable.",
        ),
        Row(
            "Discretionary credit limit",
            f"{currency} {dcl_limit:,} at {dcl}%",
            {"discretionary_limit": money(dcl_limit, currency), "dcl_pct": dcl},
            f"The discretionary credit limit is {currency} {dcl_limit:,} at {dcl}%.",
        ),
        Row(
            pick.choice(["Maximum terms of payment", "Maximum payment terms", "Maximum credit period"]),
            "120 days from invoice date",
            {"max_terms_days": 120},
            "Payment terms may not exceed 120 days from the date of invoice.",
        ),
        Row(
            "Maximum extension period",
            f"{mep} days",
            {"mep_days": mep},
            f"The Maximum Extension Period (MEP) is {mep} days from the original due date.",
        ),
        Row(
            pick.choice(["Overdue notification", "Notification of overdue accounts", "Overdue notice"]),
            f"within {notice} days after the end of the maximum extension period",
            {"notice_days": notice, "notice_basis": "mep_end"},
            f"Overdue invoices must be reported within {notice} days of the end of the Maximum Extension Period.",
        ),
        Row(
            pick.choice(["Adverse information", "Notification of adverse information"]),
            "within ten (10) days of becoming aware",
            {"adverse_days": 10},
            "Adverse information must be reported within ten (10) days of the day on which it became known.",
        ),
        Row(
            pick.choice(["Transfer to collection", "Hand-over to collection"]),
            "30 days after the MEP",
            {"collection_days": 30},
            "The debt is handed over for collection within 30 days after the MEP.",
        ),
        Row(
            wait_name,
            f"{wait} days from {basis_words}",
            {"waiting_days": wait, "waiting_basis": basis},
            f"The {wait_name.lower()} is {wait} days from {basis_words} of the oldest unpaid invoice.",
        ),
        Row(
            pick.choice(["Time to file a claim", "Claims filing period", "Submission of claims"]),
            f"{months} months after the end of the MEP",
            {"claim_months": months, "claim_basis": "mep_end"},
            f"A claim must be filed within {word} ({months}) months after the end of the MEP.",
        ),
        Row(
            "Each-and-every first loss",
            "Nil",
            {"eefl": money(0, currency)},
            "Each and every first loss: nil.",
        ),
        Row(
            pick.choice(["Aggregate first loss", "Annual aggregate deductible"]),
            f"{currency} 25,000",
            {"afl": money(25_000, currency)},
            f"An aggregate first loss of {currency} 25,000 applies in each policy year.",
        ),
        Row(
            pick.choice(["Non-qualifying loss", "Claims threshold"]),
            f"{currency} {nql:,}",
            {"nql": money(nql, currency)},
            f"The non-qualifying loss is {currency} {nql:,}.",
        ),
        Row(
            "Maximum liability",
            "30 times the premium paid",
            {"max_liability_multiple": 30},
            "The insurer's maximum liability is 30 times the premium paid in the policy year.",
        ),
        Row("Premium rate", "0.28%", {"premium_rate_pct": 0.28}, "The premium rate is 0.28% of insured turnover."),
        Row(
            "Minimum premium",
            f"{currency} 20,000",
            {"min_premium": money(20_000, currency)},
            f"The minimum premium amounts to {currency} 20,000.",
        ),
        Row(
            "Credit limit fee",
            f"{currency} 45 per limit per year",
            {"limit_fee": money(45, currency)},
            f"A credit limit fee of {currency} 45 is charged for each limit and year.",
        ),
        Row(
            "Turnover declaration",
            "monthly, by the 20th of the following month",
            {"declaration_frequency": "monthly", "declaration_day": 20},
            "Turnover is declared monthly by the 20th of the following month.",
        ),
        Row(
            "Insured countries",
            "Germany, France and Italy",
            {"countries": ["DE", "FR", "IT"]},
            "The insured countries are Germany, France and Italy.",
        ),
    ]


def chinese(seed: int) -> list[Row]:
    """A schedule in Chinese; names, figures and notation vary with the seed."""
    pick = random.Random(seed)
    pct, dcl = pick.choice([80, 85, 90]), pick.choice([70, 75])
    mep, notice = pick.choice([30, 60, 90]), pick.choice([10, 20, 30])
    wait, months = pick.choice([120, 150, 180]), pick.choice([3, 4, 6])
    nql = pick.choice([5_000, 10_000, 20_000])
    hanzi = {3: "三", 4: "四", 6: "六"}[months]
    basis, basis_words = pick.choice([("due_date", "原付款到期日"), ("mep_end", "最长延长期限届满之日")])
    pct_name = pick.choice(["赔偿比例", "承保比例", "保险比例"])
    dcl_name = pick.choice(["自定信用额度", "自行掌握限额", "自主信用额度"])
    mep_name = pick.choice(["最长延长期限", "最高延长期", "最长展延期"])
    wait_name = pick.choice(["等待期", "定损核赔等待期", "赔款等待期"])
    nql_name = pick.choice(["起赔额", "起赔点", "最低理赔额"])
    return [
        Row("保单货币", "人民币", {"currency": "CNY"}, "保单货币为人民币。"),
        Row(
            pick.choice(["保险期间", "保单期间", "保险期限"]),
            "2026年1月1日零时起至2026年12月31日二十四时止",
            {"period_from": "2026-01-01", "period_to": "2026-12-31"},
            "保险期间自2026年1月1日起至2026年12月31日止。",
        ),
        Row(pct_name, f"{pct}%", {"insured_pct": pct}, f"本保单的{pct_name}为{pct}%。"),
        Row(
            dcl_name,
            f"人民币{20}万元，赔偿比例{dcl}%",
            {"discretionary_limit": money(200_000, "CNY"), "dcl_pct": dcl},
            f"{dcl_name}为人民币20万元，适用比例{dcl}%。",
        ),
        Row(
            pick.choice(["最长付款期限", "最长信用期限", "最长账期"]),
            "自发票日起120天",
            {"max_terms_days": 120},
            "付款期限最长不超过120天，自开具发票之日起计算。",
        ),
        Row(mep_name, f"{mep}天", {"mep_days": mep}, f"{mep_name}为原付款到期日后{mep}天。"),
        Row(
            pick.choice(["逾期欠款通知", "逾期通知期限"]),
            f"{mep_name}届满后{notice}日内",
            {"notice_days": notice, "notice_basis": "mep_end"},
            f"被保险人应在{mep_name}届满后{notice}日内提交逾期通知。",
        ),
        Row(
            pick.choice(["不利信息通知", "不利信息报告期限"]),
            "知悉后10日内",
            {"adverse_days": 10},
            "被保险人获悉不利信息后应在10日内通知保险人。",
        ),
        Row(
            pick.choice(["委托催收", "移交催收期限"]),
            f"{mep_name}届满后30天内",
            {"collection_days": 30},
            f"移交催收应在{mep_name}届满后30天内完成。",
        ),
        Row(
            wait_name,
            f"自{basis_words}起{wait}天",
            {"waiting_days": wait, "waiting_basis": basis},
            f"{wait_name}为自{basis_words}起{wait}天。",
        ),
        Row(
            pick.choice(["索赔期限", "索赔时限"]),
            f"{mep_name}届满后{hanzi}个月内",
            {"claim_months": months, "claim_basis": "mep_end"},
            f"被保险人应在{mep_name}届满后{hanzi}（{months}）个月内提出索赔。",
        ),
        Row("单一买方最初损失", "无", {"eefl": money(0, "CNY")}, "单一买方最初损失：无。"),
        Row(
            pick.choice(["累计最初损失", "年度累计免赔额"]),
            "人民币100,000元",
            {"afl": money(100_000, "CNY")},
            "累计最初损失为每个保单年度人民币10万元。",
        ),
        Row(nql_name, f"{nql}元", {"nql": money(nql, "CNY")}, f"{nql_name}为人民币{nql}元。"),
        Row(
            pick.choice(["最高责任限额", "最高赔偿限额", "累计赔偿限额"]),
            "已缴保险费的30倍",
            {"max_liability_multiple": 30},
            "最高责任限额为已缴保险费的30倍。",
        ),
        Row("保险费率", "0.28%", {"premium_rate_pct": 0.28}, "保险费率为投保营业额的0.28%。"),
        Row(
            pick.choice(["最低保险费", "最低保费"]),
            "人民币20,000元",
            {"min_premium": money(20_000, "CNY")},
            "最低保险费为人民币20,000元。",
        ),
        Row("限额审核费", "每个限额每年300元", {"limit_fee": money(300, "CNY")}, "限额审核费为每个限额每年300元。"),
        Row(
            "营业额申报",
            "按月申报，每月20日前申报上月营业额",
            {"declaration_frequency": "monthly", "declaration_day": 20},
            "被保险人应于每月20日前申报营业额。",
        ),
        Row("承保国家", "德国、法国、意大利", {"countries": ["DE", "FR", "IT"]}, "承保国家为德国、法国、意大利。"),
    ]


NOISE = {
    "en": [
        ("Policyholder", "Example Trading Ltd, 12 Harbour Road"),
        ("Policy number", "TC-2026-00123"),
        ("Broker commission", "15%"),
        ("No-claims bonus", "10% if no claim is paid"),
    ],
    "zh": [
        ("被保险人", "示例贸易有限公司"),
        ("保单号", "TC-2026-00123"),
        ("经纪佣金", "15%"),
        ("无赔款优待", "10%"),
    ],
}
HEAD = {"en": "Policy schedule", "zh": "保险单明细表"}
ITEM = {"en": ("No.", "Item", "Terms"), "zh": ("序号", "项目", "内容")}

Language = str
Write = Callable[[Path, list[Row], Language], Path]


def as_labelled_text(folder: Path, rows: list[Row], language: Language) -> Path:
    colon = "：" if language == "zh" else ": "
    lines = [f"{name}{colon}{value}" for name, value in NOISE[language]]
    lines += [f"{row.label}{colon}{row.value}" for row in rows]
    path = folder / "schedule.txt"
    path.write_text("\n".join([HEAD[language], *lines]), encoding="gb18030" if language == "zh" else "utf-8")
    return path


def as_numbered_items(folder: Path, rows: list[Row], language: Language) -> Path:
    lines = [f"{number}. {row.label} – {row.value}" for number, row in enumerate(rows, 1)]
    path = folder / "schedule.md"
    path.write_text(f"# {HEAD[language]}\n\n" + "\n\n".join(lines), encoding="utf-8")
    return path


def as_prose(folder: Path, rows: list[Row], language: Language) -> Path:
    document = docx.Document()
    document.add_heading(HEAD[language], 1)
    gap = "" if language == "zh" else " "
    for start in range(0, len(rows), 3):
        document.add_paragraph(gap.join(row.sentence for row in rows[start : start + 3]))
    document.save(str(folder / "schedule.docx"))
    return folder / "schedule.docx"


def as_two_columns(folder: Path, rows: list[Row], language: Language) -> Path:
    document = docx.Document()
    document.add_heading(HEAD[language], 1)
    cells = [*NOISE[language], *((row.label, row.value) for row in rows)]
    table = document.add_table(rows=0, cols=2)
    for name, value in cells:
        left, right = table.add_row().cells
        left.text, right.text = name, value
    document.save(str(folder / "columns.docx"))
    return folder / "columns.docx"


def as_three_columns(folder: Path, rows: list[Row], language: Language) -> Path:
    document = docx.Document()
    table = document.add_table(rows=1, cols=3)
    for cell, name in zip(table.rows[0].cells, ITEM[language], strict=True):
        cell.text = name
    for number, row in enumerate(rows, 1):
        for cell, text in zip(table.add_row().cells, (f"S.{number}", row.label, row.value), strict=True):
            cell.text = text
    document.save(str(folder / "three.docx"))
    return folder / "three.docx"


def as_workbook(folder: Path, rows: list[Row], language: Language) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(ITEM[language][1:]))
    for row in rows:
        share = row.truth.get("insured_pct")
        sheet.append([row.label, share / 100 if share else row.value])  # a cell formatted as a percentage holds 0.9
    book.save(folder / "schedule.xlsx")
    return folder / "schedule.xlsx"


def as_csv(folder: Path, rows: list[Row], language: Language) -> Path:
    with (folder / "schedule.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([[*NOISE[language][0]], *([row.label, row.value] for row in rows)])
    return folder / "schedule.csv"


GRID = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")])
LEAST = {"unlined_table": 0.85}
"""Without lines the rows of a printed table run together: less is found, nothing is invented."""


def as_printed_table(folder: Path, rows: list[Row], language: Language, lines: TableStyle | None = GRID) -> Path:
    style = _style(language)
    cells = [
        [Paragraph(name, style), Paragraph(value, style)]
        for name, value in [*NOISE[language], *((row.label, row.value) for row in rows)]
    ]
    return _print(folder, [Paragraph(HEAD[language], style), Table(cells, colWidths=[200, 260], style=lines)])


def as_unlined_table(folder: Path, rows: list[Row], language: Language) -> Path:
    return as_printed_table(folder, rows, language, lines=None)


def as_printed_prose(folder: Path, rows: list[Row], language: Language) -> Path:
    style = _style(language)
    gap = "" if language == "zh" else " "
    blocks = [gap.join(row.sentence for row in rows[start : start + 4]) for start in range(0, len(rows), 4)]
    return _print(folder, [Paragraph(text, style) for text in [HEAD[language], *blocks]])


def as_web_page(folder: Path, rows: list[Row], language: Language) -> Path:
    body = "".join(f"<tr><th>{row.label}</th><td>{row.value}</td></tr>" for row in rows)
    path = folder / "schedule.html"
    path.write_text(f"<html><body><h1>{HEAD[language]}</h1><table>{body}</table></body></html>", encoding="utf-8")
    return path


def _style(language: Language) -> ParagraphStyle:
    if language == "zh":
        registerFont(UnicodeCIDFont("STSong-Light"))
    font = "STSong-Light" if language == "zh" else "Helvetica"
    return ParagraphStyle("body", fontName=font, fontSize=10, leading=14, wordWrap="CJK" if language == "zh" else None)


def _print(folder: Path, story: list[Any]) -> Path:
    SimpleDocTemplate(str(folder / "schedule.pdf"), pagesize=A4).build(story)
    return folder / "schedule.pdf"


LAYOUTS: dict[str, Write] = {
    write.__name__.removeprefix("as_"): write
    for write in (
        as_labelled_text,
        as_numbered_items,
        as_prose,
        as_two_columns,
        as_three_columns,
        as_workbook,
        as_csv,
        as_printed_table,
        as_unlined_table,
        as_printed_prose,
        as_web_page,
    )
}
SOURCES: dict[Language, Callable[[int], list[Row]]] = {"en": english, "zh": chinese}


def truth_of(rows: list[Row]) -> Truth:
    return {key: value for row in rows for key, value in row.truth.items()}


def scored(reading: ScheduleReading, truth: Truth) -> tuple[list[str], list[str], list[str]]:
    """Keys read rightly, keys read wrongly or invented, keys missed."""
    stated = [(term.key, term.value) for term in reading.terms]
    right = [key for key, value in stated if key in truth and truth[key] == value]
    wrong = [f"{key}={value}" for key, value in stated if key not in truth or truth[key] != value]
    return right, wrong, [key for key in truth if key not in right]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_parameters_of_a_schedule_are_found_in_every_layout(tmp_path: Path, layout: str, language: str) -> None:
    found, invented, missed = [], [], []
    for seed in range(4):
        rows = SOURCES[language](seed)
        document = load_user_document(LAYOUTS[layout](tmp_path, rows, language), owner="ann")
        right, wrong, lost = scored(read_schedule(document), truth_of(rows))
        found += right
        invented += wrong
        missed += lost
    precision, recall = len(found) / (len(found) + len(invented)), len(found) / (len(found) + len(missed))
    assert precision >= 0.97, f"{precision=:.3f} {invented=}"
    assert recall >= LEAST.get(layout, 0.97), f"{recall=:.3f} {missed=}"


def read(text: str, language: str = "en") -> ScheduleReading:
    return read_schedule(
        Document(id="x", language=language, title="x", kind="user", edition="", source="x", text=text)  # type: ignore[arg-type]
    )


def one(text: str, key: str, language: str = "en") -> tuple[Any, tuple[str, ...]]:
    (term,) = read(text, language).of(key)
    return term.value, term.doubts


@pytest.mark.parametrize(
    ("text", "language", "key", "value", "doubt"),
    [
        ("Insured percentage: 90% or 85%", "en", "insured_pct", 90, "several_values"),
        ("Insured percentage: 20%", "en", "insured_pct", 20, "out_of_bounds"),
        ("Insured percentage: 0.9", "en", "insured_pct", 90, "unit_converted"),
        ("Waiting period: 180 days", "en", "waiting_days", 180, "no_basis"),
        ("等待期：180天", "zh", "waiting_days", 180, "no_basis"),
        ("MEP: 60", "en", "mep_days", 60, "unit_unclear"),
        ("Maximum extension period: 2 months", "en", "mep_days", 60, "unit_converted"),
        ("最长延长期限：两个月", "zh", "mep_days", 60, "unit_converted"),
        ("NQL: 5,000", "en", "nql", {"amount": 5_000, "currency": "XXX"}, "unit_unclear"),
        ("EEFL: EUR 1.000", "en", "eefl", {"amount": 1_000, "currency": "EUR"}, "ambiguous"),
        ("不利信息：知悉后10个工作日内", "zh", "adverse_days", 10, "working_days"),
        ("Policy period: twelve months from 1 March 2026", "en", "period_to", "2027-02-28", "computed"),
        ("免赔额：人民币1万元", "zh", "eefl", {"amount": 10_000, "currency": "CNY"}, "ambiguous"),
    ],
)
def test_what_is_not_certain_is_marked(text: str, language: str, key: str, value: Any, doubt: str) -> None:
    found, doubts = one(text, key, language)
    assert found == value
    assert doubt in doubts


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (
            "Insured percentage\nSection A - domestic: 90 %\nSection B - export: 85 %\nPolitical risks: 80 %",
            "en",
            {"insured_pct.domestic": 90, "insured_pct.export": 85, "insured_pct.political": 80},
        ),
        (
            "四、赔偿比例：\n（一）商业风险：买方破产、拖欠 90%；买方拒收 80%\n（二）政治风险：85%",
            "zh",
            {"insured_pct": 90, "insured_pct.refusal": 80, "insured_pct.political": 85},
        ),
        ("保障比例：国内贸易90%，出口贸易85%", "zh", {"insured_pct.domestic": 90, "insured_pct.export": 85}),
        (
            "Item: Insured percentage; Domestic: 90%; Export: 80%",
            "en",
            {"insured_pct.domestic": 90, "insured_pct.export": 80},
        ),
        ("Insured percentage: 90% (80% under the discretionary limit)", "en", {"insured_pct": 90, "dcl_pct": 80}),
    ],
)
def test_each_section_keeps_its_own_percentage(text: str, language: str, expected: Truth) -> None:
    assert {term.key: term.value for term in read(text, language).terms} == expected


def test_different_values_in_two_places_are_both_kept() -> None:
    reading = read("Waiting period: 180 days from due date\n\nSpecial terms\nWaiting period: 120 days from due date\n")
    assert {term.value for term in reading.of("waiting_days")} == {180, 120}
    assert all("conflict" in term.doubts for term in reading.of("waiting_days"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Deliveries after the end of the maximum extension period are not insured within 30 days.", "en"),
        ("The uninsured percentage of 10% is kept by the insured. Broker commission 15%.", "en"),
        ("Waiting period: as stated in endorsement 3", "en"),
        ("等待期届满后30天内，保险人支付赔款。", "zh"),
        ("经纪佣金15%，无赔款优待10%。", "zh"),
        ("In insolvency there is no waiting period.", "en"),
        ("", "en"),
    ],
)
def test_what_is_only_spoken_of_is_not_taken_for_a_term(text: str, language: str) -> None:
    assert read(text, language).terms == ()


def test_every_quote_is_a_stretch_of_the_document() -> None:
    for language in ("en", "zh"):
        text = "\n".join(f"{row.label}: {row.value}" for row in SOURCES[language](1))
        for term in read(text, language).terms:
            quote = text[term.quote.start : term.quote.end]
            assert quote == quote.strip()
            assert quote in text.split("\n") or "\n" in quote


def test_what_the_schedule_does_not_state_is_listed_as_missing() -> None:
    missing = read("Insured percentage: 90%\nTime to file a claim: 180 days after the due date").missing
    assert {"mep_days", "waiting_days", "nql", "max_liability"} <= set(missing)
    assert not {"insured_pct", "claim_months", "claim_basis"} & set(missing)
