"""Which part of each invoice is eligible for indemnity, and which receipts reduced it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

from tools.money import Money
from tools.results import Scalar
from tools.toolset import MoneyIn

DateIn = Annotated[date, Field(ge=date(1980, 1, 1), le=date(2199, 12, 31))]
"""Annotation for a date argument: far dates are slips, and arithmetic on them would overflow."""
_CENT = Decimal("0.01")


class InvoiceArgument(BaseModel):
    """One unpaid invoice as a caller writes it."""

    model_config = ConfigDict(extra="forbid")

    id: str | None = Field(None, max_length=80, description="Invoice number.")
    amount: MoneyIn = Field(description="Amount without VAT and without default interest or penalties.")
    vat: MoneyIn | None = Field(None, description="VAT on the invoice.")
    penalties: MoneyIn | None = Field(None, description="Default interest, penalties or damages billed on top.")
    credit_note: MoneyIn | None = Field(None, description="Credit note or set-off against this invoice.")
    delivered_on: DateIn | None = Field(None, description="Day the goods left or the service was accepted.")
    invoiced_on: DateIn | None = Field(None, description="Invoice date.")
    due_on: DateIn | None = Field(None, description="Original due date.")
    disputed: bool = Field(False, description="The buyer contests the whole invoice.")
    disputed_amount: MoneyIn | None = Field(None, description="Contested part, when only a part is contested.")
    related: bool = Field(False, description="The buyer is a related company.")
    country: str | None = Field(None, max_length=80, description="Buyer's country, where percentages differ by it.")
    declared: bool = Field(True, description="False when the turnover was not declared to the insurer.")


class ReceiptArgument(BaseModel):
    """Money received from the buyer, a guarantor or a sale of goods."""

    model_config = ConfigDict(extra="forbid")

    amount: MoneyIn = Field(description="Amount received.")
    received_on: DateIn | None = Field(
        None,
        validation_alias=AliasChoices("received_on", "date"),
        description="Day received; before the loss if absent.",
    )
    for_invoice: str | None = Field(None, max_length=80, description="Invoice id the buyer named, if any.")


def _as_receipts(value: Any) -> Any:
    """A bare sum, a money object or one receipt count as a list of one."""
    if value is None:
        return None
    items = value if isinstance(value, list) else [value]
    return [
        item
        if isinstance(item, ReceiptArgument) or (isinstance(item, dict) and "currency" not in item)
        else {"amount": item}
        for item in items
    ]


ReceiptsIn = Annotated[
    list[ReceiptArgument],
    Field(max_length=10_000),
    BeforeValidator(_as_receipts, json_schema_input_type=list[ReceiptArgument]),
]
"""Annotation for receipts: a list, or one sum."""


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a part of an invoice is not eligible."""

    id: str
    clause: str
    value: Scalar = None


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
    owed = [_owed(invoice) for invoice in invoices]
    paid = _allocate(invoices, owed, receipts, respect_earmarks=respect_earmarks)
    stop = rules.stop_shipment_date or stop_date(invoices, receipts, rules.mep_days)
    rows = []
    for number, invoice in enumerate(invoices):
        reasons = _reasons(invoice, rules, stop, ignore_disputes=ignore_disputes)
        name = invoice.id or f"#{number + 1}"
        contested = Decimal(0) if ignore_disputes or invoice.disputed_amount is None else invoice.disputed_amount.amount
        rows.append(_settled(invoice, name, rules, reasons, owed=owed[number], paid=paid[number], contested=contested))
    return tuple(rows)


def stop_date(
    invoices: Sequence[InvoiceArgument], receipts: Sequence[ReceiptArgument], mep_days: int | None
) -> date | None:
    """The day the extension period of the oldest invoice ended with that invoice still unpaid, or None."""
    if mep_days is None:
        return None
    owed_so_far = Decimal(0)
    for invoice in sorted((item for item in invoices if item.due_on), key=lambda item: item.due_on or date.max):
        assert invoice.due_on is not None
        end = invoice.due_on + timedelta(days=mep_days)
        owed_so_far += _owed(invoice)
        in_time = sum(item.amount.amount for item in receipts if item.received_on and item.received_on <= end)
        if in_time < owed_so_far:
            return end
    return None


def money(amount: Decimal, currency: str) -> Money:
    """`amount` rounded to the currency's smallest unit."""
    return Money(amount=amount, currency=currency).rounded()


def _owed(invoice: InvoiceArgument) -> Decimal:
    added = sum((part.amount for part in (invoice.vat, invoice.penalties) if part), invoice.amount.amount)
    return max(added - (invoice.credit_note.amount if invoice.credit_note else 0), Decimal(0))


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
    for receipt in receipts:
        left = receipt.amount.amount
        named = numbers.get(receipt.for_invoice or "") if respect_earmarks else None
        for number in [*([] if named is None else [named]), *oldest_first]:
            taken = min(left, owed[number] - paid[number])
            paid[number] += taken
            left -= taken
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
    insurable, excluded_reasons = _insurable(invoice, rules, outstanding, owed)
    disputed = min(contested, insurable)
    partly = (Reason(id="disputed", clause="wt-2026:11.7", value=disputed),) if disputed and not reasons else ()
    eligible = Decimal(0) if reasons else insurable - disputed
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


def _insurable(
    invoice: InvoiceArgument, rules: Rules, outstanding: Decimal, owed: Decimal
) -> tuple[Decimal, tuple[Reason, ...]]:
    vat = invoice.vat.amount if invoice.vat else Decimal(0)
    penalties = invoice.penalties.amount if invoice.penalties else Decimal(0)
    left_out = penalties + (Decimal(0) if rules.vat_covered else vat)
    reasons = []
    if vat and not rules.vat_covered:
        reasons.append(Reason(id="vat_not_covered", clause="wt-2026:4.4", value=vat))
    if penalties:
        reasons.append(Reason(id="penalties_not_covered", clause="wt-2026:11.10", value=penalties))
    if not left_out or not owed:
        return outstanding, tuple(reasons)
    whole = invoice.amount.amount + vat + penalties
    share = (whole - left_out) / whole
    return (outstanding * share).quantize(_CENT, rounding=ROUND_HALF_UP), tuple(reasons)


def _reasons(invoice: InvoiceArgument, rules: Rules, stop: date | None, *, ignore_disputes: bool) -> tuple[Reason, ...]:
    """Why the whole invoice is not eligible; none when it is."""
    delivered, due = invoice.delivered_on, invoice.due_on
    start = invoice.invoiced_on or delivered
    terms = (due - start).days if due and start else None
    delay = (invoice.invoiced_on - delivered).days if invoice.invoiced_on and delivered else None
    checks: tuple[tuple[bool, str, str, Scalar], ...] = (
        (invoice.disputed and not ignore_disputes, "disputed", "wt-2026:11.7", None),
        (invoice.related, "related_buyer", "wt-2026:11.1", None),
        (not invoice.declared, "not_declared", "wt-2026:6.1", None),
        (_after(delivered, stop), "delivered_after_stop_shipment", "wt-2026:5.5", stop),
        (_after(rules.limit_from, delivered), "delivered_before_limit", "wt-2026:3.1", rules.limit_from),
        (_after(delivered, rules.limit_to), "delivered_after_limit_ended", "wt-2026:3.6", rules.limit_to),
        (_after(rules.period_from, delivered), "delivered_before_period", "wt-2026:1.6", rules.period_from),
        (_after(delivered, rules.period_to), "delivered_after_period", "wt-2026:1.6", rules.period_to),
        (_above(terms, rules.max_terms_days), "terms_too_long", "wt-2026:5.1", terms),
        (_above(delay, rules.invoicing_days), "invoiced_late", "wt-2026:5.2", delay),
    )
    return tuple(Reason(id=name, clause=clause, value=value) for failed, name, clause, value in checks if failed)


def _after(day: date | None, other: date | None) -> bool:
    return day is not None and other is not None and day > other


def _above(days: int | None, most: int | None) -> bool:
    return days is not None and most is not None and days > most
