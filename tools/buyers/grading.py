"""The scorecard: indicators → score, grade (1 best), probability of default, recommended limit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tools.buyers.limits import LimitAdvice, advise_limit
from tools.buyers.model import Company, Figure
from tools.buyers.names import parse_name
from tools.buyers.registry import Registry
from tools.errors import ToolInputError
from tools.money import Money
from tools.results import Assumption, Caution, Result, Step
from tools.tables import table
from tools.toolset import MoneyIn, NumberIn, PercentIn

Outcome = Literal["graded", "insufficient_data", "hard_stop", "natural_person"]
Risk = Literal["low", "medium", "emerging", "high", "very_high"]
Ratio = Annotated[NumberIn, Field(ge=-10_000, le=10_000)]
Count = Annotated[int, Field(ge=0, le=100_000)]


class Indicators(BaseModel):
    """What is known about the buyer; leave out what is not known."""

    model_config = ConfigDict(extra="forbid")

    is_natural_person: Annotated[bool | None, Field(description="A private individual or sole trader.")] = None
    is_identity_verified: Annotated[bool | None, Field(description="Exact entity and number checked.")] = None
    status: Literal["active", "inactive", "dissolved", "insolvent", "unknown"] | None = None
    age_years: Annotated[int | None, Field(ge=0, le=1000)] = None
    legal_form: Literal["jsc", "llc", "inc", "lp", "other"] | None = None
    group_support: Literal["strong", "some", "none", "burden"] | None = None
    tangible_net_worth: Annotated[MoneyIn | None, Field(description="Equity less intangibles.")] = None
    buyer_turnover: Annotated[MoneyIn | None, Field(description="Yearly turnover of the buyer.")] = None
    working_capital: Annotated[MoneyIn | None, Field(description="Current assets less current liabilities.")] = None
    equity_ratio_pct: Ratio | None = None
    current_ratio: Ratio | None = None
    quick_ratio: Ratio | None = None
    net_debt_to_ebitda: Ratio | None = None
    interest_cover: Ratio | None = None
    ebit_margin_pct: Ratio | None = None
    operating_cash_flow_pct: Annotated[Ratio | None, Field(description="Operating cash flow as % of turnover.")] = None
    turnover_trend_pct: Annotated[Ratio | None, Field(description="Change of turnover on the year before.")] = None
    accounts_age_months: Count | None = None
    on_time_rate_pct: Annotated[PercentIn | None, Field(description="Own invoices paid on time.")] = None
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


@dataclass(frozen=True, kw_only=True)
class IndicatorScore:
    """One indicator of the scorecard; `score` is None when its value is unknown."""

    id: str
    family: str
    weight: int
    value: Figure | None
    score: Decimal | None


@dataclass(frozen=True, kw_only=True)
class BuyerAssessment(Result):
    """Our own view of a buyer. The scale runs from 1 (best) to 10 (defaulted) and is no insurer's grade."""

    outcome: Outcome
    entity_id: str | None = None
    name: str | None = None
    score: Decimal | None = None
    """0–100, higher is better."""
    coverage_pct: Decimal
    """Weight of the known indicators."""
    grade: int | None = None
    scale: str
    pd_12m_pct: Decimal | None = None
    terms: str | None = None
    """Guide to payment terms, worded by id."""
    indicators: tuple[IndicatorScore, ...] = ()
    missing: tuple[str, ...] = ()
    """Unknown indicators, heaviest first."""
    hard_stops: tuple[str, ...] = ()
    red_flags: tuple[str, ...] = ()
    recommended_limit: Money | None = None
    limit: LimitAdvice | None = None
    """How the limit was found: need, capacity, gap."""
    source: str = ""


def make_assess_buyer(registry: Registry) -> Callable[..., BuyerAssessment]:
    """The tool `assess_buyer` over one registry."""

    def assess_buyer(
        entity_id: Annotated[str, Field(max_length=60)] | None = None,
        indicators: Indicators | None = None,
        own_sales: MoneyIn | None = None,
        payment_terms_days: Annotated[int, Field(ge=0, le=720)] | None = None,
        vat_pct: PercentIn | None = None,
        collection_lag_days: Annotated[int, Field(ge=0, le=365)] | None = None,
        seasonality: Annotated[NumberIn, Field(ge=1, le=12)] | None = None,
        grade: Annotated[int, Field(ge=1, le=10)] | None = None,
        today: date | None = None,
    ) -> BuyerAssessment:
        """Score a business buyer on 24 indicators: grade from 1 (best) to 10, default probability, recommended limit.

        Use it after `lookup_buyer` has settled which company is meant, or with indicators the user gave. Below half the
        indicators it gives no grade. It never states an insurer's grade and never scores a private individual.

        Args:
            entity_id: The company from `lookup_buyer`.
            indicators: What the user knows; overrules the registry.
            own_sales: Yearly sales to this buyer without VAT, for the limit.
            payment_terms_days: Credit period given to this buyer, for the limit.
            vat_pct: VAT on those sales in per cent.
            collection_lag_days: Days by which the buyer usually pays after the due date.
            seasonality: Peak month over average month, 1 when even.
            grade: A grade already settled on this same scale; replaces the score.
            today: Day of the assessment, for the company's age.
        """
        company = None
        if entity_id is not None:
            company = registry.get(entity_id)
            if company is None:
                raise ToolInputError("entity_id", entity_id, "Use an entity_id that lookup_buyer returned.")
            if company.kind == "branch" and company.parent:
                company = registry.get(company.parent) or company
        if company is None and indicators is None:
            raise ToolInputError("entity_id", None, "Give an entity_id from lookup_buyer, or indicators.")
        known = _known(company, indicators, today)
        if known.get("is_natural_person"):
            return _refusal(company)
        result = _assess(known, company, grade, asked=entity_id)
        money = (indicators or Indicators()).model_copy()
        advice = advise_limit(
            known,
            grade=result.grade,
            own_sales=own_sales,
            terms_days=payment_terms_days,
            vat_pct=vat_pct,
            collection_lag_days=collection_lag_days,
            seasonality=seasonality,
            currencies=[
                m.currency for m in (money.tangible_net_worth, money.buyer_turnover, money.working_capital) if m
            ],
        )
        return _with_limit(result, advice)

    return assess_buyer


def _known(company: Company | None, given: Indicators | None, today: date | None) -> dict[str, Any]:
    """Registry figures under the user's own; money as plain amounts."""
    known: dict[str, Any] = {}
    if company is not None:
        known = {
            **company.figures,
            "is_identity_verified": True,
            "status": company.status,
            "legal_form": parse_name(company.name).form or "other",
            "is_natural_person": company.kind == "sole_trader",
        }
        day = today or company.as_of
        if company.founded is not None and day is not None:
            known["age_years"] = max(0, day.year - company.founded)
    for name in type(given).model_fields if given else ():
        value = getattr(given, name)
        if value is not None:
            known[name] = value.amount if name in ("tangible_net_worth", "buyer_turnover", "working_capital") else value
    known["is_insolvent"] = known.get("is_insolvent") or known.get("status") == "insolvent"
    known["is_inactive"] = known.get("status") in ("inactive", "dissolved")
    return known


def _assess(
    known: Mapping[str, Any], company: Company | None, stated_grade: int | None, *, asked: str | None
) -> BuyerAssessment:
    data = table("grading")
    scores = tuple(_score(row, known) for row in data["indicator"])
    weights = sum(item.weight for item in scores)
    used = [item for item in scores if item.score is not None]
    covered = sum(item.weight for item in used)
    coverage = _rounded(Decimal(covered * 100) / weights)
    missing = tuple(item.id for item in sorted(scores, key=lambda item: -item.weight) if item.score is None)
    stops = [row for row in data["hard_stop"] if known.get(row["id"])]
    red = tuple(
        row["id"]
        for row, item in zip(data["indicator"], scores, strict=True)
        if item.score is not None and item.score < row.get("red_below", 0)
    )
    score = _rounded(sum(item.weight * (item.score or 0) for item in used) / Decimal(covered)) if covered else None
    enough = coverage >= data["least_coverage_pct"]
    grade = max(row["grade"] for row in stops) if stops else stated_grade
    if grade is None and enough and score is not None:
        grade = next(row["grade"] for row in data["grade"] if score >= row["score_from"])
    band = next((row for row in data["grade"] if row["grade"] == grade), None)
    outcome: Outcome = "hard_stop" if stops else "graded" if grade is not None else "insufficient_data"
    summed = f"Σ weight × score = {sum((i.weight * (i.score or 0) for i in used), Decimal(0)):,.2f}"
    return BuyerAssessment(
        outcome=outcome,
        entity_id=company.entity_id if company else None,
        name=company.name if company else None,
        score=score if enough else None,
        coverage_pct=coverage,
        grade=grade,
        scale=data["scale"],
        pd_12m_pct=band["pd_12m_pct"] if band else None,
        terms=band["terms"] if band else None,
        indicators=scores,
        missing=missing,
        hard_stops=tuple(row["id"] for row in stops),
        red_flags=red,
        source=company.source if company else "",
        steps=(
            Step(id="score_coverage", formula=f"{covered} ÷ {weights} = {coverage}%", result=coverage),
            *((Step(id="score_weighted", formula=f"{summed}; ÷ {covered} = {score}", result=score),) if enough else ()),
        ),
        assumptions=(Assumption(parameter="grade", value=stated_grade, clause=None, source="user"),)
        if stated_grade
        else (),
        warnings=_cautions(outcome, company, asked),
    )


def _score(row: Mapping[str, Any], known: Mapping[str, Any]) -> IndicatorScore:
    value = known.get(row["id"])
    score: Decimal | None = None
    if value is not None and "scores" in row:
        key = str(value).lower() if isinstance(value, bool) else value
        score = Decimal(row["scores"][key]) if key in row["scores"] else None
    elif value is not None:
        score = _on_curve(row["points"], Decimal(str(value)))
    return IndicatorScore(id=row["id"], family=row["family"], weight=row["weight"], value=value, score=score)


def _on_curve(points: list[list[Any]], value: Decimal) -> Decimal:
    """Straight lines between the points, flat outside: [[0, 0], [10, 30]] at 5 → 15."""
    if value <= points[0][0]:
        return Decimal(points[0][1])
    for (left, low), (right, high) in pairwise(points):
        if value <= right:
            share = (value - left) / (Decimal(right) - left)
            return _rounded(low + share * (high - low))
    return Decimal(points[-1][1])


def _with_limit(result: BuyerAssessment, advice: LimitAdvice | None) -> BuyerAssessment:
    if advice is None:
        return result
    return replace(
        result,
        recommended_limit=advice.recommended,
        limit=advice,
        steps=result.steps + advice.steps,
        assumptions=result.assumptions + advice.assumptions,
        warnings=result.warnings + advice.warnings,
    )


def _refusal(company: Company | None) -> BuyerAssessment:
    return BuyerAssessment(
        outcome="natural_person",
        entity_id=company.entity_id if company else None,
        coverage_pct=Decimal(0),
        scale=table("grading")["scale"],
        warnings=(Caution(id="natural_person_not_scored"),),
    )


def _cautions(outcome: Outcome, company: Company | None, asked: str | None) -> tuple[Caution, ...]:
    cautions = [Caution(id="own_scale_not_an_insurer_grade")]
    if outcome == "insufficient_data":
        cautions.append(Caution(id="too_few_indicators_for_a_grade"))
    elif outcome == "graded":
        cautions.append(Caution(id="grade_table_is_a_design_default"))
    if company is not None and company.entity_id != asked:
        cautions.append(Caution(id="branch_limit_belongs_to_entity", values={"parent": company.entity_id}))
    if company is not None and "fictional" in company.source:
        cautions.append(Caution(id="demo_registry_is_fictional"))
    return tuple(cautions)


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
