"""Which overdue buyers the insurer must hear of, and by when: the oldest invoice of each decides."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from tools.ledger import Invoice
from tools.money import Money
from tools.policy import PolicyTerms
from tools.tables import table

Status = Literal["late", "this_week", "running", "starts_this_week"]


@dataclass(frozen=True, kw_only=True)
class ReportDue:
    """One buyer to be reported, with its whole exposure: a notice lists invoices not yet due as well."""

    buyer: str
    exposure: Money
    overdue: Money
    oldest_invoice: str
    oldest_due_date: date
    days_overdue: int
    stop_shipment: date
    """End of the extension period of the oldest invoice."""
    notice_by: date
    days_left: int
    status: Status
    clause: str


def reports_due(
    unpaid: Iterable[tuple[Invoice, Decimal]], today: date, terms: PolicyTerms, currency: str
) -> tuple[ReportDue, ...]:
    """The buyers to report, soonest first; contested invoices count, they are reported as contested."""
    mine: dict[str, list[tuple[Invoice, Decimal]]] = defaultdict(list)
    for invoice, amount in unpaid:
        if amount > 0:
            mine[invoice.buyer].append((invoice, amount))
    found = [_report(buyer, rows, today, terms, currency) for buyer, rows in mine.items()]
    urgent = [report for report in found if report is not None]
    return tuple(sorted(urgent, key=lambda report: (report.notice_by, -report.exposure.amount, report.buyer)))


def _report(
    buyer: str, rows: list[tuple[Invoice, Decimal]], today: date, terms: PolicyTerms, currency: str
) -> ReportDue | None:
    oldest, _ = min(rows, key=lambda row: (row[0].due_date, row[0].line))
    stop = _after(oldest.due_date, terms.days("mep_days"))
    start = oldest.due_date if terms.text("notice_basis") == "due_date" else stop
    notice_by = _after(start, terms.days("notice_days"))
    status = _status(today, oldest.due_date, stop, notice_by)
    if status is None:
        return None
    return ReportDue(
        buyer=buyer,
        exposure=_sum((amount for _, amount in rows), currency),
        overdue=_sum((amount for invoice, amount in rows if invoice.due_date < today), currency),
        oldest_invoice=oldest.number,
        oldest_due_date=oldest.due_date,
        days_overdue=(today - oldest.due_date).days,
        stop_shipment=stop,
        notice_by=notice_by,
        days_left=(notice_by - today).days,
        status=status,
        clause=table("deadline_sets")["duties"]["overdue_notice"]["clause"],
    )


def _status(today: date, due: date, stop: date, notice_by: date) -> Status | None:
    """Nothing to report while nothing is overdue, or while the extension period has more than a week to run."""
    week = timedelta(days=table("deadline_sets")["near_days"]["value"])
    if due >= today:
        return None
    if notice_by < today:
        return "late"
    if notice_by - today <= week:
        return "this_week"
    if stop <= today:
        return "running"
    return "starts_this_week" if stop - today <= week else None


def _sum(amounts: Iterable[Decimal], currency: str) -> Money:
    return Money(amount=sum(amounts, Decimal(0)), currency=currency).rounded()


def _after(day: date, days: int) -> date:
    """Kept inside the calendar at its end."""
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))
