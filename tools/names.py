"""Which country, sector or currency a word names, in either language."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from tools.tables import table


def country_code(text: str) -> str | None:
    """ISO 3166 code of the country that `text` names: `country_code("巴西")  # "BR"`, or None."""
    code = text.strip().upper()
    if code in table("countries")["countries"]:
        return code
    return _longest_match(text, _country_words())


def sector_id(text: str) -> str | None:
    """Id of the sector that `text` names: `sector_id("做电子产品内销")  # "electronics_ict"`, or None."""
    key = text.strip().casefold()
    return key if key in table("sectors")["sectors"] else _longest_match(text, _sector_words())


def currency_code(text: str) -> str | None:
    """ISO 4217 code of a currency as people write it: `currency_code("rmb")  # "CNY"`, or None."""
    return currency_names().get(folded(text))


@cache
def currency_names() -> dict[str, str]:
    """Code by the folded names, symbols and codes of the currencies, the longest name first."""
    rows = table("currencies")["currencies"].items()
    return dict(
        _by_length((name, code) for code, row in rows for name in (code, *row["zh"], *row["en"], *row["symbols"]))
    )


def folded(text: str) -> str:
    """Full width to half width, one case, single spaces: what word comparisons see."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def contains_word(text: str, word: str) -> bool:
    """Whether folded `text` has folded `word` in it; a Latin word must stand alone (`us` is not in `custom`)."""
    if word.isascii():
        return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) is not None
    return word in text


def _longest_match(text: str, words: Iterable[tuple[str, str]]) -> str | None:
    """The name behind the longest of `words` in `text`; `words` come longest first."""
    needle = folded(text)
    return next((name for word, name in words if contains_word(needle, word)), None)


@cache
def _country_words() -> tuple[tuple[str, str], ...]:
    rows = table("countries")["countries"].items()
    return _by_length((word, code) for code, row in rows for word in (row["zh"], row["en"], *row["words"]))


@cache
def _sector_words() -> tuple[tuple[str, str], ...]:
    rows = table("sectors")["sectors"].items()
    return _by_length((word, name) for name, row in rows for word in (row["zh"], row["en"], *row["words"]))


def _by_length(words: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(((folded(word), name) for word, name in words), key=lambda pair: -len(pair[0])))
