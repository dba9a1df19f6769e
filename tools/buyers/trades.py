"""Trade words of company names: what two names say their companies do."""

from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from tools.buyers.tokens import generic_words
from tools.tables import table


class TradeClash(NamedTuple):
    """How far two Chinese names' trades differ, 0 to 1."""

    both: float
    """Each says something the other does not: 电子 and 化工."""
    one: float
    """One says more than the other: 电子 and 电子科技."""


def trade_clash(trade: str, other: str) -> TradeClash:
    """Compare what is left of two Chinese names without their brands."""
    if not trade or not other or trade == other:
        return TradeClash(0.0, 0.0)
    words, others = _cut(trade), _cut(other)
    apart = 1 - OSA.normalized_similarity(trade, other)
    return TradeClash(0.0, apart) if words <= others or others <= words else TradeClash(apart, 0.0)


@cache
def trade_words() -> frozenset[str]:
    """Latin words that name a trade, as `names.py` reduces them."""
    return frozenset(table("legal_forms")["zh_en"].values()) & generic_words()


@lru_cache(maxsize=4096)
def translated_trades(brand: str) -> frozenset[str]:
    """The trades of a Chinese name in English: 曜棠电子贸易 → electronics, trading."""
    english: dict[str, str] = table("legal_forms")["zh_en"]
    return frozenset(word for chinese, word in english.items() if chinese in brand) & trade_words()


@lru_cache(maxsize=4096)
def _cut(text: str) -> frozenset[str]:
    found = set()
    for word in _longest_first():
        if word in text:
            found.add(word)
            text = text.replace(word, "")
    return frozenset(found | set(text))


@cache
def _longest_first() -> tuple[str, ...]:
    return tuple(sorted(table("legal_forms")["generic"]["zh"], key=len, reverse=True))
