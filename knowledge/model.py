"""What the documents are made of: documents, passages, spans and search hits."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Language = Literal["zh", "en"]
DocumentKind = Literal["policy", "guidance", "faq", "glossary", "user"]


@dataclass(frozen=True, kw_only=True)
class Span:
    """Half-open character range `[start, end)` into a document's canonical text."""

    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Document:
    """One document in one language and one edition."""

    id: str
    """Language-free id with the edition in it, e.g. `wt-2026`; the zh and en texts of a document share it."""
    language: Language
    title: str
    kind: DocumentKind
    edition: str
    source: str
    """Source codes or the file the document came from."""
    text: str
    """Canonical text; every offset in the product points into it."""
    in_force_from: date | None = None
    in_force_to: date | None = None
    owner: str | None = None
    """None: the shared corpus. Otherwise only searches by this owner see it."""


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A clause or a self-contained paragraph that can be quoted."""

    id: str
    """`{document_id}/{language}/{clause}`, e.g. `wt-2026/en/7.1`."""
    document_id: str
    language: Language
    clause: str
    heading: str
    text: str
    span: Span
    kind: DocumentKind
    title: str
    edition: str
    source: str
    confidence: str
    """H, M, L or empty: how sure the source is (see docs/sources.md)."""
    asks: tuple[str, ...] = ()
    """Questions in people's words that this passage answers; indexed, never shown."""
    definitions: tuple[str, ...] = ()
    """References of the clauses that define terms used here, in order of use: `wt-2026:2.5`."""
    in_force_from: date | None = None
    in_force_to: date | None = None
    owner: str | None = None

    @property
    def reference(self) -> str:
        """Language-free clause reference, `wt-2026:7.1`: what tools cite."""
        return f"{self.document_id}:{self.clause}"


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One search result, best first."""

    passage: Passage
    score: float
    """Calibrated 0–1: how likely it is that the passage answers the query."""
    nearness: float
    """0–1: how near the passage comes to the best one in the ranking, which has 1."""
    quote: Span
    """The sentence (or sentences) to quote, as a span of the document's canonical text."""
    dense: float
    lexical: float

    @property
    def quoted(self) -> str:
        """The words to quote."""
        offset = self.passage.span.start
        return self.passage.text[self.quote.start - offset : self.quote.end - offset]
