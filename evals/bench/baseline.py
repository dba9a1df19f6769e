"""The same questions through plain LangChain and Chroma: default splitter, default retriever, the same embedder."""

import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from evals.question_sets import RetrievalQuestion, retrieval_questions
from knowledge.embed import Embedder, EmbeddingCache
from knowledge.model import Passage
from knowledge.search import KnowledgeIndex

_FIRST = 5
_TIMED = 100


def report(index_dir: Path, model: Embedder, cache: EmbeddingCache) -> str:
    """Recall among five of both, and how long a query takes, its embedding included."""
    if find_spec("langchain_chroma") is None or find_spec("langchain_text_splitters") is None:
        return "\nbaseline: needs the `test` extra (langchain-chroma, langchain-text-splitters), left out"
    index = KnowledgeIndex.open(index_dir, model)
    questions = retrieval_questions()
    store = _store(index, model, cache)
    theirs = [_found_by_chunks(store, index, question) for question in questions]
    ours = [_found_by_us(index, question) for question in questions]
    lines = ["", "| recall@5 | n | ours | LangChain + Chroma |", "|---|---|---|---|"]
    for name, across in (("same language", False), ("across languages", True)):
        chosen = [n for n, question in enumerate(questions) if question.across == across]
        mine, other = (float(np.mean([found[n] for n in chosen])) for found in (ours, theirs))
        lines.append(f"| {name} | {len(chosen)} | {mine:.3f} | {other:.3f} |")
    sample = [question.question + " " for question in questions[:: max(1, len(questions) // _TIMED)]]
    retriever = store.as_retriever()
    index.search("warm up")
    retriever.invoke("warm up")
    times: dict[str, list[float]] = {"ours": [], "theirs": []}
    for text in sample:  # by turns, so that other work on the machine slows both
        for name, search in (("ours", index.search), ("theirs", retriever.invoke)):
            started = time.perf_counter()
            search(text)
            times[name].append(1000 * (time.perf_counter() - started))
    mine, other = (float(np.median(times[name])) for name in ("ours", "theirs"))
    lines.append(f"\nmedian query: ours {mine:.1f} ms, LangChain + Chroma {other:.1f} ms, ratio {mine / other:.2f}")
    return "\n".join(lines)


def _store(index: KnowledgeIndex, model: Embedder, cache: EmbeddingCache) -> Any:
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    documents = [
        Document(page_content=each.text, metadata={"document": each.id, "language": each.language})
        for each in index.documents()
    ]
    # the start index only tells where a chunk stood; the chunks are those of the default settings
    chunks = RecursiveCharacterTextSplitter(add_start_index=True).split_documents(documents)
    return Chroma.from_documents(chunks, _adapter(model, cache), collection_name="baseline")


def _adapter(model: Embedder, cache: EmbeddingCache) -> Any:
    from langchain_core.embeddings import Embeddings

    class Adapter(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return cache.passages(texts).tolist()  # type: ignore[no-any-return]

        def embed_query(self, text: str) -> list[float]:
            return model.queries([text])[0].tolist()  # type: ignore[no-any-return]

    return Adapter()


def _found_by_chunks(store: Any, index: KnowledgeIndex, question: RetrievalQuestion) -> bool:
    where = {"language": "en" if question.language == "zh" else "zh"} if question.across else None
    chunks = store.similarity_search(question.question, k=_FIRST, filter=where)
    return any(_overlaps(chunk, passage) for chunk in chunks for passage in _gold(index, question.gold))


def _found_by_us(index: KnowledgeIndex, question: RetrievalQuestion) -> bool:
    only = None if not question.across else ("en" if question.language == "zh" else "zh")
    hits = index.search(question.question, limit=_FIRST, as_of=question.as_of, only=only)  # type: ignore[arg-type]
    return any(hit.passage.reference in question.gold for hit in hits)


def _gold(index: KnowledgeIndex, references: Sequence[str]) -> list[Passage]:
    return [index.clause(reference, language) for reference in references for language in ("zh", "en")]


def _overlaps(chunk: Any, passage: Passage) -> bool:
    start = chunk.metadata["start_index"]
    return bool(
        chunk.metadata["document"] == passage.document_id
        and chunk.metadata["language"] == passage.language
        and start < passage.span.end
        and passage.span.start < start + len(chunk.page_content)
    )
