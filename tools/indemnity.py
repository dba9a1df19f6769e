"""What an insurer would pay on a loss: eligible debt, limit, percentage, deductibles, caps, later recoveries."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from tools.clocks import Days, LossCause
from tools.errors import ToolInputError
from tools.invoices import DateIn, InvoiceArgument, ReceiptArgument, ReceiptsIn, Rules
from tools.loss import Extras, Indemnity, Loss
from tools.loss_year import LossIn, year_of_losses
from tools.money import common_currency
from tools.payout import DeductibleOrder, PolicyCaps
from tools.recoveries import Method
from tools.toolset import MoneyArgument, MoneyIn, PercentIn
from tools.trigger import find_trigger


def compute_indemnity(
    debt: MoneyIn | None = None,
    invoices: Annotated[list[InvoiceArgument], Field(max_length=5_000)] | None = None,
    losses: Annotated[list[LossIn], Field(max_length=1_000)] | None = None,
    limit: MoneyIn | None = None,
    insured_pct: PercentIn | None = None,
    receipts: ReceiptsIn | None = None,
    nql: MoneyIn | None = None,
    eefl: MoneyIn | None = None,
    afl_remaining: MoneyIn | None = None,
    max_liability_remaining: MoneyIn | None = None,
    deductible_order: DeductibleOrder | None = None,
    vat: MoneyIn | None = None,
    vat_covered: bool | None = None,
    disputed_amount: MoneyIn | None = None,
    security_proceeds: MoneyIn | None = None,
    saved_costs: MoneyIn | None = None,
    unpaid_premium: MoneyIn | None = None,
    collection_costs: MoneyIn | None = None,
    recoveries: ReceiptsIn | None = None,
    recovery_costs: MoneyIn | None = None,
    recovery_costs_pct: PercentIn | None = None,
    recovery_method: Method | None = None,
    cause: LossCause | None = None,
    date_of_loss: DateIn | None = None,
    due_date: DateIn | None = None,
    today: DateIn | None = None,
    mep_days: Days | None = None,
    waiting_days: Days | None = None,
    max_terms_days: Days | None = None,
    invoicing_days: Days | None = None,
    stop_shipment_date: DateIn | None = None,
    period_from: DateIn | None = None,
    period_to: DateIn | None = None,
    limit_from: DateIn | None = None,
    limit_to: DateIn | None = None,
) -> Indemnity:
    """What the policy would pay on an unpaid debt, with every step shown, and how later recoveries are shared.

    Use it for "how much will I get", "what is deducted", "who gets the money recovered later". Give `debt` for a total,
    `invoices` for single invoices, or `losses` for several losses of a policy year. `limit` and `insured_pct` are
    needed (no limit for `losses`); deductibles and caps left out are not applied. Not a decision of the insurer.

    Args:
        debt: Unpaid debt of one buyer including VAT if any, before `receipts` are taken off.
        invoices: The unpaid invoices of one buyer, each with its dates, instead of `debt`.
        losses: Several losses of one policy year in order, instead of `debt`; first losses and caps run across them.
        limit: Approved credit limit on the buyer; 0 for a refused or cancelled one.
        insured_pct: Insured percentage, 0-100, from the schedule.
        receipts: Money received from the buyer before the date of loss: one sum, or a list with dates and invoices.
        nql: Non-qualifying loss: a loss at or below it is not paid.
        eefl: Each-and-every first loss, taken off each loss.
        afl_remaining: What is left of the aggregate first loss of the year.
        max_liability_remaining: What is left of the insurer's maximum liability for the year.
        deductible_order: `pct_then_eefl` or `eefl_then_pct`; both are shown when it is not stated.
        vat: VAT contained in `debt`.
        vat_covered: Whether the policy covers VAT; typically not.
        disputed_amount: Part of `debt` that the buyer contests.
        security_proceeds: Money from guarantees, retained title or resale before the loss, taken off the debt.
        saved_costs: Costs the seller saved, taken off the debt.
        unpaid_premium: Premium still owed to the insurer, taken off the payment.
        collection_costs: Collection costs the insurer approved; shared in proportion to the loss borne.
        recoveries: Money recovered after the date of loss: one sum, or a list.
        recovery_costs: Costs of getting the recoveries.
        recovery_costs_pct: The same as a percentage of the recoveries.
        recovery_method: How recoveries are shared: `pro_rata` on the total debt (default), `insurer_first`,
            `insured_pct`, or `oldest_first`; all possible ones are shown.
        cause: Cause of loss.
        date_of_loss: Day the loss counts as happened, ISO date; compute_deadlines gives it for a protracted default.
        due_date: Original due date of the oldest unpaid invoice, when `debt` is given instead of invoices.
        today: Today, ISO date; tells whether the loss exists already.
        mep_days: Maximum extension period; deliveries after its end for the oldest invoice are not covered.
        waiting_days: Waiting period from the original due date, for a protracted default without `date_of_loss`.
        max_terms_days: Longest payment terms the policy allows; longer invoices are not eligible.
        invoicing_days: Days after delivery within which an invoice must be issued.
        stop_shipment_date: Last day of covered deliveries, where it is known; otherwise derived from `mep_days`.
        period_from: First day of the policy period, for deliveries.
        period_to: Last day of the policy period, for deliveries.
        limit_from: First day of the credit limit, for deliveries.
        limit_to: Last day of the credit limit, for deliveries.
    """
    if insured_pct is None:
        raise ToolInputError("insured_pct", None, "give the insured percentage from the schedule, for example 90.")
    currency = _currency(
        [debt, limit, nql, eefl, afl_remaining, max_liability_remaining, vat, disputed_amount, security_proceeds]
        + [saved_costs, unpaid_premium, collection_costs, recovery_costs]
        + [part for item in invoices or [] for part in _amounts(item)]
        + [part for loss in losses or [] for part in (loss.amount, loss.limit)]
        + [item.amount for item in [*(receipts or []), *(recoveries or [])]]
    )
    caps = PolicyCaps(
        insured_pct=insured_pct,
        nql=_plain(nql),
        eefl=_plain(eefl),
        afl_remaining=_plain(afl_remaining),
        max_liability_remaining=_plain(max_liability_remaining),
        order=deductible_order or "pct_then_eefl",
    )
    if losses:
        return year_of_losses(losses, caps, currency, order_known=deductible_order is not None)
    given = _the_invoices(debt, invoices, vat, disputed_amount, due_date)
    if limit is None:
        raise ToolInputError("limit", None, "give the approved credit limit on this buyer, 0 for a refused one.")
    rules = Rules(
        vat_covered=bool(vat_covered),
        mep_days=mep_days,
        stop_shipment_date=stop_shipment_date,
        max_terms_days=max_terms_days,
        invoicing_days=invoicing_days,
        period_from=period_from,
        period_to=period_to,
        limit_from=limit_from,
        limit_to=limit_to,
    )
    before, after = _by_date_of_loss(receipts or [], date_of_loss)
    loss = Loss(
        invoices=given,
        receipts=before + _as_receipts(security_proceeds, saved_costs),
        rules=rules,
        limit=limit.amount,
        caps=caps,
        currency=currency,
        is_total=invoices is None,
        order_known=deductible_order is not None,
        vat_stated=vat_covered is not None,
    )
    money_back = after + list(recoveries or [])
    costs = _recovery_costs(money_back, recovery_costs, recovery_costs_pct)
    extras = Extras(
        unpaid_premium=_plain(unpaid_premium) or Decimal(0),
        collection_costs=_plain(collection_costs) or Decimal(0),
        recovered=sum((item.amount.amount for item in money_back), Decimal(0)),
        recovery_costs=costs,
        method=recovery_method,
    )
    trigger = find_trigger(cause, date_of_loss, loss.oldest_due, waiting_days, today)
    return loss.result(trigger, extras)


def _currency(amounts: Iterable[MoneyArgument | None]) -> str:
    try:
        return common_currency(item.money() for item in amounts if item)
    except ValueError as error:
        raise ToolInputError("currency", str(error), "give all amounts in the policy currency.") from error


def _amounts(invoice: InvoiceArgument) -> tuple[MoneyArgument | None, ...]:
    return invoice.amount, invoice.vat, invoice.penalties, invoice.credit_note, invoice.disputed_amount


def _plain(amount: MoneyArgument | None) -> Decimal | None:
    return None if amount is None else amount.amount


def _the_invoices(
    debt: MoneyArgument | None,
    invoices: Sequence[InvoiceArgument] | None,
    vat: MoneyArgument | None,
    disputed: MoneyArgument | None,
    due_date: date | None,
) -> Sequence[InvoiceArgument]:
    """The invoices, or a total as one invoice."""
    if invoices:
        if debt is not None:
            raise ToolInputError("debt", debt.amount, "give either `debt` or `invoices`, not both.")
        return invoices
    if debt is None:
        raise ToolInputError("debt", None, "give the unpaid `debt`, the `invoices`, or the `losses` of a year.")
    if vat is not None and vat.amount > debt.amount:
        raise ToolInputError("vat", vat.amount, "VAT cannot be more than the debt that contains it.")
    net = MoneyArgument(amount=debt.amount - (vat.amount if vat else 0), currency=debt.currency)
    return [InvoiceArgument(id="debt", amount=net, vat=vat, disputed_amount=disputed, due_on=due_date)]


def _by_date_of_loss(
    receipts: Sequence[ReceiptArgument], date_of_loss: date | None
) -> tuple[list[ReceiptArgument], list[ReceiptArgument]]:
    """Receipts up to the date of loss reduce the debt; later ones are recoveries."""
    late = [item for item in receipts if date_of_loss and item.received_on and item.received_on > date_of_loss]
    return [item for item in receipts if item not in late], late


def _as_receipts(*amounts: MoneyArgument | None) -> list[ReceiptArgument]:
    return [ReceiptArgument(amount=amount) for amount in amounts if amount]


def _recovery_costs(
    recoveries: Sequence[ReceiptArgument], costs: MoneyArgument | None, costs_pct: Decimal | None
) -> Decimal:
    received = sum((item.amount.amount for item in recoveries), Decimal(0))
    total = (costs.amount if costs else Decimal(0)) + received * (costs_pct or Decimal(0)) / 100
    if total > received:
        raise ToolInputError("recovery_costs", total, "the costs cannot be more than the recoveries.")
    return total
