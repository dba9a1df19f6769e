"""The shown arithmetic of a premium estimate, what was assumed, and what the reader must know."""

from collections.abc import Iterable
from decimal import Decimal

from tools.charges import Amounts, Insurable, Technical, local_default, rounded_rate, whole
from tools.formulas import percent, shown, trimmed
from tools.money import Money
from tools.pricing import Estimate
from tools.rating import Risk, group_weights
from tools.results import Assumption, Caution, Scalar, Step
from tools.tables import table


def premium_steps(
    estimate: Estimate, risk: Risk, turnover: Insurable, amounts: Amounts, technical: Technical, limits: int | None
) -> Iterable[Step]:
    rating, insurable = estimate.rating, turnover.amount
    if rating.raw_pct is None or estimate.rate_pct is None or amounts.mid is None:
        return
    yield from _insurable_step(turnover, amounts.mid.currency)
    yield from _country_step(risk, estimate)
    product = " × ".join(trimmed(factor.value) + ("%" if factor.id == "base" else "") for factor in rating.factors)
    raw = rounded_rate(rating.raw_pct)
    yield Step(id="raw_rate", formula=f"{product} = {raw}%", result=raw)
    exact = trimmed(estimate.rate_pct, 12)  # with fewer decimals it would not give the premium of a billion
    yield Step(id="premium", formula=f"{shown(insurable)} × {exact}% = {shown(amounts.mid.amount)}", result=amounts.mid)
    around = table("rating")["range"]
    ends: tuple[tuple[str, Money | None, Decimal | None], ...] = (
        ("low", amounts.low, estimate.low),
        ("high", amounts.high, estimate.high),
    )
    for name, amount, exact_amount in ends:
        if amount is not None and exact_amount is not None and exact_amount == estimate.mid_times(around[name]):
            formula = f"{shown(amounts.mid.amount)} × {around[name]} = {shown(amount.amount)}"
            yield Step(id=f"range_{name}", formula=formula, result=amount)
        elif amount is not None:
            bound = table("rating")["band"]["low_pct" if name == "low" else "high_pct"]
            yield Step(
                id=f"range_{name}", formula=f"{shown(insurable)} × {bound}% = {shown(amount.amount)}", result=amount
            )
    yield from _charge_steps(amounts, limits)
    yield from _technical_steps(technical, insurable)


def _insurable_step(turnover: Insurable, currency: str) -> Iterable[Step]:
    formula, result = shown(turnover.turnover), whole(turnover.amount, currency)
    if turnover.left_out:
        formula = f"{formula} - {shown(turnover.left_out)}"
    if turnover.vat_pct:
        formula = f"{f'({formula})' if turnover.left_out else formula} × (1 + {percent(turnover.vat_pct)})"
    if turnover.left_out or turnover.vat_pct:
        yield Step(id="insurable_turnover", formula=f"{formula} = {shown(result.amount)}", result=result)


def _country_step(risk: Risk, estimate: Estimate) -> Iterable[Step]:
    """How several groups of countries become one factor."""
    weights = group_weights(risk.countries or {})
    if len(weights) > 1:
        factor = next(item.value for item in estimate.rating.factors if item.id == "country")
        terms = " + ".join(f"{trimmed(value)} × {percent(share)}" for value, share in weights.items())
        yield Step(id="country_factor", formula=f"{terms} = {trimmed(factor)}", result=factor)


def _technical_steps(technical: Technical, insurable: Decimal) -> Iterable[Step]:
    exposure, days = technical.average_exposure, technical.terms_days
    formula = f"{shown(insurable)} × {days} ÷ 365 = {shown(exposure.amount)}"
    yield Step(id="average_exposure", formula=formula, inputs={"terms_days": days}, result=exposure)
    shares = (technical.pd_pct, technical.lgd_pct, technical.insured_pct)
    target = table("rating")["technical"]["target_loss_ratio"]
    formula = (
        f"{shown(exposure.amount)} × {' × '.join(map(percent, shares))} ÷ {trimmed(target)} ÷ {shown(insurable)} = "
        f"{percent(technical.rate_pct)}"
    )
    yield Step(id="technical_check", formula=formula, result=technical.rate_pct)


def _charge_steps(amounts: Amounts, limits: int | None) -> Iterable[Step]:
    if amounts.mid is None or amounts.minimum is None or amounts.total is None:
        return
    share, floor = (
        table("rating")["minimum_premium"]["share_of_mid"],
        local_default("minimum_premium", amounts.mid.currency),
    )
    formula = f"max({shown(amounts.mid.amount)} × {share}; {shown(floor)}) = {shown(amounts.minimum.amount)}"
    yield Step(id="minimum_premium", formula=formula, result=amounts.minimum)
    if limits:
        formula = f"{limits} × {shown(amounts.fees.amount / limits)} = {shown(amounts.fees.amount)}"
        yield Step(id="limit_fees", formula=formula, result=amounts.fees)
    due = max(amounts.mid.amount, amounts.minimum.amount)
    parts = [shown(due), shown(amounts.fees.amount)]
    if amounts.tax is not None and amounts.tax_pct is not None:
        parts.append(shown(amounts.tax.amount))
        formula = f"{shown(due)} × {percent(amounts.tax_pct)} = {shown(amounts.tax.amount)}"
        yield Step(id="tax", formula=formula, inputs={"tax_pct": amounts.tax_pct}, result=amounts.tax)
    formula = f"{' + '.join(parts)} = {shown(amounts.total.amount)}"
    yield Step(id="total", formula=formula, result=amounts.total)


def premium_assumptions(risk: Risk, limits: int | None, jurisdiction: str | None) -> Iterable[Assumption]:
    """Every rating input nobody stated, with what was used instead."""
    tables = table("rating")
    unknown: tuple[tuple[str, object, Scalar, str | None], ...] = (
        ("sector", risk.sector, None, None),
        ("countries", risk.countries, None, None),
        ("payment_terms_days", risk.terms_days, None, None),
        ("loss_ratio_pct", risk.loss_ratio_pct, None, None),
        ("insured_pct", risk.insured_pct, Decimal(tables["indemnity"]["unknown"]), "wt-2026:4.1"),
        ("afl_pct", risk.afl_pct, Decimal(tables["deductible"]["unknown"]), "wt-2026:9.6"),
        ("largest_buyer_pct", risk.largest_buyer_pct, None, None),
        ("buyer_grade", risk.buyer_grade, None, None),
        ("limits", limits, None, "wt-2026:6.4"),
        ("jurisdiction", jurisdiction, None, "wt-2026:6.5"),
    )
    for name, given, value, clause in unknown:
        if given is None and not (name == "largest_buyer_pct" and risk.cover in tables["spread"]["not_for"]):
            yield Assumption(parameter=name, value=value, clause=clause, source="typical")


def premium_cautions(
    estimate: Estimate, risk: Risk, amounts: Amounts, technical: Technical, jurisdiction: str | None
) -> Iterable[Caution]:
    countries = table("countries")["countries"]
    raw_pct = None if estimate.rating.raw_pct is None else rounded_rate(estimate.rating.raw_pct)
    for reason in estimate.refer:
        values: dict[str, Scalar] = {"rate_pct": raw_pct}
        if reason == "country_without_estimate":
            named = [code for code in risk.countries or {} if countries[code]["group"] == "refer"]
            values = {"countries": ", ".join(named)}
        yield Caution(id=reason, values=values)
    band = table("rating")["band"]
    if estimate.clamped:
        end = "low_pct" if estimate.clamped == "floor" else "high_pct"
        yield Caution(
            id=f"rate_held_at_band_{estimate.clamped}",
            values={"pct": band[end], "raw_pct": raw_pct},
        )
    elif estimate.clipped_end:
        yield Caution(id=f"range_clipped_{estimate.clipped_end}", values={"pct": band[f"{estimate.clipped_end}_pct"]})
    if amounts.minimum is not None and amounts.mid is not None and amounts.minimum.amount > amounts.mid.amount:
        yield Caution(id="minimum_premium_applies", values={"minimum": amounts.minimum})
    for name, edge in estimate.rating.at_table_edge.items():
        yield Caution(id=f"{name}_at_table_edge", values={"edge": edge})
    spread = table("rating")["spread"]
    suggests = risk.largest_buyer_pct is not None and risk.largest_buyer_pct > spread["suggest_single_buyer_above"]
    if suggests and risk.cover not in spread["not_for"]:
        yield Caution(id="consider_single_buyer_cover", values={"largest_buyer_pct": risk.largest_buyer_pct})
    rules = table("rating")["technical"]
    if estimate.high is not None and technical.premium.amount > estimate.high and risk.cover not in rules["not_for"]:
        yield Caution(id="technical_above_rate", values={"technical_rate_pct": technical.rate_pct})
    yield from _tax_cautions(risk, jurisdiction)
    if amounts.fees.currency not in table("rating")["limit_fee"]:
        values = {"currency": amounts.fees.currency, "as_of": table("currencies")["as_of"]}
        yield Caution(id="floor_and_fees_converted", values=values)


def _tax_cautions(risk: Risk, jurisdiction: str | None) -> Iterable[Caution]:
    tax = table("rating")["tax"].get(jurisdiction, {})
    if jurisdiction is None:
        yield Caution(id="tax_not_included")
    elif "caution" in tax:
        yield Caution(id=tax["caution"], values={"jurisdiction": jurisdiction})
    home, sold_to = tax.get("home"), set(risk.countries or ())
    if home and sold_to and (sold_to - {home} if tax["is_domestic"] else home in sold_to):
        yield Caution(id="tax_on_mixed_sales", values={"jurisdiction": jurisdiction})
