"""Indicative yearly premium: a rate from factors, a range, minimum premium, fees and tax. Not a quotation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tools.charges import Insurable, Technical, charge, in_cny, rounded_rate, technical_check, whole
from tools.errors import ToolInputError
from tools.formulas import percent
from tools.levers import Combination, Lever, cheapest, levers
from tools.money import UNSTATED, Money
from tools.names import country_code, sector_id
from tools.premium_notes import premium_assumptions, premium_cautions, premium_steps
from tools.pricing import price
from tools.rating import Cover, Factor, Risk
from tools.results import Assumption, Caution, Result
from tools.tables import table
from tools.toolset import Arguments, InsuredPctIn, MoneyIn, NumberIn, PercentIn

Jurisdiction = Literal["CN_domestic", "CN_export", "UK", "DE", "CH", "HK", "other"]


class CountryArgument(BaseModel):
    """A country the seller sells to."""

    model_config = ConfigDict(extra="forbid")

    country: str = Field(max_length=80, description="ISO 3166 code, or the country's name in Chinese or English.")
    share_pct: PercentIn | None = Field(None, description="Its share of turnover in %.")


def _as_country(value: Any) -> Any:
    return {"country": value} if isinstance(value, str) else value


def _as_countries(value: Any) -> Any:
    """One country, or shares by name (`{"DE": 60, "BR": 40}`), as the list they stand for."""
    if isinstance(value, dict) and "country" not in value:
        return [{"country": name, "share_pct": share} for name, share in value.items()]
    return value if value is None or isinstance(value, list) else [value]


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
    """None, like `tax`: the tax of this jurisdiction is not included."""
    total: Money | None
    """Larger of mid and minimum premium, plus fees and the tax that is known."""
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


class PremiumArguments(Arguments):
    """What is sold to whom, and the cover wanted."""

    turnover: MoneyIn = Field(description="Yearly credit sales to be insured, without VAT.")
    cover_type: Cover = Field(
        "whole_turnover",
        description="`whole_turnover` (all buyers), `key_account` (named buyers), `single_buyer`, or `excess_of_loss`.",
    )
    sector: Annotated[str, Field(max_length=200)] | None = Field(
        None, description="What the seller sells, in any words, Chinese or English."
    )
    countries: Annotated[
        Annotated[list[CountryIn], Field(max_length=200)] | None,
        BeforeValidator(_as_countries, json_schema_input_type=list[CountryArgument | str] | None),
    ] = Field(
        None,
        description="Countries of the buyers with their share of turnover, or plain codes or names for equal shares.",
    )
    payment_terms_days: Annotated[int, Field(ge=0, le=3650)] | None = Field(
        None, description="Average payment terms in days, weighted by sales."
    )
    loss_ratio_pct: PercentIn | None = Field(None, description="Bad debts as % of turnover over the last 3-5 years.")
    insured_pct: InsuredPctIn | None = Field(None, description="Insured percentage wanted, 80-95.")
    afl_pct: PercentIn | None = Field(None, description="Aggregate first loss as % of turnover; 0 for none.")
    largest_buyer_pct: PercentIn | None = Field(None, description="Largest buyer's share of turnover in %.")
    buyer_grade: Annotated[NumberIn, Field(ge=1, le=10)] | None = Field(
        None, description="Average buyer grade, 1 best to 10."
    )
    limits: Annotated[int, Field(ge=0, le=1_000_000)] | None = Field(
        None, description="Number of credit limits needed."
    )
    jurisdiction: Jurisdiction | None = Field(
        None, description="Where the policy is taxed: CN_domestic, CN_export, UK, DE, CH, HK or other."
    )
    political_risk: bool = Field(False, description="Whether political risk cover is wanted.")
    pre_shipment: bool = Field(False, description="Whether pre-shipment (manufacturing) risk cover is wanted.")
    non_insurable: MoneyIn | None = Field(
        None,
        description="Part of `turnover` that is not insurable: cash, prepaid, related, public buyers, confirmed L/C.",
    )
    vat_pct: PercentIn | None = Field(None, description="VAT rate in %, only when VAT is to be covered too.")
    target: MoneyIn | None = Field(
        None, description="Premium the user would like to stay under; asks for the cheapest combination of changes."
    )

    def home_currency(self) -> str:
        """The currency of the turnover, CNY when none is stated."""
        currency = self.shared_currency("give all amounts in the currency of the turnover.")
        currency = "CNY" if currency == UNSTATED else currency
        known = table("currencies")["currencies"]
        if currency not in known:
            raise ToolInputError("turnover.currency", currency, f"use one of: {', '.join(known)}.")
        return currency

    def insurable(self) -> Insurable:
        """The turnover that is to be covered."""
        if self.turnover.amount <= 0:
            raise ToolInputError("turnover", self.turnover.amount, "give yearly credit sales above 0.")
        left_out = self.non_insurable.amount if self.non_insurable else Decimal(0)
        if left_out >= self.turnover.amount:
            raise ToolInputError("non_insurable", left_out, "give a part that is less than the turnover.")
        return Insurable(turnover=self.turnover.amount, left_out=left_out, vat_pct=self.vat_pct or Decimal(0))

    def risk(self, insurable: Insurable, currency: str) -> Risk:
        """What decides the rate."""
        return Risk(
            cover=self.cover_type,
            insurable_cny=insurable.net * in_cny(currency),
            sector=sector_id(self.sector) if self.sector else None,
            countries=_shares(self.countries, self.jurisdiction)[0],
            terms_days=None if self.payment_terms_days is None else Decimal(self.payment_terms_days),
            loss_ratio_pct=self.loss_ratio_pct,
            insured_pct=self.insured_pct,
            afl_pct=self.afl_pct,
            largest_buyer_pct=self.largest_buyer_pct,
            buyer_grade=self.buyer_grade,
            political_risk=self.political_risk,
            pre_shipment=self.pre_shipment,
        )

    def assumptions(self, risk: Risk) -> Iterable[Assumption]:
        """Everything nobody stated, with what was used instead."""
        if self.turnover.currency == UNSTATED:
            yield Assumption(parameter="currency", value="CNY", clause=None, source="typical")
        if risk.countries and len(risk.countries) > 1 and any(item.share_pct is None for item in self.countries or ()):
            shares = (f"{code} {percent(round(share, 2))}" for code, share in risk.countries.items())
            yield Assumption(parameter="country_shares", value=", ".join(shares), clause=None, source="typical")
        yield from premium_assumptions(risk, self.limits, self.jurisdiction)

    def reading_cautions(self, risk: Risk) -> Iterable[Caution]:
        """What was given but could not be read as it stands."""
        given_sum = _shares(self.countries, self.jurisdiction)[1]
        if given_sum:
            yield Caution(id="country_shares_normalised", values={"sum_pct": given_sum})
        if self.sector and risk.sector is None:
            yield Caution(id="sector_not_recognised", values={"sector": self.sector})


def estimate_premium(asked: PremiumArguments) -> PremiumEstimate:
    """Indicative yearly premium range of a trade credit policy, with factors, fees, tax and what would lower it.

    Use it for "what would it cost", "why so expensive", "how to pay less". Pass only what the user said: what is left
    out is priced as unknown and named as an assumption. A range, never a quotation.
    """
    currency, insurable = asked.home_currency(), asked.insurable()
    risk = asked.risk(insurable, currency)
    estimate = price(risk, insurable.amount)
    amounts = charge(estimate, currency, asked.limits, asked.jurisdiction)
    technical = technical_check(risk, insurable.amount, currency)
    return PremiumEstimate(
        steps=tuple(premium_steps(estimate, risk, insurable, amounts, technical, asked.limits)),
        assumptions=tuple(asked.assumptions(risk)),
        warnings=(
            *asked.reading_cautions(risk),
            *premium_cautions(estimate, risk, amounts, technical, asked.jurisdiction),
        ),
        insurable_turnover=whole(insurable.amount, currency),
        cover_type=risk.cover,
        rate_pct=None if estimate.rate_pct is None else rounded_rate(estimate.rate_pct),
        raw_rate_pct=None if estimate.rating.raw_pct is None else rounded_rate(estimate.rating.raw_pct),
        low=amounts.low,
        mid=amounts.mid,
        high=amounts.high,
        minimum_premium=amounts.minimum,
        fees=amounts.fees,
        tax=amounts.tax,
        tax_pct=amounts.tax_pct,
        total=amounts.total,
        jurisdiction=asked.jurisdiction,
        factors=estimate.rating.factors,
        clamped=estimate.clamped,
        refer=estimate.refer,
        technical=technical,
        what_if=levers(risk, insurable.amount, currency),
        cheapest=cheapest(risk, insurable.amount, currency, asked.target.amount) if asked.target else None,
    )


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
        raise ToolInputError("countries.share_pct", given, "give shares that add up to 100.")
    rest = max(100 - given, Decimal(0)) / silent if silent else Decimal(0)
    shares: dict[str, Decimal] = {}
    for code, item in zip(codes, countries, strict=True):
        shares[code] = shares.get(code, Decimal(0)) + (rest if item.share_pct is None else item.share_pct)
    total = sum(shares.values(), Decimal(0))
    scaled = {code: share * 100 / total for code, share in shares.items() if share}
    return scaled, (total if abs(total - 100) > Decimal("0.01") else None)
