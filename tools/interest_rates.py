"""The yearly rate of a late debt under one regime of `data/interest.toml`, and what it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tools.errors import ToolInputError
from tools.formulas import percent
from tools.results import Assumption, Caution, Scalar, Step
from tools.tables import table

_HUNDRED = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A reference rate and where it came from; `pct` is None when the regime has none."""

    name: str
    pct: Decimal | None = None
    given: bool = False
    since: date | None = None
    unverified_after: date | None = None

    def notes(self) -> tuple[tuple[Assumption, ...], tuple[Caution, ...]]:
        """That the rate was taken from the table, and that the table was not checked up to this day."""
        if self.given or self.pct is None:
            return (), ()
        assumption = Assumption(parameter=f"{self.name}_pct", value=self.pct, clause=None, source="typical")
        if self.unverified_after is None:
            return (assumption,), ()
        values: dict[str, Scalar] = {
            "reference": self.name,
            "pct": self.pct,
            "since": self.since,
            "verified_to": self.unverified_after,
        }
        return (assumption,), (Caution(id="reference_rate_not_verified_after", values=values),)


@dataclass(frozen=True, kw_only=True)
class Quote:
    """The yearly rate, or the range of rates, of a regime."""

    low: Decimal
    high: Decimal | None = None
    steps: tuple[Step, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    warnings: tuple[Caution, ...] = ()


def reference_on(rule: Mapping[str, Any], day: date | None, given: Decimal | None) -> Reference:
    """The reference rate of `rule` that holds on `day` (the latest one when no day is known), or the one `given`.

    Raises:
        ToolInputError: The table does not reach back to `day`.
    """
    if "reference" not in rule:
        return Reference(name="")
    name: str = rule["reference"]
    if given is not None:
        return Reference(name=name, pct=given, given=True)
    series = table("interest")["references"][name]
    rows = [row for row in series["rows"] if day is None or row["from"] <= day]
    if not rows:
        field = "lpr_pct" if name == "lpr_one_year" else "base_rate_pct"
        earliest = series["rows"][0]["from"]
        raise ToolInputError(field, None, f"Give the reference rate: none is stored before {earliest}.")
    is_stale = day is None or day > series["verified_to"]
    last = rows[-1]
    checked_to = series["verified_to"] if is_stale else None
    return Reference(name=name, pct=last["pct"], since=last["from"], unverified_after=checked_to)


def yearly_rate(rule: Mapping[str, Any], reference: Reference, agreed: Decimal | None) -> Quote:
    """The rate of `rule` over `reference`; `agreed` is the rate of the contract.

    Raises:
        ToolInputError: The contract decides, and nobody said what it agrees.
    """
    match rule["kind"]:
        case "agreed":
            return _contract_rate(agreed)
        case "daily_rate":
            return _sme_rate(rule, reference, agreed)
    base = reference.pct or Decimal(0)
    assumptions, warnings = reference.notes()
    if agreed is not None:
        warnings = (*warnings, Caution(id="contract_rate_not_used", values={"contract_rate_pct": agreed}))
    if rule["kind"] == "reference_plus":
        rate = base + rule["margin_pct"]
        formula = f"{percent(base)} + {rule['margin_pct']}% = {percent(rate)}"
        step = Step(id="rate_reference_plus_margin", formula=formula, inputs={"reference_pct": base}, result=rate)
        return Quote(low=rate, steps=(step,), assumptions=assumptions, warnings=warnings)
    low, high = (base * (1 + Decimal(rule[key]) / _HUNDRED) for key in ("uplift_low_pct", "uplift_high_pct"))
    uplift = f"{rule['uplift_low_pct']}%…{rule['uplift_high_pct']}%"
    formula = f"{percent(base)} × (1 + {uplift}) = {percent(low)}…{percent(high)}"
    step = Step(id="rate_reference_uplift", formula=formula, inputs={"reference_pct": base}, result=low)
    warnings = (*warnings, Caution(id="court_sets_uplift", values={"low_pct": low, "high_pct": high}))
    return Quote(low=low, high=high, steps=(step,), assumptions=assumptions, warnings=warnings)


def _contract_rate(agreed: Decimal | None) -> Quote:
    if agreed is None:
        raise ToolInputError("contract_rate_pct", None, "Give the yearly rate agreed in the contract, in per cent.")
    return Quote(low=agreed, steps=(Step(id="rate_agreed", formula=percent(agreed), result=agreed),))


def _sme_rate(rule: Mapping[str, Any], reference: Reference, agreed: Decimal | None) -> Quote:
    """0.05% a day; an agreed rate replaces it but never falls below the one-year LPR at signing."""
    if agreed is None:
        rate = rule["daily_pct"] * rule["year_days"]
        formula = f"{percent(rule['daily_pct'])} × {rule['year_days']} = {percent(rate)}"
        return Quote(low=rate, steps=(Step(id="rate_daily", formula=formula, result=rate),))
    assumptions, warnings = reference.notes()
    floor = reference.pct or Decimal(0)
    rate = max(agreed, floor)
    if rate > agreed:
        warnings = (*warnings, Caution(id="agreed_rate_below_lpr", values={"agreed_pct": agreed, "lpr_pct": floor}))
    formula = f"max({percent(agreed)}, LPR {percent(floor)}) = {percent(rate)}"
    inputs: dict[str, Scalar] = {"agreed_pct": agreed, "lpr_pct": floor}
    step = Step(id="rate_agreed_floor_lpr", formula=formula, inputs=inputs, result=rate)
    return Quote(low=rate, steps=(step,), assumptions=assumptions, warnings=warnings)
