"""Words that point at one buyer among several: 第二家, customer B, the German one."""

import re
from collections.abc import Iterator
from functools import cache

from assistant.engine.reading.lexicons import lexicon
from tools.tables import table

Mention = tuple[int, int, str]
"""Start, end, and what the buyer is recognised by: `#2`, `country:DE`."""

_ORDER = {
    number: position
    for position, words in enumerate(
        (
            ("一", "1", "first", "1st", "one", "a", "甲"),
            ("二", "两", "2", "second", "2nd", "two", "b", "乙"),
            ("三", "3", "third", "3rd", "three", "c", "丙"),
            ("四", "4", "fourth", "4th", "four", "d", "丁"),
        ),
        start=1,
    )
    for number in words
}
_NOUN = r"(?:customer|buyer|client|debtor)"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"第(?P<n>[一二三四1-4])(?:家|个?(?:客户|买方|买家))(?:客户|买方|买家|公司)?",
        r"(?:客户|买方|买家)(?P<n>[a-d甲乙丙丁]|[1-4](?![\d万千百十亿wk.,%天个月年日号点周/成折元块笔张批次家]))(?![a-z])",
        r"(?<![a-z])(?P<n>[a-d甲乙丙丁])(?:客户|买方|买家|公司|家(?!具|电|居|庭))",
        r"(?<![a-z])(?P<n>[a-d甲乙丙丁])(?=还?欠|的?限额|的?信用限额| owe[sd]\b)",
        rf"\b(?:the )?(?P<n>first|second|third|fourth|1st|2nd|3rd|4th) (?:one|company|firm|{_NOUN})\b(?:'s)?",
        r"\bthe (?P<n>first|second|third)(?='s|\s+(?:paid|owes|has|had|at|with|is|was)\b|\s*[?,.!]|\s*$)",
        rf"\b{_NOUN} (?P<n>[a-d]|[1-4]|one|two|three|four)\b(?:'s)?(?=\s*(?:[:,?.()!]|$|owes?\b|owed|has\b|with\b|limit"
        r"|debt|is\b|paid|at\b|then|and\b|had\b|were|was|instead))",
    )
)


def find_mentions(text: str) -> list[Mention]:
    """Mentions in normalised `text`, in reading order; overlapping ones count once."""
    lowered = text.lower()
    found = sorted([*_numbered(lowered), *_by_country(lowered, text)], key=lambda item: (item[0] - item[1], item[0]))
    kept: list[Mention] = []
    for item in found:
        if all(item[1] <= other[0] or item[0] >= other[1] for other in kept):
            kept.append(item)
    return sorted(kept)


def _numbered(lowered: str) -> Iterator[Mention]:
    for pattern in _PATTERNS:
        for match in pattern.finditer(lowered):
            yield match.start(), match.end(), f"#{_ORDER[match['n']]}"


def _by_country(lowered: str, text: str) -> Iterator[Mention]:
    for pattern in _country_patterns():
        for match in pattern.finditer(lowered):
            word = match["place"]
            is_short = len(word) <= 3 and word.isascii()
            if not is_short or text[match.start("place") : match.end("place")].isupper():
                yield match.start(), match.end(), f"country:{_codes()[word]}"


@cache
def _country_patterns() -> tuple[re.Pattern[str], ...]:
    places = "|".join(re.escape(word) for word in sorted(_codes(), key=len, reverse=True))
    one_buyer = rf"(?:{_NOUN}|one|distributor|importer|retailer|wholesaler|company|firm)(?:'s)?\b(?!s)"
    return (
        re.compile(rf"(?P<place>{places})的?(?:那个|那家|这个|这家)?(?:客户|买方|买家|那个|那家|那位)(?:的)?"),
        re.compile(rf"\b(?P<place>{places})(?:-based)? {one_buyer}"),
        re.compile(rf"\b{_NOUN} (?:in|from) (?:the )?(?P<place>{places})\b"),
    )


@cache
def _codes() -> dict[str, str]:
    """Countries by their names and adjectives, lower case."""
    names = {
        form.lower(): code
        for code, row in table("countries")["countries"].items()
        for form in (row["zh"], row["en"], *row.get("words", ()))
    }
    return names | {word: code for code, words in lexicon("entities")["nationality"].items() for word in words}
