"""The sums that a ledger yields: ageing, period sales, opening balance, countback DSO, buyers."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from tools.ledger import Invoice, Ledger
from tools.money import UNSTATED, Money
from tools.names import folded
from tools.tables import table

_HUNDRED = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class BuyerPosition:
    """What one buyer owes, against its limit where one is known."""

    buyer: str
    open: Money
    """Credit notes and overpayments taken off; negative where the buyer is in credit."""
    overdue: Money
    oldest_days_overdue: int
    """Of its unpaid invoices; 0 when none is overdue."""
    share_pct: Decimal
    """Of what all buyers owe who are not in credit."""
    limit: Money | None = None
    headroom: Money | None = None
    """Limit less everything unpaid; negative above the limit."""


@dataclass(frozen=True, kw_only=True)
class LedgerFigures:
    """Exact sums of one ledger on one day, in its main currency."""

    as_of: date
    currency: str
    invoices: Sequence[Invoice]
    """The rows in that currency."""
    unpaid: tuple[tuple[Invoice, Decimal], ...]
    ageing: Mapping[str, Decimal]
    buyers: tuple[BuyerPosition, ...]
    """Largest first; rows that name no buyer are in none."""
    hhi: Decimal | None
    """Over the buyers who are not in credit."""
    credit_sales: Decimal | None
    """Invoiced in the period; None when the ledger has no invoice dates."""
    opening_ar: Decimal | None
    """None when payments carry no dates, so that the past cannot be rebuilt."""
    countback_days: Decimal | None
    average_days_late: Decimal | None
    other_currency_rows: int
    blank_currency_rows: int
    """Taken to be in the one currency that the other rows name."""


def figures_of(
    ledger: Ledger,
    days: int,
    today: date | None = None,
    limits: Mapping[str, Decimal] | None = None,
    shown_currency: str = "",
) -> LedgerFigures:
    """Sums on `today` (the ledger's latest date when not given) over the last `days` days.

    Args:
        ledger: As it was read; only the rows in its main currency count.
        days: Length of the period for sales and the opening balance.
        today: Day of the analysis.
        limits: Credit limit by buyer; case and width of the letters do not matter.
        shown_currency: Currency of a ledger that names none.
    """
    currency, blank, invoices = _of_main_currency(ledger.invoices)
    as_of = today or _latest(invoices)
    unpaid = tuple((invoice, amount) for invoice in invoices if (amount := invoice.open_on(as_of)))
    total = sum((amount for _, amount in unpaid), Decimal(0))
    given = {folded(name): limit for name, limit in (limits or {}).items()}
    buyers = _buyers(unpaid, as_of, given, currency or shown_currency or UNSTATED)
    dated = [invoice for invoice in invoices if invoice.invoice_date is not None]
    start = as_of - timedelta(days=min(days, as_of.toordinal() - 1))
    is_replayable = bool(dated) and all(invoice.open is None and _is_dated(invoice) for invoice in invoices)
    late = [
        max(0, (invoice.paid_date - invoice.due_date).days)
        for invoice in invoices
        if invoice.paid_date is not None and invoice.paid_date <= as_of and invoice.amount > 0
    ]
    return LedgerFigures(
        as_of=as_of,
        currency=currency,
        invoices=invoices,
        unpaid=unpaid,
        ageing=_ageing(unpaid, as_of),
        buyers=buyers,
        hhi=_concentration([buyer.open.amount for buyer in buyers]),
        credit_sales=_sales(dated, start, as_of) if dated else None,
        opening_ar=sum((invoice.open_on(start) for invoice in invoices), Decimal(0)) if is_replayable else None,
        countback_days=_countback(dated, total, as_of) if dated else None,
        average_days_late=Decimal(sum(late)) / len(late) if late else None,
        other_currency_rows=len(ledger.invoices) - len(invoices),
        blank_currency_rows=blank,
    )


def _of_main_currency(invoices: Sequence[Invoice]) -> tuple[str, int, list[Invoice]]:
    """The currency of most rows, how many name none and were counted in, and the rows in it."""
    counted = Counter(invoice.currency for invoice in invoices)
    named = [currency for currency in counted if currency]
    currency = named[0] if len(named) == 1 else counted.most_common(1)[0][0]
    blank = counted[""] if len(named) == 1 else 0
    taken = {currency, ""} if blank else {currency}
    return currency, blank, [invoice for invoice in invoices if invoice.currency in taken]


def _concentration(balances: Sequence[Decimal]) -> Decimal | None:
    """Sum of squared shares of the balances that are owed, 0 to 1; None where nothing is owed."""
    owed = [balance for balance in balances if balance > 0]
    total = sum(owed, Decimal(0))
    return sum(((balance / total) ** 2 for balance in owed), Decimal(0)) if owed else None


def _is_dated(invoice: Invoice) -> bool:
    """Whether the balance on a past day is known: nothing paid, or paid on a known date."""
    return invoice.invoice_date is not None and (not invoice.paid or invoice.paid_date is not None)


def _latest(invoices: list[Invoice]) -> date:
    return max(max(day for day in (i.invoice_date or i.due_date, i.paid_date) if day) for i in invoices)


def _ageing(unpaid: tuple[tuple[Invoice, Decimal], ...], as_of: date) -> dict[str, Decimal]:
    buckets = table("receivables")["ageing"]["buckets"]
    sums = {bucket["id"]: Decimal(0) for bucket in buckets}
    for invoice, amount in unpaid:
        overdue = (as_of - invoice.due_date).days
        bucket = next(bucket["id"] for bucket in buckets if "to" not in bucket or overdue <= bucket["to"])
        sums[bucket] += amount
    return sums


def _buyers(
    unpaid: tuple[tuple[Invoice, Decimal], ...], as_of: date, limits: Mapping[str, Decimal], currency: str
) -> tuple[BuyerPosition, ...]:
    mine: dict[str, list[tuple[Invoice, Decimal]]] = defaultdict(list)
    for invoice, amount in unpaid:
        if invoice.buyer:
            mine[invoice.buyer].append((invoice, amount))
    positions = [_position(buyer, rows, as_of, limits, currency) for buyer, rows in mine.items()]
    total = sum((max(position.open.amount, Decimal(0)) for position in positions), Decimal(0))
    shared = [
        replace(position, share_pct=(position.open.amount / total * _HUNDRED).quantize(Decimal("0.01")))
        if position.open.amount > 0
        else position
        for position in positions
    ]
    return tuple(sorted(shared, key=lambda position: (-position.open.amount, position.buyer)))


def _position(
    buyer: str,
    rows: Sequence[tuple[Invoice, Decimal]],
    as_of: date,
    limits: Mapping[str, Decimal],
    currency: str,
) -> BuyerPosition:
    def money(amount: Decimal) -> Money:
        return Money(amount=amount, currency=currency).rounded()

    owed = sum((amount for _, amount in rows), Decimal(0))
    stated = [invoice.limit for invoice, _ in rows if invoice.limit is not None]
    limit = limits.get(folded(buyer), stated[-1] if stated else None)
    overdue = [(invoice, amount) for invoice, amount in rows if invoice.due_date < as_of]
    return BuyerPosition(
        buyer=buyer,
        open=money(owed),
        overdue=money(sum((amount for _, amount in overdue), Decimal(0))),
        oldest_days_overdue=max(
            ((as_of - invoice.due_date).days for invoice, amount in overdue if amount > 0), default=0
        ),
        share_pct=Decimal(0),
        limit=None if limit is None else money(limit),
        headroom=None if limit is None else money(limit - owed),
    )


def _sales(dated: list[Invoice], start: date, end: date) -> Decimal:
    """Invoiced after `start` up to and including `end`."""
    return sum((i.amount for i in dated if i.invoice_date and start < i.invoice_date <= end), Decimal(0))


def _countback(dated: list[Invoice], total: Decimal, as_of: date) -> Decimal | None:
    """Days of most recent sales that the receivables hold: whole calendar months, then a part of the next.

    150 owed, 100 sold in the latest 31 days and 100 in the 30 before: 31 + 50/100 × 30 = 46.
    """
    by_month: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for invoice in dated:
        if invoice.invoice_date and invoice.invoice_date <= as_of:
            by_month[invoice.invoice_date.year, invoice.invoice_date.month] += invoice.amount
    left, counted = total, Decimal(0)
    last = as_of
    while left > 0 and by_month and (last.year, last.month) >= min(by_month):
        sold = by_month.get((last.year, last.month), Decimal(0))
        if sold > left:
            return counted + left / sold * last.day
        left, counted = left - sold, counted + last.day
        if last.year == 1 and last.month == 1:
            break
        last = last.replace(day=1) - timedelta(days=1)
    return None if left > 0 else counted
