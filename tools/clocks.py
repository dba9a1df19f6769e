"""The clocks of one case, run in order: later ones may count from earlier ones."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from tools.causes import LossCause
from tools.deadline_rows import Deadlines, Row, calendar_file, row_warnings
from tools.policy import Parameter, PolicyTerms
from tools.results import Assumption, Caution, Scalar, Step
from tools.tables import table
from tools.working_days import CALENDAR_DAYS, add_days, add_months

ClaimTime = Literal["claim_days", "claim_months"]
Basis = Literal["due_date", "mep_end", "notice_complete", "claim_filed", "loss_date"]
Days = Annotated[int, Field(ge=0, le=3650)]
Months = Annotated[int, Field(ge=0, le=120)]


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is known of one buyer's default, with the policy terms that apply."""

    terms: PolicyTerms
    claim_times: tuple[ClaimTime, ...]
    """In which units the time to claim is known; of two the one that ends first counts."""
    due: date | None
    cause: LossCause | None
    event: date | None
    """The day bad news became known."""
    opened: date | None
    """The day insolvency proceedings opened; None for other causes."""
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
        self.assumed: dict[str, list[Assumption]] = {}
        """What nobody stated, by the date that rests on it."""
        self.cautions: list[Caution] = []

    def run(self) -> None:
        case = self.case
        if case.event is not None:
            self._count("adverse_notice", case.event, "adverse_days", calendar="adverse_calendar")
            self._set("stop_shipment", case.event, case.event.isoformat())
        if case.due is not None:
            self._count("mep_end", case.due, "mep_days")
            if self.dates["mep_end"] <= self.dates.get("stop_shipment", date.max):
                self._set("stop_shipment", self.dates["mep_end"], self.formulas["mep_end"])
            self._slow_payment(case.due)
        self._loss_and_claim()
        self._warn_of_a_claim_before_the_loss()

    def result(self, *, protective: date | None) -> Deadlines:
        case, rows = self.case, self._rows()
        sent = case.notice_complete
        done = {"claim": case.claim_filed, "overdue_notice": sent, "adverse_notice": sent}
        return Deadlines(
            steps=tuple(Step(id=row.duty, formula=row.formula, result=row.date) for row in rows),
            assumptions=tuple(dict.fromkeys(item for items in self.assumed.values() for item in items)),
            warnings=(*self.cautions, *row_warnings(rows, done)),
            rows=rows,
            oldest_due_date=case.due,
            stop_shipment=self.dates.get("stop_shipment"),
            notice_by=self._notice_by(),
            loss_date=self.dates.get("date_of_loss"),
            claim_by=self.dates.get("claim"),
            earliest_protective_date=protective,
            terms_set=case.terms.set_name,
            confidence=case.terms.confidence,
            ics=calendar_file(rows, case.terms, case.today or case.due or case.event or date.min),
        )

    def _slow_payment(self, due: date) -> None:
        """Consent, notice and collection; what had not begun when the buyer became insolvent is left to that.

        The report of the insolvency does for a notice due later than it, and the proof of debt for collection.
        """
        case, end = self.case, self.dates["mep_end"]
        start = due if case.terms.text("notice_basis") == "due_date" else end
        self._count("overdue_notice", start, "notice_days", calendar="calendar")
        self._assume("overdue_notice", "notice_basis")
        if not (case.is_insolvency and case.event is not None and case.event <= end):
            self._set("extension_consent", end, self.formulas["mep_end"])
            self._count("collection_handover", end, "collection_days")
        if case.is_insolvency and self.dates["overdue_notice"] > self.dates["adverse_notice"]:
            del self.dates["overdue_notice"], self.assumed["overdue_notice"]
            self._warn("insolvency_report_takes_in_overdue_notice", clause="wt-2026:7.2")

    def _loss_and_claim(self) -> None:
        if self.case.terms.text("claim_basis") == "loss_date":
            self._loss()
            self._claim()
        else:
            self._claim()
            self._loss()

    def _loss(self) -> None:
        case, otherwise = self.case, table("deadline_sets")["loss_without_waiting_period"]
        if case.is_insolvency:
            self._insolvency_loss()
        elif case.cause in otherwise:
            rule = otherwise[case.cause]
            if "caution" in rule:
                self._warn(rule["caution"], **{name: value for name, value in rule.items() if name != "caution"})
        elif case.due is not None:
            self._wait()

    def _wait(self) -> None:
        if (start := self._start("date_of_loss", "waiting_basis")) is not None:
            self._count("date_of_loss", start, "waiting_days")

    def _insolvency_loss(self) -> None:
        """The day proceedings opened, unless the waiting period had ended by then: the earlier counts."""
        case = self.case
        assert case.opened is not None
        self._warn("proof_of_debt_has_its_own_bar_date", clause="wt-2026:8.5")
        if case.due is not None and case.due < case.opened:
            self._wait()
            if (loss := self.dates.get("date_of_loss", date.max)) < case.opened:
                self._warn("waiting_period_ended_before_insolvency", date_of_loss=loss, clause="wt-2026:8.2")
                return
        self.assumed["date_of_loss"] = []
        self._set("date_of_loss", case.opened, case.opened.isoformat())
        self._warn("no_waiting_period_in_insolvency", event_date=case.opened)

    def _claim(self) -> None:
        start = self._start("claim", "claim_basis")
        if start is None:
            if self.case.is_insolvency:
                self._warn("claim_date_needs_due_date", clause="wt-2026:8.3")
            return
        self._set("claim", *min(self._claim_end(start, name) for name in self.case.claim_times))
        self._assume("claim", *self.case.claim_times)

    def _warn_of_a_claim_before_the_loss(self) -> None:
        """Who waits for the date of loss would claim too late; where the wait starts with the claim, nobody does."""
        claim, loss = self.dates.get("claim"), self.dates.get("date_of_loss")
        is_waited_for = self.case.claim_filed is None and self.case.terms.text("waiting_basis") != "claim_filed"
        if claim and loss and claim < loss and is_waited_for:
            self._warn("claim_is_due_before_the_loss", claim=claim, date_of_loss=loss, clause="wt-2026:8.3")

    def _claim_end(self, start: date, name: ClaimTime) -> tuple[date, str]:
        count = self.case.terms.days(name)
        end, unit = (add_days(start, count).end, "d") if name == "claim_days" else (add_months(start, count), "mo")
        return end, f"{start} + {count} {unit} = {end}"

    def _start(self, duty: str, name: Parameter) -> date | None:
        """The date a clock counts from, None when it is not known.

        What has not happened yet is taken at its last allowed day, and said so.
        """
        case, basis = self.case, self.case.terms.text(name)
        known = {
            "due_date": case.due,
            "mep_end": self.dates.get("mep_end"),
            "loss_date": self.dates.get("date_of_loss"),
            "notice_complete": case.notice_complete,
            "claim_filed": case.claim_filed,
        }
        last = {
            "loss_date": ("date_of_loss", self.dates.get("mep_end")),
            "notice_complete": ("notice_complete_date", self._notice_by()),
            "claim_filed": ("claim_filed_date", self.dates.get("claim")),
        }
        start = known[basis]
        if start is None and basis in last:
            parameter, start = last[basis]
            if start is not None:
                taken = Assumption(parameter=parameter, value=start, clause=None, source="typical")
                self.assumed.setdefault(duty, []).append(taken)
        if start is not None:
            self._assume(duty, name)
        return start

    def _notice_by(self) -> date | None:
        """The first report that can still be made in time; one that was due before the event is missed already."""
        reports = (self.dates[duty] for duty in ("adverse_notice", "overdue_notice") if duty in self.dates)
        return min((day for day in reports if day >= (self.case.event or date.min)), default=None)

    def _count(self, duty: str, start: date, name: Parameter, *, calendar: Parameter | None = None) -> None:
        counted = self.case.terms.text(calendar) if calendar else CALENDAR_DAYS
        days = self.case.terms.days(name)
        count = add_days(start, days, counted)
        country = counted.partition(":")[2]
        unit = f"working d ({country})" if country else "d"
        self._set(duty, count.end, f"{start} + {days} {unit} = {count.end}")
        self._assume(duty, name, *([calendar] if calendar else []))
        for year in count.unpublished:
            self._warn("holidays_not_published", country=country, year=year)

    def _set(self, duty: str, day: date, formula: str) -> None:
        self.dates[duty], self.formulas[duty] = day, formula

    def _assume(self, duty: str, *names: Parameter) -> None:
        self.assumed.setdefault(duty, []).extend(self.case.terms.assumptions(*names))

    def _warn(self, name: str, **values: Scalar) -> None:
        caution = Caution(id=name, values=values)
        if caution not in self.cautions:
            self.cautions.append(caution)

    def _rows(self) -> tuple[Row, ...]:
        """In the order of their days."""
        today = self.case.today
        rows = (
            Row(
                duty=duty,
                date=self.dates[duty],
                formula=self.formulas[duty],
                clause=kind.get("clauses", {}).get(self.case.cause, kind["clause"]),
                days_left=(self.dates[duty] - today).days if today else None,
            )
            for duty, kind in table("deadline_sets")["duties"].items()
            if duty in self.dates
        )
        return tuple(sorted(rows, key=lambda row: row.date))


def protective_date(case: Case, dates: dict[str, date]) -> date | None:
    """The last day that is safe under the shortest values seen for each notice parameter nobody stated.

    Bad news is reported at once.
    """
    if case.event is not None or case.due is None:
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
