from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.engine.reading import Reading, read

TODAY = date(2026, 11, 23)


def reading(message: str) -> Reading:
    return read(message, today=TODAY)


def only(message: str) -> tuple[str, object, str]:
    (quantity,) = reading(message).quantities
    return quantity.kind, quantity.value, quantity.unit


@pytest.mark.parametrize(
    ("message", "amount", "currency"),
    [
        ("500万美元", 5_000_000, "USD"),
        ("一亿两千万", 120_000_000, "XXX"),
        ("3.5m EUR", 3_500_000, "EUR"),
        ("$1,200k", 1_200_000, "USD"),
        ("RMB 12.5万", 125_000, "CNY"),
        ("两百来万", 2_000_000, "XXX"),
        ("人民币500万元", 5_000_000, "CNY"),
        ("１２０万", 1_200_000, "XXX"),
        ("一百二十萬美金", 1_200_000, "USD"),
        ("3万5", 35_000, "XXX"),
        ("half a million euros", 500_000, "EUR"),
        ("two and a half million dollars", 2_500_000, "USD"),
        ("£10,000", 10_000, "GBP"),
        ("€10.000,50", Decimal("10000.50"), "EUR"),
        ("30k", 30_000, "XXX"),
        ("50 lakh rupees", 5_000_000, "INR"),
        ("MEUR 3.5", 3_500_000, "EUR"),
        ("800 KUSD", 800_000, "USD"),
        ("75 USD million", 75_000_000, "USD"),
        ("thirteen dollars and forty-five cents", Decimal("13.45"), "USD"),
        ("两美元又三美分", Decimal("2.03"), "USD"),
    ],
)
def test_money_is_read_in_the_usual_forms(message: str, amount: object, currency: str) -> None:
    assert only(message) == ("money", amount, currency)


@pytest.mark.parametrize(
    ("message", "share"),
    [
        ("九成", 90),
        ("90%", 90),
        ("百分之八十五", 85),
        ("八成五", 85),
        ("ninety percent", 90),
        ("0.25%", Decimal("0.25")),
        ("千分之三", Decimal("0.3")),
        ("９０％", 90),
        ("25 bps", Decimal("0.25")),
        ("nine tenths", 90),
        ("六点五折", 65),
    ],
)
def test_shares_are_read_as_percent(message: str, share: object) -> None:
    assert only(message) == ("percent", share, "%")


@pytest.mark.parametrize(
    ("message", "length", "unit"),
    [
        ("60天", 60, "days"),
        ("两个月", 2, "months"),
        ("net 60", 60, "days"),
        ("O/A 90", 90, "days"),
        ("半年", 6, "months"),
        ("six weeks", 42, "days"),
        ("一年半", 18, "months"),
        ("10个工作日", 10, "business_days"),
        ("a quarter", 3, "months"),
    ],
)
def test_time_spans_are_read(message: str, length: int, unit: str) -> None:
    assert only(message) == ("duration", length, unit)


@pytest.mark.parametrize(
    ("message", "day"),
    [
        ("2026-03-01", date(2026, 3, 1)),
        ("二〇二六年三月一日", date(2026, 3, 1)),
        ("3月1日", date(2026, 3, 1)),
        ("1 March 2026", date(2026, 3, 1)),
        ("March 1st", date(2026, 3, 1)),
        ("上个月底", date(2026, 10, 31)),
        ("last Friday", date(2026, 11, 20)),
        ("昨天", date(2026, 11, 22)),
        ("三个月前", date(2026, 8, 23)),
        ("end of last month", date(2026, 10, 31)),
        ("去年底", date(2025, 12, 31)),
        ("31.12.2025", date(2025, 12, 31)),
    ],
)
def test_dates_are_counted_from_today(message: str, day: date) -> None:
    assert only(message)[:2] == ("date", day)


def test_a_period_has_two_ends() -> None:
    (quarter,) = reading("第三季度").quantities
    assert (quarter.low, quarter.high, quarter.unit) == (date(2026, 7, 1), date(2026, 9, 30), "quarter")


def test_a_date_that_two_customs_read_differently_is_flagged() -> None:
    found = reading("due 01/03/2026")
    assert found.quantities[0].value == date(2026, 3, 1)
    assert found.quantities[0].alternatives == (date(2026, 1, 3),)
    assert "ambiguous_date" in found.flags


@pytest.mark.parametrize(
    ("message", "low", "high"),
    [
        ("80–100万", 800_000, 1_000_000),
        ("between 80k and 100k", 80_000, 100_000),
        ("30-60天", 30, 60),
        ("80%-95%", 80, 95),
    ],
)
def test_ranges_keep_both_ends(message: str, low: int, high: int) -> None:
    (quantity,) = reading(message).quantities
    assert (quantity.low, quantity.high, quantity.is_range) == (low, high, True)


@pytest.mark.parametrize(
    "message", ["帮我看一下", "万一客户不付", "千万不要发货", "clause 7.1", "十分感谢", "no one paid", "见第7.1条"]
)
def test_ordinary_words_are_not_quantities(message: str) -> None:
    assert all(item.unit == "ordinal" for item in reading(message).quantities)


@pytest.mark.parametrize(
    ("message", "roles"),
    [
        ("欠款120万,限额100万,赔偿比例90%", {"debt": 1_200_000, "limit": 1_000_000, "insured_pct": 90}),
        ("買方欠款一百二十萬,信用額度100萬,賠償比例九成", {"debt": 1_200_000, "limit": 1_000_000, "insured_pct": 90}),
        ("Debt 30k, limit 25k, recovered 10k", {"debt": 30_000, "limit": 25_000, "recoveries": 10_000}),
        ("limit 100 debt 120 cover 90", {"limit": 100, "debt": 120, "insured_pct": 90}),
        ("流动资产800万,流动负债500万", {"current_assets": 8_000_000, "current_liabilities": 5_000_000}),
        ("我的 MEP 是60天, when to report?", {"mep_days": 60}),
        ("EEFL 5000, NQL 2k", {"eefl": 5_000, "nql": 2_000}),
        (
            "营业额5000万,账期90天,最大客户占30%",
            {"turnover": 50_000_000, "payment_terms_days": 90, "largest_buyer_pct": 30},
        ),
        (
            "€12m turnover, net 60, loss ratio 20%, 40 limits",
            {"turnover": 12_000_000, "loss_ratio_pct": 20, "limits_count": 40},
        ),
        ("Late interest on £10,000, 60 days?", {"amount_late": 10_000, "days_late": 60}),
        ("等待期180天,3月1日到期", {"waiting_days": 180, "due_date": date(2026, 3, 1)}),
        ("客户昨天进破产程序了", {"event_date": date(2026, 11, 22)}),
        ("they owe us 250k, already paid 40k", {"debt": 250_000, "receipts": 40_000}),
    ],
)
def test_roles_come_from_the_nearest_words(message: str, roles: dict[str, object]) -> None:
    found = reading(message)
    for role, value in roles.items():
        quantity = found.quantity(role)
        assert quantity is not None, role
        assert quantity.value == value


def test_a_list_shares_the_role_of_its_first_member() -> None:
    found = reading("Losses of 300k, 250k, 400k with 500k AFL?")
    assert [item.value for item in found.with_role("losses")] == [300_000, 250_000, 400_000]
    afl = found.quantity("afl_remaining")
    assert afl is not None and afl.value == 500_000


def test_a_bare_amount_has_no_role() -> None:
    assert reading("不对,是100万").quantities[0].role is None


AMOUNTS = st.integers(min_value=11, max_value=99_999_999)
WAN = st.integers(min_value=1, max_value=9_999)


@given(AMOUNTS)
def test_an_amount_written_with_separators_reads_back(amount: int) -> None:
    assert only(f"USD {amount:,}") == ("money", amount, "USD")
    assert only(f"{amount:,} euros") == ("money", amount, "EUR")
    assert only(f"{amount}元") == ("money", amount, "CNY")


@given(
    WAN,
    st.sampled_from(
        [("万元", 10_000, "CNY"), ("k USD", 1_000, "USD"), (" million GBP", 1_000_000, "GBP"), ("亿日元", 10**8, "JPY")]
    ),
)
def test_a_scaled_amount_reads_back(amount: int, form: tuple[str, int, str]) -> None:
    written, scale, currency = form
    assert only(f"{amount}{written}") == ("money", amount * scale, currency)


@given(st.integers(min_value=1, max_value=99_999_999))
def test_a_chinese_numeral_reads_back(amount: int) -> None:
    assert only(f"{chinese(amount)}美元") == ("money", amount, "USD")


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
def test_a_written_date_reads_back(day: date) -> None:
    for written in (
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%d %B %Y}",
        f"{day:%B} {day.day}, {day.year}",
    ):
        assert only(written)[1] == day


@given(st.text(max_size=80))
def test_any_text_is_read_and_every_span_points_at_its_words(message: str) -> None:
    found = reading(message)
    for item in (*found.quantities, *found.entities):
        assert 0 <= item.span[0] < item.span[1] <= len(message)
        assert message[slice(*item.span)] == item.text


def chinese(number: int) -> str:
    """The number in Chinese characters, in full."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        joint = "" if low == 0 else ("零" if low < 1_000 else "") + chinese(low)
        return chinese(high) + "万" + joint
    digits, units, written = "零一二三四五六七八九", ("千", "百", "十", ""), ""
    for position, character in enumerate(f"{number:04d}"):
        if character != "0":
            written += digits[int(character)] + units[position]
        elif written and not written.endswith("零"):
            written += "零"
    return written.rstrip("零")
