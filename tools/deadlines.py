"""Dates that decide a claim: stop-shipment, notice, date of loss, claim; each with its formula and clause."""

from datetime import date

from tools.clocks import Basis, Case, Clocks, Days, Deadlines, LossCause, Months, protective_date
from tools.errors import ToolInputError
from tools.policy import Parameter, policy_terms
from tools.results import Assumption
from tools.working_days import check_calendar

_YEARS = range(1980, 2200)
_BASES: dict[Parameter, tuple[str, ...]] = {
    "notice_basis": ("due_date", "mep_end"),
    "waiting_basis": ("due_date", "mep_end", "notice_complete", "claim_filed"),
    "claim_basis": ("due_date", "mep_end", "notice_complete", "loss_date"),
}


def compute_deadlines(
    due_date: date | list[date] | None = None,
    due_dates: list[date] | None = None,
    mep_days: Days | None = None,
    notice_days: Days | None = None,
    notice_basis: Basis | None = None,
    waiting_days: Days | None = None,
    waiting_basis: Basis | None = None,
    claim_months: Months | None = None,
    claim_days: Days | None = None,
    claim_basis: Basis | None = None,
    adverse_days: Days | None = None,
    calendar: str | None = None,
    today: date | None = None,
    terms_set: str = "typical",
    cause: LossCause | None = None,
    event_date: date | None = None,
    notice_complete_date: date | None = None,
    claim_filed_date: date | None = None,
) -> Deadlines:
    """Dates of the policy duties after a buyer did not pay or became insolvent.

    Use it for "by when must I report / stop shipping / claim" and "when does the waiting period end". Pass only what
    the user or the schedule said; every parameter left out is taken from `terms_set` and named as an assumption.

    Args:
        due_date: Original due date of the oldest unpaid invoice, or a list of due dates; the oldest counts.
        due_dates: Due dates of all unpaid invoices, instead of `due_date`; the oldest counts.
        mep_days: Maximum extension period in days after the original due date.
        notice_days: Days allowed for the overdue notice, counted from `notice_basis`.
        notice_basis: What the notice days count from: `mep_end` or `due_date`.
        waiting_days: Waiting period in days before protracted default is a loss, counted from `waiting_basis`.
        waiting_basis: `due_date`, `mep_end`, `notice_complete` or `claim_filed`.
        claim_months: Months allowed for the claim, counted from `claim_basis`.
        claim_days: Days allowed for the claim, where the policy counts days instead of months.
        claim_basis: `due_date`, `mep_end`, `notice_complete` or `loss_date`.
        adverse_days: Days allowed to report insolvency or adverse news once known.
        calendar: `calendar`, or `working:CN` (any ISO country) where notice periods count working days.
        today: The day from which days left are counted, ISO date.
        terms_set: Packaged parameters for what is not stated: typical, sinosure_type, exim_type, atradius_type,
            allianz_gulf_type, prc_domestic_type, ukef_type.
        cause: Cause of loss. `insolvency` has no waiting period and a short notice from `event_date`.
        event_date: Day on which the insured learned of the insolvency or other event, ISO date.
        notice_complete_date: Day on which the overdue notice and its papers were complete, ISO date.
        claim_filed_date: Day on which the claim was filed, ISO date.
    """
    dues = [*(due_date if isinstance(due_date, list) else [due_date] if due_date else []), *(due_dates or [])]
    terms = policy_terms(terms_set).given(
        mep_days=mep_days,
        notice_days=notice_days,
        notice_basis=notice_basis,
        waiting_days=waiting_days,
        waiting_basis=waiting_basis,
        claim_months=claim_months if claim_days is None else None,
        claim_days=claim_days,
        claim_basis=claim_basis,
        adverse_days=adverse_days,
        calendar=calendar,
        adverse_calendar=calendar,
    )
    case = Case(
        terms=terms,
        use_claim_days=claim_days is not None or (claim_months is None and terms.has("claim_days")),
        due=min(dues, default=None),
        cause=cause,
        event=event_date or (today if cause == "insolvency" else None),
        notice_complete=notice_complete_date,
        claim_filed=claim_filed_date,
        today=today,
    )
    _check(case, event_date, *dues)
    clocks = Clocks(case)
    clocks.run()
    if event_date is None and case.event is not None:
        clocks.assumed.append(Assumption(parameter="event_date", value=case.event, clause=None, source="typical"))
    return clocks.result(protective=protective_date(case, clocks.dates))


def _check(case: Case, *given: date | None) -> None:
    for name, day in {
        "due_date": case.due,
        "event_date": case.event,
        "notice_complete_date": case.notice_complete,
        "claim_filed_date": case.claim_filed,
        "today": case.today,
    }.items():
        if day is not None and day.year not in _YEARS:
            raise ToolInputError(name, day, "give a date between 1980 and 2199.")
    if case.due is None and case.event is None:
        field_name = "event_date" if case.is_insolvency else "due_date"
        raise ToolInputError(
            field_name, None, "give the original due date of the oldest unpaid invoice, or `event_date`."
        )
    if case.is_insolvency and case.event is None:
        raise ToolInputError("event_date", None, "give the day on which the insolvency became known.")
    for name, allowed in _BASES.items():
        if case.terms.text(name) not in allowed:
            raise ToolInputError(name, case.terms.text(name), f"use one of: {', '.join(allowed)}.")
    bases = {name: case.terms.text(name) for name in _BASES}
    if (bases["waiting_basis"], bases["claim_basis"]) == ("claim_filed", "loss_date") and case.claim_filed is None:
        remedy = (
            "the waiting period counts from the claim and the claim from the loss: give the day the claim was filed."
        )
        raise ToolInputError("claim_filed_date", None, remedy)
    check_calendar(case.terms.text("calendar"))
