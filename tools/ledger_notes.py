"""What the reader of a ledger's figures must know about the ledger: what was left out, guessed, or does not fit."""

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal

from tools.ledger import Invoice, Ledger
from tools.ledger_figures import LedgerFigures
from tools.money import Money
from tools.names import folded
from tools.results import Caution


def ledger_cautions(
    ledger: Ledger, figures: LedgerFigures, limits: Mapping[str, Decimal], currency: str
) -> Iterator[Caution]:
    """How the ledger was read, then what its rows show; amounts in `currency`."""
    yield from _about_reading(ledger)
    yield from _about_currency(figures)
    yield from _about_rows(ledger, figures, currency)
    yield from _about_limits(ledger, figures, limits)


def _about_reading(ledger: Ledger) -> Iterator[Caution]:
    if ledger.bad_rows:
        first = ledger.bad_rows[0].line
        yield Caution(id="ledger_rows_left_out", values={"count": len(ledger.bad_rows), "first_line": first})
    if not ledger.is_date_order_certain:
        yield Caution(id="ledger_date_order_guessed", values={"date_order": ledger.date_order})
    if ledger.scale != 1:
        yield Caution(id="ledger_amounts_in_units", values={"factor": ledger.scale})
    if ledger.other_sheets:
        yield Caution(id="ledger_sheets_left_out", values={"sheet": ledger.sheet, "count": len(ledger.other_sheets)})
    for name, count in (("buyers_filled", ledger.filled_buyers), ("due_from_terms", ledger.due_from_terms)):
        if count:
            yield Caution(id=f"ledger_{name}", values={"count": count})


def _about_currency(figures: LedgerFigures) -> Iterator[Caution]:
    for name, count in (
        ("other_currencies_left_out", figures.other_currency_rows),
        ("currency_blank", figures.blank_currency_rows),
    ):
        if count:
            yield Caution(id=f"ledger_{name}", values={"count": count, "currency": figures.currency})


def _about_rows(ledger: Ledger, figures: LedgerFigures, currency: str) -> Iterator[Caution]:
    numbers = Counter((invoice.buyer, invoice.number) for invoice in figures.invoices if invoice.number)
    if doubles := len(numbers) and sum(numbers.values()) - len(numbers):
        yield Caution(id="ledger_duplicate_invoices", values={"count": doubles})
    if not any(invoice.buyer for invoice in figures.invoices):
        yield Caution(id="ledger_names_no_buyers")
    if unequal := sum(map(_has_unequal_balance, figures.invoices)):
        yield Caution(id="ledger_balances_unequal", values={"count": unequal})
    credit = -sum((amount for _, amount in figures.unpaid if amount < 0), Decimal(0))
    if credit:
        yield Caution(id="ledger_credits_netted", values={"credits": Money(amount=credit, currency=currency).rounded()})
    summed = sum((item.amount if item.open is None else item.open for item in ledger.invoices), Decimal(0))
    if ledger.stated_total not in (None, summed) and not figures.other_currency_rows:
        stated, found = (Money(amount=total, currency=currency).rounded() for total in (ledger.stated_total, summed))
        yield Caution(id="ledger_total_differs", values={"stated": stated, "summed": found})


def _about_limits(ledger: Ledger, figures: LedgerFigures, limits: Mapping[str, Decimal]) -> Iterator[Caution]:
    known = {folded(invoice.buyer) for invoice in ledger.invoices} if limits else set()
    unknown = [name for name in limits if folded(name) not in known]
    if unknown:
        yield Caution(id="limits_without_buyer", values={"count": len(unknown), "buyer": unknown[0]})
    over = [(buyer, buyer.headroom) for buyer in figures.buyers if buyer.headroom and buyer.headroom.amount < 0]
    if over:
        buyer, headroom = over[0]
        yield Caution(
            id="buyers_over_limit", values={"count": len(over), "buyer": buyer.buyer, "excess": headroom * -1}
        )


def _has_unequal_balance(invoice: Invoice) -> bool:
    """Whether the stated balance is not the amount less payments; the balance was used."""
    return invoice.open is not None and invoice.paid is not None and invoice.open != invoice.amount - invoice.paid
