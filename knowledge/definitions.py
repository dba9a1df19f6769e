"""Defined terms: which clause says what a term means, and which clauses use it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.model import Passage
from knowledge.tokens import is_chinese

_CHAPTER = re.compile(r"definition|interpretation|defined terms|glossary|定义|释义|名词解释|术语", re.IGNORECASE)
_QUOTED = re.compile(
    r"[“\"「『【‘](?P<term>[^”\"」』】’\n]{1,60})[”\"」』】’](?:\s*[（(][^）)\n]{1,60}[）)])?\s*"
    r"(?:means?\b|shall mean|is defined|has the meaning|refers to|are\b|is\b|[:：]|，?(?:是指|系指|指|即|：))"
)
_BARE_ENGLISH = re.compile(
    r"^(?:[\d.()a-zA-Z]{1,8}[.)]?\s+)?(?P<term>[A-Z][\w' -]{1,60}?)\s+(?:means|shall mean|refers to)\b"
)
_BARE_CHINESE = re.compile(
    r"^(?:[\d.]+|[（(][^）)]{1,4}[）)]|第[^条]{1,6}条|[一二三四五六七八九十]{1,3}、)?\s*"
    r"(?P<term>[\u4e00-\u9fff]{2,16}?)\s*(?:[（(][^）)]{1,40}[）)])?[，,]?\s*(?:是指|系指|指(?!定|示|导|出|南|派))"
)
_NAMES = re.compile(r"\s+and\s+|与|和|、|/|\s+or\s+")


def linked(passages: Sequence[Passage], under: Sequence[tuple[str, ...]]) -> list[Passage]:
    """The passages with references to the definitions of the terms they use.

    Args:
        passages: The passages of one document in one language.
        under: The headings around each.
    """
    defined: dict[str, Passage] = {}
    for passage, headings in zip(passages, under, strict=True):
        is_chapter = any(map(_CHAPTER.search, (*headings, passage.heading)))
        for term in _terms_of(passage, is_chapter=is_chapter):
            defined.setdefault(_folded(term), passage)
    if not defined:
        return list(passages)
    pattern = _pattern(sorted(defined, key=len, reverse=True))
    return [replace(passage, definitions=_used(passage, defined, pattern)) for passage in passages]


def _terms_of(passage: Passage, *, is_chapter: bool) -> list[str]:
    """The terms that a passage defines."""
    terms = [match["term"] for match in _QUOTED.finditer(passage.text)] if is_chapter else []
    terms += [m["term"] for m in _QUOTED.finditer(passage.text) if re.search("mean|是指|系指|has the", m.group())]
    if is_chapter:
        bare = _BARE_CHINESE if passage.language == "zh" else _BARE_ENGLISH
        terms += [match["term"] for line in passage.text.splitlines() if (match := bare.match(line.strip()))]
        if passage.kind != "user":  # a corpus clause is headed by its term
            terms += _NAMES.split(re.sub(r"[（(][^）)]*[）)]", "", passage.heading))
    return [term.strip() for term in terms if _is_term(term.strip())]


def _is_term(term: str) -> bool:
    return 2 <= len(term) <= 60 and not term.isdigit() and (is_chinese(term) or len(term) >= 3)


def _folded(term: str) -> str:
    return term.lower()


def _pattern(terms: Sequence[str]) -> re.Pattern[str]:
    """Any of the terms, the longest first; English ones as whole words, in singular or plural."""
    parts = [
        re.escape(term) if is_chinese(term) else rf"(?<![a-z]){re.escape(term)}(?:s|es)?(?![a-z])" for term in terms
    ]
    return re.compile("|".join(f"(?:{part})" for part in parts))


def _used(passage: Passage, defined: dict[str, Passage], pattern: re.Pattern[str]) -> tuple[str, ...]:
    """References of the definitions in order of use, without the passage itself."""
    references: dict[str, None] = {}
    for match in pattern.finditer(passage.text.lower()):
        word = match.group()
        found = next(defined[form] for form in (word, word[:-1], word[:-2]) if form in defined)
        references[found.reference] = None
    references.pop(passage.reference, None)
    return tuple(references)
