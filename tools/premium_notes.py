"""The shown arithmetic of a premium estimate, what was assumed, and what the reader must know."""

from collections.abc import Iterable
from decimal import Decimal

from tools.charges import Amounts, Technical, local_default, rounded_rate
from tools.money import Money
from tools.payout import percent, shown, trimmed
from tools.pricing import Estimate
from tools.rating import Risk
from tools.results import Assumption, Caution, Scalar, Step
from tools.tables import table


def premium_steps(
    estimate: Estimate, insurable: Decimal, amounts: Amounts, technical: Technical, limits: int | None
) -> Iterable[Step]:
    rating = estimate.rating
    if rating.raw_pct is None or estimate.rate_pct is None or amounts.mid is None:
        return
    product = " × ".join(trimmed(factor.value) + ("%" if factor.id == "base" else "") for factor in rating.factors)
    raw = rounded_rate(rating.raw_pct)
    yield Step(id="raw_rate", formula=f"{product} = {raw}%", result=raw)
    exact = trimmed(estimate.rate_pct)
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
    formula = (
        f"{shown(technical.average_exposure.amount)} × {percent(technical.pd_pct)} × {percent(technical.lgd_pct)} × "
        f"{percent(technical.insured_pct)} = {shown(technical.expected_loss.amount)}"
    )
    yield Step(id="technical_check", formula=formula, result=technical.rate_pct)


def _charge_steps(amounts: Amounts, limits: int | None) -> Iterable[Step]:
    if amounts.mid is None or amounts.minimum is None or amounts.tax is None or amounts.total is None:
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
    if amounts.tax_pct:
        formula = f"{shown(due)} × {percent(amounts.tax_pct)} = {shown(amounts.tax.amount)}"
        yield Step(id="tax", formula=formula, inputs={"tax_pct": amounts.tax_pct}, result=amounts.tax)
    formula = (
        f"{shown(due)} + {shown(amounts.fees.amount)} + {shown(amounts.tax.amount)} = {shown(amounts.total.amount)}"
    )
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
    estimate: Estimate, risk: Risk, technical: Technical, jurisdiction: str | None, currency: str
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
    for name in estimate.rating.at_table_edge:
        yield Caution(id="factor_at_table_edge", values={"factor": name})
    spread = table("rating")["spread"]
    suggests = risk.largest_buyer_pct is not None and risk.largest_buyer_pct > spread["suggest_single_buyer_above"]
    if suggests and risk.cover not in spread["not_for"]:
        yield Caution(id="consider_single_buyer_cover", values={"largest_buyer_pct": risk.largest_buyer_pct})
    if estimate.high is not None and technical.premium.amount > estimate.high:
        yield Caution(id="technical_above_rate", values={"technical_rate_pct": technical.rate_pct})
    tax = table("rating")["tax"].get(jurisdiction, {})
    if jurisdiction is None:
        yield Caution(id="tax_not_included")
    elif "caution" in tax:
        yield Caution(id=tax["caution"], values={"jurisdiction": jurisdiction})
    if currency not in table("rating")["limit_fee"]:
        yield Caution(
            id="floor_and_fees_converted", values={"currency": currency, "as_of": table("currencies")["as_of"]}
        )
