"""The clocks of one case, run in order: later ones may count from earlier ones."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from tools.ics import Entry, calendar_text
from tools.policy import Parameter, PolicyTerms, set_title
from tools.results import Assumption, Caution, Result, Scalar, Step
from tools.tables import table
from tools.working_days import CALENDAR_DAYS, add_days, add_months

Basis = Literal["due_date", "mep_end", "notice_complete", "claim_filed", "loss_date"]
LossCause = Literal[
    "protracted_default",
    "insolvency",
    "refusal",
    "letter_of_credit",
    "political",
    "pre_shipment",
    "dispute",
    "fraud",
]
Days = Annotated[int, Field(ge=0, le=3650)]
Months = Annotated[int, Field(ge=0, le=120)]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One date."""

    duty: str
    """Id of the duty, in `data/deadline_sets.toml`."""
    date: date
    formula: str
    """With the dates in it: `2026-03-01 + 60 d = 2026-04-30`."""
    clause: str
    days_left: int | None
    """From `today`; negative when passed, None when `today` is not known."""


@dataclass(frozen=True, kw_only=True)
class Deadlines(Result):
    """The dates of one overdue or insolvent buyer."""

    rows: tuple[Row, ...] = ()
    oldest_due_date: date | None = None
    """The oldest unpaid invoice drives every clock."""
    stop_shipment: date | None = None
    notice_by: date | None = None
    loss_date: date | None = None
    claim_by: date | None = None
    earliest_protective_date: date | None = None
    """Reporting by this day is in time under any policy known, whatever the parameters nobody stated."""
    terms_set: str = "typical"
    confidence: str = "M"
    """How sure the packaged set is; what the user or schedule stated is certain."""
    ics: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is known of one buyer's default, with the policy terms that apply."""

    terms: PolicyTerms
    use_claim_days: bool
    due: date | None
    cause: LossCause | None
    event: date | None
    notice_complete: date | None
    claim_filed: date | None
    today: date | None

    @property
    def is_insolvency(self) -> bool:
        return self.cause == "insolvency"


class Clocks:
    """Runs the clocks of one case in order; later ones may count from earlier ones."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.dates: dict[str, date] = {}
        self.formulas: dict[str, str] = {}
        self.assumed: list[Assumption] = []
        self.cautions: list[Caution] = []

    def run(self) -> None:
        if self.case.event is not None:
            self._count("adverse_notice", self.case.event, "adverse_days", calendar="adverse_calendar")
            self._learn_of_event()
        if self.case.due is not None:
            self._count("mep_end", self.case.due, "mep_days")
            stop = min(self.dates["mep_end"], self.dates.get("stop_shipment", date.max))
            if stop == self.dates["mep_end"]:
                self._set("stop_shipment", stop, self.formulas["mep_end"])
            self._set("extension_consent", self.dates["mep_end"], self.formulas["mep_end"])
            self._count("overdue_notice", self._basis("notice_basis"), "notice_days", calendar="calendar")
            self._count("collection_handover", self.dates["mep_end"], "collection_days")
            self._assume("notice_basis")
        self._loss_and_claim()

    def result(self, *, protective: date | None) -> Deadlines:
        case, rows = self.case, self._rows()
        self._warn_about(rows)
        notice = "adverse_notice" if case.is_insolvency else "overdue_notice"
        name = set_title(case.terms.set_name)
        note = f"{name['zh']} / {name['en']} ({case.terms.confidence})"
        return Deadlines(
            steps=tuple(Step(id=row.duty, formula=row.formula, result=row.date) for row in rows),
            assumptions=tuple(self.assumed),
            warnings=tuple(self.cautions),
            rows=rows,
            oldest_due_date=case.due,
            stop_shipment=self.dates.get("stop_shipment"),
            notice_by=self.dates.get(notice, self.dates.get("adverse_notice")),
            loss_date=self.dates.get("date_of_loss"),
            claim_by=self.dates.get("claim"),
            earliest_protective_date=protective,
            terms_set=case.terms.set_name,
            confidence=case.terms.confidence,
            ics=_ics(rows, note, case.today or case.due or case.event or date.min),
        )

    def _learn_of_event(self) -> None:
        event = self.case.event
        assert event is not None
        if self.case.is_insolvency:
            self._set("stop_shipment", event, event.isoformat())
            self._set("date_of_loss", event, event.isoformat())
            self.cautions.append(Caution(id="no_waiting_period_in_insolvency", values={"event_date": event}))
            self.cautions.append(Caution(id="proof_of_debt_has_its_own_bar_date", values={"clause": "wt-2026:8.5"}))

    def _loss_and_claim(self) -> None:
        if self.case.terms.text("claim_basis") == "loss_date":
            self._loss()
            self._claim()
        else:
            self._claim()
            self._loss()

    def _loss(self) -> None:
        if "date_of_loss" in self.dates or self.case.due is None:
            return
        if self.case.cause == "dispute":
            self.cautions.append(Caution(id="dispute_suspends_the_claim", values={"clause": "wt-2026:7.6"}))
            return
        self._count("date_of_loss", self._basis("waiting_basis"), "waiting_days")
        self._assume("waiting_basis")

    def _claim(self) -> None:
        start = self._basis("claim_basis") if self.case.due is not None else self.dates.get("date_of_loss")
        if start is None:
            return
        if self.case.due is not None:
            self._assume("claim_basis")
        if self.case.use_claim_days:
            self._count("claim", start, "claim_days", calendar="calendar")
            return
        months = self.case.terms.days("claim_months")
        end = add_months(start, months)
        self._assume("claim_months")
        self._set("claim", end, f"{start} + {months} mo = {end}")

    def _basis(self, name: Parameter) -> date:
        """The date a clock counts from; a date nobody gave yet is taken at its last allowed day, and said so."""
        case, basis = self.case, self.case.terms.text(name)
        assert case.due is not None
        if basis == "due_date":
            return case.due
        if basis == "mep_end":
            return self.dates["mep_end"]
        given, last, parameter = {
            "loss_date": (self.dates.get("date_of_loss"), "mep_end", "date_of_loss"),
            "notice_complete": (case.notice_complete, "overdue_notice", "notice_complete_date"),
            "claim_filed": (case.claim_filed, "claim", "claim_filed_date"),
        }[basis]
        if given is not None:
            return given
        self.assumed.append(Assumption(parameter=parameter, value=self.dates[last], clause=None, source="typical"))
        return self.dates[last]

    def _count(self, duty: str, start: date, name: Parameter, *, calendar: Parameter | None = None) -> None:
        counted = self.case.terms.text(calendar) if calendar else CALENDAR_DAYS
        days = self.case.terms.days(name)
        count = add_days(start, days, counted)
        unit = "d" if counted == CALENDAR_DAYS else f"working d ({counted.partition(':')[2]})"
        self._set(duty, count.end, f"{start} + {days} {unit} = {count.end}")
        self._assume(name)
        if calendar and counted != CALENDAR_DAYS:
            self._assume(calendar)
        for year in count.unpublished:
            caution = Caution(id="holidays_not_published", values={"country": counted.partition(":")[2], "year": year})
            if caution not in self.cautions:
                self.cautions.append(caution)

    def _set(self, duty: str, day: date, formula: str) -> None:
        self.dates[duty], self.formulas[duty] = day, formula

    def _assume(self, name: Parameter) -> None:
        self.assumed += [item for item in self.case.terms.assumptions(name) if item not in self.assumed]

    def _rows(self) -> tuple[Row, ...]:
        today = self.case.today
        return tuple(
            Row(
                duty=duty,
                date=self.dates[duty],
                formula=self.formulas[duty],
                clause=kind["clause"],
                days_left=(self.dates[duty] - today).days if today else None,
            )
            for duty, kind in table("deadline_sets")["duties"].items()
            if duty in self.dates
        )

    def _warn_about(self, rows: tuple[Row, ...]) -> None:
        done = {"claim": self.case.claim_filed, "overdue_notice": self.case.notice_complete}
        for row in rows:
            verdict = _verdict(row, done.get(row.duty))
            if verdict:
                name, days = verdict
                values: dict[str, Scalar] = {"duty": row.duty, "date": row.date, "days": days, "clause": row.clause}
                self.cautions.append(Caution(id=name, values=values))


def _verdict(row: Row, done_on: date | None) -> tuple[str, int] | None:
    """What to warn about a row, with the days late or left."""
    tables = table("deadline_sets")
    if done_on is not None:
        return ("done_late", (done_on - row.date).days) if done_on > row.date else None
    if row.days_left is None or not tables["duties"][row.duty]["act"]:
        return None
    if row.days_left < 0:
        return "deadline_passed", -row.days_left
    return ("deadline_near", row.days_left) if row.days_left <= tables["near_days"]["value"] else None


def protective_date(case: Case, dates: dict[str, date]) -> date | None:
    """The last day that is safe under the shortest values seen for each notice parameter nobody stated."""
    if case.is_insolvency or case.due is None:
        return case.event
    shortest = table("deadline_sets")["shortest"]

    def value(name: Parameter) -> str:
        return str(shortest[name]["value"]) if case.terms.is_assumed(name) else case.terms.text(name)

    start = case.due if value("notice_basis") == "due_date" else case.due + timedelta(days=int(value("mep_days")))
    days = int(value("notice_days"))
    count = add_days(start, days, case.terms.text("calendar"))
    # a moved working day could shorten a count whose holidays are not published: calendar days are safe
    by_shortest = add_days(start, days).end if count.unpublished else count.end
    return min(by_shortest, dates["overdue_notice"])


def _ics(rows: tuple[Row, ...], note: str, stamp: date) -> str:
    duties = table("deadline_sets")["duties"]
    return calendar_text(
        (
            Entry(
                key=row.duty,
                day=row.date,
                title=f"{duties[row.duty]['zh']} / {duties[row.duty]['en']}",
                note=f"{row.formula} · {row.clause} · {note}",
            )
            for row in rows
        ),
        stamp,
    )
