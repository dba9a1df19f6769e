"""Which language a turn is in, decided by its grammar words rather than its terms."""

import re
from dataclasses import dataclass
from functools import cache

from assistant.engine.reading.lexicons import lexicon
from assistant.engine.reading.model import Language

_HAN = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[A-Za-z][A-Za-z'/&.-]*")
_NOISE = re.compile(r"https?://\S+|\S+@\S+|\b(?=\w*\d)[A-Za-z0-9]{6,}\b")
_UNITS = re.compile(r"[天日月年元万亿成个家笔半百千]")


@dataclass(frozen=True)
class LanguageFound:
    language: Language
    is_mixed: bool


def find_language(text: str, previous: Language | None, named: list[str]) -> LanguageFound:
    """The turn's language; a fragment without grammar ("90%", a name) keeps the previous one.

    Args:
        text: Normalised message.
        previous: Language of the turn before.
        named: Company names and identifiers found in `text`: they say nothing about the language.
    """
    for name in named:
        text = text.replace(name, " ")
    text = _NOISE.sub(" ", text)
    han = "".join(_HAN.findall(text))
    words = [word.lower().strip("./-&'") for word in _WORD.findall(text)]
    words = [word for word in words if len(word) > 1 or word in ("a", "i")]
    telling = [word for word in words if word not in _neutral()]
    zh_grammar, en_grammar = _zh_grammar(han), sum(word in _en_grammar() for word in words)
    mixed = bool(han) and len(telling) > 0
    if not mixed:
        return LanguageFound(_single(han, telling, en_grammar, previous), False)
    if zh_grammar != en_grammar:
        return LanguageFound("zh" if zh_grammar > en_grammar else "en", True)
    return LanguageFound("zh" if len(han) >= 2 * len(telling) else "en", True)


def _single(han: str, telling: list[str], en_grammar: int, previous: Language | None) -> Language:
    if han:
        only_units = not _UNITS.sub("", han)
        return previous or "zh" if only_units and len(han) <= 3 else "zh"
    if telling and (en_grammar or len(telling) > 2 or previous is None):
        return "en"
    return previous or "en"


def _zh_grammar(han: str) -> int:
    return len(_zh_pattern().findall(han))


@cache
def _zh_pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(lexicon("words")["language"]["zh"], key=len, reverse=True)))


@cache
def _en_grammar() -> frozenset[str]:
    return frozenset(lexicon("words")["language"]["en"])


@cache
def _neutral() -> frozenset[str]:
    return frozenset(lexicon("words")["language"]["neutral"])
