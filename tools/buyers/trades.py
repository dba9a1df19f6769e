"""Trade words of company names: what two names say their companies do."""

from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from tools.buyers.chinese_names import cut_trades
from tools.buyers.latin_names import generic_words
from tools.buyers.tokens import english_of_trades
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


def has_sister_word(trade: str) -> bool:
    """Whether a Chinese trade is one that a group gives to a company of its own: 财务, 租赁."""
    return any(word in trade for word in table("name_words")["generic"]["sister_zh"])


@cache
def trade_words() -> frozenset[str]:
    """Latin words that name a trade, as `names.py` reduces them."""
    return frozenset(word for words in english_of_trades().values() for word in words) & generic_words()


@lru_cache(maxsize=4096)
def translated_trades(brand: str) -> frozenset[str]:
    """The trades of a Chinese name in English: 曜棠电子贸易 → electronics, trading."""
    found = (words for chinese, words in english_of_trades().items() if chinese in brand)
    return frozenset(word for words in found for word in words) & trade_words()


def _cut(text: str) -> frozenset[str]:
    cut = cut_trades(text)
    return frozenset((*cut.trades, *cut.rest))
