"""What is known about a buyer as a debtor: from the registry, and above it what the user says."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tools.buyers.model import Company
from tools.buyers.names import parse_name
from tools.errors import ToolInputError
from tools.money import UNSTATED
from tools.tables import table
from tools.toolset import MoneyIn, NumberIn, PercentIn, SignedMoneyIn, not_a_fraction

Risk = Literal["low", "medium", "emerging", "high", "very_high"]
Ratio = Annotated[NumberIn, Field(ge=-10_000, le=10_000)]
RatioPct = Annotated[Ratio, AfterValidator(not_a_fraction)]
Count = Annotated[int, Field(ge=0, le=100_000)]
_AMOUNTS = ("tangible_net_worth", "buyer_turnover", "working_capital")


class Indicators(BaseModel):
    """What is known about the buyer; leave out what is not known."""

    model_config = ConfigDict(extra="forbid")

    is_natural_person: Annotated[bool | None, Field(description="A private individual or sole trader.")] = None
    is_identity_verified: Annotated[bool | None, Field(description="Exact entity and number checked.")] = None
    status: Literal["active", "inactive", "dissolved", "insolvent", "unknown"] | None = None
    age_years: Annotated[int | None, Field(ge=0, le=1000)] = None
    legal_form: Literal["jsc", "llc", "inc", "lp", "other"] | None = None
    group_support: Literal["strong", "some", "none", "burden"] | None = None
    tangible_net_worth: Annotated[
        SignedMoneyIn | None, Field(description="Equity less intangibles; may be below 0.")
    ] = None
    buyer_turnover: Annotated[MoneyIn | None, Field(description="Yearly turnover of the buyer.")] = None
    working_capital: Annotated[
        SignedMoneyIn | None, Field(description="Current assets less current liabilities; may be below 0.")
    ] = None
    equity_ratio_pct: RatioPct | None = None
    current_ratio: Ratio | None = None
    quick_ratio: Ratio | None = None
    net_debt_to_ebitda: Annotated[Ratio | None, Field(description="Below 0 for net cash.")] = None
    interest_cover: Ratio | None = None
    ebit_margin_pct: Ratio | None = None
    operating_cash_flow_pct: Annotated[Ratio | None, Field(description="Operating cash flow as % of turnover.")] = None
    turnover_trend_pct: Annotated[Ratio | None, Field(description="Change of turnover on the year before.")] = None
    accounts_age_months: Count | None = None
    on_time_rate_pct: Annotated[
        PercentIn | None, AfterValidator(not_a_fraction), Field(description="Own invoices paid on time.")
    ] = None
    days_beyond_terms: Count | None = None
    payment_index: Annotated[int | None, Field(ge=0, le=100, description="0–100, 80 is prompt.")] = None
    overdue_reports: Annotated[Count | None, Field(description="Overdues reported in the last 12 months.")] = None
    lawsuits_12m: Count | None = None
    liens_count: Count | None = None
    is_on_abnormal_list: Annotated[bool | None, Field(description="On a tax or abnormal-operation list.")] = None
    sector_outlook: Annotated[
        Literal["low", "medium", "high", "very_high"] | None, Field(description="Sector risk.")
    ] = None
    country_risk: Risk | None = None
    is_insolvent: bool | None = None
    is_dishonest_debtor: Annotated[bool | None, Field(description="Listed as 失信被执行人.")] = None
    is_sanctioned: bool | None = None
    is_overdue_past_mep: Annotated[bool | None, Field(description="Owes us past the maximum extension period.")] = None


class Known(NamedTuple):
    """Values by indicator; amounts are plain numbers in one currency."""

    values: Mapping[str, Any]
    currency: str
    """`XXX` when none is stated."""
    is_converted: bool = False
    """Amounts of the registry were brought into the user's currency."""


def known_about(company: Company | None, given: Indicators | None, sales_currency: str, today: date | None) -> Known:
    """Registry figures under the user's own, all amounts in the currency of the sales."""
    amounts = {name: amount for name in _AMOUNTS if given and (amount := getattr(given, name)) is not None}
    stated = {amount.currency for amount in amounts.values()} | {sales_currency}
    if len(stated - {UNSTATED}) > 1:
        shown = ", ".join(sorted(stated - {UNSTATED}))
        raise ToolInputError("own_sales", shown, "Give sales, net worth and turnover in one currency.")
    currency = next(iter(stated - {UNSTATED}), UNSTATED)
    registered, registered_currency = _registered(company, today)
    has_amounts = any(name in registered for name in _AMOUNTS)
    rate = _rate(registered_currency, currency) if has_amounts else Decimal(1)
    values = {name: value * rate if name in _AMOUNTS else value for name, value in registered.items()}
    for name in type(given).model_fields if given else ():
        value = getattr(given, name)
        if value is not None:
            values[name] = value.amount if name in _AMOUNTS else value
    values["is_insolvent"] = values.get("is_insolvent") or values.get("status") == "insolvent"
    values["is_inactive"] = values.get("status") in ("inactive", "dissolved")
    known_currency = currency if currency != UNSTATED or not has_amounts else registered_currency
    return Known(values, known_currency, rate != 1)


def _registered(company: Company | None, today: date | None) -> tuple[dict[str, Any], str]:
    """What the registry says, and the currency of its amounts."""
    if company is None:
        return {}, UNSTATED
    figures = dict(company.figures)
    currency = str(figures.pop("currency", UNSTATED))
    form = parse_name(company.name).form
    values: dict[str, Any] = {
        **figures,
        "status": company.status,
        "legal_form": form if form in ("jsc", "llc", "inc", "lp") else "other",
        "is_natural_person": company.kind == "sole_trader",
    }
    if company.identifiers:
        values["is_identity_verified"] = True
    day = today or company.as_of
    if company.founded is not None and day is not None:
        values["age_years"] = max(0, day.year - company.founded)
    return values, currency


def _rate(source: str, target: str) -> Decimal:
    """By what an amount is multiplied, at the reference rates; 1 when a currency is not stated."""
    if UNSTATED in (source, target) or source == target:
        return Decimal(1)
    rows = table("currencies")["currencies"]
    if target not in rows or source not in rows:
        raise ToolInputError("own_sales", target, f"Give the sales in {source}, the currency of the buyer's figures.")
    return Decimal(rows[source]["cny"]) / Decimal(rows[target]["cny"])
