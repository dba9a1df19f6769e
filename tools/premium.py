"""Indicative yearly premium: a rate from factors, a range, minimum premium, fees and tax. Not a quotation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tools.errors import ToolInputError
from tools.levers import Combination, Lever, cheapest, levers
from tools.money import UNSTATED, Money, common_currency
from tools.names import country_code, sector_id
from tools.payout import percent, shown, trimmed
from tools.policy import policy_terms
from tools.pricing import Estimate, price
from tools.rating import Cover, Factor, Risk, pd_pct
from tools.results import Assumption, Caution, Result, Scalar, Step
from tools.tables import table
from tools.toolset import MoneyArgument, MoneyIn, NumberIn, PercentIn

Jurisdiction = Literal["CN_domestic", "CN_export", "UK", "DE", "CH", "HK", "other"]


class CountryArgument(BaseModel):
    """A country the seller sells to."""

    model_config = ConfigDict(extra="forbid")

    country: str = Field(max_length=80, description="ISO 3166 code, or the country's name in Chinese or English.")
    share_pct: PercentIn | None = Field(None, description="Its share of turnover in %.")


def _as_country(value: Any) -> Any:
    return {"country": value} if isinstance(value, str) else value


CountryIn = Annotated[CountryArgument, BeforeValidator(_as_country, json_schema_input_type=CountryArgument | str)]


@dataclass(frozen=True, kw_only=True)
class Technical:
    """Expected-loss cross-check of the rate."""

    average_exposure: Money
    pd_pct: Decimal
    lgd_pct: Decimal
    insured_pct: Decimal
    expected_loss: Money
    premium: Money
    rate_pct: Decimal


@dataclass(frozen=True, kw_only=True)
class PremiumEstimate(Result):
    """A range with everything it rests on; amounts are None when the risk must go to an underwriter unpriced."""

    insurable_turnover: Money
    cover_type: Cover
    rate_pct: Decimal | None
    raw_rate_pct: Decimal | None
    low: Money | None
    mid: Money | None
    high: Money | None
    minimum_premium: Money | None
    fees: Money
    tax: Money | None
    tax_pct: Decimal | None
    """None: the tax of this jurisdiction is not included."""
    total: Money | None
    """Larger of mid and minimum premium, plus fees and tax."""
    jurisdiction: str | None
    factors: tuple[Factor, ...]
    clamped: Literal["floor", "ceiling"] | None
    """Which end of the market band held the rate."""
    refer: tuple[str, ...]
    """Why an underwriter must look; empty when the estimate stands alone."""
    technical: Technical | None
    what_if: tuple[Lever, ...]
    cheapest: Combination | None
    """With `target`: the fewest changes that bring the premium under it, or the lowest reachable."""


def estimate_premium(
    turnover: MoneyIn,
    cover_type: Cover = "whole_turnover",
    sector: Annotated[str, Field(max_length=200)] | None = None,
    countries: Annotated[list[CountryIn], Field(max_length=200)] | None = None,
    payment_terms_days: Annotated[int, Field(ge=0, le=3650)] | None = None,
    loss_ratio_pct: PercentIn | None = None,
    insured_pct: PercentIn | None = None,
    afl_pct: PercentIn | None = None,
    largest_buyer_pct: PercentIn | None = None,
    buyer_grade: Annotated[NumberIn, Field(ge=1, le=10)] | None = None,
    limits: Annotated[int, Field(ge=0, le=1_000_000)] | None = None,
    jurisdiction: Jurisdiction | None = None,
    political_risk: bool = False,
    pre_shipment: bool = False,
    non_insurable: MoneyIn | None = None,
    vat_pct: PercentIn | None = None,
    target: MoneyIn | None = None,
) -> PremiumEstimate:
    """Indicative yearly premium range of a trade credit policy, with factors, fees, tax and what would lower it.

    Use it for "what would it cost", "why so expensive", "how to pay less". Pass only what the user said: what is left
    out is priced as unknown and named as an assumption. A range, never a quotation.

    Args:
        turnover: Yearly credit sales to be insured, without VAT.
        cover_type: `whole_turnover` (all buyers), `key_account` (named buyers), `single_buyer`, or `excess_of_loss`.
        sector: What the seller sells, in any words, Chinese or English.
        countries: Countries of the buyers with their share of turnover, or plain codes or names for equal shares.
        payment_terms_days: Average payment terms in days, weighted by sales.
        loss_ratio_pct: Bad debts as % of turnover over the last 3-5 years.
        insured_pct: Insured percentage wanted, 80-95.
        afl_pct: Aggregate first loss as % of turnover; 0 for none.
        largest_buyer_pct: Largest buyer's share of turnover in %.
        buyer_grade: Average buyer grade, 1 best to 10.
        limits: Number of credit limits needed.
        jurisdiction: Where the policy is taxed: CN_domestic, CN_export, UK, DE, CH, HK or other.
        political_risk: Whether political risk cover is wanted.
        pre_shipment: Whether pre-shipment (manufacturing) risk cover is wanted.
        non_insurable: Part of `turnover` that is not insurable: cash, prepaid, related, public buyers, confirmed L/C.
        vat_pct: VAT rate in %, only when VAT is to be covered too.
        target: Premium the user would like to stay under; asks for the cheapest combination of changes.
    """
    assumed, cautions = [], []
    if turnover.currency == UNSTATED:
        assumed.append(Assumption(parameter="currency", value="CNY", clause=None, source="typical"))
    currency = _currency(turnover, non_insurable, target)
    insurable = _insurable(turnover, non_insurable, vat_pct)
    shares, normalised = _shares(countries, jurisdiction)
    if normalised:
        cautions.append(Caution(id="country_shares_normalised", values={"sum_pct": normalised}))
    known_sector = sector_id(sector) if sector else None
    if sector and known_sector is None:
        cautions.append(Caution(id="sector_not_recognised", values={"sector": sector}))
    risk = Risk(
        cover=cover_type,
        insurable_cny=insurable * _cny(currency),
        sector=known_sector,
        countries=shares,
        terms_days=None if payment_terms_days is None else Decimal(payment_terms_days),
        loss_ratio_pct=loss_ratio_pct,
        insured_pct=insured_pct,
        afl_pct=afl_pct,
        largest_buyer_pct=largest_buyer_pct,
        buyer_grade=buyer_grade,
        political_risk=political_risk,
        pre_shipment=pre_shipment,
    )
    estimate = price(risk, insurable)
    amounts = _amounts(estimate, currency, limits, jurisdiction)
    technical = _technical(risk, insurable, currency)
    cautions += _cautions(estimate, risk, technical, jurisdiction, currency)
    return PremiumEstimate(
        steps=tuple(_steps(estimate, insurable, amounts, technical, limits)),
        assumptions=(*assumed, *_assumptions(risk, limits, jurisdiction)),
        warnings=tuple(cautions),
        insurable_turnover=_whole(insurable, currency),
        cover_type=cover_type,
        rate_pct=_rate(estimate.rate_pct),
        raw_rate_pct=_rate(estimate.rating.raw_pct),
        low=amounts.low,
        mid=amounts.mid,
        high=amounts.high,
        minimum_premium=amounts.minimum,
        fees=amounts.fees,
        tax=amounts.tax,
        tax_pct=amounts.tax_pct,
        total=amounts.total,
        jurisdiction=jurisdiction,
        factors=estimate.rating.factors,
        clamped=estimate.clamped,
        refer=estimate.refer,
        technical=technical,
        what_if=levers(risk, insurable, currency),
        cheapest=cheapest(risk, insurable, currency, target.amount) if target else None,
    )


@dataclass(frozen=True, kw_only=True)
class _Amounts:
    low: Money | None
    mid: Money | None
    high: Money | None
    minimum: Money | None
    fees: Money
    tax: Money | None
    tax_pct: Decimal | None
    total: Money | None


def _amounts(estimate: Estimate, currency: str, limits: int | None, jurisdiction: str | None) -> _Amounts:
    fees = _whole(_local("limit_fee", currency) * (limits or 0), currency)
    row = table("rating")["tax"].get(jurisdiction, {})
    tax_pct = Decimal(row["pct"]) if "pct" in row else None
    if estimate.mid is None or estimate.low is None or estimate.high is None:
        return _Amounts(low=None, mid=None, high=None, minimum=None, fees=fees, tax=None, tax_pct=tax_pct, total=None)
    rules = table("rating")["minimum_premium"]
    floor = _local("minimum_premium", currency)
    minimum = max(rules["share_of_mid"] * estimate.mid, floor)
    due = max(estimate.mid, minimum)
    tax = _whole(due * (tax_pct or 0) / 100, currency)
    return _Amounts(
        low=_whole(estimate.low, currency),
        mid=_whole(estimate.mid, currency),
        high=_whole(estimate.high, currency),
        minimum=_whole(minimum, currency),
        fees=fees,
        tax=tax,
        tax_pct=tax_pct,
        total=_whole(due, currency) + fees + tax,
    )


def _technical(risk: Risk, insurable: Decimal, currency: str) -> Technical:
    """Expected loss ÷ target loss ratio: 8.22m × 1.2% × 85% × 90% ÷ 0.5 = 0.302% of 50m."""
    rules = table("rating")["technical"]
    days = risk.terms_days if risk.terms_days is not None else Decimal(rules["unknown_terms_days"])
    exposure = insurable * days / 365
    pd, lgd = pd_pct(risk.buyer_grade), Decimal(rules["lgd"])
    insured = risk.insured_pct if risk.insured_pct is not None else policy_terms().percent("insured_pct")
    loss = exposure * pd / 100 * lgd * insured / 100
    premium = loss / rules["target_loss_ratio"]
    return Technical(
        average_exposure=_whole(exposure, currency),
        pd_pct=pd,
        lgd_pct=lgd * 100,
        insured_pct=insured,
        expected_loss=_whole(loss, currency),
        premium=_whole(premium, currency),
        rate_pct=(premium / insurable * 100).quantize(Decimal("0.001"), rounding=ROUND_HALF_UP),
    )


def _steps(
    estimate: Estimate, insurable: Decimal, amounts: _Amounts, technical: Technical, limits: int | None
) -> Iterable[Step]:
    rating = estimate.rating
    if rating.raw_pct is None or estimate.rate_pct is None or amounts.mid is None:
        return
    product = " × ".join(trimmed(factor.value) + ("%" if factor.id == "base" else "") for factor in rating.factors)
    raw = _rate(rating.raw_pct)
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


def _charge_steps(amounts: _Amounts, limits: int | None) -> Iterable[Step]:
    if amounts.mid is None or amounts.minimum is None or amounts.tax is None or amounts.total is None:
        return
    share, floor = table("rating")["minimum_premium"]["share_of_mid"], _local("minimum_premium", amounts.mid.currency)
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


def _assumptions(risk: Risk, limits: int | None, jurisdiction: str | None) -> Iterable[Assumption]:
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


def _cautions(
    estimate: Estimate, risk: Risk, technical: Technical, jurisdiction: str | None, currency: str
) -> Iterable[Caution]:
    countries = table("countries")["countries"]
    for reason in estimate.refer:
        values: dict[str, Scalar] = {"rate_pct": _rate(estimate.rating.raw_pct)}
        if reason == "country_without_estimate":
            named = [code for code in risk.countries or {} if countries[code]["group"] == "refer"]
            values = {"countries": ", ".join(named)}
        yield Caution(id=reason, values=values)
    band = table("rating")["band"]
    if estimate.clamped:
        end = "low_pct" if estimate.clamped == "floor" else "high_pct"
        yield Caution(
            id=f"rate_held_at_band_{estimate.clamped}",
            values={"pct": band[end], "raw_pct": _rate(estimate.rating.raw_pct)},
        )
    elif estimate.clipped_end:
        yield Caution(id=f"range_clipped_{estimate.clipped_end}", values={"pct": band[f"{estimate.clipped_end}_pct"]})
    for name in estimate.rating.at_table_edge:
        yield Caution(id="factor_at_table_edge", values={"factor": name})
    if risk.largest_buyer_pct is not None and risk.largest_buyer_pct > 50 and risk.cover != "single_buyer":
        yield Caution(id="consider_single_buyer_cover", values={"largest_buyer_pct": risk.largest_buyer_pct})
    if estimate.high is not None and technical.premium.amount > estimate.high:
        yield Caution(id="technical_above_rate", values={"technical_rate_pct": technical.rate_pct})
    tax = table("rating")["tax"].get(jurisdiction, {})
    if "pct" not in tax:
        yield Caution(id="tax_not_included")
    elif not tax["verified"]:
        yield Caution(id="tax_not_verified", values={"jurisdiction": jurisdiction})
    if currency not in table("rating")["limit_fee"]:
        yield Caution(
            id="floor_and_fees_converted", values={"currency": currency, "as_of": table("currencies")["as_of"]}
        )


def _currency(turnover: MoneyArgument, *others: MoneyArgument | None) -> str:
    try:
        currency = common_currency([turnover.money(), *(item.money() for item in others if item)])
    except ValueError as error:
        raise ToolInputError("currency", str(error), "give all amounts in the currency of the turnover.") from error
    currency = "CNY" if currency == UNSTATED else currency
    known = table("currencies")["currencies"]
    if currency not in known:
        raise ToolInputError("turnover.currency", currency, f"use one of: {', '.join(known)}.")
    return currency


def _cny(currency: str) -> Decimal:
    return Decimal(table("currencies")["currencies"][currency]["cny"])


def _local(name: str, currency: str) -> Decimal:
    """A default amount in `currency`: as tabled, or the euro amount converted and rounded to two figures."""
    row = table("rating")[name]
    amounts = row.get("floor", row)
    if currency in amounts:
        return Decimal(amounts[currency])
    converted = amounts["EUR"] * _cny("EUR") / _cny(currency)
    return Decimal(converted).quantize(Decimal(1).scaleb(converted.adjusted() - 1), rounding=ROUND_HALF_UP)


def _insurable(turnover: MoneyArgument, non_insurable: MoneyArgument | None, vat_pct: Decimal | None) -> Decimal:
    if turnover.amount <= 0:
        raise ToolInputError("turnover", turnover.amount, "must be above 0.")
    left_out = non_insurable.amount if non_insurable else Decimal(0)
    if left_out >= turnover.amount:
        raise ToolInputError("non_insurable", left_out, "must be less than the turnover.")
    return (turnover.amount - left_out) * (100 + (vat_pct or Decimal(0))) / 100


def _shares(
    countries: Sequence[CountryArgument] | None, jurisdiction: str | None
) -> tuple[dict[str, Decimal] | None, Decimal | None]:
    """Share of turnover by country, summing to 100, and the sum that was given when it was not 100."""
    if not countries:
        return ({"CN": Decimal(100)}, None) if jurisdiction == "CN_domestic" else (None, None)
    codes = []
    for item in countries:
        code = country_code(item.country)
        if code is None:
            raise ToolInputError("countries", item.country, "unknown country; give its ISO code, for example DE.")
        codes.append(code)
    given = sum((item.share_pct for item in countries if item.share_pct is not None), Decimal(0))
    silent = sum(item.share_pct is None for item in countries)
    if given > 101 or (given == 0 and not silent):
        raise ToolInputError("countries.share_pct", given, "the shares must add up to 100.")
    rest = max(100 - given, Decimal(0)) / silent if silent else Decimal(0)
    shares: dict[str, Decimal] = {}
    for code, item in zip(codes, countries, strict=True):
        shares[code] = shares.get(code, Decimal(0)) + (rest if item.share_pct is None else item.share_pct)
    total = sum(shares.values(), Decimal(0))
    scaled = {code: share * 100 / total for code, share in shares.items()}
    return scaled, (total if abs(total - 100) > Decimal("0.01") else None)


def _whole(amount: Decimal, currency: str) -> Money:
    return Money(amount=amount.quantize(Decimal(1), rounding=ROUND_HALF_UP), currency=currency)


def _rate(pct: Decimal | None) -> Decimal | None:
    return None if pct is None else pct.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
