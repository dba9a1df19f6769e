"""Slips of the keyboard in English words of the trade: peroid, recieved, waht."""

import re
from collections.abc import Iterator
from functools import cache

from assistant.engine.reading.lexicons import lexicon
from tools.tables import table

_WORD = re.compile(r"(?<![\w.'@/-])[a-z]{3,}(?![\w@/-]|\.\w|'(?!s\b))")
_LONG = 7
"""From this length on a letter may be missing or doubled; shorter words only have two letters swapped."""


def corrections(text: str) -> Iterator[tuple[int, int, str]]:
    """Stretches of `text` with the word that was meant; only where exactly one known word fits."""
    for match in _WORD.finditer(text):
        word = match.group()
        if word in _known():
            continue
        meant = {slip for slip in _swapped(word) if slip in _known()}
        if not meant and len(word) >= _LONG - 1:
            meant = set(_by_lost_letter().get(word, ())) | (set(_shorter(word)) & _long_words())
        if len(meant) == 1:
            yield match.start(), match.end(), meant.pop()


def is_known(word: str) -> bool:
    """Whether a word in small letters is one of the language or of the trade."""
    return word in _known()


def as_meant(text: str) -> str:
    """`text` with Chinese words of the trade that were typed by their sound; its length stays."""
    if text.isascii() or not _by_sound().search(text):
        return text
    edges = _inner_edges(text)
    pairs = _homophones()
    return _by_sound().sub(lambda match: match.group() if set(match.span()) & edges else pairs[match.group()], text)


def _inner_edges(text: str) -> set[int]:
    """Positions inside a word: what begins or ends there belongs to two words by chance, as 材科 in 建材科技."""
    import rjieba  # its dictionary is read on the first call

    inside: set[int] = set()
    at = 0
    for word in rjieba.cut(text, False):
        inside.update(range(at + 1, at + len(word)))
        at += len(word)
    return inside


@cache
def _homophones() -> dict[str, str]:
    return {pair.split()[0]: pair.split()[1] for pair in lexicon("words")["homophones"]["words"]}


@cache
def _by_sound() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(_homophones(), key=len, reverse=True))))


def _swapped(word: str) -> Iterator[str]:
    for at in range(1, len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _shorter(word: str) -> Iterator[str]:
    """The word without one of two equal neighbours."""
    for at in range(1, len(word)):
        if word[at] == word[at - 1]:
            yield word[:at] + word[at + 1 :]


@cache
def _by_lost_letter() -> dict[str, list[str]]:
    """Long words by what is left when an inner letter is lost."""
    found: dict[str, list[str]] = {}
    for word in sorted(_long_words()):
        for left in {word[:at] + word[at + 1 :] for at in range(1, len(word) - 1)}:
            found.setdefault(left, []).append(word)
    return found


@cache
def _long_words() -> frozenset[str]:
    return frozenset(word for word in _trade() if len(word) >= _LONG)


@cache
def _known() -> frozenset[str]:
    """Words that are right as they stand."""
    words = lexicon("words")
    return _trade() | frozenset(words["language"]["en"]) | frozenset(words["spelling"]["right"])


@cache
def _trade() -> frozenset[str]:
    """English words of the cue lists."""
    roles, words = lexicon("roles"), lexicon("words")
    forms = [form for entry in roles.values() for side in ("near", "before", "after") for form in entry.get(side, ())]
    forms += [form for cues in words["topics"].values() for form in cues if not form.startswith(" ")]
    forms += [form for entry in lexicon("entities")["cause"].values() for form in entry["words"]]
    forms += words["spelling"]["meant"]
    forms += [form for row in table("sectors")["sectors"].values() for form in row["words"] if form.isascii()]
    return frozenset(word for form in forms for word in re.findall(r"[a-z]{3,}", form)) - frozenset(
        words["spelling"]["stems"]
    )
