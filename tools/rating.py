"""The premium rate as a product of factors, each with what it was read from and where it comes from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from tools.results import Scalar
from tools.tables import table

Cover = Literal["whole_turnover", "key_account", "single_buyer", "excess_of_loss"]


@dataclass(frozen=True, kw_only=True)
class Factor:
    """One factor of the rate."""

    id: str
    value: Decimal
    input: Scalar
    """What it was read from; None when the caller did not say."""
    source: str
    confidence: str


@dataclass(frozen=True, kw_only=True)
class Risk:
    """What decides the rate; None is unknown."""

    cover: Cover
    insurable_cny: Decimal
    sector: str | None = None
    countries: Mapping[str, Decimal] | None = None
    """Share of turnover by country code, summing to 100."""
    terms_days: Decimal | None = None
    loss_ratio_pct: Decimal | None = None
    insured_pct: Decimal | None = None
    afl_pct: Decimal | None = None
    largest_buyer_pct: Decimal | None = None
    buyer_grade: Decimal | None = None
    political_risk: bool = False
    pre_shipment: bool = False


@dataclass(frozen=True, kw_only=True)
class Rating:
    """The factors and their product."""

    factors: tuple[Factor, ...]
    raw_pct: Decimal | None
    """% of insurable turnover before the band; None when the risk must be referred."""
    refer: tuple[str, ...]
    at_table_edge: Mapping[str, Decimal]
    """Factors whose input lies outside the table, with the nearest point of it, which was used."""


def rate(risk: Risk) -> Rating:
    """The raw rate of `risk`: `0.30% × 1.05 × 0.95 × 0.95 = 0.2843%`."""
    tables = table("rating")
    found = [_Found(id="base", value=tables["base"][risk.cover], input=risk.cover, row=tables["base"])]
    found += [_sector(risk), _country(risk)]
    found += [
        _banded("terms", risk.terms_days),
        _banded("losses", risk.loss_ratio_pct),
        _interpolated("indemnity", risk.insured_pct),
        _interpolated("deductible", risk.afl_pct),
    ]
    if risk.cover not in tables["spread"]["not_for"]:
        found.append(_banded("spread", risk.largest_buyer_pct))
    found += [_banded("size", risk.insurable_cny), _banded("quality", risk.buyer_grade)]
    options = {"political_risk": risk.political_risk, "pre_shipment": risk.pre_shipment}
    found += [
        _Found(id=name, value=tables["options"][name], input=True, row=tables["options"])
        for name, wanted in options.items()
        if wanted
    ]
    refer = tuple(item.refer for item in found if item.refer)
    factors = tuple(item.factor() for item in found if item.value is not None)
    return Rating(
        factors=factors,
        raw_pct=None if refer else _product(factor.value for factor in factors),
        refer=refer,
        at_table_edge={item.id: item.edge for item in found if item.edge is not None},
    )


def pd_pct(buyer_grade: Decimal | None) -> Decimal:
    """Design probability of default over 12 months for the average buyer, %."""
    technical = table("rating")["technical"]
    if buyer_grade is None:
        return Decimal(technical["unknown_pd_pct"])
    return Decimal(_band(technical["pd_pct_bands"], buyer_grade)["pd_pct"])


@dataclass(frozen=True, kw_only=True)
class _Found:
    id: str
    input: Scalar
    row: Mapping[str, Any]
    value: Decimal | None = None
    refer: str | None = None
    edge: Decimal | None = None
    """The point of the table that was used for an input outside it."""

    def factor(self) -> Factor:
        return Factor(
            id=self.id,
            value=Decimal(self.value or 0),
            input=self.input,
            source=self.row["source"],
            confidence=self.row["confidence"],
        )


def _sector(risk: Risk) -> _Found:
    sectors = table("sectors")
    row = sectors["sectors"][risk.sector] if risk.sector else sectors["unknown"]
    origin = sectors["unknown"]
    return _Found(id="sector", value=Decimal(row["factor"]), input=risk.sector, row=origin)


def _country(risk: Risk) -> _Found:
    """Turnover-weighted over the countries; one that takes no cover refers the whole risk."""
    row, countries = table("rating")["country"], table("countries")["countries"]
    if not risk.countries:
        return _Found(id="country", value=row["unknown"], input=None, row=row)
    named = ", ".join(risk.countries)
    if any(countries[code]["group"] == "refer" for code in risk.countries):
        return _Found(id="country", input=named, row=row, refer="country_without_estimate")
    weighted = sum((value * share for value, share in group_weights(risk.countries).items()), Decimal(0))
    return _Found(id="country", value=weighted / 100, input=named, row=row)


def group_weights(shares: Mapping[str, Decimal]) -> dict[Decimal, Decimal]:
    """Share of turnover by factor of the country group; each country must have one."""
    weights: dict[Decimal, Decimal] = {}
    for code, share in shares.items():
        value = Decimal(table("rating")["country"][table("countries")["countries"][code]["group"]])
        weights[value] = weights.get(value, Decimal(0)) + share
    return weights


def _banded(name: str, value: Decimal | None) -> _Found:
    row = table("rating")[name]
    if value is None:
        return _Found(id=name, value=Decimal(row["unknown"]), input=None, row=row)
    band = _band(row["bands"], value)
    factor = band.get("factor")
    return _Found(
        id=name,
        value=None if factor is None else Decimal(factor),
        input=value,
        row=row,
        refer=band.get("refer"),
    )


def _interpolated(name: str, value: Decimal | None) -> _Found:
    """Between two points of the table the factor changes evenly; outside it stays at the nearest point."""
    row = table("rating")[name]
    points, at = row["points"], Decimal(row["unknown"]) if value is None else value
    above = row.get("refer_above")
    if above and at > above["at"]:
        return _Found(id=name, input=value, row=row, refer=above["refer"])
    inside = min(max(at, Decimal(points[0]["at"])), Decimal(points[-1]["at"]))
    edge = inside if inside != at else None
    return _Found(id=name, value=_between(points, inside), input=value, row=row, edge=edge)


def _between(points: Sequence[Mapping[str, Any]], at: Decimal) -> Decimal:
    for low, high in zip(points, points[1:], strict=False):
        if at <= high["at"]:
            share = (at - low["at"]) / (Decimal(high["at"]) - low["at"])
            return Decimal(low["factor"] + share * (high["factor"] - low["factor"]))
    return Decimal(points[-1]["factor"])


def _band(bands: Sequence[Mapping[str, Any]], value: Decimal) -> Mapping[str, Any]:
    """The first band that takes `value`: `below` is exclusive, `up_to` inclusive."""
    return next(
        band
        for band in bands
        if ("below" not in band or value < band["below"]) and ("up_to" not in band or value <= band["up_to"])
    )


def _product(values: Iterable[Decimal]) -> Decimal:
    product = Decimal(1)
    for value in values:
        product *= value
    return product
