"""Unpaid invoices and receipts as a caller writes them."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

from tools.money import Money
from tools.toolset import MoneyIn

DateIn = Annotated[date, Field(ge=date(1980, 1, 1), le=date(2199, 12, 31))]
"""Annotation for a date argument: far dates are slips, and arithmetic on them would overflow."""


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


def owed(invoice: InvoiceArgument) -> Decimal:
    """What the invoice asks for: with VAT and penalties, less its credit note, never below 0."""
    added = sum((part.amount for part in (invoice.vat, invoice.penalties) if part), invoice.amount.amount)
    return max(added - (invoice.credit_note.amount if invoice.credit_note else 0), Decimal(0))


def money(amount: Decimal, currency: str) -> Money:
    """`amount` rounded to the currency's smallest unit."""
    return Money(amount=amount, currency=currency).rounded()
