"""Which figures a text holds, in both languages."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.engine.wording import Wording
from assistant.verify import figures

MAY_30 = date(2026, 5, 30)


def read(text: str) -> list[tuple[str, str]]:
    return [(str(figure.value), figure.kind) for figure in figures(text)]


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("900,000", "900000", "number"),
        ("90万", "900000", "number"),
        ("九十万元", "900000", "money"),
        ("一百二十万", "1200000", "number"),
        ("1.2 million", "1200000.0", "number"),
        ("USD 1.2m", "1200000.0", "money"),
        ("EUR900,000", "900000", "money"),
        ("HK$300", "300", "money"),
        ("two hundred thousand dollars", "200000", "money"),
        ("９００，０００元", "900000", "money"),
        ("90%", "90", "percent"),
        ("９０％", "90", "percent"),
        ("90 per cent", "90", "percent"),
        ("九成", "90", "percent"),
        ("八成五", "85", "percent"),
        ("百分之八十五", "85", "percent"),
        ("万分之五", "0.05", "percent"),
        ("approx.30%", "30", "percent"),
        ("thirty days", "30", "days"),
        ("within thirty (30) days", "30", "days"),
        ("a 180-day waiting period", "180", "days"),
        ("10 working days", "10", "days"),
        ("三十天", "30", "days"),
        ("15个工作日", "15", "days"),
        ("第 30 天", "30", "days"),
        ("6个月", "6", "months"),
        ("six months", "6", "months"),
        ("two weeks", "2", "weeks"),
        ("2026年", "2026", "year"),
        ("三倍", "3", "number"),
    ],
)
def test_a_figure_is_read_with_its_kind(text: str, value: str, kind: str) -> None:
    assert read(text) == [(value, kind)]


@pytest.mark.parametrize(
    "text",
    ["2026-05-30", "2026/5/30", "30/05/2026", "2026年5月30日", "2026 年 5 月 30 号", "二〇二六年五月三十日",
     "30 May 2026", "30th of May 2026", "30-May-2026", "May 30, 2026", "May 30th 2026"],
)  # fmt: skip
def test_a_date_is_read_in_every_form(text: str) -> None:
    assert [figure.value for figure in figures(f"Report by {text}.")] == [MAY_30]


@pytest.mark.parametrize("text", ["5月30日", "五月三十日", "30 May", "May 30"])
def test_a_date_without_its_year_is_a_day_of_the_year(text: str) -> None:
    assert [(figure.kind, figure.unit) for figure in figures(text)] == [("month_day", "05-30")]


@pytest.mark.parametrize(
    "text",
    [
        "clause 7.1",
        "clauses 7.1, 7.2 and 8.3",
        "第7.1条、第7.2条",
        "条款 7.1",
        "S.7",
        "endorsement E1",
        "T+15",
        "LEI 529900T8BM49AURSDO55",
        "统一社会信用代码 91310000MA1FL2ABCD",
        "as shown[1][2]",
        "[wt-2026/en/7.1]",
        "wt-2026:7.1",
        "GB/T 1234",
        "Incoterms 2020",
        "《民法典第500条》",
        "Form A4",
        "step 3",
        "one of them, 一些, 万一, 千万不要, 十分",
        "the one-year LPR, 一年期 LPR",
    ],
)
def test_names_are_not_figures(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("30 or 60 days", ["days", "days"]),
        ("0.15%–0.8%", ["percent", "percent"]),
        ("0.15至0.8%", ["percent", "percent"]),
        ("CNY 10,000 to 20,000", ["money", "money"]),
        ("RMB500万 EUR900,000", ["money", "money"]),
        ("1,000,000 × 90% = 900,000", ["number", "percent", "number"]),
        ("you may 30 days later", ["days"]),
    ],
)
def test_a_neighbour_lends_its_unit(text: str, kinds: list[str]) -> None:
    assert [figure.kind for figure in figures(text)] == kinds


def test_a_clause_number_does_not_hide_the_figure_after_it() -> None:
    assert read("clause 7.1, 30 days; article 30% of it; section 7,500") == [
        ("30", "days"),
        ("30", "percent"),
        ("7500", "number"),
    ]


def test_a_long_bare_number_is_not_taken_for_an_identifier() -> None:
    assert read("900000000000000元") == [("900000000000000", "money")]


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31)))
def test_every_date_we_write_is_read_back(day: date) -> None:
    for language in ("zh", "en"):
        (figure,) = figures(Wording(language).date(day).text)  # type: ignore[arg-type]
        assert figure.value == day


@given(st.decimals(min_value=0, max_value=10**13, places=2), st.sampled_from(["CNY", "USD", "EUR", "JPY", "XXX"]))
def test_every_sum_we_write_is_read_back(amount: Decimal, currency: str) -> None:
    for language in ("zh", "en"):
        (figure,) = figures(Wording(language).money({"amount": float(amount), "currency": currency}).text)  # type: ignore[arg-type]
        assert abs(Decimal(str(figure.value)) - amount) <= Decimal("0.01") + amount / 10**15
        assert figure.unit == currency.replace("XXX", "")


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    for figure in figures(text):
        assert figure.text


@given(st.integers(0, 400), st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 12, 31)))
def test_arithmetic_with_dates_is_read_whole(days: int, day: date) -> None:
    later = day + timedelta(days=days)
    assert [figure.value for figure in figures(f"{day} + {days} d = {later}")] == [day, Decimal(days), later]
