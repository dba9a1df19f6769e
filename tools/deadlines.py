"""Dates that decide a claim: stop-shipment, notice, date of loss, claim; each with its formula and clause."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from tools.clocks import Basis, Case, Clocks, Days, Deadlines, LossCause, Months, protective_date
from tools.errors import ToolInputError
from tools.policy import Parameter, PolicyTerms, policy_terms
from tools.results import Assumption
from tools.toolset import Arguments
from tools.working_days import check_calendar, spelled

_YEARS = range(1980, 2200)
_BASES: dict[Parameter, tuple[str, ...]] = {
    "notice_basis": ("due_date", "mep_end"),
    "waiting_basis": ("due_date", "mep_end", "notice_complete", "claim_filed"),
    "claim_basis": ("due_date", "mep_end", "notice_complete", "loss_date"),
}

CalendarName = Annotated[str, Field(max_length=40), AfterValidator(spelled)]


class ClockArguments(Arguments):
    """What decides the dates of one default: when it happened, and the policy parameters that are known."""

    due_date: date | list[date] | None = Field(
        None, description="Original due date of the oldest unpaid invoice, or a list of due dates; the oldest counts."
    )
    mep_days: Days | None = Field(None, description="Maximum extension period in days after the original due date.")
    notice_days: Days | None = Field(
        None, description="Days allowed for the overdue notice, counted from `notice_basis`."
    )
    notice_basis: Basis | None = Field(None, description="What the notice days count from: `mep_end` or `due_date`.")
    waiting_days: Days | None = Field(
        None, description="Waiting period in days before protracted default is a loss, counted from `waiting_basis`."
    )
    waiting_basis: Basis | None = Field(None, description="`due_date`, `mep_end`, `notice_complete` or `claim_filed`.")
    claim_months: Months | None = Field(None, description="Months allowed for the claim, counted from `claim_basis`.")
    claim_basis: Basis | None = Field(None, description="`due_date`, `mep_end`, `notice_complete` or `loss_date`.")
    today: date | None = Field(None, description="The day from which days left are counted, ISO date.")
    terms_set: str = Field(
        "typical",
        max_length=40,
        description="Packaged parameters for what is not stated: typical, sinosure_type, exim_type, atradius_type, "
        "allianz_gulf_type, prc_domestic_type, ukef_type.",
    )
    event_date: date | None = Field(
        None, description="Day on which the insured learned of the insolvency or other event, ISO date."
    )
    notice_complete_date: date | None = Field(
        None, description="Day on which the overdue notice and its papers were complete, ISO date."
    )
    claim_filed_date: date | None = Field(None, description="Day on which the claim was filed, ISO date.")


class DeadlineArguments(ClockArguments):
    """The clock arguments, and what only the deadlines themselves ask for."""

    due_dates: list[date] | None = Field(
        None, description="Due dates of all unpaid invoices, instead of `due_date`; the oldest counts."
    )
    claim_days: Days | None = Field(
        None, description="Days allowed for the claim, where the policy counts days instead of months."
    )
    adverse_days: Days | None = Field(None, description="Days allowed to report insolvency or adverse news once known.")
    collection_days: Days | None = Field(
        None, description="Days after the extension period within which the debt must go to collection."
    )
    calendar: CalendarName | None = Field(
        None,
        description="`calendar`, or `working:CN` (any ISO country) where notice periods count working days.",
    )
    adverse_calendar: CalendarName | None = Field(
        None,
        description="How the days for insolvency and adverse news are counted, where that differs from `calendar`.",
    )
    cause: LossCause | None = Field(
        None,
        description="Cause of loss. `insolvency` has no waiting period and a short notice from `event_date`.",
    )

    @property
    def oldest_due(self) -> date | None:
        given = self.due_date if isinstance(self.due_date, list) else [self.due_date] if self.due_date else []
        return min([*given, *(self.due_dates or [])], default=None)

    def terms(self) -> PolicyTerms:
        """The packaged set, with what was stated in its place."""
        return policy_terms(self.terms_set).given(
            mep_days=self.mep_days,
            notice_days=self.notice_days,
            notice_basis=self.notice_basis,
            waiting_days=self.waiting_days,
            waiting_basis=self.waiting_basis,
            claim_months=self.claim_months if self.claim_days is None else None,
            claim_days=self.claim_days,
            claim_basis=self.claim_basis,
            adverse_days=self.adverse_days,
            collection_days=self.collection_days,
            calendar=self.calendar,
            adverse_calendar=self.adverse_calendar or self.calendar,
        )

    def case(self) -> Case:
        """The case as the clocks see it."""
        terms = self.terms()
        return Case(
            terms=terms,
            use_claim_days=self.claim_days is not None or (self.claim_months is None and terms.has("claim_days")),
            due=self.oldest_due,
            cause=self.cause,
            event=self.event_date or (self.today if self.cause == "insolvency" else None),
            notice_complete=self.notice_complete_date,
            claim_filed=self.claim_filed_date,
            today=self.today,
        )


def compute_deadlines(asked: DeadlineArguments) -> Deadlines:
    """Dates of the policy duties after a buyer did not pay or became insolvent.

    Use it for "by when must I report / stop shipping / claim" and "when does the waiting period end". Pass only what
    the user or the schedule said; every parameter left out is taken from `terms_set` and named as an assumption.
    """
    case = asked.case()
    _check_dates(case)
    _check_bases(case)
    check_calendar(case.terms.text("calendar"))
    check_calendar(case.terms.text("adverse_calendar"), argument="adverse_calendar")
    clocks = Clocks(case)
    clocks.run()
    if asked.event_date is None and case.event is not None:
        clocks.assumed.append(Assumption(parameter="event_date", value=case.event, clause=None, source="typical"))
    return clocks.result(protective=protective_date(case, clocks.dates))


def _check_dates(case: Case) -> None:
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
        remedy = "give the original due date of the oldest unpaid invoice, or `event_date`."
        raise ToolInputError(field_name, None, remedy)
    if case.is_insolvency and case.event is None:
        raise ToolInputError("event_date", None, "give the day on which the insolvency became known.")


def _check_bases(case: Case) -> None:
    """Each clock may start only where policies start it, and two clocks may not wait for each other."""
    for name, allowed in _BASES.items():
        if case.terms.text(name) not in allowed:
            raise ToolInputError(name, case.terms.text(name), f"use one of: {', '.join(allowed)}.")
    circular = (case.terms.text("waiting_basis"), case.terms.text("claim_basis")) == ("claim_filed", "loss_date")
    if circular and case.claim_filed is None:
        remedy = (
            "the waiting period counts from the claim and the claim from the loss: give the day the claim was filed."
        )
        raise ToolInputError("claim_filed_date", None, remedy)
