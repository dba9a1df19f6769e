"""What is charged on top of a premium, its minimum, and the expected-loss cross-check of its rate."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tools.money import Money
from tools.policy import policy_terms
from tools.pricing import Estimate
from tools.rating import Risk, pd_pct
from tools.tables import table


@dataclass(frozen=True, kw_only=True)
class Insurable:
    """The turnover to be covered, in the currency of the estimate."""

    turnover: Decimal
    left_out: Decimal
    vat_pct: Decimal
    """0 where VAT is not to be covered."""

    @property
    def net(self) -> Decimal:
        """Without VAT: its size decides the rate, so that covering VAT never makes the whole cheaper."""
        return self.turnover - self.left_out

    @property
    def amount(self) -> Decimal:
        """With VAT where that is covered: the premium is charged on it."""
        return self.net * (100 + self.vat_pct) / 100


@dataclass(frozen=True, kw_only=True)
class Technical:
    """Expected-loss cross-check of the rate, before any first loss."""

    terms_days: Decimal
    average_exposure: Money
    pd_pct: Decimal
    lgd_pct: Decimal
    insured_pct: Decimal
    expected_loss: Money
    premium: Money
    rate_pct: Decimal


@dataclass(frozen=True, kw_only=True)
class Amounts:
    low: Money | None
    mid: Money | None
    high: Money | None
    minimum: Money | None
    fees: Money
    tax: Money | None
    tax_pct: Decimal | None
    total: Money | None


def charge(estimate: Estimate, currency: str, limits: int | None, jurisdiction: str | None) -> Amounts:
    fees = whole(local_default("limit_fee", currency) * (limits or 0), currency)
    row = table("rating")["tax"].get(jurisdiction, {})
    tax_pct = Decimal(row["pct"]) if "pct" in row else None
    if estimate.mid is None or estimate.low is None or estimate.high is None:
        return Amounts(low=None, mid=None, high=None, minimum=None, fees=fees, tax=None, tax_pct=tax_pct, total=None)
    rules = table("rating")["minimum_premium"]
    floor = local_default("minimum_premium", currency)
    minimum = max(rules["share_of_mid"] * estimate.mid, floor)
    due = max(estimate.mid, minimum)
    tax = None if tax_pct is None else whole(due * tax_pct / 100, currency)
    return Amounts(
        low=whole(estimate.low, currency),
        mid=whole(estimate.mid, currency),
        high=whole(estimate.high, currency),
        minimum=whole(minimum, currency),
        fees=fees,
        tax=tax,
        tax_pct=tax_pct,
        total=whole(due, currency) + fees + (tax or whole(Decimal(0), currency)),
    )


def technical_check(risk: Risk, insurable: Decimal, currency: str) -> Technical:
    """Expected loss ÷ target loss ratio: 8.22m × 1.2% × 85% × 90% ÷ 0.5 = 0.302% of 50m."""
    rules = table("rating")["technical"]
    days = risk.terms_days if risk.terms_days is not None else Decimal(rules["unknown_terms_days"])
    exposure = insurable * days / 365
    pd, lgd = pd_pct(risk.buyer_grade), Decimal(rules["lgd"])
    insured = risk.insured_pct if risk.insured_pct is not None else policy_terms().percent("insured_pct")
    loss = exposure * pd / 100 * lgd * insured / 100
    premium = loss / rules["target_loss_ratio"]
    return Technical(
        terms_days=days,
        average_exposure=whole(exposure, currency),
        pd_pct=pd,
        lgd_pct=lgd * 100,
        insured_pct=insured,
        expected_loss=whole(loss, currency),
        premium=whole(premium, currency),
        rate_pct=(premium / insurable * 100).quantize(Decimal("0.001"), rounding=ROUND_HALF_UP),
    )


def local_default(name: str, currency: str) -> Decimal:
    """A default amount in `currency`: as tabled, or the euro amount converted and rounded to two figures."""
    row = table("rating")[name]
    amounts = row.get("floor", row)
    if currency in amounts:
        return Decimal(amounts[currency])
    converted = amounts["EUR"] * in_cny("EUR") / in_cny(currency)
    return Decimal(converted).quantize(Decimal(1).scaleb(converted.adjusted() - 1), rounding=ROUND_HALF_UP)


def in_cny(currency: str) -> Decimal:
    return Decimal(table("currencies")["currencies"][currency]["cny"])


def whole(amount: Decimal, currency: str) -> Money:
    return Money(amount=amount.quantize(Decimal(1), rounding=ROUND_HALF_UP), currency=currency)


def rounded_rate(pct: Decimal) -> Decimal:
    return pct.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
