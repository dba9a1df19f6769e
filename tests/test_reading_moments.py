from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.engine.reading import read
from assistant.engine.reading.moments import find_moments
from assistant.engine.reading.moments.model import Moment
from assistant.engine.reading.text import normalise

NOW = datetime.fromisoformat("2026-11-24T15:00")
DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
MONTHS = [f"{date(2026, month, 1):%B}" for month in range(1, 13)]


def moments(message: str) -> list[Moment]:
    return find_moments(normalise(message).plain, NOW)


def only(message: str) -> Moment:
    (moment,) = moments(message)
    return moment


def days(moment: Moment) -> tuple[str, str]:
    return moment.low.date().isoformat(), (moment.high.date() - timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("message", "first", "last"),
    [
        ("the first Friday of July", "2026-07-03", "2026-07-03"),
        ("第十二天后的账单在2026年第二周", "2026-01-05", "2026-01-11"),
        ("week 12 of 2026", "2026-03-16", "2026-03-22"),
        ("between 3 and 12 of March", "2026-03-03", "2026-03-12"),
        ("11月19-20日", "2026-11-19", "2026-11-20"),
        ("6-9月", "2026-06-01", "2026-09-30"),
        ("从8月到2月", "2026-08-01", "2027-02-28"),
        ("from March to May 2026", "2026-03-01", "2026-05-31"),
        ("next Monday to Wednesday", "2026-11-30", "2026-12-02"),
        ("the next 90 days", "2026-11-25", "2027-02-22"),
        ("近三个月", "2026-08-24", "2026-11-23"),
        ("the last 2 quarters", "2026-04-01", "2026-09-30"),
        ("the last week of March 2026", "2026-03-23", "2026-03-29"),
        ("去年的前10天", "2025-01-01", "2025-01-10"),
        ("first half of 2025", "2025-01-01", "2025-06-30"),
        ("上半月", "2026-11-01", "2026-11-15"),
        ("three weeks from tomorrow", "2026-12-16", "2026-12-16"),
        ("25 January nineteen eighty six", "1986-01-25", "1986-01-25"),
        ("九十年代", "1990-01-01", "1999-12-31"),
        ("w/c 4 February 2026", "2026-02-02", "2026-02-08"),
    ],
)
def test_days_and_periods_have_their_ends(message: str, first: str, last: str) -> None:
    found = moments(message)[-1]
    assert days(found) == (first, last)


@pytest.mark.parametrize(
    ("message", "bound", "day"),
    [
        ("before 1 March 2026", "before", "2026-03-01"),
        ("2026年3月1日或之前", "until", "2026-03-01"),
        ("3月1日以后", "after", "2026-03-01"),
        ("自2026年3月1日起", "since", "2026-03-01"),
        ("on or after 1 March 2026", "since", "2026-03-01"),
        ("no later than 1 March 2026", "before", "2026-03-01"),
    ],
)
def test_a_word_that_bounds_a_date_is_kept(message: str, bound: str, day: str) -> None:
    moment = only(message)
    assert (moment.bound, moment.low.date().isoformat()) == (bound, day)


@pytest.mark.parametrize(
    ("message", "at"),
    [
        ("明天下午3点", "2026-11-25T15:00:00"),
        ("tomorrow at 8:30 am", "2026-11-25T08:30:00"),
        ("2026-03-01 14:30", "2026-03-01T14:30:00"),
        ("half past seven in the evening on 3 March 2026", "2026-03-03T19:30:00"),
        ("20分钟后", "2026-11-24T15:20:00"),
        ("in 3 hours", "2026-11-24T18:00:00"),
    ],
)
def test_a_time_of_day_joins_its_day(message: str, at: str) -> None:
    moment = only(message)
    assert (moment.kind, moment.low.isoformat()) == ("instant", at)


@pytest.mark.parametrize(
    "message", ["每周一发货", "monthly declarations", "every other Friday", "每月15日申报", "each Thursday at 10"]
)
def test_what_comes_back_is_marked_and_is_no_date(message: str) -> None:
    reading = read(message, today=NOW.date())
    assert reading.recurring
    assert not reading.quantities


@pytest.mark.parametrize(
    "message",
    [
        "24/7 support",
        "the policy may not cover it",
        "Tel: 138-2010-2015",
        "deliver 2000 pieces",
        "一般情况",
        "the week",
        "",
    ],
)
def test_ordinary_words_and_figures_are_no_dates(message: str) -> None:
    assert not [item for item in read(message, today=NOW.date()).quantities if item.kind == "date"]


@pytest.mark.parametrize(
    ("message", "first", "last"),
    [
        ("发货在11月19-20日", "2026-11-19", "2026-11-20"),
        ("shipped between 3 and 12 of March", "2026-03-03", "2026-03-12"),
        ("从2026年1月5日到3月20日的发票", "2026-01-05", "2026-03-20"),
    ],
)
def test_a_range_of_dates_is_one_quantity_with_two_ends(message: str, first: str, last: str) -> None:
    (quantity,) = (item for item in read(message, today=NOW.date()).quantities if item.kind == "date")
    assert (str(quantity.low), str(quantity.high)) == (first, last)


def test_the_hour_of_a_meeting_is_no_amount() -> None:
    reading = read("明天下午3点谈80万的限额", today=NOW.date())
    assert [item.kind for item in reading.quantities] == ["date", "money"]


@pytest.mark.parametrize(
    "message",
    [
        "3000 years ago",
        "9999年后",
        "999999999999 days from now",
        "99999999 business days ago",
        "next 9999999 business days",
    ],
)
def test_a_day_beyond_the_calendar_is_left_alone(message: str) -> None:
    assert not [item for item in moments(message) if item.kind == "day"]
    assert not [item for item in read(message, today=NOW.date()).quantities if item.kind == "date"]


@given(DAYS, DAYS)
def test_a_written_range_reads_back_in_both_languages(one: date, other: date) -> None:
    first, last = sorted((one, other))
    if first == last:
        last += timedelta(days=1)
    for written in (
        f"{first.year}年{first.month}月{first.day}日至{last.year}年{last.month}月{last.day}日",
        f"from {first.day} {MONTHS[first.month - 1]} {first.year} to {last.day} {MONTHS[last.month - 1]} {last.year}",
        f"between {first.isoformat()} and {last.isoformat()}",
    ):
        assert days(only(written)) == (first.isoformat(), last.isoformat())


@given(DAYS, st.times())
def test_a_written_instant_reads_back(day: date, at: datetime) -> None:
    minute = f"{at.hour:02}:{at.minute:02}"
    wanted = f"{day.isoformat()}T{minute}:00"
    for written in (f"{day.isoformat()} {minute}", f"{day.year}年{day.month}月{day.day}日{at.hour}时{at.minute:02}分"):
        assert wanted in {reading.low.isoformat() for reading in only(written).readings}


@given(st.integers(1, 60), st.sampled_from([("day", "天"), ("week", "周"), ("month", "个月"), ("year", "年")]))
def test_so_long_ago_is_as_long_as_from_now(count: int, unit: tuple[str, str]) -> None:
    english, chinese = unit
    plural = english if count == 1 else f"{english}s"
    assert only(f"{count} {plural} ago").readings == only(f"{count}{chinese}前").readings
    assert only(f"{count} {plural} from now").readings == only(f"{count}{chinese}后").readings


PIECES = st.sampled_from(
    [
        "from",
        "to",
        "between",
        "and",
        "从",
        "到",
        "之间",
        "before",
        "之前",
        "或之后",
        "since",
        "ago",
        "later",
        "前",
        "后",
        "3",
        "12",
        "31",
        "9999",
        "3pm",
        "8:30",
        "下午",
        "三点",
        "morning",
        "晚上",
        "Monday",
        "下周三",
        "3月1日",
        "2026年",
        "2月29日",
        "30日",
        "Feb",
        "30",
        "March",
        "May",
        "2026",
        "Q3",
        "半年",
        "year",
        "end",
        "of",
        "first",
        "last",
        "week",
        "every",
        "每",
        "each",
        "days",
        "天",
        "months",
        "个月",
        "小时",
        "hours",
        "in",
        "the",
        "of",
        "on",
        "at",
        "half",
        "next",
        "now",
        "现在",
        "22/04",
        "1/2/99",
        "2026-03-01",
        "-",
        ",",
        "99999999",
        "rest",
        "within",
        "工作日",
    ]
)


@given(st.lists(PIECES, max_size=12), st.sampled_from([" ", ""]))
def test_time_words_in_any_order_are_read(pieces: list[str], space: str) -> None:
    read(space.join(pieces), today=NOW.date())


@given(st.text(max_size=60))
def test_any_text_is_read_and_nothing_overlaps(message: str) -> None:
    text = normalise(message).plain
    found = find_moments(text, NOW)
    assert all(0 <= item.start < item.end <= len(text) for item in found)
    assert all(one.end <= other.start for one, other in zip(found, found[1:], strict=False))
