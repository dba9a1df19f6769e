"""One built version of an index: documents, passages, vectors and postings, written once and then only read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge import asked
from knowledge.across import Middles, centred, middles
from knowledge.errors import KnowledgeError
from knowledge.hubs import bank, hubness, spread
from knowledge.lexical import LexicalIndex, weighted_terms
from knowledge.model import Document, Passage, Span
from knowledge.phrases import Phrases
from knowledge.quotes import sentences
from knowledge.tokens import is_chinese, terms
from knowledge.topic import Topic, background, learn_topic
from knowledge.vectors import ChromaStore, MatrixStore, StoredVectors

Matrix = npt.NDArray[np.float32]
HEADING_WEIGHT, ASK_WEIGHT = 1.5, 0.5
_ASK = "#q"
_LEXICAL, _PHRASES = "lexical.npz", "phrases.npz"


@dataclass(frozen=True, kw_only=True, eq=False)
class Shelf:
    """What a search reads, all in memory."""

    version: str
    embedder: str
    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]
    bodies: Matrix
    """One unit vector a passage."""
    asks: Matrix
    """One unit vector an ask."""
    ask_rows: npt.NDArray[np.int32]
    """The passage of each ask."""
    lexical: LexicalIndex
    phrases: Phrases
    body_hubs: Matrix
    """How near each body is to questions in general."""
    ask_hubs: Matrix
    spread: float
    """Standard deviation of a question's cosine over the bodies."""
    across_hubs: Matrix
    """How near each body is to questions of its own language, centred: what matters across languages."""
    across_spread: float
    middles: Middles
    """Where each language lies."""
    asked: asked.Asked
    """What tells the asks of one clause from those of another."""
    topic: Topic
    """What the corpus's questions have in common."""

    @classmethod
    def of(
        cls,
        *,
        version: str,
        embedder: str,
        documents: tuple[Document, ...],
        passages: tuple[Passage, ...],
        bodies: Matrix,
        asks: Matrix,
        lexical: LexicalIndex,
        phrases: Phrases,
        statistics: Mapping[str, npt.NDArray[Any]],
    ) -> "Shelf":
        """A shelf with the statistics that `save_statistics` wrote."""
        return cls(
            version=version,
            embedder=embedder,
            documents=documents,
            passages=passages,
            bodies=bodies,
            asks=asks,
            ask_rows=ask_passages(passages),
            lexical=lexical,
            phrases=phrases,
            body_hubs=statistics["body"],
            ask_hubs=statistics["ask"],
            spread=float(statistics["spread"]),
            across_hubs=statistics["across"],
            across_spread=float(statistics["across_spread"]),
            middles=Middles(statistics["middle_questions"], statistics["middle_passages"]),
            asked=asked.Asked(
                statistics["asked_metric"],
                statistics["asked_questions"],
                statistics["asked_passages"],
                float(statistics["asked_unit"]),
            ),
            topic=Topic(statistics["topic_means"], statistics["topic_inside"], statistics["topic_outside"]),
        )


def body_text(passage: Passage) -> str:
    """What is embedded for a passage: its place and its words."""
    place = " – ".join(part for part in (passage.title, passage.heading) if part)
    return f"{place}\n{passage.text}" if place else passage.text


def vector_ids(passages: Sequence[Passage]) -> tuple[list[str], list[str]]:
    """(ids of the bodies, ids of the asks) in the order of the passages."""
    asks = [f"{passage.id}{_ASK}{number}" for passage in passages for number in range(len(passage.asks))]
    return [passage.id for passage in passages], asks


def lexical_index(passages: Sequence[Passage]) -> LexicalIndex:
    """Postings of headings, texts and asks."""
    return LexicalIndex.build(
        [
            weighted_terms(
                [
                    (1.0, terms(passage.text)),
                    (HEADING_WEIGHT, terms(passage.heading)),
                    (1.0, terms(passage.title)),
                    *((ASK_WEIGHT, terms(ask)) for ask in passage.asks),
                ]
            )
            for passage in passages
        ]
    )


def phrases_of(passages: Sequence[Passage]) -> Phrases:
    """Postings of how the asks are worded."""
    return Phrases.build([ask for passage in passages for ask in passage.asks])


def save_postings(folder: Path, passages: Sequence[Passage]) -> None:
    """Write what words are looked up in."""
    lexical_index(passages).save(folder / _LEXICAL)
    phrases_of(passages).save(folder / _PHRASES)


def ask_passages(passages: Sequence[Passage]) -> npt.NDArray[np.int32]:
    """The passage number of each ask."""
    return np.repeat(np.arange(len(passages)), [len(passage.asks) for passage in passages]).astype(np.int32)


def clause_numbers(passages: Sequence[Passage]) -> npt.NDArray[np.int32]:
    """A number for each passage; the two texts of a clause share it."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(p.reference, len(numbers)) for p in passages], dtype=np.int32)


def save_statistics(
    folder: Path, passages: Sequence[Passage], bodies: Matrix, asks: Matrix, leads: Matrix, others: Matrix
) -> None:
    """Write what scores are read against; `leads` are first sentences and `others` background questions, as queries."""
    clauses = clause_numbers(passages)
    ask_rows = ask_passages(passages)
    ask_clauses = clauses[ask_rows]
    in_chinese = np.array([passage.language == "zh" for passage in passages], dtype=np.bool_)
    lead_bank = bank(leads, clauses)
    others_chinese = np.array(list(map(is_chinese, background()[: len(others)])), dtype=np.bool_)
    if len(others):
        centre = middles(others, others_chinese, bodies, in_chinese)
    else:
        centre = middles(leads, in_chinese, bodies, in_chinese)
    moved, leads_moved = centred(bodies, in_chinese, centre.passages), centred(leads, in_chinese, centre.passages)
    across_bank = bank(leads_moved, clauses)
    topic = learn_topic(asks, in_chinese[ask_rows], others, others_chinese)
    learned = asked.learn(asks, ask_rows, bodies, in_chinese, clauses)
    np.savez(
        folder / "statistics.npz",
        topic_means=topic.means,
        topic_inside=topic.inside,
        topic_outside=topic.outside,
        body=hubness(bodies, clauses, lead_bank),
        ask=hubness(asks, ask_clauses, bank(asks, ask_clauses)),
        spread=spread(bodies, in_chinese, lead_bank),
        across=hubness(moved, clauses, across_bank),
        across_spread=spread(moved, in_chinese, across_bank),
        middle_questions=centre.questions,
        middle_passages=centre.passages,
        asked_metric=learned.metric,
        asked_questions=learned.questions,
        asked_passages=learned.passages,
        asked_unit=learned.unit,
    )


def lead(passage: Passage) -> str:
    """The first sentence of a passage, as a stand-in for a question about it."""
    start, end = sentences(passage.text)[0]
    return passage.text[start:end][:200]


def save_texts(folder: Path, documents: Sequence[Document], passages: Sequence[Passage]) -> None:
    """Write documents and passages; a passage's text is kept as its span, so the two cannot drift apart."""
    rows = {
        "documents": [asdict(document) for document in documents],
        "passages": [{**asdict(passage), "text": None} for passage in passages],
    }
    (folder / "texts.json").write_text(json.dumps(rows, ensure_ascii=False, default=date.isoformat), encoding="utf-8")


def load_texts(folder: Path) -> tuple[tuple[Document, ...], tuple[Passage, ...]]:
    """Read what `save_texts` wrote."""
    rows = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
    documents = tuple(Document(**_dated(row)) for row in rows["documents"])
    texts: dict[tuple[str, str], str] = {(each.id, each.language): each.text for each in documents}
    return documents, tuple(_passage(row, texts) for row in rows["passages"])


def load_shelf(folder: Path, chroma_url: str | None = None) -> Shelf:
    """A version folder in memory; its vectors come from the server when it was built on one."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    documents, passages = load_texts(folder)
    stored = _stored(folder, manifest, chroma_url)
    with np.load(folder / "statistics.npz", allow_pickle=False) as saved:
        statistics = dict(saved)
    row_by_id = {id_: row for row, id_ in enumerate(stored.ids)}
    body_ids, ask_ids = vector_ids(passages)
    return Shelf.of(
        version=manifest["version"],
        embedder=manifest["embedder"],
        documents=documents,
        passages=passages,
        bodies=stored.matrix[[row_by_id[id_] for id_ in body_ids]],
        asks=stored.matrix[[row_by_id[id_] for id_ in ask_ids]],
        lexical=LexicalIndex.load(folder / _LEXICAL),
        phrases=Phrases.load(folder / _PHRASES),
        statistics=statistics,
    )


def _stored(folder: Path, manifest: Mapping[str, Any], chroma_url: str | None) -> StoredVectors:
    local = MatrixStore(folder).all()
    if local.ids or not manifest["passages"]:
        return StoredVectors(local.ids, local.matrix.reshape(len(local.ids), manifest["dimensions"]))
    if manifest.get("is_on_server") and not chroma_url:
        raise KnowledgeError("the vectors of this index are on a Chroma server; give its address or build it again")
    store = ChromaStore(chroma_url or folder / "chroma", manifest["collection"], must_exist=True)
    try:
        return store.all()
    finally:
        store.close()


def _passage(row: dict[str, Any], texts: Mapping[tuple[str, str], str]) -> Passage:
    span = Span(**row["span"])
    text = texts[row["document_id"], row["language"]][span.start : span.end]
    lists = {name: tuple(row.get(name, ())) for name in ("asks", "definitions")}
    return Passage(**{**_dated(row), **lists, "span": span, "text": text})


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    dates = {name: date.fromisoformat(row[name]) for name in ("in_force_from", "in_force_to") if row[name]}
    return {**row, **dates}
