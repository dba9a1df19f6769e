"""The invoices of one buyer after receipts: what is still owed of each, and how much of that is eligible."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tools.eligibility import Reason, Rules, insurable, reasons_against
from tools.invoices import InvoiceArgument, ReceiptArgument, owed
from tools.stop_shipment import Stop, stops


@dataclass(frozen=True, kw_only=True)
class InvoiceRow:
    """One invoice after receipts: what is still owed, and how much of that is eligible."""

    id: str
    due_on: date | None
    delivered_on: date | None
    owed: Decimal
    """Amount with VAT and penalties, less its credit note."""
    paid: Decimal
    outstanding: Decimal
    eligible: Decimal
    excluded: Decimal
    reasons: tuple[Reason, ...]
    country: str | None = None


def settle(
    invoices: Sequence[InvoiceArgument],
    receipts: Sequence[ReceiptArgument],
    rules: Rules,
    *,
    respect_earmarks: bool = False,
    ignore_disputes: bool = False,
) -> tuple[InvoiceRow, ...]:
    """The invoices after receipts, in the order given.

    Receipts go to the oldest due invoice first, whatever the buyer named, unless `respect_earmarks`. A receipt reduces
    the insurable and the uninsurable part of an invoice in proportion, and its undisputed part before its disputed one.
    """
    asked = [owed(invoice) for invoice in invoices]
    paid = _allocate(invoices, asked, receipts, respect_earmarks=respect_earmarks)
    stopped = stops_under(rules, invoices, receipts)
    rows = []
    for number, invoice in enumerate(invoices):
        reasons = reasons_against(invoice, rules, stopped, ignore_disputes=ignore_disputes)
        name = invoice.id or f"#{number + 1}"
        contested = Decimal(0) if ignore_disputes or invoice.disputed_amount is None else invoice.disputed_amount.amount
        rows.append(_settled(invoice, name, rules, reasons, owed=asked[number], paid=paid[number], contested=contested))
    return tuple(rows)


def stops_under(
    rules: Rules, invoices: Sequence[InvoiceArgument], receipts: Sequence[ReceiptArgument]
) -> tuple[Stop, ...]:
    """When deliveries were not covered: from the day that was stated, else as the extension period tells."""
    if rules.stop_shipment_date:
        return (Stop(last_covered=rules.stop_shipment_date),)
    return stops(invoices, receipts, rules.mep_days)


def _allocate(
    invoices: Sequence[InvoiceArgument],
    owed: Sequence[Decimal],
    receipts: Sequence[ReceiptArgument],
    *,
    respect_earmarks: bool,
) -> list[Decimal]:
    paid = [Decimal(0)] * len(invoices)
    numbers = {invoice.id: number for number, invoice in enumerate(invoices) if invoice.id}
    oldest_first = sorted(range(len(invoices)), key=lambda number: (invoices[number].due_on or date.max, number))
    unpaid = deque(oldest_first)

    def pay(number: int, most: Decimal) -> Decimal:
        taken = min(most, owed[number] - paid[number])
        paid[number] += taken
        return taken

    for receipt in receipts:
        left = receipt.amount.amount
        if respect_earmarks and receipt.for_invoice in numbers:
            left -= pay(numbers[receipt.for_invoice], left)
        while left and unpaid:
            left -= pay(unpaid[0], left)
            if paid[unpaid[0]] == owed[unpaid[0]]:
                unpaid.popleft()
    return paid


def _settled(
    invoice: InvoiceArgument,
    name: str,
    rules: Rules,
    reasons: tuple[Reason, ...],
    *,
    owed: Decimal,
    paid: Decimal,
    contested: Decimal,
) -> InvoiceRow:
    """The row of one invoice; `reasons` are those for which none of it is eligible."""
    outstanding = owed - paid
    insured, excluded_reasons = insurable(invoice, rules, outstanding)
    disputed = min(contested, insured)
    partly = (Reason(id="disputed", clause="wt-2026:11.7", value=disputed),) if disputed and not reasons else ()
    eligible = Decimal(0) if reasons else insured - disputed
    return InvoiceRow(
        id=name,
        due_on=invoice.due_on,
        delivered_on=invoice.delivered_on,
        owed=owed,
        paid=paid,
        outstanding=outstanding,
        eligible=eligible,
        excluded=outstanding - eligible,
        reasons=(*reasons, *partly, *excluded_reasons),
        country=invoice.country,
    )
