"""When deliveries to a late buyer were not covered: from the end of an extension period until nothing is overdue."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate

from tools.invoices import InvoiceArgument, ReceiptArgument, owed


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A time in which deliveries are not covered."""

    last_covered: date
    """The day the extension period of the oldest unpaid invoice ended."""
    lifted_on: date | None = None
    """First day with nothing overdue any more; None while the stop lasts."""

    def holds_on(self, day: date) -> bool:
        return self.last_covered < day and (self.lifted_on is None or day < self.lifted_on)


def stops(
    invoices: Sequence[InvoiceArgument], receipts: Sequence[ReceiptArgument], mep_days: int | None
) -> tuple[Stop, ...]:
    """The stops in order, receipts counted on their dates and against the oldest invoice first.

    A receipt without a date pays, but never in time.
    """
    if mep_days is None:
        return ()
    dues = _RunningSum((item.due_on, owed(item)) for item in invoices if item.due_on)
    payments = _RunningSum((item.received_on, item.amount.amount) for item in receipts if item.received_on)
    found: list[Stop] = []
    for due, due_so_far in zip(dues.days, dues.sums, strict=True):
        end = due + timedelta(days=mep_days)
        if found and (found[-1].lifted_on is None or end < found[-1].lifted_on):
            continue  # stopped already
        if payments.up_to(end) < due_so_far:
            later = payments.days[bisect_right(payments.days, end) :]
            cleared = (day for day in later if payments.up_to(day) >= dues.up_to(day - timedelta(days=1)))
            found.append(Stop(last_covered=end, lifted_on=next(cleared, None)))
    return tuple(found)


class _RunningSum:
    """Dated amounts in order, summed up day by day."""

    def __init__(self, dated: Iterable[tuple[date, Decimal]]) -> None:
        ordered = sorted(dated)
        self.days = [day for day, _ in ordered]
        self.sums = list(accumulate(amount for _, amount in ordered))

    def up_to(self, day: date) -> Decimal:
        """What falls on or before `day`."""
        count = bisect_right(self.days, day)
        return self.sums[count - 1] if count else Decimal(0)
