"""Quantities as people type and say them, read through `read`."""

from datetime import date
from decimal import Decimal

import pytest

from assistant.engine.reading import Quantity, read

TODAY = date(2026, 11, 23)


def found(message: str) -> tuple[Quantity, ...]:
    return read(message, today=TODAY).quantities


def values(message: str, kind: str) -> list[object]:
    return [item.value for item in found(message) if item.kind == kind]


@pytest.mark.parametrize(
    ("message", "amount"),
    [
        ("2个亿", 200_000_000),
        ("三个亿的盘子", 300_000_000),
        ("营业额1.5个亿", 150_000_000),
        ("做到3个多亿", 300_000_000),
        ("个把亿", 100_000_000),
        ("小两千万", 20_000_000),
        ("50w", 500_000),
        ("流水3kw左右", 30_000_000),
        ("12.5个W", 125_000),
        ("欠2w6刀", 26_000),
        ("two hundred grand", 200_000),
        ("four and a half grand", 4_500),
        ("a quarter of a million", 250_000),
        ("half a mil", 500_000),
        ("sales of 1.2 mil", 1_200_000),
        ("ninety-odd thousand", 90_000),
        ("limit one eighty, thousands", 180),
        ("7,3 m out", 7_300_000),
        ("debt 64,2k", 64_200),
        ("欠20万打到我账户了", 200_000),
        ("47万一分没少", 470_000),
        ("额度39万一直没批", 390_000),
        ("3万块一直不还", 30_000),
        ("外贸那块4000万留着", 40_000_000),
        ("Rs 2,40,000 dishonoured", 240_000),
        ("EUR 12 800, overdue", 12_800),
        ("Debt R640,000, limit pending", 640_000),
        ("sales for FY Rs 21 crore", 210_000_000),
        ("we pay 12k as well", 12_000),
        ("专用件€240k没出厂", 240_000),
        ("净利-1,200万", -12_000_000),
        ("net worth minus £40k", -40_000),
        ("叁拾萬", 300_000),
        ("100 万", 1_000_000),
    ],
)
def test_sums_as_people_say_them(message: str, amount: int) -> None:
    assert values(message, "money") == [amount] or values(message, "number") == [amount]


@pytest.mark.parametrize(
    ("message", "amounts"),
    [
        ("40万55万70万连爆三个", [400_000, 550_000, 700_000]),
        ("拖我们三百一十万十个月", [3_100_000]),
        ("欠12.6万8/29付", [126_000]),
        ("paid €2k of €14k", [2_000, 14_000]),
        ("EUR 0.9m of EUR 1m", [900_000, 1_000_000]),
        ("invoices £3k £7k and £12k", [3_000, 7_000, 12_000]),
        ("12k/10k owed", [12_000, 10_000]),
        ("£5,200,120天", [5_200]),
        ("raise the limit from $75,000 to $200,000", [75_000, 200_000]),
        ("不对是100万", [1_000_000]),
        ("100万哦不120万", [1_000_000, 1_200_000]),
        ("500k, sorry 550k", [500_000, 550_000]),
    ],
)
def test_neighbouring_sums_stay_apart(message: str, amounts: list[int]) -> None:
    assert values(message, "money") == amounts


@pytest.mark.parametrize(
    ("message", "currency"),
    [
        ("a $300k line", "USD"),
        ("that's $19m", "USD"),
        ("they sent us $22k", "USD"),
        ("A$150k", "AUD"),
        ("US $30k", "USD"),
        ("9万镑", "GBP"),
        ("28萬蚊", "HKD"),
        ("R2m", "ZAR"),
        ("OMR 41,000", "OMR"),
        ("Rs 38 lakh", "INR"),
    ],
)
def test_signs_of_currencies_are_told_apart(message: str, currency: str) -> None:
    assert [item.unit for item in found(message)] == [currency]


@pytest.mark.parametrize(
    ("message", "days"),
    [
        ("9月30到期", [date(2026, 9, 30)]),
        ("八月二十的钱", [date(2026, 8, 20)]),
        ("26年3月15", [date(2026, 3, 15)]),
        ("3.15号到期", [date(2026, 3, 15)]),
        ("9/1、9/15两笔到期", [date(2026, 9, 1), date(2026, 9, 15)]),
        ("8/1到期,8/29付", [date(2026, 8, 1), date(2026, 8, 29)]),
        ("到期11/3,报到哪天", [date(2026, 11, 3)]),
        ("25/6/30到期", [date(2025, 6, 30)]),
        ("甲7/31、乙8/15、丙9/3,统一60", [date(2026, 7, 31), date(2026, 8, 15), date(2026, 9, 3)]),
        ("上月25号", [date(2026, 10, 25)]),
        ("上月25到期", [date(2026, 10, 25)]),
        ("八月半该结", [date(2026, 8, 15)]),
        ("due 1 August. 60 MEP", [date(2026, 8, 1)]),
        ("Invoice 20 April. 90 days", [date(2026, 4, 20)]),
        ("Tues 4 Nov", [date(2026, 11, 4)]),
        ("due 9/15, told you 11/3 today", [date(2026, 9, 15), date(2026, 11, 3)]),
        ("CVA proposed 25/11", [date(2026, 11, 25)]),
        ("filed on Nov 19. Owes", [date(2026, 11, 19)]),
        ("warehouse on Thursday. Policy text", [date(2026, 11, 19)]),
        ("the debtor folded this morning", [TODAY]),
        ("昨儿付的", [date(2026, 11, 22)]),
        ("since 01.11., open", [date(2026, 11, 1)]),
    ],
)
def test_days_without_their_usual_signs(message: str, days: list[date]) -> None:
    assert [day for day in values(message, "date") if day != TODAY or days == [TODAY]] == days


@pytest.mark.parametrize("message", ["9月30天账期", "7月20万", "3月5张发票", "9月3家", "5月一直没付", "六月以后的"])
def test_a_month_before_another_quantity_stays_a_month(message: str) -> None:
    assert [item.unit for item in found(message) if item.kind == "date"] == ["month"]


def test_a_day_that_two_customs_read_differently_is_flagged_without_its_year() -> None:
    assert "ambiguous_date" in read("due 1/8", today=TODAY).flags
    assert "ambiguous_date" not in read("due 1/8, paid 29/8", today=TODAY).flags


@pytest.mark.parametrize(
    ("message", "length", "unit"),
    [
        ("俩月", 2, "months"),
        ("仨月", 3, "months"),
        ("个把月", 1, "months"),
        ("四个多月", 4, "months"),
        ("拖了半年多", 6, "months"),
        ("二十来天", 20, "days"),
        ("a couple of months", 2, "months"),
        ("a fortnight late", 14, "days"),
        ("two calendar months", 2, "months"),
        ("三个月零十天", 100, "days"),
        ("two years and three months", 27, "months"),
        ("账期net 45", 45, "days"),
        ("WP150天", 150, "days"),
        ("成立12年", 12, "years"),
    ],
)
def test_time_spans_as_people_say_them(message: str, length: int, unit: str) -> None:
    (span,) = found(message)
    assert (span.kind, span.value, span.unit) == ("duration", length, unit)


def test_nine_months_are_a_period() -> None:
    (period,) = found("前三季度")
    assert (period.low, period.high) == (date(2026, 1, 1), date(2026, 9, 30))


@pytest.mark.parametrize(
    ("message", "low", "high"),
    [
        ("七八成", 70, 80),
        ("两千七八百万", 27_000_000, 28_000_000),
        ("三千二三百", 3_200, 3_300),
        ("十五六家", 15, 16),
        ("两三周", 14, 21),
        ("做了七八年", 84, 96),
        ("俩仨月", 2, 3),
        ("一到两年", 1, 2),
        ("半年到一年", 6, 12),
        ("between 1 and 1.5m", 1_000_000, 1_500_000),
        ("五六十万", 500_000, 600_000),
        ("30到45天", 30, 45),
    ],
)
def test_ranges_as_people_say_them(message: str, low: int, high: int) -> None:
    (quantity,) = found(message)
    assert (quantity.low, quantity.high) == (low, high)


@pytest.mark.parametrize(
    ("message", "share"),
    [
        ("八五成", 85),
        ("六成都是美国的", 60),
        ("保八成就行", 80),
        ("万分之三一天", Decimal("0.03")),
        ("年息8厘", 8),
        ("日万五", Decimal("0.05")),
        ("rate is 0,19%", Decimal("0.19")),
        ("my policy %85.", 85),
        ("clause: 0.03% per day", Decimal("0.03")),
    ],
)
def test_shares_as_people_say_them(message: str, share: object) -> None:
    assert values(message, "percent") == [share]


@pytest.mark.parametrize(
    "message",
    [
        "my phone is 13812345678",
        "call 020 7946 0958",
        "打 +48 601 234 567",
        "SW1A 1AA",
        "邮编200040",
        "保单号PZHX2026123456",
        "invoice 2024-00123",
        "LEI 529900T8BM49AURSDO55",
        "ABN 51 824 753 190",
        "GSTIN 24AABCS1429B1ZB",
        "clause 7.1",
        "Chapter 11",
        "IFRS 9 may ask for it",
        "最后日期",
        "陆陆续续",
        "1OO万",
        "我前两天发的",
    ],
)
def test_numbers_that_count_nothing_are_left(message: str) -> None:
    assert not found(message)
