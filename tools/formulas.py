"""How figures look in a line of shown arithmetic: the same in every language."""

from decimal import ROUND_HALF_UP, Decimal


def shown(amount: Decimal) -> str:
    """An amount: `1,000,000` or `23,151.32`."""
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"


def percent(value: Decimal) -> str:
    """`90%`, `0.2843%`: no trailing zeros, at most six decimals."""
    return f"{trimmed(value)}%"


def trimmed(value: Decimal, most: int = 6) -> str:
    """A number without trailing zeros, at most so many decimals."""
    return f"{value:.{most}f}".rstrip("0").rstrip(".")


def rounded_pct(value: Decimal) -> Decimal:
    """A percentage as results give it, to six decimals."""
    return value.quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP).normalize() + 0
