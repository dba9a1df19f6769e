"""Several losses of one policy year: the aggregate first loss and the maximum liability run across them."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tools.invoices import money
from tools.loss import Indemnity, LossRow, cap_assumptions
from tools.money import Money
from tools.payout import Payout, PolicyCaps, pay_out
from tools.results import Step
from tools.toolset import MoneyIn


class LossArgument(BaseModel):
    """One loss of a policy year, in the order the losses happened."""

    model_config = ConfigDict(extra="forbid")

    id: str | None = Field(None, max_length=80, description="Name of the buyer or the loss.")
    amount: MoneyIn = Field(description="Eligible debt of this loss, without VAT.")
    limit: MoneyIn | None = Field(None, description="Credit limit on this buyer; not applied when absent.")


def _as_loss(value: Any) -> Any:
    """A bare sum or a money object is a loss of that amount."""
    bare = isinstance(value, int | float | str) or (isinstance(value, dict) and "currency" in value)
    return {"amount": value} if bare else value


LossIn = Annotated[LossArgument, BeforeValidator(_as_loss, json_schema_input_type=LossArgument)]
"""Annotation for a loss: its parts, or just a sum."""


def year_of_losses(losses: Sequence[LossArgument], caps: PolicyCaps, currency: str, *, order_known: bool) -> Indemnity:
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
        assumptions=tuple(cap_assumptions(caps, order_known=order_known)),
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
