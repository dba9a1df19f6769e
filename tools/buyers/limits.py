"""The credit limit a buyer needs, the limit its strength carries, and the gap between them."""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any, NamedTuple

from tools.buyers.indicators import Known
from tools.formulas import shown, trimmed
from tools.money import Money
from tools.results import Assumption, Caution, Result, Scalar, Step
from tools.tables import table
from tools.toolset import MoneyArgument

_HUNDRED = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class LimitAdvice(Result):
    """Need, capacity and what follows; each is None when its inputs are unknown."""

    recommended: Money | None
    """The smaller of need and capacity, rounded down, times the country factor; None without a capacity."""
    need: Money | None
    capacity: Money | None
    gap: Money | None
    """Part of the need that the recommended limit leaves open."""


class Need(NamedTuple):
    """What the limit is for; None where nobody said."""

    own_sales: MoneyArgument | None
    terms_days: int | None
    vat_pct: Decimal | None
    collection_lag_days: int | None
    seasonality: Decimal | None


def advise_limit(known: Known, wanted: Need, *, grade: int | None) -> LimitAdvice | None:
    """Limit advice for a graded buyer, or None when neither a need nor a capacity can be computed.

    Sales 6m without VAT, 13% VAT, 60 + 15 days, seasonality 1.2 → need 1.67m; grade 5 with net worth 8m (15%) and
    turnover 60m (4%) → capacity 1.2m → recommended 1.2m, gap 0.47m.
    """
    draft = _Draft(known.currency)
    need = draft.need(wanted)
    capacity = draft.capacity(known, grade)
    if need is None and capacity is None:
        return None
    recommended = draft.recommended(need, capacity, known.values.get("country_risk"))
    gap = None if need is None or recommended is None else max(Decimal(0), need - recommended)
    if need is not None and recommended is not None and gap:
        draft.step("limit_gap", f"{shown(need)} − {shown(recommended)} = {shown(gap)}", gap)
        if gap >= draft.unit(need):
            draft.cautions.append(Caution(id="limit_gap_needs_other_security", values={"gap": draft.money(gap)}))
    if need is None and recommended:
        draft.cautions.append(Caution(id="limit_need_unknown"))
    working_capital = known.values.get("working_capital")
    thin = table("grading")["limit"]["thin_working_capital_pct"]
    if working_capital is not None and recommended and working_capital < recommended * thin / _HUNDRED:
        draft.cautions.append(
            Caution(id="thin_working_capital", values={"working_capital": draft.money(working_capital)})
        )
    return LimitAdvice(
        recommended=draft.money(recommended),
        need=draft.money(need),
        capacity=draft.money(capacity),
        gap=draft.money(gap),
        steps=tuple(draft.steps),
        assumptions=tuple(draft.assumptions),
        warnings=tuple(draft.cautions),
    )


class _Draft:
    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.steps: list[Step] = []
        self.assumptions: list[Assumption] = []
        self.cautions: list[Caution] = []
        self._defaults: dict[str, Any] = table("grading")["limit"]

    def money(self, amount: Decimal | None) -> Money | None:
        return None if amount is None else Money(amount=amount, currency=self.currency).rounded()

    def unit(self, amount: Decimal) -> Decimal:
        """The step to which a limit of that size is rounded down."""
        return Decimal(self._defaults["round_to"]) * (10 if amount >= 1_000_000 else 1)

    def step(self, name: str, formula: str, result: Decimal, **inputs: Scalar) -> None:
        self.steps.append(Step(id=name, formula=formula, inputs=inputs, result=self.money(result)))

    def need(self, wanted: Need) -> Decimal | None:
        """Peak debt: sales × (1 + VAT) × (terms + lag) ÷ 365 × seasonality."""
        if wanted.own_sales is None or wanted.terms_days is None:
            return None
        sales, lag = wanted.own_sales.amount, wanted.collection_lag_days
        vat = self._given("vat_pct", wanted.vat_pct)
        days = wanted.terms_days + int(self._given("collection_lag_days", None if lag is None else Decimal(lag)))
        peak = self._given("seasonality", wanted.seasonality)
        exact = sales * (1 + vat / _HUNDRED) * days / 365 * peak
        need = exact.quantize(Decimal(1))
        formula = f"{shown(sales)} × (1 + {trimmed(vat)}%) × {days} ÷ 365 × {trimmed(peak)} = {shown(need)}"
        self.step("limit_need", formula, need, sales=sales, vat_pct=vat, days=days, seasonality=peak)
        return need

    def capacity(self, known: Known, grade: int | None) -> Decimal | None:
        """The smaller of a share of net worth and a share of turnover, by grade; None when neither is known."""
        if grade is None:
            return None
        row = next(row for row in table("grading")["grade"] if row["grade"] == grade)
        if not row["net_worth_pct"]:
            self.step("limit_capacity", f"grade {grade}: 0", Decimal(0), grade=grade)
            return Decimal(0)
        figures = (("net_worth", "tangible_net_worth"), ("turnover", "buyer_turnover"))
        parts = [
            (name, max(Decimal(0), Decimal(str(known.values[field]))), Decimal(row[f"{name}_pct"]))
            for name, field in figures
            if known.values.get(field) is not None
        ]
        if not parts:
            return None
        if len(parts) == 1:
            self.cautions.append(Caution(id="limit_rests_on_one_figure", values={"figure": parts[0][0]}))
        sums = []
        for name, amount, pct in parts:
            carried = amount * pct / _HUNDRED
            sums.append(carried)
            formula = f"{shown(amount)} × {trimmed(pct)}% = {shown(carried)}"
            self.step(f"limit_by_{name}", formula, carried, amount=amount, pct=pct)
        capacity = min(sums)
        self.step("limit_capacity", f"min({', '.join(map(shown, sums))}) = {shown(capacity)}", capacity, grade=grade)
        return capacity

    def recommended(self, need: Decimal | None, capacity: Decimal | None, risk: str | None) -> Decimal | None:
        if capacity is None:
            return None
        base = capacity if need is None else min(need, capacity)
        factor = Decimal(self._defaults["country_factor"].get(risk or "low", 1))
        if risk is None and base:
            self.assumptions.append(Assumption(parameter="country_factor", value=factor, clause=None, source="typical"))
        unit = self.unit(base)
        limit = (base / unit).to_integral_value(ROUND_FLOOR) * unit * factor
        least = f"min({shown(need)}, {shown(capacity)})" if need is not None else shown(capacity)
        formula = f"{least} ↓ {shown(unit)} × {trimmed(factor)} = {shown(limit)}"
        self.step("limit_recommended", formula, limit, country_factor=factor)
        return limit

    def _given(self, parameter: str, value: Decimal | None) -> Decimal:
        if value is not None:
            return value
        default = Decimal(self._defaults[parameter])
        self.assumptions.append(Assumption(parameter=parameter, value=default, clause=None, source="typical"))
        return default
