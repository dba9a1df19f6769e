"""What an insurer would pay on a loss: eligible debt, limit, percentage, deductibles, caps, later recoveries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from tools.deadlines import Days, LossCause
from tools.errors import ToolInputError
from tools.invoices import (
    DateIn,
    InvoiceArgument,
    InvoiceRow,
    ReceiptArgument,
    ReceiptsIn,
    Rules,
    money,
    settle,
    stop_date,
)
from tools.money import Money, common_currency
from tools.payout import DeductibleOrder, Payout, PolicyCaps, pay_out, shown
from tools.policy import policy_terms
from tools.recoveries import Bearing, Method, RecoverySplit, split
from tools.results import Assumption, Caution, Result, Step
from tools.toolset import MoneyArgument, MoneyIn, PercentIn


class LossArgument(BaseModel):
    """One loss of a policy year, in the order the losses happened."""

    model_config = ConfigDict(extra="forbid")

    id: str | None = Field(None, max_length=80, description="Name of the buyer or the loss.")
    amount: MoneyIn = Field(description="Eligible debt of this loss, without VAT.")
    limit: MoneyIn | None = Field(None, description="Credit limit on this buyer; not applied when absent.")


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
    deductible_order: DeductibleOrder
    triggered: bool | None
    """Whether a loss exists already; None when the cause was not stated."""
    date_of_loss: date | None
    stop_shipment_date: date | None
    invoices: tuple[InvoiceRow, ...]
    losses: tuple[LossRow, ...]
    recovery_split: RecoverySplit | None
    alternatives: tuple[Alternative, ...]


def compute_indemnity(
    debt: MoneyIn | None = None,
    invoices: Annotated[list[InvoiceArgument], Field(max_length=5_000)] | None = None,
    losses: Annotated[list[LossArgument], Field(max_length=1_000)] | None = None,
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
        return _year(losses, caps, currency, order_known=deductible_order is not None)
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
    loss = _Loss(
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
    extras = _Extras(
        unpaid_premium=_plain(unpaid_premium) or Decimal(0),
        collection_costs=_plain(collection_costs) or Decimal(0),
        recovered=sum((item.amount.amount for item in money_back), Decimal(0)),
        recovery_costs=costs,
        method=recovery_method,
    )
    trigger = _trigger(cause, date_of_loss, loss.oldest_due, waiting_days, today)
    return loss.result(trigger, extras)


@dataclass(frozen=True, kw_only=True)
class _Trigger:
    triggered: bool | None
    date_of_loss: date | None
    assumptions: tuple[Assumption, ...] = ()
    warnings: tuple[Caution, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Extras:
    unpaid_premium: Decimal
    collection_costs: Decimal
    recovered: Decimal
    recovery_costs: Decimal
    method: Method | None


@dataclass(frozen=True, kw_only=True)
class _Loss:
    """One buyer's loss: settles its invoices, runs the policy, and compares with what could be different."""

    invoices: Sequence[InvoiceArgument]
    receipts: Sequence[ReceiptArgument]
    rules: Rules
    limit: Decimal
    caps: PolicyCaps
    currency: str
    is_total: bool
    order_known: bool
    vat_stated: bool

    @property
    def oldest_due(self) -> date | None:
        return min((item.due_on for item in self.invoices if item.due_on), default=None)

    def result(self, trigger: _Trigger, extras: _Extras) -> Indemnity:
        loss, assumed = self._with_typical_mep()
        rows = settle(loss.invoices, loss.receipts, loss.rules)
        total = sum((row.outstanding for row in rows), Decimal(0))
        eligible = sum((row.eligible for row in rows), Decimal(0))
        paid = pay_out(eligible, self.limit, self.caps, self.currency)
        bearing = Bearing(
            total_debt=total,
            insured_loss=paid.insured_loss,
            indemnity=paid.indemnity,
            insured_pct=self.caps.insured_pct,
            rows=() if self.is_total else rows,
        )
        shared = (
            split(extras.recovered, extras.recovery_costs, bearing, extras.method or "pro_rata", self.currency)
            if extras.recovered
            else None
        )
        costs_share = extras.collection_costs * paid.indemnity / total if total else Decimal(0)
        payment = max(paid.indemnity - extras.unpaid_premium + costs_share, Decimal(0))
        seller_loss = total - paid.indemnity - (shared.insured.amount if shared else 0)
        return Indemnity(
            steps=(
                *_debt_steps(rows, loss.receipts, eligible),
                *paid.steps,
                *_net_steps(paid.indemnity, extras, costs_share, payment),
                *_split_steps(shared, bearing),
            ),
            assumptions=(*trigger.assumptions, *assumed, *self._assumptions(shared, extras)),
            warnings=(*trigger.warnings, *self._warnings(rows, eligible)),
            total_debt=self._money(total),
            eligible_debt=self._money(eligible),
            insured_loss=self._money(paid.insured_loss),
            uninsured=self._money(total - paid.insured_loss),
            indemnity=self._money(paid.indemnity),
            own_share=self._money(paid.insured_loss - paid.indemnity),
            payment=self._money(payment),
            seller_loss=self._money(seller_loss),
            insured_pct=self.caps.insured_pct,
            deductible_order=self.caps.order,
            triggered=trigger.triggered,
            date_of_loss=trigger.date_of_loss,
            stop_shipment_date=loss.rules.stop_shipment_date
            or stop_date(loss.invoices, loss.receipts, loss.rules.mep_days),
            invoices=() if self.is_total else rows,
            losses=(),
            recovery_split=shared,
            alternatives=loss._alternatives(paid),
        )

    def _with_typical_mep(self) -> tuple["_Loss", tuple[Assumption, ...]]:
        """Deliveries after the extension period are not covered: an unknown period is taken as typical and named."""
        dated = any(item.due_on for item in self.invoices) and any(item.delivered_on for item in self.invoices)
        if not dated or self.rules.mep_days is not None or self.rules.stop_shipment_date is not None:
            return self, ()
        terms = policy_terms()
        rules = replace(self.rules, mep_days=terms.days("mep_days"))
        return replace(self, rules=rules), terms.assumptions("mep_days")

    def _alternatives(self, main: Payout) -> tuple[Alternative, ...]:
        found: list[tuple[str, Payout]] = []
        if self.caps.eefl and not self.order_known:
            other: DeductibleOrder = "eefl_then_pct" if self.caps.order == "pct_then_eefl" else "pct_then_eefl"
            found.append((other, self._paid(replace(self.caps, order=other))))
        if any(item.for_invoice for item in self.receipts):
            found.append(("earmark_respected", self._paid(self.caps, respect_earmarks=True)))
        if any(item.disputed or item.disputed_amount for item in self.invoices):
            found.append(("dispute_won", self._paid(self.caps, ignore_disputes=True)))
        return tuple(
            Alternative(
                id=name,
                insured_loss=self._money(paid.insured_loss),
                indemnity=self._money(paid.indemnity),
                difference=self._money(paid.indemnity - main.indemnity),
            )
            for name, paid in found
        )

    def _paid(self, caps: PolicyCaps, *, respect_earmarks: bool = False, ignore_disputes: bool = False) -> Payout:
        rows = settle(
            self.invoices,
            self.receipts,
            self.rules,
            respect_earmarks=respect_earmarks,
            ignore_disputes=ignore_disputes,
        )
        return pay_out(sum((row.eligible for row in rows), Decimal(0)), self.limit, caps, self.currency)

    def _assumptions(self, shared: RecoverySplit | None, extras: _Extras) -> Iterable[Assumption]:
        yield from _cap_assumptions(self.caps, order_known=self.order_known)
        if not self.vat_stated and any(item.vat for item in self.invoices):
            yield Assumption(parameter="vat_covered", value=False, clause="wt-2026:4.4", source="typical")
        if shared and extras.method is None:
            yield Assumption(parameter="recovery_method", value="pro_rata", clause="wt-2026:10.2", source="typical")

    def _warnings(self, rows: Sequence[InvoiceRow], eligible: Decimal) -> Iterable[Caution]:
        received = sum((item.amount.amount for item in self.receipts), Decimal(0))
        owed = sum((row.owed for row in rows), Decimal(0))
        if received > owed:
            yield Caution(id="receipts_exceed_debt", values={"surplus": self._money(received - owed)})
        if self.limit == 0:
            yield Caution(id="zero_limit", values={"clause": "wt-2026:3.9"})
        elif eligible > self.limit:
            above = self._money(eligible - self.limit)
            yield Caution(id="debt_above_limit", values={"above": above, "clause": "wt-2026:3.8"})
        for row in rows:
            for reason in row.reasons:
                values = {"invoice": row.id, "reason": reason.id, "clause": reason.clause, "value": reason.value}
                yield Caution(id="invoice_not_fully_eligible", values=values)

    def _money(self, amount: Decimal) -> Money:
        return money(amount, self.currency)


def _year(losses: Sequence[LossArgument], caps: PolicyCaps, currency: str, *, order_known: bool) -> Indemnity:
    """Several losses in turn: the aggregate first loss and the maximum liability run across them."""
    rows: list[LossRow] = []
    steps: list[Step] = []
    left, total, insured, paid_total = caps, Decimal(0), Decimal(0), Decimal(0)
    for number, loss in enumerate(losses):
        name = loss.id or f"#{number + 1}"
        paid = pay_out(loss.amount.amount, loss.limit.amount if loss.limit else None, left, currency)
        left = paid.left(left)
        total, insured, paid_total = (
            total + loss.amount.amount,
            insured + paid.insured_loss,
            paid_total + paid.indemnity,
        )
        steps += [replace(step, inputs={"loss": name, **step.inputs}) for step in paid.steps]
        rows.append(_loss_row(name, paid, left, currency))
    return Indemnity(
        steps=tuple(steps),
        assumptions=tuple(_cap_assumptions(caps, order_known=order_known)),
        total_debt=money(total, currency),
        eligible_debt=money(total, currency),
        insured_loss=money(insured, currency),
        uninsured=money(total - insured, currency),
        indemnity=money(paid_total, currency),
        own_share=money(insured - paid_total, currency),
        payment=money(paid_total, currency),
        seller_loss=money(total - paid_total, currency),
        insured_pct=caps.insured_pct,
        deductible_order=caps.order,
        triggered=None,
        date_of_loss=None,
        stop_shipment_date=None,
        invoices=(),
        losses=tuple(rows),
        recovery_split=None,
        alternatives=(),
    )


def _loss_row(name: str, paid: Payout, left: PolicyCaps, currency: str) -> LossRow:
    def optional(amount: Decimal | None) -> Money | None:
        return None if amount is None else money(amount, currency)

    return LossRow(
        id=name,
        insured_loss=money(paid.insured_loss, currency),
        after_percentage=money(paid.after_deductible, currency),
        aggregate_absorbed=money(paid.aggregate_absorbed, currency),
        aggregate_left=optional(left.afl_remaining),
        indemnity=money(paid.indemnity, currency),
        max_liability_left=optional(left.max_liability_remaining),
        reason=paid.reason,
    )


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


def _trigger(
    cause: LossCause | None, date_of_loss: date | None, due: date | None, waiting_days: int | None, today: date | None
) -> _Trigger:
    """Whether a loss exists: a covered cause and a date of loss that has come."""
    if cause is None:
        return _Trigger(triggered=None, date_of_loss=date_of_loss, warnings=(Caution(id="cause_not_stated"),))
    if cause == "dispute":
        caution = Caution(id="dispute_suspends_the_claim", values={"clause": "wt-2026:7.6"})
        return _Trigger(triggered=False, date_of_loss=date_of_loss, warnings=(caution,))
    assumed: tuple[Assumption, ...] = ()
    if date_of_loss is None and cause == "protracted_default" and due is not None:
        terms = policy_terms().given(waiting_days=waiting_days)
        date_of_loss = due + timedelta(days=terms.days("waiting_days"))
        assumed = terms.assumptions("waiting_days")
    warnings = tuple(
        Caution(id="cover_needs_endorsement", values={"cause": cause, "clause": clause})
        for name, clause in (("political", "wt-2026:E1"), ("pre_shipment", "wt-2026:E2"), ("refusal", "wt-2026:E4"))
        if cause == name
    )
    if cause == "fraud":
        warnings = (Caution(id="no_real_debt_from_named_buyer", values={"clause": "wt-2026:3.3"}),)
    if cause == "insolvency" or date_of_loss is None:
        triggered = True if cause == "insolvency" else None
    else:
        triggered = None if today is None else today >= date_of_loss
    if triggered is False and date_of_loss is not None:
        warnings = (*warnings, Caution(id="not_yet_payable", values={"date_of_loss": date_of_loss}))
    return _Trigger(triggered=triggered, date_of_loss=date_of_loss, assumptions=assumed, warnings=warnings)


def _debt_steps(rows: Sequence[InvoiceRow], receipts: Sequence[ReceiptArgument], eligible: Decimal) -> Iterable[Step]:
    owed = sum((row.owed for row in rows), Decimal(0))
    outstanding = sum((row.outstanding for row in rows), Decimal(0))
    if receipts:
        yield Step(
            id="less_receipts",
            formula=f"{shown(owed)} - {shown(owed - outstanding)} = {shown(outstanding)}",
            result=outstanding,
        )
    if outstanding != eligible:
        yield Step(
            id="eligible_debt",
            formula=f"{shown(outstanding)} - {shown(outstanding - eligible)} = {shown(eligible)}",
            inputs={"excluded": outstanding - eligible},
            result=eligible,
        )


def _net_steps(indemnity: Decimal, extras: _Extras, costs_share: Decimal, payment: Decimal) -> Iterable[Step]:
    if extras.unpaid_premium or extras.collection_costs:
        formula = f"{shown(indemnity)} - {shown(extras.unpaid_premium)} + {shown(costs_share)} = {shown(payment)}"
        inputs = {"unpaid_premium": extras.unpaid_premium, "collection_costs_share": costs_share}
        yield Step(id="net_payment", formula=formula, inputs=inputs, result=payment)


def _split_steps(shared: RecoverySplit | None, bearing: Bearing) -> Iterable[Step]:
    if shared is None:
        return
    net, insurer = shared.net.amount, shared.insurer.amount
    if shared.costs.amount:
        formula = f"{shown(shared.received.amount)} - {shown(shared.costs.amount)} = {shown(net)}"
        yield Step(id="net_recovery", formula=formula, result=shared.net)
    if shared.method == "pro_rata" and bearing.total_debt:
        formula = f"{shown(net)} × {shown(bearing.indemnity)} ÷ {shown(bearing.total_debt)} = {shown(insurer)}"
        yield Step(id="recovery_to_insurer", formula=formula, result=shared.insurer)
    else:
        yield Step(
            id="recovery_to_insurer", formula=shown(insurer), inputs={"method": shared.method}, result=shared.insurer
        )
    formula = f"{shown(net)} - {shown(insurer)} = {shown(shared.insured.amount)}"
    yield Step(id="recovery_to_insured", formula=formula, result=shared.insured)


def _cap_assumptions(caps: PolicyCaps, *, order_known: bool) -> Iterable[Assumption]:
    """A deductible or cap that nobody stated is not applied, and that is said."""
    for name, value, clause in (
        ("nql", caps.nql, "wt-2026:9.4"),
        ("eefl", caps.eefl, "wt-2026:9.5"),
        ("afl_remaining", caps.afl_remaining, "wt-2026:9.6"),
        ("max_liability_remaining", caps.max_liability_remaining, "wt-2026:9.7"),
    ):
        if value is None:
            yield Assumption(parameter=name, value=None, clause=clause, source="typical")
    if caps.eefl and not order_known:
        yield Assumption(parameter="deductible_order", value=caps.order, clause="wt-2026:9.5", source="typical")
