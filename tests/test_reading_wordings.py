"""Wordings that people use and that were once read wrongly."""

from datetime import date

import pytest

from assistant.engine.reading import Reading, read

TODAY = date(2026, 11, 23)


def reading(message: str) -> Reading:
    return read(message, today=TODAY)


def values(message: str) -> dict[str | None, list[object]]:
    found: dict[str | None, list[object]] = {}
    for item in reading(message).quantities:
        found.setdefault(item.role, []).append(item.value)
    return found


def entities(message: str, kind: str) -> set[str]:
    return {item.value for item in reading(message).entities if item.kind == kind}


@pytest.mark.parametrize(
    ("message", "roles"),
    [
        ("client hasnt paid €2.4m and the cover is 85%", {"debt": 2_400_000, "insured_pct": 85}),
        ("they have not yet paid 75k", {"debt": 75_000}),
        ("NZD 210,000 outstanding against a limit of NZD 180,000", {"debt": 210_000, "limit": 180_000}),
        ("欠款70万限额60万85%", {"debt": 700_000, "limit": 600_000, "insured_pct": 85}),
        ("买方欠30万额度20万9成赔多少", {"debt": 300_000, "limit": 200_000, "insured_pct": 90}),
        ("paid 35k of the 140k invoiced", {"receipts": 35_000, "debt": 140_000}),
        ("buyer paid 25,000 out of 90,000 billed", {"receipts": 25_000, "debt": 90_000}),
        ("Spanish customer settled €15,000 only 30 days late", {"amount_late": 15_000, "days_late": 30}),
        ("buyer paid 12,000 euros 20 days late, what can I charge", {"amount_late": 12_000, "days_late": 20}),
        ("年赊销额2500万,保费大概多少", {"turnover": 25_000_000}),
        ("一年赊销6000万元,报个价", {"turnover": 60_000_000}),
        ("应收账款500万,全年赊销3000万,DSO是多少", {"receivables": 5_000_000, "credit_sales": 30_000_000}),
        ("赊销额500万", {"credit_sales": 5_000_000}),
        ("净利8个点,坏账60万,要多卖多少", {"margin_pct": 8, "loss": 600_000}),
        ("CA 6m CL 4m", {"current_assets": 6_000_000, "current_liabilities": 4_000_000}),
        ("CL 60k", {"limit": 60_000}),
        ("保费还欠4万,追回30万", {"unpaid_premium": 40_000, "recoveries": 300_000}),
        ("the premium still owed is 9,000 and the debt is 150k", {"unpaid_premium": 9_000, "debt": 150_000}),
        ("we still owe 7,000 in premium", {"unpaid_premium": 7_000}),
        ("bad debts of 0.2% and turnover 30m", {"loss_ratio_pct": "0.2", "turnover": 30_000_000}),
        ("losses run at about 0.05% of turnover", {"loss_ratio_pct": "0.05"}),
        ("坏账大概千分之一,营业额2亿", {"loss_ratio_pct": "0.1", "turnover": 200_000_000}),
        ("make the terms 75 days", {"payment_terms_days": 75}),
        ("账期改成120", {"payment_terms_days": 120}),
        ("it is only 75% cover", {"insured_pct": 75}),
        ("只保七成", {"insured_pct": 70}),
        ("期末应收90万,赊销450万", {"receivables": 900_000, "credit_sales": 4_500_000}),
        ("closing receivables 150k, credit sales 600k", {"receivables": 150_000, "closing_receivables": 150_000}),
    ],
)  # fmt: skip
def test_roles_follow_the_wording(message: str, roles: dict[str, object]) -> None:
    found = {role: [str(value) for value in held] for role, held in values(message).items()}
    for role, value in roles.items():
        assert [format(float(item), "g") for item in found.get(role, [])] == [format(float(str(value)), "g")]


@pytest.mark.parametrize(
    "message",
    [
        "第一笔损失40万,第二笔25万,累计免赔额10万",
        "first loss of 400k, second 250k, aggregate 100k",
        "第一笔损失是40万,第二笔是25万",
    ],
)
def test_losses_told_one_by_one_are_a_list(message: str) -> None:
    assert values(message)["losses"] == [400_000, 250_000]


@pytest.mark.parametrize(
    "message",
    [
        "we sell 5m a year",
        "turnover of €9m per year",
        "12% a year on 10k",
        "利率12%一年",
        "一年5000万营业额",
        "营业额5000万一年",
        "一天万分之五",
    ],
)
def test_how_often_is_not_how_long(message: str) -> None:
    assert not [item for item in reading(message).quantities if item.kind == "duration"]


@pytest.mark.parametrize(
    ("message", "unit"),
    [
        ("one-year terms", "years"),
        ("账期一年", "years"),
        ("they have owed us for a year", "years"),
        ("overdue by a month", "months"),
    ],
)
def test_a_year_that_lasts_is_a_time_span(message: str, unit: str) -> None:
    assert [item.unit for item in reading(message).quantities if item.kind == "duration"] == [unit]


def test_w_is_ten_thousand_beside_chinese() -> None:
    assert values("130w欠款,限额90W") == {"debt": [1_300_000], "limit": [900_000]}
    assert not [item for item in reading("a 120w bulb").quantities if item.value == 1_200_000]


@pytest.mark.parametrize(
    ("message", "role", "day"),
    [
        ("4.15到期,MEP 60天", "due_date", date(2026, 4, 15)),
        ("到期日是3.1", "due_date", date(2026, 3, 1)),
        ("2.28开的票", "invoice_date", date(2026, 2, 28)),
    ],
)
def test_a_dotted_day_beside_what_happened_is_a_date(message: str, role: str, day: date) -> None:
    found = reading(message).quantity(role)
    assert found is not None and found.value == day


def test_a_dotted_number_elsewhere_is_no_date() -> None:
    assert not [item for item in reading("营业额3.1亿").quantities if item.kind == "date"]


@pytest.mark.parametrize(
    "message", ["529900 T8BM49 AURSDO 55", "LEI: 5299-00T8-BM49-AURS-DO55", "5299 00T8 BM49 AURS DO55 是哪家"]
)
def test_a_spaced_register_number_is_read(message: str) -> None:
    assert entities(message, "identifier") == {"529900T8BM49AURSDO55"}


@pytest.mark.parametrize(
    "message",
    [
        "today is 1 April, it was paid on 10 April, due 1 March",
        "今天是4月1日,3月1日到期,4月10日付的款",
    ],
)
def test_today_and_the_day_of_payment_keep_apart(message: str) -> None:
    assert values(message) == {
        "today": [date(2026, 4, 1)],
        "paid_date": [date(2026, 4, 10)],
        "due_date": [date(2026, 3, 1)],
    }


@pytest.mark.parametrize(
    ("message", "is_from_due_date"),
    [
        ("notice is 45 days from the due date", True),
        ("we must report within 45 days of the due date", True),
        ("no, 45 days from the due date", True),
        ("报损期是到期日起45天", True),
        ("自到期日起45天内通知", True),
        ("notify within 45 days after the MEP", False),
        ("通知期是延长期满后45天", False),
        ("通知期45天", False),
    ],
)
def test_what_the_notice_counts_from_is_noticed(message: str, is_from_due_date: bool) -> None:
    found = reading(message)
    quantity = found.quantity("notice_days")
    assert quantity is not None and quantity.value == 45
    assert ("notice_from_due_date" in found.flags) is is_from_due_date


def test_days_late_do_not_change_the_notice() -> None:
    assert "notice_from_due_date" not in reading("they paid 20 days after the due date").flags


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("debt 90k, limit 80k, all in euros", "EUR"),
        ("欠款90万,限额80万,都是欧元", "EUR"),
        ("单位:美元。欠款900万,限额800万", "USD"),
        ("CNY: debt 90k, limit 80k", "CNY"),
        ("欠90万,限额80万,不是欧元,是英镑", "GBP"),
    ],
)
def test_a_currency_said_once_counts_for_every_amount(message: str, code: str) -> None:
    found = reading(message)
    amounts = [item for item in found.quantities if item.kind == "money"]
    assert [(item.unit, item.explicit_currency) for item in amounts] == [(code, True)] * 2


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("in euros I mean", "EUR"),
        ("both in GBP", "GBP"),
        ("不是美元,是日元", "JPY"),
        ("not dollars, euros", "EUR"),
        ("都是港币", "HKD"),
    ],
)
def test_a_currency_alone_is_a_named_thing(message: str, code: str) -> None:
    assert entities(message, "currency") == {code}


@pytest.mark.parametrize(
    "message",
    ["欠款90万美元,限额80万", "保单货币是欧元,发票是美元怎么办", "欧元区的客户", "give me the EUR USD exchange rate"],
)
def test_a_currency_of_an_amount_or_of_something_else_is_left_there(message: str) -> None:
    assert entities(message, "currency") == set()


@pytest.mark.parametrize("message", ["is it covered?", "It services its debt", "which led to a loss"])
def test_pronouns_are_no_sector(message: str) -> None:
    assert "electronics_ict" not in entities(message, "sector")


@pytest.mark.parametrize("message", ["IT services exporter", "我们是IT行业的", "an IT company"])
def test_it_in_capitals_beside_its_trade_is_a_sector(message: str) -> None:
    assert "electronics_ict" in entities(message, "sector")


@pytest.mark.parametrize(
    ("message", "codes"),
    [
        ("a German customer", {"DE"}),
        ("our Chinese buyers", {"CN"}),
        ("Brazilian and French customers", {"BR", "FR"}),
        ("the turkish textile importer", {"TR"}),
        ("answer in Chinese please", set()),
        ("under English law", set()),
        ("please polish this letter to the customer", set()),
        ("印度的客户", {"IN"}),
    ],
)
def test_the_nationality_of_a_buyer_is_its_country(message: str, codes: set[str]) -> None:
    assert entities(message, "country") == codes


@pytest.mark.parametrize(
    ("message", "causes"),
    [
        ("the customer refuses to accept the shipment", {"refusal"}),
        ("customs will not release the container", {"political"}),
        ("their government has blocked all transfers", {"political"}),
        ("the authorities froze foreign payments", {"political"}),
        ("客户说质量不行", {"dispute"}),
        ("they complain about the quality", {"dispute"}),
        ("our subsidiary sells there", set()),
    ],
)
def test_causes_are_read_from_what_happened(message: str, causes: set[str]) -> None:
    assert entities(message, "cause") == causes


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("查一下鑫海", "鑫海"),
        ("我想给云帆申请限额", "云帆"),
        ("给云帆国贸查一下资信", "云帆国贸"),
        ("Find Quelmar for me", "Quelmar"),
        ("status of Brightfen", "Brightfen"),
        ("status of Lumenfjord Alimentaire SA", "Lumenfjord Alimentaire SA"),
    ],
)
def test_short_company_names_after_look_up_words_are_read(message: str, name: str) -> None:
    assert entities(message, "company") == {name}


@pytest.mark.parametrize(
    "message",
    [
        "查一下这家公司",
        "给客户申请限额",
        "我想给新客户申请额度",
        "给德国买方做限额",
        "查一下信用",
        "status of my claim",
        "find the buyer for me",
    ],
)
def test_ordinary_words_are_no_company(message: str) -> None:
    assert entities(message, "company") == set()


def test_a_slip_of_two_letters_is_put_right() -> None:
    assert "waiting period" in reading("waht is teh waiting peroid").text
    assert values("limti 80k, dbet 100k") == {"limit": [80_000], "debt": [100_000]}
    assert reading("Find Quelmra form Spain").text == "Find Quelmra form Spain"


def test_right_words_stay_as_they_are() -> None:
    message = "contact the divided county though the layer of quiet form"
    assert reading(message).text == message


@pytest.mark.parametrize(
    "message", ["insolvent with AUD 250,000 unpaid", "THIS IS AWFUL. 90k OWED", "check 40,000 USD"]
)
def test_amounts_and_shouting_are_no_company(message: str) -> None:
    assert entities(message, "company") == set()


def test_the_day_on_which_one_should_have_paid_is_the_due_date() -> None:
    due = reading("They should have paid on 4 May 2026").quantity("due_date")
    assert due is not None and due.value == date(2026, 5, 4)


def test_a_number_beside_bad_debts_is_no_share_unless_it_says_so() -> None:
    assert reading("IFRS 9坏账准备").quantity("loss_ratio_pct") is None
