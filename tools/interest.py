"""Interest on a late invoice under the regimes of `data/interest.toml`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from tools.errors import ToolInputError
from tools.formulas import percent, shown
from tools.interest_rates import Quote, reference_on, yearly_rate
from tools.invoices import DateIn
from tools.limitation import Limitation, limitation_periods
from tools.money import UNSTATED, Money
from tools.results import Assumption, Caution, Result, Scalar, Step
from tools.tables import table
from tools.toolset import Arguments, MoneyIn, NumberIn, PercentIn

Regime = Literal["uk_statutory", "eu_directive", "cn_sme", "cn_sale", "contract"]
MAX_DAYS = 36_500


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

    amount: MoneyIn = Field(
        description="The overdue invoice, one at a time: compensation is owed for each; for UK and EU rules "
        "including VAT."
    )
    regime: Regime = Field(
        description="uk_statutory (UK, business buyers), eu_directive (EU member states), cn_sme (China, a large firm "
        "or public body owes a small or medium firm), cn_sale (China, other sales without an agreed rate), contract "
        "(agreed rate)."
    )
    days: Annotated[int, Field(ge=0, le=MAX_DAYS)] | None = Field(
        None, description="Days late. Leave out when dates are given."
    )
    due_date: DateIn | None = Field(None, description="Date the debt fell due.")
    paid_date: DateIn | None = Field(None, description="Date it was or will be paid; today when still unpaid.")
    contract_date: DateIn | None = Field(
        None, description="Day the contract was signed; cn_sme: an agreed rate is at least the prime rate of that day."
    )
    base_rate_pct: PercentIn | None = Field(
        None,
        description="Central-bank reference rate for the half-year, if known (Bank of England or ECB).",
    )
    lpr_pct: PercentIn | None = Field(None, description="China one-year loan prime rate, if known.")
    contract_rate_pct: Annotated[NumberIn, Field(ge=0, le=1_000)] | None = Field(
        None, description="Rate a year agreed in the contract, in %; 0.05% a day is 18.25."
    )
    today: DateIn | None = Field(None, description="The day the question is asked, for debts still unpaid.")

    @property
    def rule(self) -> dict[str, Any]:
        """The regime as `data/interest.toml` has it."""
        rule: dict[str, Any] = table("interest")[self.regime]
        return rule

    @property
    def fell_due(self) -> date | None:
        """The due date as stated, or counted back from the days late; None when no day is known."""
        until = self.paid_date or self.today
        if self.due_date is not None or self.days is None or until is None:
            return self.due_date
        return until - timedelta(days=self.days)

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

    def quote(self) -> Quote:
        """The yearly rate: over the reference of the day on which interest starts, the one after the due date."""
        is_lpr = self.rule.get("reference") == "lpr_one_year"
        day = None if self.fell_due is None else self.fell_due + timedelta(days=1)
        if self.regime == "cn_sme":
            day = self.contract_date or day
        reference = reference_on(self.rule, day, self.lpr_pct if is_lpr else self.base_rate_pct)
        return yearly_rate(self.rule, reference, self.contract_rate_pct)

    def limitation(self) -> tuple[Limitation, ...]:
        """Until when the buyer can be sued, where the due date is known."""
        return limitation_periods(self.fell_due, self.rule["jurisdiction"]) if self.fell_due else ()


def late_interest(asked: InterestArguments) -> LateInterest:
    """Compute simple late-payment interest and fixed compensation on an overdue invoice.

    Use it when someone asks what a late payer owes besides the invoice. General information, not legal advice; late
    interest is normally not insured.
    """
    rule, debt, days, quote = asked.rule, asked.debt(), asked.days_late(), asked.quote()
    compensation = _compensation(rule, debt, days)
    step, low = _interest(debt, quote.low, days, rule["year_days"])
    steps = [*quote.steps, step]
    if compensation.amount:
        steps.append(Step(id="fixed_compensation", formula=str(compensation.amount), result=compensation))
    high = None
    if quote.high is not None:
        step, high = _interest(debt, quote.high, days, rule["year_days"], suffix="_high")
        steps.append(step)
    limitation = asked.limitation()
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
        limitation=limitation,
        steps=tuple(steps),
        assumptions=quote.assumptions + _currency_assumption(asked.amount.currency, debt.currency),
        warnings=(
            *([] if days else [Caution(id="not_late")]),
            *quote.warnings,
            *_regime_cautions(rule, debt, asked.fell_due),
            *_limitation_cautions(asked, limitation),
            Caution(id="general_information_not_legal_advice"),
        ),
    )


def _interest(debt: Money, rate_pct: Decimal, days: int, year_days: int, suffix: str = "") -> tuple[Step, Money]:
    interest = Money(amount=debt.amount * rate_pct * days / (100 * year_days), currency=debt.currency).rounded()
    formula = f"{shown(debt.amount)} × {percent(rate_pct)} × {days} / {year_days} = {shown(interest.amount)}"
    inputs: dict[str, Scalar] = {"amount": debt, "rate_pct": rate_pct, "days": days}
    return Step(id=f"simple_interest{suffix}", formula=formula, inputs=inputs, result=interest), interest


def _compensation(rule: dict[str, Any], debt: Money, days: int) -> Money:
    """Fixed sum by the size of a late debt; nothing for a debt in a currency the bands are not written in."""
    nothing = Money(amount=Decimal(0), currency=debt.currency)
    if not debt.amount or not days or debt.currency != rule.get("currency"):
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


def _regime_cautions(rule: dict[str, Any], debt: Money, due: date | None) -> Iterator[Caution]:
    yield from (Caution(id=name) for name in rule["cautions"])
    start = rule.get("valid_from")
    if start and due and due < start:
        yield Caution(id="regime_not_yet_in_force", values={"valid_from": start, "due_date": due})
    if rule.get("compensation") and debt.currency != rule["currency"]:
        yield Caution(id="compensation_in_other_currency", values={"currency": rule["currency"]})


def _limitation_cautions(asked: InterestArguments, limitation: Sequence[Limitation]) -> Iterator[Caution]:
    """That an unpaid debt can, as it seems, no longer be sued for under the law of its own regime."""
    if asked.today is None or asked.paid_date is not None or not asked.rule["jurisdiction"]:
        return
    passed = [period.until for period in limitation if period.until < asked.today]
    if passed:
        yield Caution(id="limitation_passed", values={"until": min(passed)})


def _currency_assumption(stated: str, used: str) -> tuple[Assumption, ...]:
    if stated == used:
        return ()
    return (Assumption(parameter="currency", value=used, clause=None, source="typical"),)
