"""The words of a passage to quote for a query."""

import re
from collections.abc import Mapping

from knowledge.model import Passage, Span
from knowledge.tokens import terms

LONGEST_QUOTE_CHARS = 320

_END = re.compile(r"[。！？；]+[”’」』）)]*|[!?;.]+[\"')]*(?=\s|$)|\n")


def sentences(text: str) -> list[tuple[int, int]]:
    """Ranges of the sentences of a text, without surrounding blanks."""
    ranges = []
    position = 0
    for match in _END.finditer(text):
        ranges.append((position, match.end()))
        position = match.end()
    ranges.append((position, len(text)))
    trimmed = []
    for start, end in ranges:
        part = text[start:end]
        left = start + len(part) - len(part.lstrip(" \t\n-*|"))
        right = end - (len(part) - len(part.rstrip()))
        if right > left:
            trimmed.append((left, right))
    return trimmed


def best_quote(passage: Passage, idf: Mapping[str, float]) -> Span:
    """The sentence, or two neighbours, that hold most of the query's weight for their length."""
    ranges = sentences(passage.text)
    best, best_value = ranges[0], 0.0
    for first in range(len(ranges)):
        for last in range(first, min(first + 2, len(ranges))):
            start, end = ranges[first][0], ranges[last][1]
            if last > first and end - start > LONGEST_QUOTE_CHARS:
                continue
            words = terms(passage.text[start:end])
            # A second sentence must earn its length.
            value = sum(idf.get(word, 0.0) for word in set(words)) / (8 + len(words)) ** 0.5
            if value > best_value + 1e-9:
                best, best_value = (start, end), value
    return Span(start=passage.span.start + best[0], end=passage.span.start + best[1])
