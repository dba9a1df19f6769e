"""What would lower the premium: the effect of each lever, and the fewest levers that reach a target."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

from tools.money import Money
from tools.pricing import price
from tools.rating import Risk
from tools.results import Scalar
from tools.tables import table


@dataclass(frozen=True, kw_only=True)
class Lever:
    """One change and the premium with it."""

    id: str
    """insured_pct, afl_pct, payment_terms_days or drop_countries."""
    value: Scalar
    rate_pct: Decimal
    mid: Money
    saving: Money
    saving_pct: Decimal


@dataclass(frozen=True, kw_only=True)
class Combination:
    """Several changes together."""

    changes: Mapping[str, Scalar]
    rate_pct: Decimal
    mid: Money
    reaches_target: bool


def levers(risk: Risk, insurable: Decimal, currency: str) -> tuple[Lever, ...]:
    """The levers that lower the premium, largest saving first."""
    before = price(risk, insurable).mid
    if before is None:
        return ()
    found = []
    for dimension in _dimensions(risk):
        for change in dimension:
            after = _priced((change,), risk, insurable)
            if after is not None and after[1] < before:
                found.append(_lever(change, after, before, currency))
    return tuple(sorted(found, key=lambda lever: -lever.saving.amount))


def cheapest(risk: Risk, insurable: Decimal, currency: str, target: Decimal) -> Combination | None:
    """The fewest changes that bring the middle estimate to `target` or below, or the lowest reachable premium.

    Among combinations with equally few changes the one that gives up least premium is taken.
    """
    priced = []
    for choice in product(*([None, *dimension] for dimension in _dimensions(risk))):
        changes = tuple(change for change in choice if change is not None)
        after = _priced(changes, risk, insurable)
        if after is not None:
            priced.append((changes, *after))
    if not priced:
        return None
    enough = [item for item in priced if item[2] <= target]
    best = (
        min(enough, key=lambda item: (len(item[0]), -item[2]))
        if enough
        else min(priced, key=lambda item: (item[2], len(item[0])))
    )
    changes, rate_pct, mid = best
    return Combination(
        changes={change.id: change.value for change in changes},
        rate_pct=rate_pct.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP),
        mid=_whole(mid, currency),
        reaches_target=bool(enough),
    )


@dataclass(frozen=True, kw_only=True)
class _Change:
    id: str
    value: Scalar
    risk: Risk
    """The risk with this change alone."""
    kept_share: Decimal = Decimal(1)
    """Share of turnover still insured."""


def _dimensions(risk: Risk) -> list[Sequence[_Change]]:
    tables = table("rating")
    rows = tables["levers"]
    insured = risk.insured_pct if risk.insured_pct is not None else Decimal(tables["indemnity"]["unknown"])
    afl = risk.afl_pct or Decimal(0)
    return [
        [
            _change("insured_pct", value, risk, insured_pct=value)
            for value in _all(rows["insured_pct"])
            if value < insured
        ],
        [_change("afl_pct", value, risk, afl_pct=value) for value in _all(rows["afl_pct"]) if value > afl],
        [
            _change("payment_terms_days", value, risk, terms_days=value)
            for value in _all(rows["payment_terms_days"])
            if risk.terms_days is not None and value < risk.terms_days
        ],
        list(_without_countries(risk, rows["drop_country_groups"])),
    ]


def _change(name: str, value: Decimal, risk: Risk, **changed: Decimal) -> _Change:
    return _Change(id=name, value=value, risk=replace(risk, **changed))  # type: ignore[arg-type]


def _without_countries(risk: Risk, groups: Sequence[str]) -> Iterator[_Change]:
    """Leaving the riskier countries out lowers the rate and the insured turnover."""
    countries = table("countries")["countries"]
    for group in groups:
        shares = risk.countries or {}
        dropped = [code for code in shares if countries[code]["group"] == group]
        kept = {code: share for code, share in shares.items() if code not in dropped}
        left = sum(kept.values(), Decimal(0))
        if dropped and left > 0:
            scaled = {code: share * 100 / left for code, share in kept.items()}
            value = ", ".join(dropped)
            yield _Change(id="drop_countries", value=value, risk=replace(risk, countries=scaled), kept_share=left / 100)


def _priced(changes: Sequence[_Change], risk: Risk, insurable: Decimal) -> tuple[Decimal, Decimal] | None:
    """Rate and middle premium of `risk` with all `changes`; the size band stays that of the whole turnover."""
    kept = Decimal(1)
    for change in changes:
        risk = replace(
            risk,
            insured_pct=change.risk.insured_pct if change.id == "insured_pct" else risk.insured_pct,
            afl_pct=change.risk.afl_pct if change.id == "afl_pct" else risk.afl_pct,
            terms_days=change.risk.terms_days if change.id == "payment_terms_days" else risk.terms_days,
            countries=change.risk.countries if change.id == "drop_countries" else risk.countries,
        )
        kept *= change.kept_share
    estimate = price(risk, insurable * kept)
    return None if estimate.rate_pct is None or estimate.mid is None else (estimate.rate_pct, estimate.mid)


def _lever(change: _Change, after: tuple[Decimal, Decimal], before: Decimal, currency: str) -> Lever:
    rate_pct, mid = after
    return Lever(
        id=change.id,
        value=change.value,
        rate_pct=rate_pct.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP),
        mid=_whole(mid, currency),
        saving=_whole(before, currency) - _whole(mid, currency),
        saving_pct=((before - mid) / before * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP),
    )


def _all(values: Sequence[int | Decimal]) -> list[Decimal]:
    return [Decimal(value) for value in values]


def _whole(amount: Decimal, currency: str) -> Money:
    return Money(amount=amount.quantize(Decimal(1), rounding=ROUND_HALF_UP), currency=currency)
