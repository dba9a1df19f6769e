"""Documents into passages: one clause, or one self-contained paragraph, each quotable by its span."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from knowledge.loaders.markdown import Note
from knowledge.model import Document, Passage, Span

LONGEST_PASSAGE_CHARS = 1_600
"""A longer clause of a user's document is divided at paragraph or sentence ends."""

_CORPUS_CLAUSE = re.compile(r"^### +(?P<clause>\S+) +(?P<heading>\S.*?) *$", re.MULTILINE)
_ANY_HEADING = re.compile(r"^#{1,6} ", re.MULTILINE)
_ZH_NUMBER = r"[〇零一二三四五六七八九十百千0-9]{1,6}"
_CLAUSE_STARTS = re.compile(
    r"^(?:#{1,6} +)?(?P<clause>"
    rf"第 ?{_ZH_NUMBER} ?[条章节款编]"
    r"|(?:article|clause|section|chapter|schedule|endorsement|annex|appendix|item) +(?:\d+(?:\.\d+)*|[ivxlc]+|[a-z])\b"
    r"|\d{1,3}(?:\.\d{1,3}){1,4}(?![\d%])"
    r"|\d{1,2}[.、)](?=\s*\S)(?!\d)"
    r"|[（(](?:[a-z]|[ivx]{1,4}|\d{1,2}|[一二三四五六七八九十]{1,3})[)）]"
    r"|[一二三四五六七八九十]{1,3}、"
    r")(?P<heading>[^\n]*)$",
    re.MULTILINE | re.IGNORECASE,
)
_SUBCLAUSE = re.compile(r"^[（(]")
_BREAK = re.compile(r"\n\s*\n|(?<=[。！？；])|(?<=[.!?;])\s+|\n")


class _Section(NamedTuple):
    clause: str
    heading: str
    start: int
    end: int


def split(document: Document, notes: Mapping[str, Note] | None = None) -> list[Passage]:
    """The document's passages in reading order; `document.text[span.start:span.end] == passage.text` for each."""
    notes = notes or {}
    is_corpus = document.kind != "user"
    sections = _corpus_sections(document.text) if is_corpus else _numbered_sections(document.text)
    return [_passage(document, section, notes.get(section.clause, Note())) for section in sections]


def _passage(document: Document, section: _Section, note: Note) -> Passage:
    return Passage(
        id=f"{document.id}/{document.language}/{section.clause}",
        document_id=document.id,
        language=document.language,
        clause=section.clause,
        heading=section.heading,
        text=document.text[section.start : section.end],
        span=Span(start=section.start, end=section.end),
        kind=document.kind,
        title=document.title,
        edition=document.edition,
        source=note.source or document.source,
        confidence=note.confidence,
        asks=note.asks,
        in_force_from=document.in_force_from,
        in_force_to=document.in_force_to,
        owner=document.owner,
    )


def _corpus_sections(text: str) -> Iterator[_Section]:
    """Each `### clause heading` section; its text ends at the next heading of any level."""
    for match in _CORPUS_CLAUSE.finditer(text):
        following = _ANY_HEADING.search(text, match.end())
        start, end = _trimmed(text, match.end(), following.start() if following else len(text))
        yield _Section(match["clause"], match["heading"], start, end)


def _numbered_sections(text: str) -> Iterator[_Section]:
    """Sections of a user's document by its own numbering or headings; plain paragraphs where it has none."""
    seen: dict[str, int] = {}
    for label, heading, start, end in _blocks(text):
        for piece_start, piece_end in _pieces(text, start, end):
            seen[label] = seen.get(label, 0) + 1
            clause = label if seen[label] == 1 else f"{label}~{seen[label]}"
            yield _Section(clause, heading, piece_start, piece_end)


def _blocks(text: str) -> Iterator[tuple[str, str, int, int]]:
    """(label, heading, start, end) between clause starts. A sub-clause `(a)` carries its clause: `7.1(a)`."""
    starts = [(match.start(), match) for match in _CLAUSE_STARTS.finditer(text)]
    starts += [(m.start(), m) for m in re.finditer(r"^#{1,6} +(?P<heading>[^\n]+)$", text, re.MULTILINE)]
    positions = sorted(dict(reversed(starts)).items())
    if not positions or positions[0][0] > 0:
        first = positions[0][0] if positions else len(text)
        yield from ((label, "", start, end) for label, start, end in _paragraphs(text, 0, first))
    parent = ""
    for index, (position, match) in enumerate(positions):
        end = positions[index + 1][0] if index + 1 < len(positions) else len(text)
        label = _label(match.groupdict().get("clause") or match["heading"])
        if _SUBCLAUSE.match(label) and parent:
            label = parent + label
        else:
            parent = label
        start, stop = _trimmed(text, position, end)
        if stop > start:
            yield label, _short(match["heading"]), start, stop


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    number = 0
    position = start
    for gap in [*re.finditer(r"\n\s*\n", text[start:end]), None]:
        stop = start + gap.start() if gap else end
        left, right = _trimmed(text, position, stop)
        if right > left:
            number += 1
            yield f"p{number}", left, right
        position = start + gap.end() if gap else end


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The range in pieces of at most `LONGEST_PASSAGE_CHARS`, cut where a paragraph or sentence ends."""
    while end - start > LONGEST_PASSAGE_CHARS:
        window = text[start : start + LONGEST_PASSAGE_CHARS]
        breaks = [match.end() for match in _BREAK.finditer(window) if match.end() > LONGEST_PASSAGE_CHARS // 3]
        cut = start + (breaks[-1] if breaks else LONGEST_PASSAGE_CHARS)
        yield _trimmed(text, start, cut)
        start = _trimmed(text, cut, end)[0]
    if end > start:
        yield start, end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _label(raw: str) -> str:
    """A clause label without blanks or slashes, fit for a passage id."""
    return re.sub(r"[\s/]+", "-", raw.strip().rstrip(".、:："))[:60] or "p"


def _short(heading: str) -> str:
    return heading.strip(" \t#.:：、-")[:120]
