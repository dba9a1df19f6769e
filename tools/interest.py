"""Interest on a late invoice under the regimes of `data/interest.toml`."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from tools.errors import ToolInputError
from tools.limitation import Limitation, limitation_periods
from tools.money import UNSTATED, Money
from tools.results import Assumption, Caution, Result, Scalar, Step
from tools.tables import table
from tools.toolset import Arguments, MoneyIn, PercentIn

Regime = Literal["uk_statutory", "eu_directive", "cn_sme", "cn_sale", "contract"]
MAX_DAYS = 36_500
_HUNDRED = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class LateInterest(Result):
    """Simple interest on one late debt; the `*_high` fields are None unless the regime gives a range."""

    regime: Regime
    days: int
    rate_pct: Decimal
    """A year, simple."""
    interest: Money
    fixed_compensation: Money
    total: Money
    """Interest plus fixed compensation, without the debt itself."""
    rate_high_pct: Decimal | None = None
    interest_high: Money | None = None
    total_high: Money | None = None
    basis: str
    """The law or contract the rate rests on."""
    limitation: tuple[Limitation, ...] = ()


class InterestArguments(Arguments):
    """The late debt, the rule it falls under, and the rates that are known."""

    amount: MoneyIn = Field(description="The overdue debt; for UK and EU rules including VAT.")
    regime: Regime = Field(
        description="uk_statutory (UK, business buyers), eu_directive (EU member states), cn_sme (China, a large firm "
        "or public body owes a small or medium firm), cn_sale (China, other sales without an agreed rate), contract "
        "(agreed rate)."
    )
    days: Annotated[int, Field(ge=0, le=MAX_DAYS)] | None = Field(
        None, description="Days late. Leave out when dates are given."
    )
    due_date: date | None = Field(None, description="Date the debt fell due.")
    paid_date: date | None = Field(None, description="Date it was or will be paid; today when still unpaid.")
    base_rate_pct: PercentIn | None = Field(
        None,
        description="Central-bank reference rate for the half-year, if known (Bank of England or ECB).",
    )
    lpr_pct: PercentIn | None = Field(None, description="China one-year loan prime rate, if known.")
    contract_rate_pct: PercentIn | None = Field(None, description="Rate a year agreed in the contract.")
    today: date | None = Field(None, description="The day the question is asked, for debts still unpaid.")

    @property
    def rule(self) -> dict[str, Any]:
        """The regime as `data/interest.toml` has it."""
        rule: dict[str, Any] = table("interest")[self.regime]
        return rule

    def debt(self) -> Money:
        """The debt, in the currency of the regime when none was stated."""
        stated = self.amount.money()
        if stated.currency != UNSTATED:
            return stated
        return Money(amount=stated.amount, currency=self.rule.get("currency", UNSTATED))

    def days_late(self) -> int:
        """Days late as stated, or from the dates; the two may not differ."""
        if None not in (self.days, self.due_date, self.paid_date):
            by_dates = _days_late(None, self.due_date, self.paid_date)
            if by_dates != self.days:
                remedy = "The dates give another number of days; leave out days or the dates."
                raise ToolInputError("days", self.days, remedy)
        return _days_late(self.days, self.due_date, self.paid_date or self.today)

    def quote(self) -> "_Quote":
        """The yearly rate of the regime for this debt."""
        known = self.lpr_pct if self.rule.get("reference") == "lpr_one_year" else self.base_rate_pct
        reference = _Reference.find(self.rule, self.due_date or self.today, known)
        return _rates(self.regime, self.rule, reference, self.contract_rate_pct)


def late_interest(asked: InterestArguments) -> LateInterest:
    """Compute simple late-payment interest and fixed compensation on an overdue invoice.

    Use it when someone asks what a late payer owes besides the invoice. General information, not legal advice; late
    interest is normally not insured.
    """
    rule, debt, days, quote = asked.rule, asked.debt(), asked.days_late(), asked.quote()
    compensation = _compensation(rule, debt)
    step, low = _interest(debt, quote.low, days, rule["year_days"])
    steps = [*quote.steps, step]
    if compensation.amount:
        steps.append(Step(id="fixed_compensation", formula=str(compensation.amount), result=compensation))
    high = None
    if quote.high is not None:
        step, high = _interest(debt, quote.high, days, rule["year_days"], suffix="_high")
        steps.append(step)
    return LateInterest(
        regime=asked.regime,
        days=days,
        rate_pct=quote.low,
        interest=low,
        fixed_compensation=compensation,
        total=low + compensation,
        rate_high_pct=quote.high,
        interest_high=high,
        total_high=None if high is None else high + compensation,
        basis=rule["source"],
        limitation=limitation_periods(asked.due_date, rule["jurisdiction"]) if asked.due_date else (),
        steps=tuple(steps),
        assumptions=quote.assumptions + _currency_assumption(asked.amount.currency, debt.currency),
        warnings=(
            *quote.warnings,
            *_regime_cautions(rule, debt, asked.due_date),
            Caution(id="general_information_not_legal_advice"),
        ),
    )


@dataclass(frozen=True, kw_only=True)
class _Reference:
    """A reference rate and where it came from; `pct` is None when the regime has none."""

    name: str
    pct: Decimal | None = None
    given: bool = False
    since: date | None = None
    unverified_after: date | None = None

    @classmethod
    def find(cls, rule: dict[str, Any], day: date | None, given: Decimal | None) -> "_Reference":
        if "reference" not in rule:
            return cls(name="")
        name: str = rule["reference"]
        if given is not None:
            return cls(name=name, pct=given, given=True)
        series = table("interest")["references"][name]
        rows = [row for row in series["rows"] if day is None or row["from"] <= day]
        if not rows:
            earliest = series["rows"][0]["from"]
            field = "lpr_pct" if name == "lpr_one_year" else "base_rate_pct"
            raise ToolInputError(field, None, f"Give the reference rate: none is stored before {earliest}.")
        stale = day is None or day > series["verified_to"]
        last = rows[-1]
        checked_to = series["verified_to"] if stale else None
        return cls(name=name, pct=last["pct"], since=last["from"], unverified_after=checked_to)


@dataclass(frozen=True, kw_only=True)
class _Quote:
    """The yearly rate, or the range of rates, of a regime."""

    low: Decimal
    high: Decimal | None = None
    steps: tuple[Step, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    warnings: tuple[Caution, ...] = ()


def _rates(regime: Regime, rule: dict[str, Any], reference: _Reference, agreed: Decimal | None) -> _Quote:
    if regime == "contract":
        if agreed is None:
            raise ToolInputError("contract_rate_pct", None, "Give the yearly rate agreed in the contract, in per cent.")
        return _Quote(low=agreed, steps=(Step(id="rate_agreed", formula=f"{_plain(agreed)}%", result=agreed),))
    if regime == "cn_sme":
        return _sme_rate(rule, reference, agreed)
    base = reference.pct or Decimal(0)
    assumptions, warnings = _reference_notes(reference)
    if agreed is not None:
        warnings = (*warnings, Caution(id="contract_rate_not_used", values={"contract_rate_pct": agreed}))
    if rule["kind"] == "reference_plus":
        rate = base + rule["margin_pct"]
        formula = f"{_plain(base)}% + {rule['margin_pct']}% = {_plain(rate)}%"
        step = Step(id="rate_reference_plus_margin", formula=formula, inputs={"reference_pct": base}, result=rate)
        return _Quote(low=rate, steps=(step,), assumptions=assumptions, warnings=warnings)
    low, high = (base * (1 + Decimal(rule[key]) / _HUNDRED) for key in ("uplift_low_pct", "uplift_high_pct"))
    uplift = f"{rule['uplift_low_pct']}%…{rule['uplift_high_pct']}%"
    formula = f"{_plain(base)}% × (1 + {uplift}) = {_plain(low)}%…{_plain(high)}%"
    step = Step(id="rate_reference_uplift", formula=formula, inputs={"reference_pct": base}, result=low)
    warnings = (*warnings, Caution(id="court_sets_uplift", values={"low_pct": low, "high_pct": high}))
    return _Quote(low=low, high=high, steps=(step,), assumptions=assumptions, warnings=warnings)


def _sme_rate(rule: dict[str, Any], reference: _Reference, agreed: Decimal | None) -> _Quote:
    """0.05% a day; an agreed rate replaces it but never falls below the one-year LPR at signing."""
    if agreed is None:
        rate = rule["daily_pct"] * rule["year_days"]
        formula = f"{_plain(rule['daily_pct'])}% × {rule['year_days']} = {_plain(rate)}%"
        return _Quote(low=rate, steps=(Step(id="rate_daily", formula=formula, result=rate),))
    assumptions, warnings = _reference_notes(reference)
    floor = reference.pct or Decimal(0)
    rate = max(agreed, floor)
    if rate > agreed:
        warnings = (*warnings, Caution(id="agreed_rate_below_lpr", values={"agreed_pct": agreed, "lpr_pct": floor}))
    formula = f"max({_plain(agreed)}%, LPR {_plain(floor)}%) = {_plain(rate)}%"
    inputs: dict[str, Scalar] = {"agreed_pct": agreed, "lpr_pct": floor}
    step = Step(id="rate_agreed_floor_lpr", formula=formula, inputs=inputs, result=rate)
    return _Quote(low=rate, steps=(step,), assumptions=assumptions, warnings=warnings)


def _reference_notes(reference: _Reference) -> tuple[tuple[Assumption, ...], tuple[Caution, ...]]:
    if reference.given or reference.pct is None:
        return (), ()
    assumption = Assumption(parameter=f"{reference.name}_pct", value=reference.pct, clause=None, source="typical")
    if reference.unverified_after is None:
        return (assumption,), ()
    values: dict[str, Scalar] = {
        "reference": reference.name,
        "pct": reference.pct,
        "since": reference.since,
        "verified_to": reference.unverified_after,
    }
    return (assumption,), (Caution(id="reference_rate_not_verified_after", values=values),)


def _interest(debt: Money, rate_pct: Decimal, days: int, year_days: int, suffix: str = "") -> tuple[Step, Money]:
    interest = Money(amount=debt.amount * rate_pct * days / (_HUNDRED * year_days), currency=debt.currency).rounded()
    formula = f"{debt.amount:,} × {_plain(rate_pct)}% × {days} / {year_days} = {interest.amount:,}"
    inputs: dict[str, Scalar] = {"amount": debt, "rate_pct": rate_pct, "days": days}
    return Step(id=f"simple_interest{suffix}", formula=formula, inputs=inputs, result=interest), interest


def _compensation(rule: dict[str, Any], debt: Money) -> Money:
    """Fixed sum by the size of the debt; nothing for a debt in a currency the bands are not written in."""
    nothing = Money(amount=Decimal(0), currency=debt.currency)
    if not debt.amount or debt.currency != rule.get("currency"):
        return nothing
    for band in rule.get("compensation", ()):
        if "below" not in band or debt.amount < band["below"]:
            return Money(amount=Decimal(band["amount"]), currency=debt.currency)
    return nothing


def _days_late(days: int | None, due: date | None, until: date | None) -> int:
    if days is not None:
        return days
    if due is None:
        raise ToolInputError("days", None, "Give the days late, or due_date and paid_date.")
    if until is None:
        raise ToolInputError("paid_date", None, "Give paid_date, or today when the invoice is still unpaid.")
    if (until - due).days > MAX_DAYS:
        raise ToolInputError("due_date", due, f"The debt may be at most {MAX_DAYS} days late.")
    return max(0, (until - due).days)


def _regime_cautions(rule: dict[str, Any], debt: Money, due: date | None) -> tuple[Caution, ...]:
    cautions = [Caution(id=name) for name in rule["cautions"]]
    start = rule.get("valid_from")
    if start and due and due < start:
        cautions.append(Caution(id="regime_not_yet_in_force", values={"valid_from": start, "due_date": due}))
    if rule.get("compensation") and debt.currency != rule["currency"]:
        cautions.append(Caution(id="compensation_in_other_currency", values={"currency": rule["currency"]}))
    return tuple(cautions)


def _currency_assumption(stated: str, used: str) -> tuple[Assumption, ...]:
    if stated == used:
        return ()
    return (Assumption(parameter="currency", value=used, clause=None, source="typical"),)


def _plain(number: Decimal) -> str:
    """Without trailing zeros or exponent: `11.75`, `3`."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
