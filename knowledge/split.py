"""Documents into passages: one clause, or one self-contained paragraph, each quotable by its span."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from knowledge.clauses import Clause, joined, outline
from knowledge.definitions import linked
from knowledge.loaders.markdown import Note
from knowledge.model import Document, Passage, Span

LONGEST_PASSAGE_CHARS = 1_600
"""A longer clause of a user's document is divided at paragraph or sentence ends."""

_CORPUS_CLAUSE = re.compile(r"^### +(?P<clause>\S+) +(?P<heading>\S.*?) *$", re.MULTILINE)
_CHAPTER = re.compile(r"^## +(?P<heading>\S.*?) *$", re.MULTILINE)
_ANY_HEADING = re.compile(r"^#{1,6} ", re.MULTILINE)
_BREAK = re.compile(r"\n\s*\n|(?<=[。！？；])|(?<=[.!?;])\s+|\n")


_SENTENCE = re.compile(r"[.。;；,，:：!！?？]$|[，。；]|[:：] *\S")
_INLINE_TITLE = re.compile(
    r"^(?:[【\[](?P<boxed>[^】\]\n]{1,40})[】\]]|(?P<title>[A-Z][^.:;,\n]{2,60})(?:[.:] |  +| [–—-] ))"
)


class _Section(NamedTuple):
    clause: str
    heading: str
    start: int
    end: int
    under: tuple[str, ...] = ()
    """Headings around it."""


def split(document: Document, notes: Mapping[str, Note] | None = None) -> list[Passage]:
    """The document's passages in reading order; `document.text[span.start:span.end] == passage.text` for each.

    A heading with clauses below it is no passage of its own: it stands in the `heading` of those without one.
    """
    notes = notes or {}
    is_corpus = document.kind != "user"
    sections = list(_corpus_sections(document.text) if is_corpus else _numbered_sections(document.text))
    passages = [_passage(document, section, notes.get(section.clause, Note())) for section in sections]
    return linked(passages, [section.under for section in sections])


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
    chapters = [(match.start(), match["heading"]) for match in _CHAPTER.finditer(text)]
    for match in _CORPUS_CLAUSE.finditer(text):
        following = _ANY_HEADING.search(text, match.end())
        start, end = _trimmed(text, match.end(), following.start() if following else len(text))
        under = tuple(heading for position, heading in chapters if position < match.start())[-1:]
        yield _Section(match["clause"], match["heading"], start, end, under)


def _numbered_sections(text: str) -> Iterator[_Section]:
    """Sections of a user's document by its own numbering or headings; plain paragraphs where it has none."""
    taken: set[str] = set()
    for block in _blocks(text):
        for start, end in _pieces(text, block.start, block.end):
            clause = _untaken(block.clause, taken)
            taken.add(clause)
            yield block._replace(clause=clause, start=start, end=end)


def _untaken(label: str, taken: Collection[str]) -> str:
    number = 1
    clause = label
    while clause in taken:
        number += 1
        clause = f"{label}~{number}"
    return clause


def _blocks(text: str) -> Iterator[_Section]:
    """The text between clause starts."""
    clauses = outline(text)
    first = clauses[0].start if clauses else len(text)
    yield from (_Section(label, "", start, end) for label, start, end in _paragraphs(text, 0, first))
    headings: dict[str, str] = {}
    labels: set[str] = set()
    for index, clause in enumerate(clauses):
        following = clauses[index + 1] if index + 1 < len(clauses) else None
        start, end = _trimmed(text, clause.start, following.start if following else len(text))
        title = _title(clause, text[start:end])
        headings[clause.label] = title
        above = tuple(heading for label in clause.path if (heading := headings.get(label)))
        is_container = following is not None and following.depth > clause.depth
        if is_container and _is_bare_heading(clause, text[start:end]):
            continue
        label = clause.label
        if label in labels and clause.path and not label.startswith(clause.path[-1]):
            label = joined(clause.path[-1], label)  # numbers that start again in every chapter
        labels.add(label)
        yield _Section(_fit(label), title or (above[-1] if above else ""), start, end, above)


def _title(clause: Clause, text: str) -> str:
    """The heading of a clause: what follows the number, if it reads like one; else a title line of its own."""
    rest = clause.rest.lstrip(" \t\u3000#.:：、-–—*")
    if clause.style == "heading" or _reads_like_title(rest):
        return rest[:120]
    if rest:
        inline = _INLINE_TITLE.match(rest)
        return (inline["boxed"] or inline["title"]).strip() if inline else ""
    below = [line.strip() for line in text.splitlines()[1:] if line.strip()]
    return below[0][:120] if len(below) > 1 and _reads_like_title(below[0]) else ""


def _reads_like_title(line: str) -> bool:
    longest = 30 if any("一" <= character <= "鿿" for character in line) else 80
    return 0 < len(line) <= longest and not _SENTENCE.search(line)


def _is_bare_heading(clause: Clause, text: str) -> bool:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) == 1:
        return (
            clause.style == "heading"
            or not text.rstrip().endswith((":", "："))
            and (not clause.rest or _reads_like_title(clause.rest))
        )
    return len(lines) == 2 and not clause.rest and _reads_like_title(lines[1].strip())


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


def _fit(label: str) -> str:
    """A clause label without blanks, slashes or marks of our own, fit for a passage id."""
    return re.sub(r"[\s/#:~]+", "-", label)[:80] or "p"
