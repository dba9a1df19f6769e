"""Sentences that carry their evidence, and the sources that evidence points at."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from assistant.answer import Citation, Evidence, Question, TextPart
from knowledge.model import Passage, Span


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One sentence (or list line) and what each stretch of it rests on."""

    text: str
    role: str = "answer"
    evidence: tuple[Evidence, ...] = ()
    own_line: bool = False
    """A list line; otherwise it flows into the paragraph."""


@dataclass(kw_only=True)
class Draft:
    """What an engine wants to say, before the ledger has checked it."""

    outcome: str = "answered"
    sentences: list[Sentence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    handoff: tuple[str, str] | None = None
    cards: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    derived: list[tuple[Any, str]] = field(default_factory=list)
    """Values counted from a tool result, such as the number of missing papers, and their source."""

    def cite(self, passage: Passage, quote: Span) -> int:
        """Number of the citation of `quote` in `passage`; the same quote is numbered once."""
        for known in self.citations:
            if known.passage_id == passage.id and (known.start, known.end) == (quote.start, quote.end):
                return known.id
        offset = passage.span.start
        citation = Citation(
            id=len(self.citations) + 1,
            document=passage.document_id,
            title=passage.title,
            clause=passage.clause,
            edition=passage.edition,
            language=passage.language,
            quote=passage.text[quote.start - offset : quote.end - offset],
            start=quote.start,
            end=quote.end,
            passage_id=passage.id,
        )
        self.citations.append(citation)
        return citation.id


def paragraphs(sentences: Iterable[Sentence], language: str) -> list[TextPart]:
    """Sentences joined into parts: one part a role in a row, list lines on their own lines."""
    parts: list[TextPart] = []
    for sentence in sentences:
        if not parts or parts[-1].role != sentence.role:
            parts.append(TextPart(role=sentence.role, text=""))
        part = parts[-1]
        joint = _joint(part.text, sentence, language)
        start = len(part.text) + len(joint)
        part.text += joint + ("- " if sentence.own_line else "") + sentence.text
        shift = start + (2 if sentence.own_line else 0)
        part.evidence.extend(
            Evidence(start=item.start + shift, end=item.end + shift, source=item.source) for item in sentence.evidence
        )
    return parts


def _joint(before: str, sentence: Sentence, language: str) -> str:
    if not before:
        return ""
    last_line = before.rsplit("\n", 1)[-1]
    if sentence.own_line:
        return "\n"
    if last_line.startswith(("- ", "|")):
        return "\n\n"
    return " " if language == "en" else ""


def as_markdown(parts: Iterable[TextPart], citations: Iterable[Citation], language: str) -> str:
    """The answer's text with `[n]` footnotes and the list of sources they point at."""
    blocks = [_with_footnotes(part) for part in parts]
    listed = [f"[{item.id}] {_place(item, language)}" for item in citations]
    return "\n\n".join(blocks + (["\n".join(listed)] if listed else []))


def _place(citation: Citation, language: str) -> str:
    """Where the words stand; a document of the user's own may have no edition."""
    if language == "zh":
        return f"《{citation.title}》{citation.clause}" + (f"（{citation.edition}）" if citation.edition else "")
    return f"{citation.title} {citation.clause}" + (f" ({citation.edition})" if citation.edition else "")


def _with_footnotes(part: TextPart) -> str:
    text = part.text
    marks = sorted(
        {
            (item.end, int(item.source.partition(":")[2]))
            for item in part.evidence
            if item.source.startswith("citation:")
        },
        reverse=True,
    )
    for end, number in marks:
        text = f"{text[:end]}[{number}]{text[end:]}"
    return text
