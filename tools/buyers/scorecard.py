"""The scorecard: indicators → points, coverage, score, grade and red flags."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

from tools.buyers.indicators import Known
from tools.buyers.model import Figure
from tools.money import UNSTATED
from tools.tables import table


@dataclass(frozen=True, kw_only=True)
class IndicatorScore:
    """One indicator of the scorecard; `score` is None when its value is unknown."""

    id: str
    family: str
    weight: int
    value: Figure | None
    score: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Scorecard:
    """24 indicators and what they add up to."""

    indicators: tuple[IndicatorScore, ...]
    red_flags: tuple[str, ...]
    hard_stops: tuple[Mapping[str, Any], ...]
    """Rows of `grading.toml`."""
    whole: int
    """Weight of all indicators, and of those that are known."""
    covered: int
    points: Decimal
    """Σ weight × score."""

    @property
    def coverage_pct(self) -> Decimal:
        """Weight of the known indicators in per cent."""
        return rounded(Decimal(self.covered * 100) / self.whole)

    @property
    def is_enough(self) -> bool:
        """Whether so much is known that a grade may be given."""
        return bool(self.covered) and self.coverage_pct >= table("grading")["least_coverage_pct"]

    @property
    def score(self) -> Decimal | None:
        """0–100, or None when too little is known."""
        return rounded(self.points / self.covered) if self.is_enough else None

    @property
    def grade(self) -> int | None:
        """1 (best) to 10: that of the hard stops, or of the score."""
        if self.hard_stops:
            return int(max(row["grade"] for row in self.hard_stops))
        score = self.score
        if score is None:
            return None
        return next(int(row["grade"]) for row in table("grading")["grade"] if score >= row["score_from"])

    @property
    def missing(self) -> tuple[str, ...]:
        """Unknown indicators, heaviest first."""
        unknown = (item for item in self.indicators if item.score is None)
        return tuple(item.id for item in sorted(unknown, key=lambda item: -item.weight))


def scored(known: Known) -> Scorecard:
    """Every indicator scored from 0 to 100, the unknown ones left out."""
    data = table("grading")
    indicators = tuple(_score(row, known) for row in data["indicator"])
    used = [item for item in indicators if item.score is not None]
    return Scorecard(
        indicators=indicators,
        red_flags=tuple(
            item.id
            for row, item in zip(data["indicator"], indicators, strict=True)
            if item.score is not None and item.score < row.get("red_below", 0)
        ),
        hard_stops=tuple(row for row in data["hard_stop"] if known.values.get(row["id"])),
        whole=sum(item.weight for item in indicators),
        covered=sum(item.weight for item in used),
        points=sum((item.weight * (item.score or Decimal(0)) for item in used), Decimal(0)),
    )


def is_unclear(values: Mapping[str, Any]) -> bool:
    """A debt ratio below 0 means net cash where the buyer earns money; otherwise the EBITDA may be what is negative."""
    ratio = values.get("net_debt_to_ebitda")
    return (
        ratio is not None and ratio < 0 and max(values.get("ebit_margin_pct", -1), values.get("interest_cover", -1)) < 0
    )


def rounded(number: Decimal) -> Decimal:
    """To two decimals, half up."""
    return number.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _score(row: Mapping[str, Any], known: Known) -> IndicatorScore:
    value = known.values.get(row["id"])
    score: Decimal | None = None
    if value is not None and "scores" in row:
        key = str(value).lower() if isinstance(value, bool) else value
        score = Decimal(row["scores"][key]) if key in row["scores"] else None
    elif value is not None and not (row["id"] == "net_debt_to_ebitda" and is_unclear(known.values)):
        number = Decimal(str(value))
        score = _on_curve(row["points"], number * _in_cny(known.currency) if row.get("is_amount") else number)
    return IndicatorScore(id=row["id"], family=row["family"], weight=row["weight"], value=value, score=score)


def _in_cny(currency: str) -> Decimal:
    """The reference rate of a currency; an amount without one is taken for CNY."""
    rows = table("currencies")["currencies"]
    return Decimal(rows[currency]["cny"]) if currency != UNSTATED and currency in rows else Decimal(1)


def _on_curve(points: list[list[Any]], value: Decimal) -> Decimal:
    """Straight lines between the points, flat outside: [[0, 0], [10, 30]] at 5 → 15."""
    if value <= points[0][0]:
        return Decimal(points[0][1])
    for (left, low), (right, high) in pairwise(points):
        if value <= right:
            share = (value - left) / (Decimal(right) - left)
            return rounded(low + share * (high - low))
    return Decimal(points[-1][1])
