"""Which letter a buyer gets now, and what stands in it; the words are `assistant/wording/letters`."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tools.dunning import stage_reached
from tools.ledger import Invoice
from tools.money import Money
from tools.tables import table

SHOWN_INVOICES = 30


@dataclass(frozen=True, kw_only=True)
class LetterLine:
    """One invoice named in a letter."""

    invoice: str | None
    amount: Money | None
    due_date: date
    days_overdue: int


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One letter: its id is a key of the wording, its values fill the words, and what is None stays a blank."""

    id: str
    tone: str
    """helpful, firm, formal or legal."""
    written_on: date
    buyer: str | None
    total: Money | None
    invoices: tuple[LetterLine, ...]
    """The oldest first, at most `SHOWN_INVOICES`; `total` counts them all."""
    invoice_count: int
    oldest_due_date: date
    days_overdue: int
    pay_by: date
    """Day named in the letter: later than `written_on` by the days this stage gives."""


def letters_for(
    invoices: Iterable[tuple[Invoice, Decimal]],
    today: date,
    mep_days: int | None,
    currency: str,
    *,
    limit: int = 10,
) -> tuple[Letter, ...]:
    """One letter a buyer, of the stage that its oldest invoice has reached; buyers in the order of `invoices`."""
    mine: dict[str, list[tuple[Invoice, Decimal]]] = defaultdict(list)
    for invoice, amount in invoices:
        mine[invoice.buyer].append((invoice, amount))
    first = list(mine.items())[:limit]
    letters = [_to_buyer(buyer, rows, today, mep_days, currency) for buyer, rows in first]
    return tuple(letter for letter in letters if letter is not None)


def letter_about(
    line: LetterLine, today: date, mep_days: int | None, *, buyer: str | None, stage: str | None = None
) -> Letter | None:
    """The letter about one invoice: of the stage asked for, else of the one reached; None before the first."""
    reached = stage_reached(line.due_date, today, mep_days)
    if stage is None and reached is None:
        return None
    return _letter(stage or (reached.stage if reached else ""), (line,), today, buyer=buyer, total=line.amount, count=1)


def _to_buyer(
    buyer: str, rows: list[tuple[Invoice, Decimal]], today: date, mep_days: int | None, currency: str
) -> Letter | None:
    oldest = min(invoice.due_date for invoice, _ in rows)
    stage = stage_reached(oldest, today, mep_days)
    if stage is None:
        return None
    # before anything is overdue the letter is a statement of all that falls due; later it names what is overdue
    named = [row for row in rows if row[0].due_date < today] or rows
    lines = tuple(
        LetterLine(
            invoice=invoice.number or None,
            amount=Money(amount=amount, currency=currency).rounded(),
            due_date=invoice.due_date,
            days_overdue=max((today - invoice.due_date).days, 0),
        )
        for invoice, amount in named[:SHOWN_INVOICES]
    )
    total = Money(amount=sum((amount for _, amount in named), Decimal(0)), currency=currency).rounded()
    return _letter(stage.stage, lines, today, buyer=buyer or None, total=total, count=len(named))


def _letter(
    stage: str, lines: tuple[LetterLine, ...], today: date, *, buyer: str | None, total: Money | None, count: int
) -> Letter:
    row = next(row for row in table("receivables")["dunning"] if row["stage"] == stage)
    oldest = min(line.due_date for line in lines)
    answer = timedelta(days=row["answer_days"])
    return Letter(
        id=stage,
        tone=row["tone"],
        written_on=today,
        buyer=buyer,
        total=total,
        invoices=lines,
        invoice_count=count,
        oldest_due_date=oldest,
        days_overdue=max((today - oldest).days, 0),
        pay_by=max(oldest, min(today, date.max - answer) + answer),
    )
