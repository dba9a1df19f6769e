"""The credit limit a buyer needs, the limit its strength carries, and the gap between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from tools.errors import ToolInputError
from tools.money import UNSTATED, Money
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


def advise_limit(
    known: Mapping[str, Any],
    *,
    grade: int | None,
    own_sales: MoneyArgument | None,
    terms_days: int | None,
    vat_pct: Decimal | None,
    collection_lag_days: int | None,
    seasonality: Decimal | None,
    currencies: Sequence[str] = (),
) -> LimitAdvice | None:
    """Limit advice for a graded buyer, or None when neither a need nor a capacity can be computed.

    Sales 6m without VAT, 13% VAT, 60 + 15 days, seasonality 1.2 → need 1.67m; grade 5 with net worth 8m (15%) and
    turnover 60m (4%) → capacity 1.2m → recommended 1.2m, gap 0.47m.
    """
    currency = _currency([*currencies, *([own_sales.currency] if own_sales else [])])
    draft = _Draft(currency)
    need = None
    if own_sales is not None and terms_days is not None:
        need = draft.need(own_sales.amount, terms_days, vat_pct, collection_lag_days, seasonality)
    capacity = draft.capacity(known, grade)
    if need is None and capacity is None:
        return None
    recommended = draft.recommended(need, capacity, known.get("country_risk"))
    gap = None if need is None or recommended is None else max(Decimal(0), need - recommended)
    if gap:
        draft.step("limit_gap", f"{need:,} − {recommended:,} = {gap:,}", gap)
    if gap and need is not None and recommended is not None and gap >= draft.unit(need):
        draft.cautions.append(Caution(id="limit_gap_needs_other_security", values={"gap": draft.money(gap)}))
    working_capital = known.get("working_capital")
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

    def need(
        self, sales: Decimal, terms: int, vat_pct: Decimal | None, lag: int | None, seasonality: Decimal | None
    ) -> Decimal:
        """Peak debt: sales × (1 + VAT) × (terms + lag) ÷ 365 × seasonality."""
        vat = self._given("vat_pct", vat_pct)
        days = terms + int(self._given("collection_lag_days", None if lag is None else Decimal(lag)))
        peak = self._given("seasonality", seasonality)
        exact = sales * (1 + vat / _HUNDRED) * days / 365 * peak
        need = exact.quantize(Decimal(1))
        formula = f"{sales:,} × (1 + {vat}%) × {days} ÷ 365 × {peak} = {need:,}"
        self.step("limit_need", formula, need, sales=sales, vat_pct=vat, days=days, seasonality=peak)
        return need

    def capacity(self, known: Mapping[str, Any], grade: int | None) -> Decimal | None:
        """The smaller of a share of net worth and a share of turnover, by grade; None when neither is known."""
        worth, turnover = known.get("tangible_net_worth"), known.get("buyer_turnover")
        if grade is None:
            return None
        row = next(row for row in table("grading")["grade"] if row["grade"] == grade)
        if not row["net_worth_pct"]:
            self.step("limit_capacity", f"grade {grade}: 0", Decimal(0), grade=grade)
            return Decimal(0)
        parts = [
            (name, max(Decimal(0), Decimal(str(amount))), Decimal(row[f"{share}_pct"]))
            for name, amount, share in (("net_worth", worth, "net_worth"), ("turnover", turnover, "turnover"))
            if amount is not None
        ]
        if not parts:
            return None
        if len(parts) == 1:
            self.cautions.append(Caution(id="limit_rests_on_one_figure", values={"figure": parts[0][0]}))
        sums = []
        for name, amount, pct in parts:
            carried = amount * pct / _HUNDRED
            sums.append(carried)
            self.step(f"limit_by_{name}", f"{amount:,} × {pct}% = {carried:,}", carried, amount=amount, pct=pct)
        capacity = min(sums)
        self.step(
            "limit_capacity", f"min({', '.join(f'{part:,}' for part in sums)}) = {capacity:,}", capacity, grade=grade
        )
        return capacity

    def recommended(self, need: Decimal | None, capacity: Decimal | None, risk: str | None) -> Decimal | None:
        if capacity is None:
            return None
        base = capacity if need is None else min(need, capacity)
        factor = Decimal(self._defaults["country_factor"].get(risk or "low", 1))
        if risk is None:
            self.assumptions.append(Assumption(parameter="country_factor", value=factor, clause=None, source="typical"))
        unit = self.unit(base)
        limit = (base / unit).to_integral_value(ROUND_FLOOR) * unit * factor
        shown = f"min({need:,}, {capacity:,})" if need is not None else f"{capacity:,}"
        self.step("limit_recommended", f"{shown} ↓ {unit:,} × {factor} = {limit:,}", limit, country_factor=factor)
        return limit

    def _given(self, parameter: str, value: Decimal | None) -> Decimal:
        if value is not None:
            return value
        default = Decimal(self._defaults[parameter])
        self.assumptions.append(Assumption(parameter=parameter, value=default, clause=None, source="typical"))
        return default


def _currency(codes: Sequence[str]) -> str:
    stated = {code for code in codes if code != UNSTATED}
    if len(stated) > 1:
        raise ToolInputError(
            "own_sales", ", ".join(sorted(stated)), "Give sales, net worth and turnover in one currency."
        )
    return stated.pop() if stated else UNSTATED
