"""From a rate to a premium range inside the market band."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tools.rating import Rating, Risk, rate
from tools.tables import table


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Premium of one risk, exact; None where the risk must be referred unpriced."""

    rating: Rating
    rate_pct: Decimal | None
    low: Decimal | None
    mid: Decimal | None
    high: Decimal | None
    clamped: Literal["floor", "ceiling"] | None
    clipped_end: Literal["low", "high"] | None
    """The end of the range that the band cut, when the rate itself was inside."""
    refer: tuple[str, ...]

    def mid_times(self, factor: Decimal) -> Decimal | None:
        return None if self.mid is None else self.mid * factor


def price(risk: Risk, insurable: Decimal) -> Estimate:
    """Premium range of `risk` on `insurable` turnover.

    Whole-turnover and key-account rates are held inside the market band, and so are both ends of their range. Other
    covers are not held: a rate outside the band is for an underwriter to look at.
    """
    rating = rate(risk)
    if rating.raw_pct is None:
        return _unpriced(rating)
    if risk.cover in table("rating")["band"]["covers"]:
        return _held(rating, rating.raw_pct, insurable)
    return _free(rating, rating.raw_pct, insurable)


def _unpriced(rating: Rating) -> Estimate:
    return Estimate(
        rating=rating,
        rate_pct=None,
        low=None,
        mid=None,
        high=None,
        clamped=None,
        clipped_end=None,
        refer=rating.refer,
    )


def _held(rating: Rating, raw: Decimal, insurable: Decimal) -> Estimate:
    """The rate and both ends of the range inside the band."""
    around, (floor, ceiling) = table("rating")["range"], _band()
    held = min(max(raw, floor), ceiling)
    mid, least, most = (insurable * pct / 100 for pct in (held, floor, ceiling))
    low, high = max(mid * around["low"], least), min(mid * around["high"], most)
    return Estimate(
        rating=rating,
        rate_pct=held,
        low=low,
        mid=mid,
        high=high,
        clamped=_outside(raw),
        clipped_end="low" if low > mid * around["low"] else "high" if high < mid * around["high"] else None,
        refer=(),
    )


def _free(rating: Rating, raw: Decimal, insurable: Decimal) -> Estimate:
    """The rate as it comes out; outside the band it is referred."""
    around, outside, mid = table("rating")["range"], _outside(raw), insurable * raw / 100
    return Estimate(
        rating=rating,
        rate_pct=raw,
        low=mid * around["low"],
        mid=mid,
        high=mid * around["high"],
        clamped=None,
        clipped_end=None,
        refer=(f"rate_outside_band_{'low' if outside == 'floor' else 'high'}",) if outside else (),
    )


def _outside(raw: Decimal) -> Literal["floor", "ceiling"] | None:
    floor, ceiling = _band()
    return "floor" if raw < floor else "ceiling" if raw > ceiling else None


def _band() -> tuple[Decimal, Decimal]:
    """The least and the most that whole-turnover cover costs, % of turnover."""
    band = table("rating")["band"]
    return Decimal(band["low_pct"]), Decimal(band["high_pct"])
