"""What is paid in the end: the indemnity less unpaid premium, with a share of approved collection costs."""

from dataclasses import dataclass
from decimal import Decimal

from tools.formulas import shown
from tools.invoices import money
from tools.recoveries import Bearing
from tools.results import Step


@dataclass(frozen=True, kw_only=True)
class Charges:
    """What changes the payment but not the indemnity."""

    unpaid_premium: Decimal = Decimal(0)
    collection_costs: Decimal = Decimal(0)
    """Approved ones; the insurer bears the proportion of the insured loss to the total debt (clause 9.8)."""

    def payment(self, indemnity: Decimal, bearing: Bearing, currency: str) -> tuple[Decimal, tuple[Step, ...]]:
        """What is paid in the end, never below 0, and the step that shows it: `450 - 50 + 100 × 500 ÷ 1,000 = 450`."""
        net, formula = indemnity - self.unpaid_premium, shown(indemnity)
        if self.unpaid_premium:
            formula += f" - {shown(self.unpaid_premium)}"
        if self.collection_costs and bearing.total_debt:
            net += self.collection_costs * bearing.insured_loss / bearing.total_debt
            formula += (
                f" + {shown(self.collection_costs)} × {shown(bearing.insured_loss)} ÷ {shown(bearing.total_debt)}"
            )
        payment = money(max(net, Decimal(0)), currency)
        if formula == shown(indemnity):
            return payment.amount, ()
        formula = f"{f'max({formula}; 0)' if net < 0 else formula} = {shown(payment.amount)}"
        inputs = {name: money(getattr(self, name), currency) for name in ("unpaid_premium", "collection_costs")}
        return payment.amount, (Step(id="net_payment", formula=formula, inputs=inputs, result=payment),)
