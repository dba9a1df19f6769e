"""The sums that a ledger yields: ageing, period sales, opening balance, countback DSO, buyers."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tools.ledger import Invoice, Ledger
from tools.tables import table

_HUNDRED = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class BuyerPosition:
    """What one buyer owes, against its limit where one is known."""

    buyer: str
    open: Decimal
    overdue: Decimal
    oldest_days_overdue: int
    """Of its unpaid invoices; 0 when none is overdue."""
    share_pct: Decimal
    limit: Decimal | None = None
    headroom: Decimal | None = None
    """Limit less everything unpaid; negative above the limit."""


@dataclass(frozen=True, kw_only=True)
class LedgerFigures:
    """Exact sums of one ledger on one day, in its main currency."""

    as_of: date
    currency: str
    unpaid: tuple[tuple[Invoice, Decimal], ...]
    ageing: Mapping[str, Decimal]
    buyers: tuple[BuyerPosition, ...]
    """Largest first."""
    hhi: Decimal | None
    credit_sales: Decimal | None
    """Invoiced in the period; None when the ledger has no invoice dates."""
    opening_ar: Decimal | None
    """None when payments carry no dates, so that the past cannot be rebuilt."""
    countback_days: Decimal | None
    average_days_late: Decimal | None
    other_currency_rows: int
    duplicates: int


def figures_of(
    ledger: Ledger, days: int, today: date | None = None, limits: Mapping[str, Decimal] | None = None
) -> LedgerFigures:
    """Sums on `today` (the ledger's latest date when not given) over the last `days` days."""
    currency = Counter(invoice.currency for invoice in ledger.invoices).most_common(1)[0][0]
    invoices = [invoice for invoice in ledger.invoices if invoice.currency == currency]
    as_of = today or _latest(invoices)
    unpaid = tuple((invoice, amount) for invoice in invoices if (amount := invoice.open_on(as_of)))
    total = sum((amount for _, amount in unpaid), Decimal(0))
    buyers = _buyers(unpaid, as_of, total, limits or {})
    dated = [invoice for invoice in invoices if invoice.invoice_date is not None]
    start = as_of - timedelta(days=min(days, as_of.toordinal() - 1))
    is_replayable = bool(dated) and all(invoice.open is None and _is_dated(invoice) for invoice in invoices)
    late = [
        max(0, (invoice.paid_date - invoice.due_date).days)
        for invoice in invoices
        if invoice.paid_date is not None and invoice.paid_date <= as_of
    ]
    numbers = Counter((invoice.buyer, invoice.number) for invoice in invoices if invoice.number)
    return LedgerFigures(
        as_of=as_of,
        currency=currency,
        unpaid=unpaid,
        ageing=_ageing(unpaid, as_of),
        buyers=buyers,
        hhi=sum(((buyer.open / total) ** 2 for buyer in buyers), Decimal(0)) if total > 0 else None,
        credit_sales=_sales(dated, start, as_of) if dated else None,
        opening_ar=sum((invoice.open_on(start) for invoice in invoices), Decimal(0)) if is_replayable else None,
        countback_days=_countback(dated, total, as_of) if dated else None,
        average_days_late=Decimal(sum(late)) / len(late) if late else None,
        other_currency_rows=len(ledger.invoices) - len(invoices),
        duplicates=sum(count - 1 for count in numbers.values()),
    )


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
    unpaid: tuple[tuple[Invoice, Decimal], ...], as_of: date, total: Decimal, limits: Mapping[str, Decimal]
) -> tuple[BuyerPosition, ...]:
    mine: dict[str, list[tuple[Invoice, Decimal]]] = defaultdict(list)
    for invoice, amount in unpaid:
        mine[invoice.buyer].append((invoice, amount))
    positions = []
    for buyer, rows in mine.items():
        owed = sum((amount for _, amount in rows), Decimal(0))
        stated = [invoice.limit for invoice, _ in rows if invoice.limit is not None]
        limit = limits.get(buyer, stated[-1] if stated else None)
        positions.append(
            BuyerPosition(
                buyer=buyer,
                open=owed,
                overdue=sum((amount for invoice, amount in rows if invoice.due_date < as_of), Decimal(0)),
                oldest_days_overdue=max(0, *((as_of - invoice.due_date).days for invoice, _ in rows), 0),
                share_pct=(owed / total * _HUNDRED).quantize(Decimal("0.01")) if total > 0 else Decimal(0),
                limit=limit,
                headroom=None if limit is None else limit - owed,
            )
        )
    return tuple(sorted(positions, key=lambda position: (-position.open, position.buyer)))


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
