"""What of an invoice a policy insures, and for which reasons not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tools.invoices import InvoiceArgument
from tools.results import Assumption, Scalar
from tools.stop_shipment import Stop


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a part of an invoice is not eligible."""

    id: str
    clause: str
    value: Scalar = None
    """The amount of the part left out, or the date or number of days that decided about the whole."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What decides eligibility; a None is not checked."""

    vat_covered: bool = False
    mep_days: int | None = None
    stop_shipment_date: date | None = None
    max_terms_days: int | None = None
    invoicing_days: int | None = None
    period_from: date | None = None
    period_to: date | None = None
    limit_from: date | None = None
    limit_to: date | None = None
    date_of_loss: date | None = None

    def unchecked(self, invoices: Sequence[InvoiceArgument]) -> Iterable[Assumption]:
        """The conditions that the dates of `invoices` would let us check, if the policy's term were known."""
        is_delivered = any(item.delivered_on for item in invoices)
        checks = (
            (
                self.max_terms_days is None,
                any(_terms(item) is not None for item in invoices),
                "max_terms_days",
                "wt-2026:5.1",
            ),
            (
                self.invoicing_days is None,
                any(_billing_delay(item) is not None for item in invoices),
                "invoicing_days",
                "wt-2026:5.2",
            ),
            (self.period_from is None and self.period_to is None, is_delivered, "period_from", "wt-2026:1.6"),
            (self.limit_from is None and self.limit_to is None, is_delivered, "limit_from", "wt-2026:3.1"),
        )
        for is_unknown, is_dated, name, clause in checks:
            if is_unknown and is_dated:
                yield Assumption(parameter=name, value=None, clause=clause, source="typical")


def insurable(invoice: InvoiceArgument, rules: Rules, outstanding: Decimal) -> tuple[Decimal, tuple[Reason, ...]]:
    """What of `outstanding` is not VAT or penalties, and how much of those is in it; a payment reduces all alike.

    113,000 with 13,000 of VAT, half of it paid: 50,000 is insurable and 6,500 is VAT.
    """
    vat = invoice.vat.amount if invoice.vat else Decimal(0)
    penalties = invoice.penalties.amount if invoice.penalties else Decimal(0)
    left_out = penalties + (Decimal(0) if rules.vat_covered else vat)
    if not left_out or not outstanding:
        return outstanding, ()
    whole = invoice.amount.amount + vat + penalties
    reasons = []
    if vat and not rules.vat_covered:
        reasons.append(Reason(id="vat_not_covered", clause="wt-2026:4.4", value=_cents(outstanding * vat / whole)))
    if penalties:
        part = _cents(outstanding * penalties / whole)
        reasons.append(Reason(id="penalties_not_covered", clause="wt-2026:11.10", value=part))
    return _cents(outstanding * (whole - left_out) / whole), tuple(reasons)


def reasons_against(
    invoice: InvoiceArgument, rules: Rules, stops: Sequence[Stop], *, ignore_disputes: bool
) -> tuple[Reason, ...]:
    """Why the whole invoice is not eligible; none when it is."""
    delivered, terms, delay = invoice.delivered_on, _terms(invoice), _billing_delay(invoice)
    stop = next((stop.last_covered for stop in stops if delivered and stop.holds_on(delivered)), None)
    checks: tuple[tuple[bool, str, str, Scalar], ...] = (
        (invoice.disputed and not ignore_disputes, "disputed", "wt-2026:11.7", None),
        (invoice.related, "related_buyer", "wt-2026:11.1", None),
        (not invoice.declared, "not_declared", "wt-2026:6.1", None),
        (stop is not None, "delivered_after_stop_shipment", "wt-2026:5.5", stop),
        (_after(delivered, rules.date_of_loss), "delivered_after_date_of_loss", "wt-2026:8.2", rules.date_of_loss),
        (_after(rules.limit_from, delivered), "delivered_before_limit", "wt-2026:3.1", rules.limit_from),
        (_after(delivered, rules.limit_to), "delivered_after_limit_ended", "wt-2026:3.6", rules.limit_to),
        (_after(rules.period_from, delivered), "delivered_before_period", "wt-2026:1.6", rules.period_from),
        (_after(delivered, rules.period_to), "delivered_after_period", "wt-2026:1.6", rules.period_to),
        (_above(terms, rules.max_terms_days), "terms_too_long", "wt-2026:5.1", terms),
        (_above(delay, rules.invoicing_days), "invoiced_late", "wt-2026:5.2", delay),
    )
    return tuple(Reason(id=name, clause=clause, value=value) for failed, name, clause, value in checks if failed)


def _terms(invoice: InvoiceArgument) -> int | None:
    """Days from delivery (the invoice, where that is all that is known) to the due date."""
    start = invoice.delivered_on or invoice.invoiced_on
    return (invoice.due_on - start).days if invoice.due_on and start else None


def _billing_delay(invoice: InvoiceArgument) -> int | None:
    """Days from delivery to the invoice."""
    billed, delivered = invoice.invoiced_on, invoice.delivered_on
    return (billed - delivered).days if billed and delivered else None


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _after(day: date | None, other: date | None) -> bool:
    return day is not None and other is not None and day > other


def _above(days: int | None, most: int | None) -> bool:
    return days is not None and most is not None and days > most
