"""Writing one version of an index and swapping it in; whatever happens, the old one stays whole."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.embed import Embedder, EmbeddingCache
from knowledge.errors import IndexLocked, IndexNotWritten, StoreFailed
from knowledge.model import Document, Passage
from knowledge.shelf import body_text, lead, save_postings, save_statistics, save_texts, vector_ids
from knowledge.topic import FEWEST_ASKS, background
from knowledge.vectors import ChromaStore, MatrixStore
from knowledge.versions import (
    VERSIONS_KEPT,
    complete,
    current_version,
    manifest_of,
    point_to,
    remove_leftovers,
    remove_version,
    superseded,
    version_folder,
    writer,
)

PIPELINE = "8"
"""Raised when splitting, terms or what is embedded changes: every index is then rebuilt."""

BuildProgress = Callable[[str, int, int], None]
"""Called with (stage, done, total); every stage ends with done == total."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """What goes into a version."""

    documents: Sequence[Document]
    passages: Sequence[Passage]
    sources: Mapping[str, str] = field(default_factory=dict)
    """Digest of the file of each document, by `id/language`."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where versions are built, and with what."""

    root: Path
    embedder: Embedder
    progress: BuildProgress | None = None
    chroma_url: str | None = None
    builds_kept: int = VERSIONS_KEPT
    """How many of the last versions stay, and how many builds an unused vector outlives."""

    @property
    def basis(self) -> str:
        """What an index depends on besides its documents."""
        return f"{PIPELINE}\0{self.embedder.name}\0{self.chroma_url or ''}"

    def stage(self, name: str) -> Callable[[int, int], None] | None:
        """Progress of one stage."""
        if (progress := self.progress) is None:
            return None
        return lambda done, total: progress(name, done, total)

    def facts(self) -> Mapping[str, Any]:
        """What the version in use says about itself; empty when there is none."""
        version = current_version(self.root)
        return manifest_of(self.root, version) if version else {}

    def is_current(self, fingerprint: str) -> bool:
        """Whether the version in use holds this content."""
        return self.facts().get("fingerprint") == fingerprint

    def fingerprint(self, contents: Sequence[tuple[str, bytes]]) -> str:
        """Identifies an index by its documents, in order, and by what it depends on."""
        digest = hashlib.sha256(self.basis.encode())
        for name, content in contents:
            digest.update(f"\0{name}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()


@contextmanager
def writing(site: Site) -> Iterator[None]:
    """Hold the folder of `site`; a full disk or a missing right becomes a message a person can act on."""
    try:
        with writer(site.root):
            yield
    except (OSError, sqlite3.OperationalError, StoreFailed) as error:
        reason = (isinstance(error, OSError) and error.strerror) or str(error)
        raise IndexNotWritten(
            f"the index in {site.root} could not be written: {reason}; the index in use stays as it was"
        ) from error


def write_version(site: Site, fingerprint: str, content: Content) -> str:
    """Write a version, its manifest last, and point to it; call it inside `writing`."""
    version = fingerprint[:16]
    collection = _collection(site.root, version)
    if manifest_of(site.root, version).get("fingerprint") == fingerprint:
        point_to(site.root, version)  # the version before this one, wanted again
    else:
        remove_version(site.root, version)  # what an interrupted build left
        is_written = False
        try:
            cache = _write_files(site, version, collection, content)
            complete(site.root, version, _manifest(site, version, fingerprint, collection, content))
            point_to(site.root, version)
            is_written = True
        finally:
            if not is_written:
                remove_version(site.root, version)
        cache.prune(site.builds_kept)
    _remove_superseded(site)
    return version


def tidy(site: Site) -> None:
    """Remove what a killed writer left behind, unless another one is at work."""
    if not superseded(site.root, site.builds_kept) and not (site.root / "current.next").exists():
        return
    try:
        with writing(site):
            _remove_superseded(site)
    except IndexLocked:
        return  # the other writer tidies when it has finished


def _remove_superseded(site: Site) -> None:
    for version in superseded(site.root, site.builds_kept):
        if site.chroma_url:  # before the folder: its name is the only trace of the collection
            ChromaStore(site.chroma_url, _collection(site.root, version)).drop()
        remove_version(site.root, version)
    remove_leftovers(site.root)


def _write_files(site: Site, version: str, collection: str, content: Content) -> EmbeddingCache:
    folder = version_folder(site.root, version)
    folder.mkdir(parents=True)
    cache = EmbeddingCache(site.root / "embeddings.sqlite", site.embedder)
    passages = content.passages
    asks = [ask for passage in passages for ask in passage.asks]
    bodies = cache.passages(list(map(body_text, passages)), site.stage("embed passages"))
    ask_vectors = cache.queries(asks, site.stage("embed questions"))
    leads = cache.queries(list(map(lead, passages)), site.stage("embed first sentences"))
    # what is small, like a few documents of a user, is read against the shared corpus's statistics
    is_small = max(len(asks), len(passages)) < FEWEST_ASKS
    others = cache.queries(() if is_small else background(), site.stage("embed other questions"))
    save_statistics(folder, passages, bodies, ask_vectors, leads, others)
    _write_vectors(site, folder, collection, passages, np.concatenate([bodies, ask_vectors]))
    save_postings(folder, passages)
    save_texts(folder, content.documents, passages)
    return cache


def _write_vectors(site: Site, folder: Path, collection: str, passages: Sequence[Passage], vectors: Any) -> None:
    body_ids, ask_ids = vector_ids(passages)
    ids = body_ids + ask_ids
    metadatas = [_metadata(passage, "passage") for passage in passages]
    metadatas += [_metadata(passage, "ask") for passage in passages for _ in passage.asks]
    store = ChromaStore(site.chroma_url or folder / "chroma", collection)
    try:
        if site.chroma_url:  # an interrupted build may have left another text's vectors under this name
            store.drop()
            store.close()
            store = ChromaStore(site.chroma_url, collection)
        store.add(ids, vectors, metadatas)
    finally:
        store.close()
    if not site.chroma_url:
        MatrixStore(folder).add(ids, vectors, metadatas)
    if site.progress:
        site.progress("store", len(ids), len(ids))


def _manifest(site: Site, version: str, fingerprint: str, collection: str, content: Content) -> dict[str, Any]:
    return {
        "version": version, "fingerprint": fingerprint, "basis": site.basis, "pipeline": PIPELINE,
        "embedder": site.embedder.name, "dimensions": site.embedder.dimensions, "collection": collection,
        "is_on_server": bool(site.chroma_url), "documents": len(content.documents), "passages": len(content.passages),
        "sources": dict(content.sources),
    }  # fmt: skip


def _metadata(passage: Passage, kind: str) -> dict[str, str]:
    return {"document": passage.document_id, "language": passage.language, "clause": passage.clause, "kind": kind}


def _collection(root: Path, version: str) -> str:
    """Two installations on one server, or two owners with equal texts, never share a collection."""
    return f"tca-{hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:8]}-{version}"
