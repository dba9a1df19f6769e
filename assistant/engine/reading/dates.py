"""Dates and periods in both languages: absolute, partial and relative to today."""

import re
from dataclasses import replace
from datetime import date
from functools import cache

from assistant.engine.reading.date_parts import (
    Builder,
    DateFound,
)
from assistant.engine.reading.dates_absolute import absolute_rules
from assistant.engine.reading.dates_en import en_rules
from assistant.engine.reading.dates_unsigned import unsigned_rules
from assistant.engine.reading.dates_zh import zh_rules


def find_dates(text: str, today: date) -> list[DateFound]:
    """Every date in `text`, left to right; where forms overlap the longest wins."""
    found = [
        hit
        for pattern, build in _rules(text.isascii())
        for match in pattern.finditer(text)
        if (hit := _built(build, match, today))
    ]
    found.sort(key=lambda hit: (hit.start - hit.end, hit.start))
    kept: list[DateFound] = []
    for hit in found:
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)


def _built(build: Builder, match: re.Match[str], today: date) -> DateFound | None:
    try:
        hit = build(match, today)
    except (OverflowError, ValueError):  # a day that no calendar has, such as 9999 years from now
        return None
    if hit is None:
        return None
    lead = _LEAD.match(match.group())  # "on Friday" is Friday
    written = match.group()
    start = lead.end() if lead else 0
    start += len(written[start:]) - len(written[start:].lstrip())
    return replace(hit, start=match.start() + start, end=match.start() + len(written.rstrip(" .,")))


@cache
def _rules(is_ascii: bool) -> tuple[tuple[re.Pattern[str], Builder], ...]:
    rules = (*absolute_rules(), *(() if is_ascii else (*unsigned_rules(), *zh_rules())), *en_rules())
    return tuple((re.compile(pattern, re.I), build) for pattern, build in rules)


_LEAD = re.compile(
    r"\s*(?:on|in|at|due|being|dated|since|until|till|by|from|during"
    r"|for|before|after|of|fy)\b\s*(?!the (?:end|start|begin))",
    re.I,
)
