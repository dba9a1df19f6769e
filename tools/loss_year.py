"""Several losses of one policy year: the aggregate first loss and the maximum liability run across them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tools.formulas import rounded_pct
from tools.insured_share import InsuredShare, LimitType, known_country
from tools.invoices import money
from tools.money import Money
from tools.net_payment import Charges
from tools.payout import Payout, PolicyCaps, pay_out
from tools.recoveries import Bearing
from tools.results import Caution, Step
from tools.settlement import Alternative, Indemnity, LossRow
from tools.toolset import MoneyIn


class LossArgument(BaseModel):
    """One loss of a policy year, in the order the losses happened."""

    model_config = ConfigDict(extra="forbid")

    id: str | None = Field(None, max_length=80, description="Name of the buyer or the loss.")
    amount: MoneyIn = Field(description="Eligible debt of this loss, without VAT.")
    limit: MoneyIn | None = Field(None, description="Credit limit on this buyer; not applied when absent.")
    limit_type: LimitType | None = Field(None, description="Whether that limit was approved or discretionary.")
    country: str | None = Field(None, max_length=80, description="Buyer's country, where percentages differ by it.")


def _as_loss(value: Any) -> Any:
    """A bare sum or a money object is a loss of that amount."""
    bare = isinstance(value, int | float | str) or (isinstance(value, dict) and "currency" in value)
    return {"amount": value} if bare else value


LossIn = Annotated[LossArgument, BeforeValidator(_as_loss, json_schema_input_type=LossArgument)]
"""Annotation for a loss: its parts, or just a sum."""


@dataclass(frozen=True, kw_only=True)
class Year:
    """The losses of one policy year, in order."""

    losses: Sequence[LossArgument]
    caps: PolicyCaps
    share: InsuredShare
    currency: str
    charges: Charges = Charges()
    unused: Sequence[str] = ()
    """Arguments that speak of a single loss."""

    def result(self) -> Indemnity:
        payouts = self._payouts(self.caps)
        total = sum((loss.amount.amount for loss in self.losses), Decimal(0))
        insured = sum((paid.insured_loss for paid, _ in payouts), Decimal(0))
        indemnity = sum((paid.indemnity for paid, _ in payouts), Decimal(0))
        insured_pct = self._weighted_pct(payouts)
        bearing = Bearing(total_debt=total, insured_loss=insured, indemnity=indemnity, insured_pct=insured_pct)
        payment, net_steps = self.charges.payment(indemnity, bearing, self.currency)
        return Indemnity(
            steps=(*self._steps(payouts), *net_steps),
            assumptions=(*self.share.assumptions(), *self.caps.assumptions()),
            warnings=tuple(self._warnings()),
            total_debt=self._money(total),
            eligible_debt=self._money(total),
            insured_loss=self._money(insured),
            uninsured=self._money(total - insured),
            indemnity=self._money(indemnity),
            own_share=self._money(insured - indemnity),
            payment=self._money(payment),
            seller_loss=self._money(total - indemnity),
            insured_pct=rounded_pct(insured_pct),
            deductible_order=self.caps.order,
            triggered=None,
            date_of_loss=None,
            stop_shipment_date=None,
            invoices=(),
            losses=tuple(self._row(number, *payout) for number, payout in enumerate(payouts)),
            recovery_split=None,
            alternatives=tuple(self._alternatives(insured, indemnity)),
        )

    def _payouts(self, caps: PolicyCaps) -> list[tuple[Payout, PolicyCaps]]:
        """Each loss with what it leaves of the yearly amounts."""
        payouts = []
        for loss in self.losses:
            own = replace(caps, insured_pct=self._pct(loss))
            paid = pay_out(loss.amount.amount, loss.limit.amount if loss.limit else None, own, self.currency)
            caps = paid.left(caps)
            payouts.append((paid, caps))
        return payouts

    def _pct(self, loss: LossArgument) -> Decimal:
        country = known_country(loss.country, "losses.country") if loss.country else None
        return self.share.applied(country, loss.limit_type)

    def _weighted_pct(self, payouts: Sequence[tuple[Payout, PolicyCaps]]) -> Decimal:
        """The insured percentage over the insured losses."""
        weights = [(self._pct(loss), paid.insured_loss) for loss, (paid, _) in zip(self.losses, payouts, strict=True)]
        whole = sum((insured for _, insured in weights), Decimal(0))
        return sum((pct * insured for pct, insured in weights), Decimal(0)) / whole if whole else self.caps.insured_pct

    def _warnings(self) -> Iterable[Caution]:
        if self.unused:
            yield Caution(id="not_used_for_a_year", values={"arguments": ", ".join(self.unused)})

    def _alternatives(self, insured: Decimal, indemnity: Decimal) -> Iterable[Alternative]:
        if (other := self.caps.other_order) is not None:
            would_be = sum((paid.indemnity for paid, _ in self._payouts(other)), Decimal(0))
            yield Alternative(
                id=other.order,
                insured_loss=self._money(insured),
                indemnity=self._money(would_be),
                difference=self._money(would_be - indemnity),
            )

    def _steps(self, payouts: Sequence[tuple[Payout, PolicyCaps]]) -> Iterable[Step]:
        for number, (paid, _) in enumerate(payouts):
            for step in paid.steps:
                name = self._name(number)
                yield replace(step, formula=f"{name}: {step.formula}", inputs={"loss": name, **step.inputs})

    def _row(self, number: int, paid: Payout, left: PolicyCaps) -> LossRow:
        return LossRow(
            id=self._name(number),
            insured_loss=self._money(paid.insured_loss),
            after_percentage=self._money(paid.after_deductible),
            aggregate_absorbed=self._money(paid.aggregate_absorbed),
            aggregate_left=self._optional(left.afl_remaining),
            indemnity=self._money(paid.indemnity),
            max_liability_left=self._optional(left.max_liability_remaining),
            reason=paid.reason,
        )

    def _name(self, number: int) -> str:
        return self.losses[number].id or f"#{number + 1}"

    def _optional(self, amount: Decimal | None) -> Money | None:
        return None if amount is None else self._money(amount)

    def _money(self, amount: Decimal) -> Money:
        return money(amount, self.currency)
