"""One buyer's loss through the policy, and the comparison with what could be different."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tools.invoices import InvoiceArgument, InvoiceRow, Reason, ReceiptArgument, Rules, money, settle, stop_date
from tools.money import Money
from tools.payout import DeductibleOrder, Payout, PolicyCaps, pay_out, shown
from tools.policy import policy_terms
from tools.recoveries import Bearing, Method, RecoverySplit, split
from tools.results import Assumption, Caution, Result, Step
from tools.trigger import Trigger


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
    deductible_order: DeductibleOrder
    triggered: bool | None
    """Whether a loss exists already; None when the cause was not stated."""
    date_of_loss: date | None
    stop_shipment_date: date | None
    invoices: tuple[InvoiceLine, ...]
    losses: tuple[LossRow, ...]
    recovery_split: RecoverySplit | None
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, kw_only=True)
class Extras:
    unpaid_premium: Decimal
    collection_costs: Decimal
    recovered: Decimal
    recovery_costs: Decimal
    method: Method | None


@dataclass(frozen=True, kw_only=True)
class Loss:
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

    def result(self, trigger: Trigger, extras: Extras) -> Indemnity:
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
                *_debt_steps(rows, loss.receipts, eligible, self.currency),
                *paid.steps,
                *_net_steps(paid.indemnity, extras, costs_share, self._money(payment)),
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
            invoices=() if self.is_total else tuple(self._line(row) for row in rows),
            losses=(),
            recovery_split=shared,
            alternatives=loss._alternatives(paid),
        )

    def _with_typical_mep(self) -> tuple["Loss", tuple[Assumption, ...]]:
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

    def _assumptions(self, shared: RecoverySplit | None, extras: Extras) -> Iterable[Assumption]:
        yield from cap_assumptions(self.caps, order_known=self.order_known)
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
                values = {"invoice": row.id, "reason": reason.id, "clause": reason.clause}
                yield Caution(id="invoice_not_fully_eligible", values=values)

    def _line(self, row: InvoiceRow) -> InvoiceLine:
        return InvoiceLine(
            id=row.id,
            due_on=row.due_on,
            delivered_on=row.delivered_on,
            owed=self._money(row.owed),
            paid=self._money(row.paid),
            outstanding=self._money(row.outstanding),
            eligible=self._money(row.eligible),
            excluded=self._money(row.excluded),
            reasons=row.reasons,
        )

    def _money(self, amount: Decimal) -> Money:
        return money(amount, self.currency)


def _debt_steps(
    rows: Sequence[InvoiceRow], receipts: Sequence[ReceiptArgument], eligible: Decimal, currency: str
) -> Iterable[Step]:
    owed = sum((row.owed for row in rows), Decimal(0))
    outstanding = sum((row.outstanding for row in rows), Decimal(0))
    if receipts:
        yield Step(
            id="receipts",
            formula=f"{shown(owed)} - {shown(owed - outstanding)} = {shown(outstanding)}",
            result=money(outstanding, currency),
        )
    if outstanding != eligible:
        yield Step(
            id="eligible_debt",
            formula=f"{shown(outstanding)} - {shown(outstanding - eligible)} = {shown(eligible)}",
            inputs={"excluded": money(outstanding - eligible, currency)},
            result=money(eligible, currency),
        )


def _net_steps(indemnity: Decimal, extras: Extras, costs_share: Decimal, payment: Money) -> Iterable[Step]:
    if extras.unpaid_premium or extras.collection_costs:
        premium = extras.unpaid_premium
        formula = f"{shown(indemnity)} - {shown(premium)} + {shown(costs_share)} = {shown(payment.amount)}"
        inputs = {
            "unpaid_premium": money(premium, payment.currency),
            "collection_costs_share": money(costs_share, payment.currency),
        }
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


def cap_assumptions(caps: PolicyCaps, *, order_known: bool) -> Iterable[Assumption]:
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
