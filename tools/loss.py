"""One buyer's loss through the policy, and the comparison with what could be different."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tools.eligibility import Reason, Rules
from tools.formulas import rounded_pct, shown
from tools.insured_share import InsuredShare
from tools.invoices import InvoiceArgument, ReceiptArgument, money
from tools.money import Money
from tools.net_payment import Charges
from tools.payout import Payout, PolicyCaps, pay_out
from tools.policy import policy_terms
from tools.recoveries import Bearing, Recoveries, RecoverySplit, split, split_steps
from tools.results import Assumption, Caution, Step
from tools.settlement import Alternative, Indemnity, InvoiceLine
from tools.settling import InvoiceRow, settle, stops_under
from tools.trigger import Trigger


@dataclass(frozen=True, kw_only=True)
class Loss:
    """One buyer's loss: settles its invoices, runs the policy, and compares with what could be different."""

    invoices: Sequence[InvoiceArgument]
    receipts: Sequence[ReceiptArgument]
    rules: Rules
    limit: Decimal
    caps: PolicyCaps
    share: InsuredShare
    currency: str
    is_total: bool
    vat_stated: bool

    def result(self, trigger: Trigger, charges: Charges, money_back: Recoveries) -> Indemnity:
        """The eleven steps, from the trigger to the sharing of what came back."""
        loss, assumed = self._with_typical_mep()
        rows = settle(loss.invoices, loss.receipts, loss.rules)
        total = sum((row.outstanding for row in rows), Decimal(0))
        eligible = sum((row.eligible for row in rows), Decimal(0))
        paid = loss._paid(rows, loss.caps)
        bearing = self._bearing(rows, paid)
        shared = split(money_back, bearing, self.currency)
        payment, net_steps = charges.payment(paid.indemnity, bearing, self.currency)
        kept = shared.insured.amount if shared else Decimal(0)
        return Indemnity(
            steps=(*loss._steps(rows, eligible), *paid.steps, *net_steps, *split_steps(shared, bearing)),
            assumptions=(*trigger.assumptions, *assumed, *self._assumptions(shared, money_back)),
            warnings=(*trigger.warnings, *self._warnings(rows, eligible)),
            total_debt=self._money(total),
            eligible_debt=self._money(eligible),
            insured_loss=self._money(paid.insured_loss),
            uninsured=self._money(total - paid.insured_loss),
            indemnity=self._money(paid.indemnity),
            own_share=self._money(paid.insured_loss - paid.indemnity),
            payment=self._money(payment),
            seller_loss=self._money(total - paid.indemnity - kept),
            insured_pct=rounded_pct(bearing.insured_pct),
            deductible_order=self.caps.order,
            triggered=trigger.triggered,
            date_of_loss=trigger.date_of_loss,
            stop_shipment_date=loss._stop_shipment,
            invoices=() if self.is_total else tuple(self._line(row) for row in rows),
            losses=(),
            recovery_split=shared,
            alternatives=tuple(loss._alternatives(rows, paid)),
        )

    def _bearing(self, rows: Sequence[InvoiceRow], paid: Payout) -> Bearing:
        """Who bears what of the debt: recoveries are shared by it."""
        return Bearing(
            total_debt=sum((row.outstanding for row in rows), Decimal(0)),
            insured_loss=paid.insured_loss,
            indemnity=paid.indemnity,
            insured_pct=self.share.blended(rows),
            pct_shown=self.share.shown(rows),
            rows=() if self.is_total else tuple(rows),
        )

    def _steps(self, rows: Sequence[InvoiceRow], eligible: Decimal) -> Iterable[Step]:
        """From the debt to what is eligible, and the percentage that applies to it."""
        yield from _debt_steps(rows, self.receipts, eligible, self.currency)
        yield from self.share.steps(rows, self.currency)

    @property
    def _stop_shipment(self) -> date | None:
        stopped = stops_under(self.rules, self.invoices, self.receipts)
        return next((stop.last_covered for stop in stopped if stop.lifted_on is None), None)

    def _with_typical_mep(self) -> tuple["Loss", tuple[Assumption, ...]]:
        """Deliveries after the extension period are not covered: an unknown period is taken as typical and named."""
        dated = any(item.due_on for item in self.invoices) and any(item.delivered_on for item in self.invoices)
        if not dated or self.rules.mep_days is not None or self.rules.stop_shipment_date is not None:
            return self, ()
        terms = policy_terms()
        rules = replace(self.rules, mep_days=terms.days("mep_days"))
        return replace(self, rules=rules), terms.assumptions("mep_days")

    def _alternatives(self, rows: Sequence[InvoiceRow], main: Payout) -> Iterable[Alternative]:
        """The indemnity under the other order, with the buyer's own allocation, and with the dispute won."""
        if (other := self.caps.other_order) is not None:
            yield self._alternative(other.order, self._paid(rows, other), main)
        if any(item.for_invoice for item in self.receipts):
            earmarked = settle(self.invoices, self.receipts, self.rules, respect_earmarks=True)
            yield self._alternative("earmark_respected", self._paid(earmarked, self.caps), main)
        if any(item.disputed or item.disputed_amount for item in self.invoices):
            undisputed = settle(self.invoices, self.receipts, self.rules, ignore_disputes=True)
            yield self._alternative("dispute_won", self._paid(undisputed, self.caps), main)

    def _alternative(self, name: str, paid: Payout, main: Payout) -> Alternative:
        return Alternative(
            id=name,
            insured_loss=self._money(paid.insured_loss),
            indemnity=self._money(paid.indemnity),
            difference=self._money(paid.indemnity - main.indemnity),
        )

    def _paid(self, rows: Sequence[InvoiceRow], caps: PolicyCaps) -> Payout:
        eligible = sum((row.eligible for row in rows), Decimal(0))
        caps = replace(caps, insured_pct=self.share.blended(rows), pct_shown=self.share.shown(rows))
        return pay_out(eligible, self.limit, caps, self.currency)

    def _assumptions(self, shared: RecoverySplit | None, money_back: Recoveries) -> Iterable[Assumption]:
        yield from self.rules.unchecked(self.invoices)
        yield from self.share.assumptions()
        yield from self.caps.assumptions()
        if not self.vat_stated and any(item.vat for item in self.invoices):
            yield Assumption(parameter="vat_covered", value=False, clause="wt-2026:4.4", source="typical")
        if shared and money_back.method is None:
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
        left_out = [(row, reason) for row in rows if row.outstanding for reason in row.reasons]
        yield from (self._left_out(row, reason) for row, reason in left_out)
        is_stopped = any(reason.id == "delivered_after_stop_shipment" for _, reason in left_out)
        if is_stopped and not self.rules.stop_shipment_date and any(not item.received_on for item in self.receipts):
            yield Caution(id="receipts_without_date", values={"clause": "wt-2026:5.5"})

    def _left_out(self, row: InvoiceRow, reason: Reason) -> Caution:
        """Why an invoice, or a part of it or of the total debt, is not insured."""
        value = self._money(reason.value) if isinstance(reason.value, Decimal) else reason.value
        name = "partly_disputed" if reason.id == "disputed" and value is not None else reason.id
        values = {"invoice": row.id, "value": value, "clause": reason.clause}
        return Caution(id=f"{'debt' if self.is_total else 'not_eligible'}_{name}", values=values)

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
