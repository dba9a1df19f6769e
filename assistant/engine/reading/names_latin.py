"""Company names in Latin letters: found by their legal form, in any mix of capitals, or by what stands around them."""

import re
from collections.abc import Iterator

from assistant.engine.reading.names_bare import bare_names
from assistant.engine.reading.names_chinese import Name
from assistant.engine.reading.names_opening import is_all_capitals, is_own_name, without_opening
from assistant.engine.reading.names_words import (
    LETTER,
    branch,
    english,
    forms,
    function_words,
    starts,
    stops,
    trade_words,
)
from assistant.engine.reading.spelling import is_known

_SURE, _PERHAPS = 0.95, 0.6
_BEFORE = re.compile(rf"(?P<word>[{LETTER}0-9(][{LETTER}0-9&'.\-+)]*|&|\+)(?P<gap>\s?,?\s+|\s*)$")
_AMOUNT = re.compile(r"[\d.,]+(?:k|m|mn|bn|w)?$", re.I)
_INITIALS = re.compile(r"(?:[A-Za-z]\.)+")
_AFTER_COMMA = re.compile(r"(?:co|ltd|inc|llc|corp|lda|ltda|s\.|l\.|plc|gmbh|pte|pty|pvt)", re.I)
_MOST_WORDS, _NEAR = 8, 60
"""Words before the form, and characters in which the next of them stands."""
_PARTICLES = frozenset(("van", "von", "al", "el", "la", "le", "de", "der"))
"""Small words that a name may begin with."""


def latin_names(text: str) -> Iterator[Name]:
    """Names in normalised `text` that end or begin with a legal form, or stand where a name stands."""
    formed = list(_formed(text))
    yield from formed
    for name in (*_started(text), *bare_names(text)):
        if all(name[1] <= other[0] or name[0] >= other[1] for other in formed):
            yield name


def _formed(text: str) -> Iterator[Name]:
    for match in forms().finditer(text):
        form = match.group()
        if match.lastgroup == "mark" and not _is_written_as_mark(
            form, text, text[max(0, match.start() - _NEAR) : match.start()]
        ):
            continue
        if match.lastgroup == "kind" and not (form[0].isupper() and text[match.end() :][:1] != "'"):
            continue
        start = _begin(text, match.start())
        if start is None or is_own_name(text[:start]):
            continue
        end = match.end()
        if office := branch().match(text, end):
            end = office.end()
        yield start, end, _SURE if match.lastgroup != "kind" or len(text[start:end].split()) > 1 else _PERHAPS


def _is_written_as_mark(form: str, text: str, before: str) -> bool:
    """SA, Oy, A.G.: in small letters they are words of some language, unless the whole message is small."""
    if form[0].isupper():
        return not (form == "As" and re.search(r"[a-z]{3}\. +$", before))  # "60 days. As of today"
    word = re.search(rf"([{LETTER}]+)\s+$", before) if form != "as" else None
    return (form in ("sa", "oy", "nv", "bv", "kg", "ag", "kk", "spa", "sas", "slu") and text == text.lower()) or (
        word is not None and word[1].lower() in trade_words() and not is_known(word[1].lower())
    )


def _begin(text: str, end: int) -> int | None:
    """Where the name begins that goes on at `end` with its form."""
    start: int | None = None
    kept: int | None = None  # joining words with nothing before them are left out
    is_small: bool | None = None
    for _ in range(_MOST_WORDS):
        match = _BEFORE.search(text, max(0, end - _NEAR), end)
        if match is None or not (match["gap"] or start is None):
            break
        if "," in match["gap"] and (start is not None or not _AFTER_COMMA.match(text, end)):
            break
        word = match["word"]
        at = match.start("word")
        low = word.lower()
        if text[at - 1 : at] in ("'", "/", ".", "-", "@") and at:
            break
        is_joining = (
            low in english()["joining"] and start is not None and (not word[:1].isupper() or text == text.upper())
        )
        if is_joining and not (low in function_words() and is_small):
            end = at
            if low in _PARTICLES:
                kept = at
            continue
        if is_small is None:
            is_small = word[:1].islower() or is_all_capitals(text)
        if not _belongs(word, low, is_small=is_small, text=text):
            break
        if word.endswith(".") and len(word) > 4 and start is not None and not _INITIALS.fullmatch(word):
            break
        start, end, kept = at, at, at
    if start is None:
        return None
    return without_opening(text, kept if kept is not None else start)


def _belongs(word: str, low: str, *, is_small: bool, text: str) -> bool:
    if _AMOUNT.fullmatch(word) and not (word.isdigit() and len(word) <= 3 and not is_small):
        return False
    if is_small:
        return low not in stops() and (word[:1].islower() or word[:1].isdigit() or is_all_capitals(text))
    return word[:1].isupper() or word[:1].isdigit() or word[:1] == "("


def _started(text: str) -> Iterator[Name]:
    """PT Hollowreed Solar: the legal form stands first."""
    for match in starts().finditer(text):
        words = list(re.finditer(r"\S+", match.group()))
        stop = next((word.start() for word in words[1:] if word.group().lower() in function_words()), None)
        end = match.end() if stop is None else match.start() + stop
        yield match.start(), match.start() + len(text[match.start() : end].rstrip(" .,'")), _SURE
