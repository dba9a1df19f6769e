"""Company names in a message."""

import re
from functools import cache

from assistant.engine.reading.currencies import before_amount
from assistant.engine.reading.lexicons import lexicon
from assistant.engine.reading.names_chinese import Name, chinese_names, ends_with_naming
from assistant.engine.reading.names_latin import latin_names

__all__ = ["Name", "find_names", "not_names"]

_QUOTED = re.compile(r"[\"「『“《]([^\"」』”》]{2,60})[\"」』”》]")


def find_names(text: str) -> list[Name]:
    """Company names in normalised `text`, in reading order; of two that overlap the surer, then the longer one."""
    found: list[Name] = [*latin_names(text), *chinese_names(text), *_quoted(text)]
    found = [name for name in found if not _cuts_amount(text, name[0], name[1])]
    found.sort(key=lambda name: (-name[2], name[0] - name[1], name[0]))
    kept: list[Name] = []
    for name in found:
        if all(name[1] <= other[0] or name[0] >= other[1] for other in kept):
            kept.append(name)
    return sorted(kept)


def _cuts_amount(text: str, start: int, end: int) -> bool:
    """Whether the stretch ends within a figure or with the currency of one: Debt R640,000, FY Rs 21 crore."""
    if text[end - 1].isdigit() and re.match(r"[.,]\d", text[end:]):
        return True
    is_before_figure = re.match(r" ?\d", text[end:]) is not None
    return is_before_figure and before_amount().search(text, max(start, end - 8), end) is not None


@cache
def not_names() -> frozenset[str]:
    """Words that are never names, in small letters."""
    return frozenset(lexicon("company_names")["en"]["not_names"])


def _quoted(text: str) -> list[Name]:
    return [
        (match.start(1), match.end(1), 0.8)
        for match in _QUOTED.finditer(text)
        if ends_with_naming(text[: match.start()].rstrip(" :")) or _announced().search(text[: match.start()])
    ]


@cache
def _announced() -> re.Pattern[str]:
    cues = "|".join(map(re.escape, _quotable()))
    return re.compile(rf"(?:{cues})[\s:]*$", re.I)


@cache
def _quotable() -> list[str]:
    words = lexicon("company_names")["en"]
    return [cue for cue in words["before"] if cue not in words["vague"]]
