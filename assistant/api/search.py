"""Search the documents, and open one at the cited place."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from assistant.answer import Language
from assistant.api.callers import CallerDep
from assistant.api.limits import limited
from assistant.api.problems import Problem
from assistant.api.service import ServiceDep
from assistant.guards import clean_message
from tools.knowledge_search import FoundPassage, found_passage

router = APIRouter(tags=["knowledge"], dependencies=[Depends(limited)])


class SearchRequest(BaseModel):
    """What to look for."""

    model_config = ConfigDict(extra="forbid")

    query: str
    language: Literal["zh", "en"] | None = Field(None, description="Only passages in this language; both when absent.")
    top_k: int = Field(5, ge=1, le=50)
    as_of: date | None = Field(None, description="Only documents in force on this day.")
    document: str | None = Field(None, description="Only this document.")


class SearchResult(BaseModel):
    """Passages, best first."""

    query: str
    passages: list[FoundPassage]


class DocumentOut(BaseModel):
    """A document's canonical text: every citation's offsets point into it."""

    id: str
    language: Language
    title: str
    kind: str
    edition: str
    source: str
    text: str


@router.post("/v1/search")
def search(request: SearchRequest, caller: CallerDep, service: ServiceDep) -> SearchResult:
    """The passages that best answer the query."""
    query = clean_message(request.query, max_chars=service.settings.max_message_chars)
    hits = service.agent.index.search(
        query,
        language=request.language,
        limit=request.top_k,
        as_of=request.as_of,
        document=request.document,
        owner=caller.owner,
    )
    return SearchResult(query=query, passages=[found_passage(hit) for hit in hits])


@router.get("/v1/search")
def search_by_url(request: Annotated[SearchRequest, Query()], caller: CallerDep, service: ServiceDep) -> SearchResult:
    """The passages that best answer the query."""
    return search(request, caller, service)


@router.get("/v1/documents/{document_id}")
def read_document(document_id: str, caller: CallerDep, service: ServiceDep, language: Language = "en") -> DocumentOut:
    """The document that a citation points into."""
    visible = service.agent.index.documents(owner=caller.owner)
    document = next((item for item in visible if (item.id, item.language) == (document_id, language)), None)
    if document is None:
        raise Problem("document_not_found", document=document_id, language=language)
    return DocumentOut(
        id=document.id,
        language=document.language,
        title=document.title,
        kind=document.kind,
        edition=document.edition,
        source=document.source,
        text=document.text,
    )
