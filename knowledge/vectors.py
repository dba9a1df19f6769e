"""Where vectors are kept: embedded Chroma by default, a Chroma server by URL.

Searching needs the score of every passage (the fusion standardises them), so a reader takes the whole matrix once
(`all`) and multiplies it in NumPy: 1.8 ms for 20,000 vectors where Chroma's own query takes 4.6 ms and 27 ms with a
filter. Importing chromadb takes 1–2 s, so a reader of an embedded index uses the float32 copy that the build leaves
beside it and never imports chromadb.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from knowledge.errors import KnowledgeError, StoreFailed, VectorsMissing

Matrix = npt.NDArray[np.float32]
Metadata = Mapping[str, str | int | float | bool]
_PAGE = 2_000


class StoredVectors(NamedTuple):
    """Ids and their unit vectors, row by row."""

    ids: list[str]
    matrix: Matrix


class VectorStore(Protocol):
    """Unit vectors by id; the ids are unique."""

    def add(self, ids: Sequence[str], vectors: Matrix, metadatas: Sequence[Metadata]) -> None:
        """Add or replace vectors."""

    def nearest(self, vector: Matrix, limit: int, where: Metadata | None = None) -> list[tuple[str, float]]:
        """(id, cosine) of the nearest vectors, best first."""

    def all(self) -> StoredVectors:
        """Everything, in the order of the ids."""

    def drop(self) -> None:
        """Remove the whole collection."""

    def close(self) -> None:
        """Release files and connections."""


class ChromaStore:
    """One Chroma collection, in a folder of its own or on a server."""

    def __init__(self, where: Path | str, collection: str, *, must_exist: bool = False) -> None:
        """Open the collection, or make it.

        Args:
            where: The folder of an embedded Chroma, or a server's address like `http://host:8000`.
            collection: Its name.
            must_exist: Raise `VectorsMissing` where there is none: readers never make one.
        """
        # takes 1–2 s; only builds and server-backed readers need it
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        self._name, self._where = collection, where
        self._client: Any
        if isinstance(where, Path):
            if must_exist and not where.is_dir():
                raise VectorsMissing(f"there are no vectors in {where}")
            where.mkdir(parents=True, exist_ok=True)
            with _explained(where):
                self._client = chromadb.PersistentClient(path=str(where), settings=settings)
        else:
            url = urlsplit(where)
            if url.scheme not in ("http", "https") or not url.hostname:
                raise KnowledgeError(f"a Chroma server is named like http://host:8000, got {where!r}")
            is_tls = url.scheme == "https"
            with _explained(where):
                self._client = chromadb.HttpClient(
                    host=url.hostname, port=url.port or (443 if is_tls else 8000), ssl=is_tls, settings=settings
                )
        with _explained(where):
            self._collection: Any = (
                self._client.get_collection(collection, embedding_function=None)
                if must_exist
                else self._client.get_or_create_collection(
                    collection, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
                )
            )

    def add(self, ids: Sequence[str], vectors: Matrix, metadatas: Sequence[Metadata]) -> None:
        for start in range(0, len(ids), _PAGE):
            part = slice(start, start + _PAGE)
            with _explained(self._where):
                self._collection.upsert(
                    ids=list(ids[part]), embeddings=vectors[part], metadatas=list(map(dict, metadatas[part]))
                )

    def nearest(self, vector: Matrix, limit: int, where: Metadata | None = None) -> list[tuple[str, float]]:
        with _explained(self._where):
            found = self._collection.query(
                query_embeddings=[vector], n_results=limit, where=dict(where) if where else None, include=["distances"]
            )
        return [(id_, 1 - distance) for id_, distance in zip(found["ids"][0], found["distances"][0], strict=True)]

    def all(self) -> StoredVectors:
        rows: list[tuple[str, Matrix]] = []
        while True:
            with _explained(self._where):
                page = self._collection.get(limit=_PAGE, offset=len(rows), include=["embeddings"])
            rows += zip(page["ids"], page["embeddings"], strict=True)
            if len(page["ids"]) < _PAGE:
                break
        rows.sort(key=lambda row: row[0])
        return StoredVectors([id_ for id_, _ in rows], np.array([vector for _, vector in rows], dtype=np.float32))

    def drop(self) -> None:
        with _explained(self._where):
            self._client.delete_collection(self._name)

    def close(self) -> None:
        self._client.close()
        session = getattr(self._client._server, "_session", None)
        if session is not None:  # chromadb leaves the connection to a server open
            session.close()


@contextmanager
def _explained(where: Path | str) -> Iterator[None]:
    """Chroma's and the connection's errors as ours, with the place in the message."""
    import httpx
    from chromadb.errors import ChromaError, NotFoundError

    place = f"the Chroma server {where}" if isinstance(where, str) else f"the vectors in {where}"
    try:
        yield
    except NotFoundError as error:
        raise VectorsMissing(f"{place}: {error}") from error
    except ChromaError as error:
        raise StoreFailed(f"{place}: {error}") from error
    except (httpx.HTTPError, ValueError) as error:  # chromadb reports an unreachable server as a ValueError
        raise StoreFailed(f"{place}: no answer ({error})") from error


class MatrixStore:
    """The same vectors as one float32 file: what readers load."""

    def __init__(self, folder: Path) -> None:
        self._vectors_path, self._ids_path = folder / "vectors.npy", folder / "vectors.ids"
        self._ids: list[str] = []
        self._matrix: Matrix = np.zeros((0, 0), dtype=np.float32)
        if self._vectors_path.exists():
            self._ids = self._ids_path.read_text(encoding="utf-8").splitlines()
            self._matrix = np.load(self._vectors_path)

    def add(self, ids: Sequence[str], vectors: Matrix, metadatas: Sequence[Metadata]) -> None:
        del metadatas  # filters are the reader's: it holds the passages
        merged = dict(zip(self._ids, self._matrix, strict=True)) | dict(zip(ids, vectors, strict=True))
        self._ids = sorted(merged)
        self._matrix = np.array([merged[id_] for id_ in self._ids], dtype=np.float32)
        self._vectors_path.parent.mkdir(parents=True, exist_ok=True)
        np.save(self._vectors_path, self._matrix)
        self._ids_path.write_text("\n".join(self._ids), encoding="utf-8")

    def nearest(self, vector: Matrix, limit: int, where: Metadata | None = None) -> list[tuple[str, float]]:
        if where:
            raise KnowledgeError("the matrix file holds no metadata to filter by")
        cosines = self._matrix @ vector
        return [(self._ids[row], float(cosines[row])) for row in np.argsort(-cosines, kind="stable")[:limit]]

    def all(self) -> StoredVectors:
        return StoredVectors(list(self._ids), self._matrix)

    def drop(self) -> None:
        self._vectors_path.unlink(missing_ok=True)
        self._ids_path.unlink(missing_ok=True)
        self._ids, self._matrix = [], np.zeros((0, 0), dtype=np.float32)

    def close(self) -> None:
        """Nothing is held open."""
