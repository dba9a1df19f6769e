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
    tables = table("rating")
    band, around, rating = tables["band"], tables["range"], rate(risk)
    if rating.raw_pct is None:
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
    raw = rating.raw_pct
    floor, ceiling = Decimal(band["low_pct"]), Decimal(band["high_pct"])
    outside: Literal["floor", "ceiling"] | None = "floor" if raw < floor else "ceiling" if raw > ceiling else None
    if risk.cover not in band["covers"]:
        mid = insurable * raw / 100
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
    held = min(max(raw, floor), ceiling)
    mid = insurable * held / 100
    least, most = insurable * floor / 100, insurable * ceiling / 100
    low, high = max(mid * around["low"], least), min(mid * around["high"], most)
    return Estimate(
        rating=rating,
        rate_pct=held,
        low=low,
        mid=mid,
        high=high,
        clamped=outside,
        clipped_end="low" if low > mid * around["low"] else "high" if high < mid * around["high"] else None,
        refer=(),
    )
