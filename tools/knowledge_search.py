"""Search of the documents as a tool, and the one shape in which every door shows what was found."""

from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Annotated

from pydantic import Field

from knowledge.calibration import not_in_corpus_below
from knowledge.errors import KnowledgeError
from knowledge.model import DocumentKind, Hit, Language
from knowledge.search import KnowledgeIndex
from tools.acting import acting_owner
from tools.errors import ToolInputError, ToolUnavailable
from tools.invoices import DateIn
from tools.results import Result


@dataclass(frozen=True, kw_only=True)
class FoundPassage:
    """A clause or paragraph that answers the query, with the words to quote."""

    citation_id: str
    document: str
    title: str
    clause: str
    reference: str
    """Language-free, as tools cite it: `wt-2026:7.1`."""
    edition: str
    heading: str
    language: Language
    kind: DocumentKind
    is_own: bool
    """From a document that the asker added; nobody else finds it."""
    text: str
    quote: str
    start: int
    end: int
    """Offsets of the quote in the document's canonical text."""
    score: float
    """0–1: how likely it is that the passage answers the query."""
    nearness: float
    """0–1: how near it comes to the best passage found, which has 1."""
    source: str
    confidence: str


@dataclass(frozen=True, kw_only=True)
class Passages(Result):
    """What a search found, best first; empty when nothing did."""

    passages: tuple[FoundPassage, ...] = ()
    defined: tuple[str, ...] = ()
    """Citation ids of the passages that define the terms which the query names, in its order."""
    as_of: date | None = None


class KnowledgeTools:
    """The document tools over one index."""

    def __init__(self, index: KnowledgeIndex) -> None:
        self._index = index

    def search_knowledge(
        self,
        query: Annotated[str, Field(min_length=1, max_length=2_000)],
        language: Language | None = None,
        top_k: Annotated[int, Field(ge=1, le=50)] = 8,
        as_of: DateIn | None = None,
        document: Annotated[str, Field(max_length=200)] | None = None,
        prefer_own: bool = False,
    ) -> Passages:
        """Clauses of the policy and guidance on credit insurance and credit management that answer a question.

        Use it for what cover means, what a duty is, what a term means, how to act; not for arithmetic or dates. The
        documents that the user added, such as their own policy, are searched too. Definitions of the terms that the
        query names are among the passages.

        Args:
            query: The question or its key words, in Chinese or English.
            language: Language of the passages wanted, `zh` or `en`; the language of the query when absent.
            top_k: How many passages at most.
            as_of: Only editions in force on this day, ISO date.
            document: Only this document, by its id such as `wt-2026`.
            prefer_own: Put the user's own documents first; true for "my policy", "our contract", "the file I sent".
        """
        owner = acting_owner()
        if not query.strip():
            raise ToolInputError("query", query, "give the words to look for.")
        if document is not None:
            self._check_document(document, owner)
        search = partial(self._index.search, query, language=language, limit=top_k, as_of=as_of, owner=owner)
        try:
            hits = search(document=document)
            if prefer_own:
                own = [hit for hit in search(document=document, own=True) if hit.score >= not_in_corpus_below()]
                hits = [*own, *(hit for hit in hits if hit.passage.id not in {each.passage.id for each in own})][:top_k]
            entries = [] if document else self._index.definitions(query, language=language, owner=owner)
        except KnowledgeError as error:
            raise ToolUnavailable(str(error)) from error
        found = {hit.passage.id for hit in hits}
        missed = [hit for hit in entries if hit.passage.id not in found] if len(entries) < top_k else []
        least = min((hit.nearness for hit in hits), default=1.0)
        missed = [replace(hit, nearness=min(hit.nearness, least)) for hit in missed]
        passages = tuple(map(found_passage, [*hits[: top_k - len(missed)], *missed]))
        shown = {passage.citation_id for passage in passages}
        defined = tuple(hit.passage.id for hit in entries if hit.passage.id in shown)
        return Passages(passages=passages, defined=defined, as_of=as_of)

    def _check_document(self, document: str, owner: str | None) -> None:
        known = sorted({each.id for each in self._index.documents(owner=owner)})
        if document not in known:
            raise ToolInputError("document", document, f"there is no such document; use one of: {', '.join(known)}.")


def found_passage(hit: Hit) -> FoundPassage:
    """A hit as every door shows it."""
    passage = hit.passage
    return FoundPassage(
        citation_id=passage.id,
        document=passage.document_id,
        title=passage.title,
        clause=passage.clause,
        reference=passage.reference,
        edition=passage.edition,
        heading=passage.heading,
        language=passage.language,
        kind=passage.kind,
        is_own=passage.owner is not None,
        text=passage.text,
        quote=hit.quoted,
        start=hit.quote.start,
        end=hit.quote.end,
        score=round(hit.score, 4),
        nearness=round(hit.nearness, 4),
        source=passage.source,
        confidence=passage.confidence,
    )
