"""Which papers of a claim file people's words name."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from tools.names import contains_word, folded
from tools.tables import table

_AND = re.compile(r"[,、;/+&]|以及|和|及|与|\b(?:and|plus)\b")
_TAKEN = "\0"


class Named(NamedTuple):
    """A part of what is held, as it was written, and the paper it names."""

    text: str
    paper: str | None


def papers_named(text: str, preferred: Iterable[str]) -> Iterator[Named]:
    """The paper that each part of `text` names: `发票和提单` names two, and `没有提单` none.

    Args:
        text: What somebody says is there.
        preferred: Ids of the papers that a word shared by several means, the likelier ones last.
    """
    words = _words(tuple(preferred))
    needle = folded(text).replace("_", " ")
    found = list(_pattern(tuple(words)).finditer(needle))
    # an "and" inside the name of a paper parts nothing: 和解协议
    bare = _pattern(tuple(words)).sub(lambda match: _TAKEN * len(match[0]), needle)
    ends = [*(match.span() for match in _AND.finditer(bare)), (len(bare), len(bare))]
    start, is_whole = 0, len(ends) == 1
    for end, following in ends:
        part = needle[start:end].strip()
        if part:
            inside = [match[0] for match in found if start <= match.start() < end]
            is_absent = any(contains_word(bare[start:end], word) for word in table("checklists")["absences"])
            longest = max(inside, key=len, default="")
            paper = None if is_absent or not longest else _singular(longest, words)
            yield Named(text if is_whole else part, paper)
        start = following


def _singular(found: str, words: Mapping[str, str]) -> str:
    return next(words[word] for word in (found, found[:-1], found[:-2]) if word in words)


@cache
def _words(preferred: tuple[str, ...]) -> Mapping[str, str]:
    """Every word for a paper; where papers share one, the last of `preferred` has it."""
    items = table("checklists")["items"]
    names = [*(name for name in items if name not in preferred), *preferred]
    return {
        folded(word): name
        for name in names
        for word in (name.replace("_", " "), items[name]["zh"], items[name]["en"], *items[name]["words"])
    }


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of `words`, the longest that fits; a Latin one stands alone and may be plural."""
    longest_first = sorted(words, key=len, reverse=True)
    latin = "|".join(re.escape(word) for word in longest_first if word.isascii())
    other = "|".join(re.escape(word) for word in longest_first if not word.isascii())
    return re.compile(rf"(?<![a-z0-9])(?:{latin})(?:e?s)?(?![a-z0-9])|{other}")
