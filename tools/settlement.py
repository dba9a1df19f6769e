"""What the arithmetic of a loss gives back: the amounts, the invoices, the losses of a year, and what could differ."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tools.eligibility import Reason
from tools.money import Money
from tools.payout import DeductibleOrder
from tools.recoveries import RecoverySplit
from tools.results import Result


@dataclass(frozen=True, kw_only=True)
class LossRow:
    """One loss of a policy year and what was left of the yearly amounts after it."""

    id: str
    insured_loss: Money
    after_percentage: Money
    aggregate_absorbed: Money
    aggregate_left: Money | None
    indemnity: Money
    max_liability_left: Money | None
    reason: str | None
    """Why nothing or less was paid: below_threshold, aggregate_first_loss, max_liability; None when paid in full."""


@dataclass(frozen=True, kw_only=True)
class InvoiceLine:
    """One invoice after receipts: what is still owed, how much of that is eligible, and why not the rest."""

    id: str
    due_on: date | None
    delivered_on: date | None
    owed: Money
    paid: Money
    outstanding: Money
    eligible: Money
    excluded: Money
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """The indemnity if one thing were different."""

    id: str
    insured_loss: Money
    indemnity: Money
    difference: Money
    """Against the main result; negative when less."""


@dataclass(frozen=True, kw_only=True)
class Indemnity(Result):
    """The arithmetic of one loss or of one year's losses. `insured_loss + uninsured` is the total debt."""

    total_debt: Money
    eligible_debt: Money
    insured_loss: Money
    uninsured: Money
    indemnity: Money
    own_share: Money
    """What the insured keeps of the insured loss: `insured_loss - indemnity`."""
    payment: Money
    """Indemnity less unpaid premium, plus the insurer's share of approved collection costs."""
    seller_loss: Money
    """What the seller finally loses: debt less indemnity and less its share of recoveries."""
    insured_pct: Decimal
    """Of the insured loss; between several percentages, weighted by eligible debt."""
    deductible_order: DeductibleOrder
    triggered: bool | None
    """Whether a loss exists already; None when the cause was not stated."""
    date_of_loss: date | None
    stop_shipment_date: date | None
    """Last day of covered deliveries, as the receipts stand."""
    invoices: tuple[InvoiceLine, ...]
    losses: tuple[LossRow, ...]
    recovery_split: RecoverySplit | None
    alternatives: tuple[Alternative, ...]
