"""What would lower the premium: the effect of each lever, and the fewest levers that reach a target."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from typing import Any

from tools.charges import local_default, rounded_rate, whole
from tools.money import Money
from tools.pricing import price
from tools.rating import Risk
from tools.results import Scalar
from tools.tables import table


@dataclass(frozen=True, kw_only=True)
class Lever:
    """One change and the premium with it."""

    id: str
    """insured_pct, afl_pct, payment_terms_days, drop_countries, political_risk or pre_shipment."""
    value: Scalar
    rate_pct: Decimal
    mid: Money
    saving: Money
    """Of what is paid; nothing is saved below the floor of the minimum premium."""
    saving_pct: Decimal


@dataclass(frozen=True, kw_only=True)
class Combination:
    """Several changes together."""

    changes: Mapping[str, Scalar]
    rate_pct: Decimal
    mid: Money
    due: Money
    """What would be paid: `mid`, or the floor of the minimum premium where that is more."""
    reaches_target: bool


@dataclass(frozen=True, kw_only=True)
class _Change:
    id: str
    value: Scalar
    replaced: Mapping[str, Any]
    """Fields of the risk with their new values."""
    kept_share: Decimal = Decimal(1)
    """Share of turnover still insured."""


@dataclass(frozen=True, kw_only=True)
class _Priced:
    rate_pct: Decimal
    mid: Decimal
    due: Decimal
    """What is paid: never less than the floor of the minimum premium."""


def levers(risk: Risk, insurable: Decimal, currency: str) -> tuple[Lever, ...]:
    """The levers that lower the premium, largest saving first."""
    floor = local_default("minimum_premium", currency)
    before = _priced((), risk, insurable, floor)
    if before is None:
        return ()
    priced = [
        (change, _priced((change,), risk, insurable, floor)) for dimension in _dimensions(risk) for change in dimension
    ]
    found = [
        _lever(change, after, before, currency)
        for change, after in priced
        if after is not None and after.due < before.due
    ]
    return tuple(sorted(found, key=lambda lever: -lever.saving.amount))


def cheapest(risk: Risk, insurable: Decimal, currency: str, target: Decimal) -> Combination | None:
    """The fewest changes that bring what is paid to `target` or below, or the lowest reachable premium.

    Among combinations with equally few changes the one that gives up least premium is taken.
    """
    floor = local_default("minimum_premium", currency)
    priced = [
        (changes, after)
        for changes in _combinations(risk)
        if (after := _priced(changes, risk, insurable, floor)) is not None
    ]
    if not priced:
        return None
    enough = [(changes, after) for changes, after in priced if after.due <= target]
    if enough:
        changes, best = min(enough, key=lambda item: (len(item[0]), -item[1].mid))
    else:
        changes, best = min(priced, key=lambda item: (item[1].due, len(item[0]), item[1].mid))
    return Combination(
        changes={change.id: change.value for change in changes},
        rate_pct=rounded_rate(best.rate_pct),
        mid=whole(best.mid, currency),
        due=whole(best.due, currency),
        reaches_target=bool(enough),
    )


def _combinations(risk: Risk) -> Iterator[tuple[_Change, ...]]:
    for choice in product(*([None, *dimension] for dimension in _dimensions(risk))):
        yield tuple(change for change in choice if change is not None)


def _dimensions(risk: Risk) -> list[Sequence[_Change]]:
    """The changes that can be made together: at most one of each dimension."""
    rows = table("rating")["levers"]
    insured = risk.insured_pct if risk.insured_pct is not None else Decimal(table("rating")["indemnity"]["unknown"])
    afl, terms = risk.afl_pct or Decimal(0), risk.terms_days
    return [
        [_set("insured_pct", "insured_pct", value) for value in _all(rows["insured_pct"]) if value < insured],
        [_set("afl_pct", "afl_pct", value) for value in _all(rows["afl_pct"]) if value > afl],
        [
            _set("payment_terms_days", "terms_days", value)
            for value in _all(rows["payment_terms_days"])
            if terms is not None and value < terms
        ],
        list(_without_countries(risk, rows["drop_country_groups"])),
        *([_set(option, option, False)] for option in rows["drop_options"] if getattr(risk, option)),
    ]


def _set(name: str, field: str, value: Decimal | bool) -> _Change:
    return _Change(id=name, value=value, replaced={field: value})


def _without_countries(risk: Risk, groups: Sequence[str]) -> Iterator[_Change]:
    """Leaving the riskier countries out, the riskiest first, lowers the rate and the insured turnover."""
    countries, shares = table("countries")["countries"], risk.countries or {}
    for number, group in enumerate(groups, 1):
        if not any(countries[code]["group"] == group for code in shares):
            continue
        dropped = [code for code in shares if countries[code]["group"] in groups[:number]]
        kept = {code: share for code, share in shares.items() if code not in dropped}
        left = sum(kept.values(), Decimal(0))
        if left > 0:
            scaled = {code: share * 100 / left for code, share in kept.items()}
            yield _Change(
                id="drop_countries",
                value=", ".join(dropped),
                replaced={"countries": scaled},
                kept_share=left / 100,
            )


def _priced(changes: Sequence[_Change], risk: Risk, insurable: Decimal, floor: Decimal) -> _Priced | None:
    """Rate and premium of `risk` with all `changes`; the size band stays that of the whole turnover."""
    kept = Decimal(1)
    for change in changes:
        risk, kept = replace(risk, **change.replaced), kept * change.kept_share
    estimate = price(risk, insurable * kept)
    if estimate.rate_pct is None or estimate.mid is None:
        return None
    return _Priced(rate_pct=estimate.rate_pct, mid=estimate.mid, due=max(estimate.mid, floor))


def _lever(change: _Change, after: _Priced, before: _Priced, currency: str) -> Lever:
    return Lever(
        id=change.id,
        value=change.value,
        rate_pct=rounded_rate(after.rate_pct),
        mid=whole(after.mid, currency),
        saving=whole(before.due, currency) - whole(after.due, currency),
        saving_pct=((before.due - after.due) / before.due * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP),
    )


def _all(values: Sequence[int | Decimal]) -> list[Decimal]:
    return [Decimal(value) for value in values]
