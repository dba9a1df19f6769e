"""Exact money: a decimal amount and its currency."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

UNSTATED = "XXX"
"""ISO 4217 code for "no currency": the user named an amount without one."""

_NO_MINOR_UNIT = frozenset({"JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF", "PYG"})


@dataclass(frozen=True, kw_only=True)
class Money:
    """An amount in major units of one currency (`XXX`: currency not stated)."""

    amount: Decimal
    currency: str = UNSTATED

    def __mul__(self, factor: Decimal | int) -> "Money":
        return Money(amount=self.amount * factor, currency=self.currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(amount=self.amount + other.amount, currency=_shared(self, other))

    def __sub__(self, other: "Money") -> "Money":
        return Money(amount=self.amount - other.amount, currency=_shared(self, other))

    def rounded(self) -> "Money":
        """Rounded half up to the currency's smallest unit."""
        unit = Decimal(1) if self.currency in _NO_MINOR_UNIT else Decimal("0.01")
        return Money(amount=self.amount.quantize(unit, rounding=ROUND_HALF_UP), currency=self.currency)


def common_currency(amounts: Iterable[Money | None]) -> str:
    """The one stated currency among `amounts`, or `XXX` when none states one.

    Raises:
        ValueError: Two different currencies are stated.
    """
    stated = {money.currency for money in amounts if money is not None and money.currency != UNSTATED}
    if len(stated) > 1:
        raise ValueError(f"amounts are in different currencies: {', '.join(sorted(stated))}")
    return stated.pop() if stated else UNSTATED


def _shared(one: Money, other: Money) -> str:
    return common_currency((one, other))
