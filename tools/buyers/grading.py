"""Assess a buyer: score, grade (1 best), probability of default, recommended limit."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from tools.buyers.indicators import Indicators, Known, known_about
from tools.buyers.limits import LimitAdvice, Need, advise_limit
from tools.buyers.model import Company
from tools.buyers.registry import Registry
from tools.buyers.scorecard import IndicatorScore, Scorecard, is_unclear, scored
from tools.errors import ToolInputError
from tools.money import UNSTATED, Money
from tools.results import Assumption, Caution, Result, Step
from tools.tables import table
from tools.toolset import MoneyIn, NumberIn, PercentIn, not_a_fraction

Outcome = Literal["graded", "insufficient_data", "hard_stop", "natural_person"]


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
        vat_pct: Annotated[PercentIn, AfterValidator(not_a_fraction)] | None = None,
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
        company = _company(registry, entity_id)
        if company is None and indicators is None:
            raise ToolInputError("entity_id", None, "Give an entity_id from lookup_buyer, or indicators.")
        known = known_about(company, indicators, own_sales.currency if own_sales else UNSTATED, today)
        if known.values.get("is_natural_person"):
            return _refusal(company)
        card = scored(known)
        settled = card.grade if card.hard_stops or grade is None else grade
        need = Need(own_sales, payment_terms_days, vat_pct, collection_lag_days, seasonality)
        advice = advise_limit(known, need, grade=settled)
        return _assessment(company, known, card, advice, settled, stated_grade=grade, asked=entity_id)

    return assess_buyer


def _company(registry: Registry, entity_id: str | None) -> Company | None:
    """The company of that id; for a branch the legal entity it belongs to."""
    if entity_id is None:
        return None
    company = registry.get(entity_id)
    if company is None:
        raise ToolInputError("entity_id", entity_id, "Use an entity_id that lookup_buyer returned.")
    if company.kind == "branch" and company.parent:
        return registry.get(company.parent) or company
    return company


def _assessment(
    company: Company | None,
    known: Known,
    card: Scorecard,
    advice: LimitAdvice | None,
    grade: int | None,
    *,
    stated_grade: int | None,
    asked: str | None,
) -> BuyerAssessment:
    band = next((row for row in table("grading")["grade"] if row["grade"] == grade), None)
    outcome: Outcome = "hard_stop" if card.hard_stops else "graded" if grade is not None else "insufficient_data"
    return BuyerAssessment(
        outcome=outcome,
        entity_id=company.entity_id if company else None,
        name=company.name if company else None,
        score=card.score,
        coverage_pct=card.coverage_pct,
        grade=grade,
        scale=table("grading")["scale"],
        pd_12m_pct=band["pd_12m_pct"] if band else None,
        terms=band["terms"] if band else None,
        indicators=card.indicators,
        missing=card.missing,
        hard_stops=tuple(row["id"] for row in card.hard_stops),
        red_flags=card.red_flags,
        recommended_limit=advice.recommended if advice else None,
        limit=advice,
        source=company.source if company else "",
        steps=(*_steps(card), *(advice.steps if advice else ())),
        assumptions=(*_assumptions(known, stated_grade), *(advice.assumptions if advice else ())),
        warnings=(*_cautions(outcome, company, asked), *_on_amounts(known), *(advice.warnings if advice else ())),
    )


def _steps(card: Scorecard) -> Iterator[Step]:
    coverage = card.coverage_pct
    yield Step(id="score_coverage", formula=f"{card.covered} ÷ {card.whole} = {coverage}%", result=coverage)
    if card.score is not None:
        summed = f"Σ weight × score = {card.points:,.2f}; ÷ {card.covered} = {card.score}"
        yield Step(id="score_weighted", formula=summed, result=card.score)


def _assumptions(known: Known, stated_grade: int | None) -> Iterator[Assumption]:
    if stated_grade:
        yield Assumption(parameter="grade", value=stated_grade, clause=None, source="user")
    if known.currency == UNSTATED and known.values.get("tangible_net_worth") is not None:
        yield Assumption(parameter="currency", value="CNY", clause=None, source="typical")


def _refusal(company: Company | None) -> BuyerAssessment:
    return BuyerAssessment(
        outcome="natural_person",
        entity_id=company.entity_id if company else None,
        coverage_pct=Decimal(0),
        scale=table("grading")["scale"],
        warnings=(Caution(id="natural_person_not_scored"),),
    )


def _cautions(outcome: Outcome, company: Company | None, asked: str | None) -> Iterator[Caution]:
    yield Caution(id="own_scale_not_an_insurer_grade")
    if outcome == "insufficient_data":
        yield Caution(id="too_few_indicators_for_a_grade")
    elif outcome == "graded":
        yield Caution(id="grade_table_is_a_design_default")
    if company is not None and (company.entity_id != asked or company.kind == "branch"):
        yield Caution(id="branch_limit_belongs_to_entity", values={"parent": company.parent or company.entity_id})
    if company is not None and company.kind == "public_body":
        yield Caution(id="public_buyer_often_excluded")
    if company is not None and "fictional" in company.source:
        yield Caution(id="demo_registry_is_fictional")


def _on_amounts(known: Known) -> Iterator[Caution]:
    if known.is_converted:
        values = {"currency": known.currency, "as_of": table("currencies")["as_of"]}
        yield Caution(id="figures_converted", values=values)
    if is_unclear(known.values):
        yield Caution(id="negative_debt_ratio_unclear")
