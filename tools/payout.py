"""From eligible debt to indemnity: limit, threshold, percentage, first losses, maximum liability."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, Protocol

from tools.formulas import percent, rounded_pct, shown
from tools.invoices import money
from tools.results import Assumption, Scalar, Step

DeductibleOrder = Literal["pct_then_eefl", "eefl_then_pct"]


class _Stepper(Protocol):
    """Records one step of shown arithmetic and gives its result back, rounded."""

    def __call__(
        self, name: str, formula: str, result: Decimal, inputs: Mapping[str, Scalar] | None = None
    ) -> Decimal: ...


@dataclass(frozen=True, kw_only=True)
class PolicyCaps:
    """The percentage and the amounts of the policy; None is not applied."""

    insured_pct: Decimal
    pct_shown: str = ""
    """How a formula writes a percentage whose decimals do not end: `1,900,000 ÷ 3,000,000`."""
    nql: Decimal | None = None
    eefl: Decimal | None = None
    afl_remaining: Decimal | None = None
    max_liability_remaining: Decimal | None = None
    order: DeductibleOrder = "pct_then_eefl"
    order_known: bool = True
    """False when nobody stated the order and `order` is only the usual one."""

    @property
    def other_order(self) -> "PolicyCaps | None":
        """These caps in the other order, where the order matters and nobody stated it."""
        if not self.eefl or self.order_known:
            return None
        return replace(self, order="eefl_then_pct" if self.order == "pct_then_eefl" else "pct_then_eefl")

    def assumptions(self) -> Iterable[Assumption]:
        """A deductible or cap that nobody stated is not applied, and that is said."""
        for name, value, clause in (
            ("nql", self.nql, "wt-2026:9.4"),
            ("eefl", self.eefl, "wt-2026:9.5"),
            ("afl_remaining", self.afl_remaining, "wt-2026:9.6"),
            ("max_liability_remaining", self.max_liability_remaining, "wt-2026:9.7"),
        ):
            if value is None:
                yield Assumption(parameter=name, value=None, clause=clause, source="typical")
        if self.eefl and not self.order_known:
            yield Assumption(parameter="deductible_order", value=self.order, clause="wt-2026:9.5", source="typical")


@dataclass(frozen=True, kw_only=True)
class Payout:
    """One loss through the policy."""

    insured_loss: Decimal
    after_deductible: Decimal
    aggregate_absorbed: Decimal
    indemnity: Decimal
    reason: str | None
    steps: tuple[Step, ...]

    def left(self, caps: PolicyCaps) -> PolicyCaps:
        """What remains of the yearly amounts for the next loss."""
        afl, most = caps.afl_remaining, caps.max_liability_remaining
        return replace(
            caps,
            afl_remaining=None if afl is None else afl - self.aggregate_absorbed,
            max_liability_remaining=None if most is None else most - self.indemnity,
        )


def pay_out(eligible: Decimal, limit: Decimal | None, caps: PolicyCaps, currency: str) -> Payout:
    """Indemnity on `eligible` debt: `min(1,200,000; 1,000,000) × 90% = 900,000`.

    A loss at or below the non-qualifying loss pays nothing and does not use up the aggregate first loss; a deductible
    larger than the loss pays nothing.
    """
    steps: list[Step] = []

    def step(name: str, formula: str, result: Decimal, inputs: Mapping[str, Scalar] | None = None) -> Decimal:
        result = money(result, currency).amount
        steps.append(
            Step(id=name, formula=f"{formula} = {shown(result)}", inputs=inputs or {}, result=money(result, currency))
        )
        return result

    insured = eligible
    if limit is not None:
        insured = step("limit_cap", f"min({shown(eligible)}; {shown(limit)})", min(eligible, limit), {"limit": limit})
    if caps.nql is not None and insured <= caps.nql:
        formula = f"{shown(insured)} ≤ {shown(caps.nql)} → 0"
        return _nothing(insured, Step(id="threshold", formula=formula, result=money(Decimal(0), currency)), steps)
    paid = _percentage_and_deductible(insured, caps, step)
    after_deductible, absorbed, reason = paid, Decimal(0), None
    if caps.afl_remaining:
        absorbed = min(paid, caps.afl_remaining)
        paid = step("afl", f"{shown(paid)} - {shown(absorbed)}", paid - absorbed, {"absorbed": absorbed})
        reason = "aggregate_first_loss"
    most = caps.max_liability_remaining
    if most is not None and paid > most:
        paid = step("max_liability", f"min({shown(paid)}; {shown(most)})", most, {"max_liability": most})
        reason = "max_liability"
    return Payout(
        insured_loss=insured,
        after_deductible=after_deductible,
        aggregate_absorbed=absorbed,
        indemnity=paid,
        reason=reason,
        steps=tuple(steps),
    )


def _percentage_and_deductible(insured: Decimal, caps: PolicyCaps, step: "_Stepper") -> Decimal:
    eefl, pct, times = caps.eefl or Decimal(0), caps.insured_pct, caps.pct_shown or percent(caps.insured_pct)
    inputs: dict[str, Scalar] = {"insured_pct": rounded_pct(pct)}
    if caps.order == "eefl_then_pct":
        if eefl:
            insured = step("eefl", f"{shown(insured)} - {shown(eefl)}", max(insured - eefl, Decimal(0)), {"eefl": eefl})
        return step("percentage", f"{shown(insured)} × {times}", insured * pct / 100, inputs)
    paid = step("percentage", f"{shown(insured)} × {times}", insured * pct / 100, inputs)
    if eefl:
        paid = step("eefl", f"{shown(paid)} - {shown(eefl)}", max(paid - eefl, Decimal(0)), {"eefl": eefl})
    return paid


def _nothing(insured: Decimal, why: Step, steps: Sequence[Step]) -> Payout:
    return Payout(
        insured_loss=insured,
        after_deductible=Decimal(0),
        aggregate_absorbed=Decimal(0),
        indemnity=Decimal(0),
        reason="below_threshold",
        steps=(*steps, why),
    )
