"""Indicative yearly premium: a rate from factors, a range, minimum premium, fees and tax. Not a quotation."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tools.charges import Technical, charge, in_cny, rounded_rate, technical_check, whole
from tools.errors import ToolInputError
from tools.levers import Combination, Lever, cheapest, levers
from tools.money import UNSTATED, Money, common_currency
from tools.names import country_code, sector_id
from tools.premium_notes import premium_assumptions, premium_cautions, premium_steps
from tools.pricing import price
from tools.rating import Cover, Factor, Risk
from tools.results import Assumption, Caution, Result
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
        insurable_cny=insurable * in_cny(currency),
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
    amounts = charge(estimate, currency, limits, jurisdiction)
    technical = technical_check(risk, insurable, currency)
    cautions += premium_cautions(estimate, risk, technical, jurisdiction, currency)
    return PremiumEstimate(
        steps=tuple(premium_steps(estimate, insurable, amounts, technical, limits)),
        assumptions=(*assumed, *premium_assumptions(risk, limits, jurisdiction)),
        warnings=tuple(cautions),
        insurable_turnover=whole(insurable, currency),
        cover_type=cover_type,
        rate_pct=rounded_rate(estimate.rate_pct),
        raw_rate_pct=rounded_rate(estimate.rating.raw_pct),
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
