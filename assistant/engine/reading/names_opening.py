"""What opens a sentence before a name in Latin letters and is no part of it."""

import re

from assistant.engine.reading.names_chinese import is_own
from assistant.engine.reading.names_words import LETTER, english, forms, openings

_WORD = re.compile(rf"[{LETTER}0-9][{LETTER}0-9'.\-+]*(?:&[{LETTER}0-9]+)*")
SENTENCE_START = re.compile(r"(?:^|[.!?;:\n,，。！？：、]|\s-)\s*$")
_ROLES = frozenset(("buyer", "customer", "client", "debtor"))
_NEAR = 40
"""Characters before a name that tell what it is."""


def without_opening(text: str, start: int) -> int | None:
    """The start after words that open a sentence: Is Acme Ltd, Customer Acme Ltd."""
    while match := _WORD.match(text, start):
        word = match.group()
        low = word.lower().rstrip(".,'")
        is_opening = low in openings() and (
            SENTENCE_START.search(text[max(0, start - _NEAR) : start]) or low in _ROLES or word.islower()
        )
        rest = re.match(r"\s+", text[match.end() :])
        if not is_opening or rest is None:
            break
        start = match.end() + rest.end()
    form = forms().match(text, start)
    return None if form and form.lastgroup != "mark" else start


def is_own_name(before: str) -> bool:
    """Whether a name after this text is the asking company's own."""
    return is_own(before.rstrip(" :")) or before[-_NEAR:].rstrip(" :").lower().endswith(tuple(english()["own"]))


def is_all_capitals(text: str) -> bool:
    """Whether a message is written in capitals alone."""
    return not re.search(r"[a-z]", text)
