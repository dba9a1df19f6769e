import os
import shutil
import subprocess
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from tools import deadlines
from tools.deadline_rows import Deadlines
from tools.deadlines import DeadlineArguments
from tools.errors import ToolInputError
from tools.ics import Entry, calendar_text
from tools.policy import set_names
from tools.results import Caution, Result
from tools.toolset import Tool
from tools.working_days import add_days, add_months

DAYS = st.integers(0, 400)
DATES = st.dates(date(2005, 1, 1), date(2090, 12, 31))
STATED = {
    "mep_days": 60,
    "notice_days": 30,
    "notice_basis": "mep_end",
    "waiting_days": 180,
    "waiting_basis": "due_date",
    "claim_months": 6,
    "claim_basis": "mep_end",
}


def compute_deadlines(**asked: object) -> Deadlines:
    return deadlines.compute_deadlines(DeadlineArguments.model_validate(asked))


def cautions(result: Result, name: str) -> list[Caution]:
    return [item for item in result.warnings if item.id == name]


def test_the_worked_example_to_the_day():
    found = compute_deadlines(due_date=date(2026, 3, 1), **STATED)
    assert found.stop_shipment == date(2026, 4, 30)
    assert found.notice_by == date(2026, 5, 30)
    assert found.loss_date == date(2026, 8, 28)
    assert found.claim_by == date(2026, 10, 30)
    assert {item.parameter for item in found.assumptions} == {"collection_days", "calendar"}


def test_every_parameter_nobody_stated_is_named_with_its_clause():
    found = compute_deadlines(due_date=date(2026, 3, 1), mep_days=60)
    named = {item.parameter: (item.value, item.clause, item.source) for item in found.assumptions}
    assert named["notice_days"] == (30, "wt-2026:7.1", "typical")
    assert named["waiting_days"] == (180, "wt-2026:8.1", "typical")
    assert "mep_days" not in named
    assert {"notice_basis", "waiting_basis", "claim_months", "claim_basis"} <= set(named)


def test_the_oldest_of_several_invoices_drives_every_clock():
    dates = [date(2026, 5, 1), date(2026, 3, 1), date(2026, 4, 1)]
    assert compute_deadlines(due_dates=dates) == compute_deadlines(due_date=date(2026, 3, 1))
    assert compute_deadlines(due_date=dates) == compute_deadlines(due_date=date(2026, 3, 1))


def test_insolvency_has_no_waiting_period_and_a_ten_day_notice():
    found = compute_deadlines(cause="insolvency", event_date=date(2026, 5, 28), due_date=date(2026, 6, 1))
    assert found.loss_date == date(2026, 5, 28)
    assert found.notice_by == date(2026, 6, 7)
    assert found.stop_shipment == date(2026, 5, 28)
    assert found.earliest_protective_date == date(2026, 5, 28)
    assert cautions(found, "no_waiting_period_in_insolvency")
    assert "waiting_days" not in {item.parameter for item in found.assumptions}


def test_an_insolvency_without_a_date_is_taken_as_learned_today_and_says_so():
    found = compute_deadlines(cause="insolvency", today=date(2026, 5, 28))
    assert found.notice_by == date(2026, 6, 7)
    assert ("event_date", date(2026, 5, 28)) in [(item.parameter, item.value) for item in found.assumptions]


def by_duty(found: Deadlines) -> dict[str, date]:
    return {row.duty: row.date for row in found.rows}


def insolvency(due: str, learned: str, **more: object) -> Deadlines:
    return compute_deadlines(cause="insolvency", due_date=due, event_date=learned, **{**STATED, **more})


def test_an_insolvency_before_the_extension_period_ends_leaves_no_duty_of_slow_payment_to_be_missed():
    found = insolvency("2026-06-01", "2026-05-28", today="2026-12-01")
    assert list(by_duty(found)) == ["stop_shipment", "date_of_loss", "adverse_notice", "claim"]
    missed = {item.values["duty"] for item in cautions(found, "deadline_passed")}
    assert missed == {"stop_shipment", "adverse_notice"}
    assert cautions(found, "insolvency_report_takes_in_overdue_notice")
    assert not {"notice_days", "notice_basis", "collection_days"} & {item.parameter for item in found.assumptions}


def test_duties_that_were_missed_before_the_insolvency_stay_missed():
    found = insolvency("2026-03-01", "2026-06-20", today="2026-06-25")
    missed = {item.values["duty"]: item.values["days"] for item in cautions(found, "deadline_passed")}
    assert missed == {"stop_shipment": 56, "overdue_notice": 26, "collection_handover": 26}
    assert found.notice_by == date(2026, 6, 30)
    assert not cautions(found, "insolvency_report_takes_in_overdue_notice")


@pytest.mark.parametrize(
    ("learned", "notice_by", "has_overdue_notice"),
    [
        ("2026-05-05", "2026-05-15", False),  # the report of the insolvency comes first and does for both
        ("2026-05-20", "2026-05-30", True),  # both on one day
        ("2026-05-25", "2026-05-30", True),  # the overdue notice was running and ends first
        ("2026-05-31", "2026-06-10", True),  # it was missed the day before
    ],
)
def test_of_two_reports_the_one_that_is_due_first_counts(learned, notice_by, has_overdue_notice):
    found = insolvency("2026-03-01", learned)
    assert found.notice_by == date.fromisoformat(notice_by)
    assert ("overdue_notice" in by_duty(found)) == has_overdue_notice


def test_a_loss_by_waiting_comes_before_a_later_insolvency():
    found = insolvency("2026-03-01", "2026-10-01")
    assert found.loss_date == date(2026, 8, 28)
    assert [item.values["date_of_loss"] for item in cautions(found, "waiting_period_ended_before_insolvency")] == [
        date(2026, 8, 28)
    ]
    assert not cautions(found, "no_waiting_period_in_insolvency")
    assumed = compute_deadlines(cause="insolvency", due_date="2026-03-01", event_date="2026-10-01").assumptions
    assert {"waiting_days", "waiting_basis"} <= {item.parameter for item in assumed}


def test_the_day_proceedings_opened_and_the_day_it_became_known_are_two_days():
    found = insolvency("2026-02-15", "2026-03-20", insolvency_date="2026-03-01")
    assert (found.loss_date, found.notice_by) == (date(2026, 3, 1), date(2026, 3, 30))
    assert found.stop_shipment == date(2026, 3, 20)
    learned_later = compute_deadlines(cause="insolvency", insolvency_date="2026-03-01", today="2026-04-01")
    assert learned_later.notice_by == date(2026, 3, 11)
    assert {"event_date"} == {item.parameter for item in learned_later.assumptions if item.clause is None}


def test_an_insolvency_without_a_due_date_has_no_last_day_to_claim():
    found = compute_deadlines(cause="insolvency", event_date="2026-05-30")
    assert found.claim_by is None
    assert cautions(found, "claim_date_needs_due_date")
    assert compute_deadlines(
        cause="insolvency", event_date="2026-05-30", claim_basis="loss_date", claim_months=6
    ).claim_by == date(2026, 11, 30)


def test_the_report_of_an_insolvency_that_was_made_is_not_missed():
    found = insolvency("2026-06-01", "2026-05-28", today="2026-07-01", notice_complete_date="2026-06-05")
    assert {item.values["duty"] for item in cautions(found, "deadline_passed")} == {"stop_shipment"}
    late = insolvency("2026-06-01", "2026-05-28", today="2026-07-01", notice_complete_date="2026-06-09")
    assert [(item.values["duty"], item.values["days"]) for item in cautions(late, "done_late")] == [
        ("adverse_notice", 2)
    ]


def test_bad_news_stops_deliveries_and_is_reported_before_any_overdue_notice():
    found = compute_deadlines(due_date="2026-05-01", event_date="2026-05-10", **STATED)
    assert (found.stop_shipment, found.notice_by) == (date(2026, 5, 10), date(2026, 5, 20))
    assert found.earliest_protective_date == date(2026, 5, 10)
    assert by_duty(found)["overdue_notice"] == date(2026, 7, 30)
    late_news = compute_deadlines(due_date="2026-05-01", event_date="2026-07-10", **STATED)
    assert late_news.stop_shipment == date(2026, 6, 30)


@pytest.mark.parametrize(
    ("cause", "caution"),
    [
        ("dispute", "dispute_suspends_the_claim"),
        ("fraud", "no_real_debt_from_named_buyer"),
        ("refusal", "refusal_has_its_own_date_of_loss"),
        ("pre_shipment", "pre_shipment_loss_is_insolvency"),
    ],
)
def test_where_no_waiting_period_makes_the_loss_the_result_says_what_does(cause, caution):
    found = compute_deadlines(due_date=date(2026, 3, 1), cause=cause)
    assert found.loss_date is None
    assert cautions(found, caution)


@pytest.mark.parametrize(("cause", "clause"), [("political", "1.4"), ("refusal", "E4"), ("pre_shipment", "E2")])
def test_dates_of_a_cause_that_needs_an_endorsement_say_so(cause, clause):
    found = compute_deadlines(due_date=date(2026, 3, 1), cause=cause)
    assert [item.values["clause"] for item in cautions(found, "cover_needs_endorsement")] == [f"wt-2026:{clause}"]


def test_a_refusal_is_reported_and_lost_under_its_own_clause():
    found = compute_deadlines(due_date=date(2026, 3, 1), event_date=date(2026, 2, 1), cause="refusal")
    assert cautions(found, "refusal_has_its_own_date_of_loss")[0].values == {"days": 180, "clause": "wt-2026:E4"}
    assert {row.duty: row.clause for row in found.rows}["adverse_notice"] == "wt-2026:E4"


def test_rows_come_in_the_order_of_their_days():
    found = compute_deadlines(due_date="2026-03-01", notice_basis="due_date", notice_days=20, claim_days=30)
    assert [row.date for row in found.rows] == sorted(row.date for row in found.rows)
    assert found.rows[0].duty == "overdue_notice"


def test_packaged_terms_are_named_with_their_confidence_and_the_typical_ones_are_not():
    found = compute_deadlines(due_date="2026-05-04", terms_set="exim_type")
    assert [item.values for item in cautions(found, "packaged_terms")] == [
        {"terms_set": "exim_type", "confidence": "M"}
    ]
    assert not cautions(compute_deadlines(due_date="2026-05-04"), "packaged_terms")


def test_the_claim_counts_calendar_days_whatever_the_notices_count():
    found = compute_deadlines(due_date="2026-03-01", mep_days=60, claim_days=90, calendar="working:CN")
    assert found.claim_by == date(2026, 7, 29)


def test_a_sinosure_type_insolvency_counts_working_days_over_the_national_holiday():
    # 29, 30 September; 8, 9 and, moved there, Saturday 10 October; 12 to 16 October
    found = compute_deadlines(
        cause="insolvency", event_date="2026-09-28", terms_set="sinosure_type", due_date="2026-09-01"
    )
    assert found.notice_by == date(2026, 10, 16)
    assert found.claim_by == date(2027, 2, 16)  # four months after the report


def test_days_left_and_the_passed_and_near_dates_are_reported():
    found = compute_deadlines(due_date=date(2026, 3, 1), today=date(2026, 5, 28), **STATED)
    assert {row.duty: row.days_left for row in found.rows}["overdue_notice"] == 2
    passed = {item.values["duty"]: item.values["days"] for item in cautions(found, "deadline_passed")}
    assert passed["stop_shipment"] == 28
    assert "overdue_notice" in {item.values["duty"] for item in cautions(found, "deadline_near")}


def test_on_the_last_day_a_duty_is_near_and_not_passed():
    found = compute_deadlines(due_date=date(2026, 3, 1), today=date(2026, 5, 30), **STATED)
    assert "overdue_notice" not in {item.values["duty"] for item in cautions(found, "deadline_passed")}
    assert [item.values["duty"] for item in cautions(found, "deadline_today")] == [
        "overdue_notice",
        "collection_handover",
    ]


def test_eight_days_before_is_not_near_yet():
    found = compute_deadlines(due_date=date(2026, 3, 1), today=date(2026, 5, 22), **STATED)
    assert not cautions(found, "deadline_near")


def test_a_notice_that_was_sent_is_judged_by_its_own_date():
    late = compute_deadlines(
        due_date=date(2026, 3, 1), today=date(2026, 9, 1), notice_complete_date=date(2026, 6, 4), **STATED
    )
    assert [item.values["days"] for item in cautions(late, "done_late")] == [5]
    in_time = compute_deadlines(due_date=date(2026, 3, 1), notice_complete_date=date(2026, 5, 30), **STATED)
    assert not cautions(in_time, "done_late")


def test_a_waiting_period_from_the_complete_notice_starts_at_its_last_day_until_the_notice_is_there():
    rules = STATED | {"waiting_basis": "notice_complete"}
    open_notice = compute_deadlines(due_date=date(2026, 3, 1), **rules)
    assert open_notice.loss_date == date(2026, 5, 30) + timedelta(days=180)
    assert "notice_complete_date" in {item.parameter for item in open_notice.assumptions}
    sent = compute_deadlines(due_date=date(2026, 3, 1), notice_complete_date=date(2026, 5, 1), **rules)
    assert sent.loss_date == date(2026, 5, 1) + timedelta(days=180)
    assert "notice_complete_date" not in {item.parameter for item in sent.assumptions}


def test_a_waiting_period_from_the_claim_starts_when_the_claim_is_filed():
    rules = STATED | {"waiting_basis": "claim_filed"}
    found = compute_deadlines(due_date=date(2026, 3, 1), claim_filed_date=date(2026, 6, 1), **rules)
    assert found.loss_date == date(2026, 6, 1) + timedelta(days=180)
    unfiled = compute_deadlines(due_date=date(2026, 3, 1), **rules)
    assert unfiled.loss_date == date(2026, 10, 30) + timedelta(days=180)


def test_a_claim_can_count_from_the_date_of_loss():
    found = compute_deadlines(due_date=date(2026, 3, 1), **(STATED | {"claim_basis": "loss_date"}))
    assert found.claim_by == date(2027, 2, 28)


def test_a_claim_window_in_days_is_not_mixed_with_the_typical_months():
    found = compute_deadlines(due_date=date(2026, 3, 1), terms_set="exim_type")
    assert found.claim_by == date(2026, 3, 1) + timedelta(days=240)
    assert found.notice_by == date(2026, 3, 1) + timedelta(days=90)
    assert "claim_months" not in {item.parameter for item in found.assumptions}
    stated = compute_deadlines(due_date=date(2026, 3, 1), claim_days=90, mep_days=60)
    assert stated.claim_by == date(2026, 4, 30) + timedelta(days=90)
    months = compute_deadlines(due_date=date(2026, 3, 1), claim_months=3, claim_basis="due_date", terms_set="exim_type")
    assert months.claim_by == date(2026, 6, 1)


def test_a_claim_that_is_due_before_the_loss_is_pointed_out():
    early = compute_deadlines(due_date="2026-03-01", mep_days=60, claim_days=90)
    assert [item.values["claim"] for item in cautions(early, "claim_is_due_before_the_loss")] == [date(2026, 7, 29)]
    for other in (
        {"claim_filed_date": "2026-07-01"},
        {"waiting_basis": "claim_filed"},
        {"claim_days": 120},  # both on 28 August
        {"cause": "dispute"},
    ):
        asked = {"due_date": "2026-03-01", "mep_days": 60, "claim_days": 90} | other
        assert not cautions(compute_deadlines(**asked), "claim_is_due_before_the_loss")


@pytest.mark.parametrize(("days", "claim_by"), [(90, date(2026, 7, 29)), (200, date(2026, 10, 30))])
def test_of_two_times_to_claim_the_one_that_ends_first_counts(days, claim_by):
    assert compute_deadlines(due_date="2026-03-01", **STATED, claim_days=days).claim_by == claim_by


def test_the_protective_date_uses_the_shortest_values_for_what_is_unknown():
    assert compute_deadlines(due_date=date(2026, 3, 1)).earliest_protective_date == date(2026, 3, 31)
    known_notice = compute_deadlines(due_date=date(2026, 3, 1), notice_days=30, notice_basis="mep_end")
    assert known_notice.earliest_protective_date == date(2026, 4, 30)
    all_known = compute_deadlines(due_date=date(2026, 3, 1), **STATED)
    assert all_known.earliest_protective_date == all_known.notice_by


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 4, 30), 6, date(2026, 10, 30)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 1, 31), 0, date(2026, 1, 31)),
    ],
)
def test_months_end_where_the_month_ends(start, months, expected):
    assert add_months(start, months) == expected


def test_chinese_working_days_skip_the_holidays_and_count_the_moved_working_days():
    # the Spring Festival of 2025 ran from 28 January to 4 February; 26 January (Sunday) was a working day
    assert add_days(date(2025, 1, 24), 1, "working:CN").end == date(2025, 1, 26)
    assert add_days(date(2025, 1, 27), 1, "working:CN").end == date(2025, 2, 5)


def test_working_days_in_an_unpublished_year_say_so():
    found = compute_deadlines(due_date=date(2028, 1, 3), calendar="working:CN", notice_days=20, notice_basis="due_date")
    assert cautions(found, "holidays_not_published")[0].values == {"country": "CN", "year": 2028}


def test_working_days_of_another_country():
    assert add_days(date(2026, 12, 24), 1, "working:GB").end == date(2026, 12, 29)


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({}, "due_date"),
        ({"cause": "insolvency"}, "event_date"),
        ({"due_date": "2026-03-01", "terms_set": "nobody"}, "terms_set"),
        ({"due_date": "2026-03-01", "calendar": "working:QQ"}, "calendar"),
        ({"due_date": "2026-03-01", "calendar": "lunar"}, "calendar"),
        ({"due_date": "2026-03-01", "calendar": "working:" + "Q" * 40}, "calendar"),
        ({"due_date": "2026-03-01", "adverse_calendar": "working:QQ"}, "adverse_calendar"),
        ({"due_date": "2026-03-01", "adverse_calendar": "lunar"}, "adverse_calendar"),
        ({"due_date": "2026-03-01", "mep_days": True}, "mep_days"),
        ({"due_date": True}, "due_date"),
        ({"due_date": "2026-03-01", "notice_basis": "claim_filed"}, "notice_basis"),
        ({"due_date": "2026-03-01", "waiting_basis": "loss_date"}, "waiting_basis"),
        (
            {"due_date": "2026-03-01", "waiting_basis": "claim_filed", "claim_basis": "loss_date"},
            "claim_filed_date",
        ),
        ({"due_date": "0001-01-01"}, "due_date"),
        ({"due_date": "9999-12-31"}, "due_date"),
        ({"due_date": "2026-03-01", "mep_days": -1}, "mep_days"),
        ({"due_date": "2026-03-01", "insolvency_date": "2026-03-05"}, "insolvency_date"),
        ({"cause": "insolvency", "insolvency_date": "1902-03-05"}, "insolvency_date"),
    ],
)
def test_arguments_that_cannot_be_used_name_the_field(arguments, field):
    with pytest.raises(ToolInputError) as raised:
        Tool(deadlines.compute_deadlines).call(arguments)
    assert raised.value.field.startswith(field)


def test_the_calendar_file_is_read_by_a_standard_parser():
    found = compute_deadlines(due_date=date(2026, 3, 1), today=date(2026, 3, 5), **STATED)
    calendar = Calendar.from_ical(found.ics)
    events = calendar.walk("VEVENT")
    assert [event.decoded("dtstart") for event in events] == [row.date for row in found.rows]
    assert all(len(event.walk("VALARM")) == 2 for event in events)
    assert all("/" in str(event["summary"]) for event in events)
    assert len({str(event["uid"]) for event in events}) == len(events)


def test_a_calendar_entry_says_how_its_day_was_found_and_on_which_terms():
    event = Calendar.from_ical(compute_deadlines(due_date=date(2026, 3, 1)).ics).walk("VEVENT")[0]
    assert str(event["description"]) == "2026-03-01 + 60 d = 2026-04-30 · wt-2026:5.5 · 常见条款 / Typical terms (M)"


def test_the_same_dates_are_the_same_entries_whatever_the_day_of_asking():
    first, later = (compute_deadlines(due_date=date(2026, 3, 1), today=date(2026, 3, day)).ics for day in (5, 9))
    uids = [[str(event["uid"]) for event in Calendar.from_ical(text).walk("VEVENT")] for text in (first, later)]
    assert uids[0] == uids[1]
    assert not set(uids[0]) & {
        str(event["uid"])
        for event in Calendar.from_ical(compute_deadlines(due_date=date(2026, 3, 2)).ics).walk("VEVENT")
    }


def test_the_file_is_complete_by_the_standard():
    calendar = Calendar.from_ical(compute_deadlines(due_date=date(2026, 3, 1), today=date(2026, 3, 5)).ics)
    assert (str(calendar["version"]), "prodid" in calendar) == ("2.0", True)
    for event in calendar.walk("VEVENT"):
        assert event.decoded("dtstamp") == datetime(2026, 3, 5, tzinfo=UTC)
        assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(days=1)
        alarms = event.walk("VALARM")
        assert [alarm.decoded("trigger") for alarm in alarms] == [timedelta(days=-7), timedelta(days=-1)]
        assert all(str(alarm["action"]) == "DISPLAY" and str(alarm["description"]) for alarm in alarms)


@pytest.mark.skipif(not shutil.which("calcurse"), reason="calcurse is not installed")
def test_calcurse_takes_every_entry(tmp_path):
    found, file = compute_deadlines(due_date=date(2026, 3, 1)), tmp_path / "deadlines.ics"
    file.write_bytes(found.ics.encode())
    said = subprocess.run(
        ["calcurse", "-D", str(tmp_path / "calcurse"), "-i", str(file)], capture_output=True, text=True, check=True
    ).stdout
    assert f"{len(found.rows)} events" in said and "0 skipped" in said
    kept = (tmp_path / "calcurse" / "apts").read_text(encoding="utf-8")
    assert all(f"{row.date:%m/%d/%Y}" in kept for row in found.rows)
    assert "提交索赔的截止日 / Last day to file the claim" in kept


@pytest.mark.skipif(not shutil.which("khal"), reason="khal is not installed")
def test_khal_shows_every_entry_with_its_alarm_and_takes_the_file_twice(tmp_path):
    found, file, settings = compute_deadlines(due_date=date(2026, 3, 1)), tmp_path / "d.ics", tmp_path / "khal.conf"
    file.write_bytes(found.ics.encode())
    (tmp_path / "kept").mkdir()
    shown = "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
    times = "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
    settings.write_text(
        f"[calendars]\n[[kept]]\npath = {tmp_path / 'kept'}\n[locale]\n{shown}{times}"
        f"[default]\ndefault_calendar = kept\n[sqlite]\npath = {tmp_path / 'khal.db'}\n"
    )

    def khal(*words: str) -> str:
        return subprocess.run(
            ["khal", "-c", str(settings), *words], capture_output=True, text=True, check=True, env=os.environ
        ).stdout

    for _ in range(2):
        khal("import", "--batch", str(file))
    listed = khal("list", "2026-03-01", "300d")
    assert len(list((tmp_path / "kept").iterdir())) == len(found.rows)
    assert all(row.date.isoformat() in listed for row in found.rows)
    assert listed.count("⏰") == len(found.rows)


def test_calendar_lines_are_folded_at_75_octets_and_end_with_crlf():
    ics = compute_deadlines(due_date=date(2026, 3, 1)).ics
    assert ics.endswith("END:VCALENDAR\r\n")
    assert "\n" not in ics.replace("\r\n", "")
    assert max(len(line.encode()) for line in ics.split("\r\n")) <= 75


@given(due=DATES, mep=DAYS, notice=DAYS, wait=DAYS, months=st.integers(0, 24))
def test_the_clocks_keep_their_order(due, mep, notice, wait, months):
    found = compute_deadlines(
        due_date=due, mep_days=mep, notice_days=notice, waiting_days=wait, claim_months=months, waiting_basis="mep_end"
    )
    assert due <= found.stop_shipment <= found.notice_by
    assert found.stop_shipment <= found.claim_by
    assert (found.notice_by - found.stop_shipment).days == notice
    assert (found.loss_date - found.stop_shipment).days == wait


@given(due=DATES, mep=DAYS, notice=DAYS)
def test_the_protective_date_is_never_after_the_notice_date(due, mep, notice):
    for stated in ({}, {"mep_days": mep}, {"notice_days": notice}, {"mep_days": mep, "notice_days": notice}):
        found = compute_deadlines(due_date=due, **stated)
        assert found.earliest_protective_date <= found.notice_by


@given(due=DATES, shift=st.integers(1, 200))
def test_a_later_due_date_never_gives_an_earlier_deadline(due, shift):
    early, late = compute_deadlines(due_date=due), compute_deadlines(due_date=due + timedelta(days=shift))
    for one, other in zip(early.rows, late.rows, strict=True):
        assert one.date <= other.date


@given(start=DATES, months=st.integers(0, 120))
def test_adding_months_moves_by_that_many_months(start, months):
    end = add_months(start, months)
    assert (end.year - start.year) * 12 + end.month - start.month == months
    assert end.day <= start.day


@given(start=st.dates(date(2010, 1, 1), date(2026, 6, 1)), days=st.integers(0, 40))
def test_working_days_are_never_fewer_than_calendar_days(start, days):
    assert add_days(start, days, "working:CN").end >= add_days(start, days).end


@given(due=DATES, today=DATES, name=st.sampled_from(set_names()))
def test_every_packaged_set_gives_complete_rows_that_json_can_carry(due, today, name):
    found = Tool(deadlines.compute_deadlines).call(
        {"due_date": due.isoformat(), "today": today.isoformat(), "terms_set": name}
    )
    assert [row["duty"] for row in found["rows"]][:1] == ["stop_shipment"]
    assert all(row["clause"].startswith("wt-2026:") and row["formula"] for row in found["rows"])
    assert found["assumptions"]


def test_the_days_to_hand_over_to_collection_can_be_stated():
    rows = compute_deadlines(due_date=date(2026, 3, 1), mep_days=60, collection_days=14).rows
    assert {row.duty: row.date for row in rows}["collection_handover"] == date(2026, 5, 14)
    stated = compute_deadlines(due_date=date(2026, 3, 1), collection_days=14, **STATED)
    assert "collection_days" not in {item.parameter for item in stated.assumptions}


def test_bad_news_may_be_counted_in_other_days_than_the_notice():
    case = {"cause": "refusal", "event_date": date(2026, 5, 28), "adverse_days": 10, "due_date": date(2026, 4, 1)}
    both = compute_deadlines(**case, calendar="working:CN")
    one = compute_deadlines(**case, calendar="calendar", adverse_calendar="working:CN")
    other = compute_deadlines(**case, calendar="working:CN", adverse_calendar="calendar")
    assert both.notice_by == one.notice_by == date(2026, 6, 11)
    assert other.notice_by == date(2026, 6, 7)
    by_duty = [{row.duty: row.date for row in found.rows}["overdue_notice"] for found in (one, other)]
    assert by_duty[0] < by_duty[1]


def test_a_country_of_working_days_may_be_written_small():
    small, capital = (compute_deadlines(due_date=date(2026, 3, 1), calendar=f"working:{code}") for code in ("gb", "GB"))
    assert small == capital


def test_beyond_the_published_years_only_weekends_are_left_out():
    # 1 October 2031 is certain to be a holiday, but no calendar of that year is published: it is counted, and said
    count = add_days(date(2031, 9, 30), 1, "working:CN")
    assert (count.end, count.unpublished) == (date(2031, 10, 1), (2031,))
    assert add_days(date(2031, 10, 3), 1, "working:CN").end == date(2031, 10, 6)  # from Friday to Monday


def test_the_protective_date_does_not_rest_on_holidays_that_are_not_published():
    found = compute_deadlines(due_date=date(2031, 1, 6), calendar="working:CN", notice_basis="due_date", notice_days=20)
    assert found.earliest_protective_date == date(2031, 1, 26)
    assert found.notice_by == date(2031, 2, 3)


@given(start=st.dates(date(2027, 1, 1), date(2080, 1, 1)), days=st.integers(1, 60))
def test_a_count_in_unpublished_years_always_says_which(start, days):
    count = add_days(start, days, "working:CN")
    assert count.unpublished
    assert count.end.weekday() < 5


@given(due=DATES, notice=DAYS, more=st.integers(0, 200))
def test_more_days_never_give_an_earlier_date(due, notice, more):
    short, long = (
        compute_deadlines(due_date=due, notice_days=days, mep_days=60).notice_by for days in (notice, notice + more)
    )
    assert short <= long


@given(due=DATES, today=DATES)
def test_days_left_are_counted_from_today(due, today):
    for row in compute_deadlines(due_date=due, today=today).rows:
        assert today + timedelta(days=row.days_left) == row.date


@given(title=st.text(alphabet="甲a ,;\\\n:é", min_size=1, max_size=120).map(str.strip).filter(bool))
def test_any_title_survives_the_calendar_file(title):
    text = calendar_text([Entry(key="claim", day=date(2026, 5, 30), title=title, note=title)], date(2026, 1, 1))
    event = Calendar.from_ical(text).walk("VEVENT")[0]
    assert (str(event["summary"]), str(event["description"])) == (title, title)
