"""What to do about an invoice, and when: stages from 15 days before the due date to legal action."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tools.ledger import Invoice
from tools.money import Money
from tools.tables import table


@dataclass(frozen=True, kw_only=True)
class PlannedStage:
    """One stage of the dunning plan."""

    stage: str
    offset_days: int
    """Days after the due date; negative before it."""
    date: date


@dataclass(frozen=True, kw_only=True)
class Action:
    """What one open invoice calls for now."""

    buyer: str
    invoice: str
    line: int
    amount: Money
    due_date: date
    days_overdue: int
    stage: str
    """The stage that the invoice has reached."""
    since: date
    """Day from which that stage was due."""
    next_stage: str | None
    next_on: date | None
    must_report: bool
    """At or past the end of the maximum extension period: the insurer's notice period is running."""


def dunning_plan(due_date: date, mep_days: int | None = None) -> tuple[PlannedStage, ...]:
    """Every stage with its date; credit stops at the end of the maximum extension period where one is known."""
    plan = [
        PlannedStage(stage=row["stage"], offset_days=offset, date=_shifted(due_date, offset))
        for row in table("receivables")["dunning"]
        for offset in [mep_days if row.get("follows_mep") and mep_days is not None else row["offset_days"]]
    ]
    return tuple(sorted(plan, key=lambda item: item.offset_days))


def chased(invoices: Iterable[tuple[Invoice, Decimal]], today: date) -> list[tuple[Invoice, Decimal]]:
    """Open invoices that have reached a stage: longest overdue first, then largest."""
    first = min(row["offset_days"] for row in table("receivables")["dunning"])
    return sorted(
        ((invoice, amount) for invoice, amount in invoices if amount > 0 and (today - invoice.due_date).days >= first),
        key=lambda pair: (pair[0].due_date, -pair[1], pair[0].line),
    )


def overdue_actions(
    invoices: Sequence[tuple[Invoice, Decimal]], today: date, mep_days: int | None, currency: str, *, limit: int = 200
) -> tuple[Action, ...]:
    """What the first of the `chased` invoices call for."""
    return tuple(
        _action(invoice, Money(amount=amount, currency=currency).rounded(), today, mep_days)
        for invoice, amount in invoices[:limit]
    )


def stage_reached(due_date: date, today: date, mep_days: int | None = None) -> PlannedStage | None:
    """The latest stage of the plan that has come, or None before the first."""
    return next((stage for stage in reversed(dunning_plan(due_date, mep_days)) if stage.date <= today), None)


def _action(invoice: Invoice, amount: Money, today: date, mep_days: int | None) -> Action:
    plan = dunning_plan(invoice.due_date, mep_days)
    reached = [stage for stage in plan if stage.date <= today]
    coming = next((stage for stage in plan if stage.date > today), None)
    report_on = next(stage.date for stage in plan if stage.stage == "stop_credit_and_report")
    return Action(
        buyer=invoice.buyer,
        invoice=invoice.number,
        line=invoice.line,
        amount=amount,
        due_date=invoice.due_date,
        days_overdue=(today - invoice.due_date).days,
        stage=reached[-1].stage,
        since=reached[-1].date,
        next_stage=coming.stage if coming else None,
        next_on=coming.date if coming else None,
        must_report=report_on <= today,
    )


def _shifted(day: date, days: int) -> date:
    """Kept inside the calendar at its two ends."""
    ordinal = min(max(day.toordinal() + days, 1), date.max.toordinal())
    return day + timedelta(days=ordinal - day.toordinal())
