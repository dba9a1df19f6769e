"""Dates that decide a claim: stop-shipment, notice, date of loss, claim; each with its formula and clause."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from tools.causes import LossCause, cause_cautions
from tools.clocks import Basis, Case, ClaimTime, Clocks, Days, Months, protective_date
from tools.deadline_rows import Deadlines
from tools.errors import ToolInputError
from tools.policy import Parameter, PolicyTerms, policy_terms
from tools.results import Assumption, Caution
from tools.toolset import Arguments
from tools.working_days import check_calendar, spelled

_YEARS = range(1980, 2200)
_DATES = ("event_date", "insolvency_date", "notice_complete_date", "claim_filed_date", "today")
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
        None, description="Day on which the insured learned of the insolvency or other bad news, ISO date."
    )
    insolvency_date: date | None = Field(
        None, description="Day on which insolvency proceedings opened; `event_date` when absent, ISO date."
    )
    notice_complete_date: date | None = Field(
        None, description="Day on which the overdue notice and its papers were complete, ISO date."
    )
    claim_filed_date: date | None = Field(None, description="Day on which the claim was filed, ISO date.")
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


class DeadlineArguments(ClockArguments):
    """The clock arguments and the cause by its id; the checklist takes the cause in words."""

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
            claim_months=self.claim_months,
            claim_days=self.claim_days,
            claim_basis=self.claim_basis,
            adverse_days=self.adverse_days,
            collection_days=self.collection_days,
            calendar=self.calendar,
            adverse_calendar=self.adverse_calendar or self.calendar,
        )

    def case(self) -> Case:
        """The case as the clocks see it."""
        terms, is_insolvency = self.terms(), self.cause == "insolvency"
        times: tuple[ClaimTime, ...] = ("claim_days", "claim_months")
        stated = tuple(name for name in times if getattr(self, name) is not None)
        return Case(
            terms=terms,
            claim_times=stated or (("claim_days",) if terms.has("claim_days") else ("claim_months",)),
            due=self.oldest_due,
            cause=self.cause,
            event=self.event_date or ((self.insolvency_date or self.today) if is_insolvency else None),
            opened=(self.insolvency_date or self.event_date or self.today) if is_insolvency else None,
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
    _check_dates(asked, case)
    _check_bases(case)
    check_calendar(case.terms.text("calendar"))
    check_calendar(case.terms.text("adverse_calendar"), argument="adverse_calendar")
    clocks = Clocks(case)
    clocks.cautions += [*cause_cautions(case.cause), *_set_caution(case.terms)]
    clocks.run()
    for duty, name, day in (
        ("adverse_notice", "event_date", case.event),
        ("date_of_loss", "insolvency_date", case.opened),
    ):
        if day is not None and getattr(asked, name) is None:
            clocks.assumed[duty].append(Assumption(parameter=name, value=day, clause=None, source="typical"))
    return clocks.result(protective=protective_date(case, clocks.dates))


def _set_caution(terms: PolicyTerms) -> tuple[Caution, ...]:
    """Another insurer's terms are packaged ones, and the clauses cited are the specimen's."""
    if terms.set_name == "typical":
        return ()
    return (Caution(id="packaged_terms", values={"terms_set": terms.set_name, "confidence": terms.confidence}),)


def _check_dates(asked: DeadlineArguments, case: Case) -> None:
    given = {name: getattr(asked, name) for name in _DATES} | {"due_date": case.due}
    for name, day in given.items():
        if day is not None and day.year not in _YEARS:
            raise ToolInputError(name, day, "give a date between 1980 and 2199.")
    if asked.insolvency_date is not None and not case.is_insolvency:
        raise ToolInputError("insolvency_date", asked.insolvency_date, "give it with the cause `insolvency` only.")
    if case.is_insolvency and case.event is None:
        raise ToolInputError("event_date", None, "give the day on which the insolvency became known.")
    if case.due is None and case.event is None:
        remedy = "give the original due date of the oldest unpaid invoice, or `event_date`."
        raise ToolInputError("due_date", None, remedy)


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
