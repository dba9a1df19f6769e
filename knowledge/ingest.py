"""Building an index: read, split, embed what is new, write a version of its own, swap it in whole."""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from filelock import FileLock, Timeout

from knowledge.embed import Embedder, EmbeddingCache
from knowledge.errors import BrokenDocument, IndexLocked, KnowledgeError
from knowledge.loaders import LOADERS, load_user_document
from knowledge.loaders.markdown import load_corpus_file
from knowledge.model import Document, Passage
from knowledge.shelf import body_text, lead, lexical_index, load_texts, save_statistics, save_texts, vector_ids
from knowledge.split import split
from knowledge.topic import background
from knowledge.vectors import ChromaStore, MatrixStore
from knowledge.versions import current_version, manifest_of, point_to, remove_old_versions, version_folder

PIPELINE = "4"
"""Raised when splitting, terms or what is embedded changes: every index is then rebuilt."""

BuildProgress = Callable[[str, int, int], None]
"""Called with (stage, done, total)."""


@dataclass(frozen=True, kw_only=True)
class FileReport:
    """What became of one file."""

    path: str
    document_id: str = ""
    passages: int = 0
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class IndexReport:
    """What a build did."""

    version: str
    documents: int
    passages: int
    is_unchanged: bool
    seconds: float
    files: tuple[FileReport, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PolicyEdition:
    """What a user says about the documents they add."""

    name: str = ""
    edition: str = ""
    in_force_from: date | None = None
    in_force_to: date | None = None


def build(
    corpus_dirs: Sequence[Path],
    index_dir: Path,
    embedder: Embedder,
    *,
    progress: BuildProgress | None = None,
    chroma_url: str | None = None,
) -> IndexReport:
    """Index the corpus folders; an unchanged corpus returns at once.

    A broken file stops the build with its name and line, and the index stays as it was.
    """
    started = time.monotonic()
    files = _corpus_files(corpus_dirs)
    fingerprint = _fingerprint(embedder.name, ((str(path), path.read_bytes()) for path in files))
    unchanged = _unchanged(index_dir, fingerprint, started)
    if unchanged:
        return unchanged
    with _writer(index_dir):
        documents, passages, reports = _read_corpus(files, progress)
        version = _write_version(index_dir, fingerprint, documents, passages, embedder, progress, chroma_url)
    return IndexReport(
        version=version,
        documents=len(documents),
        passages=len(passages),
        is_unchanged=False,
        seconds=time.monotonic() - started,
        files=tuple(reports),
    )


def add_documents(
    paths: Iterable[Path],
    index_dir: Path,
    embedder: Embedder,
    *,
    owner: str,
    policy: PolicyEdition | None = None,
    progress: BuildProgress | None = None,
    chroma_url: str | None = None,
) -> IndexReport:
    """Add a user's own documents to the owner's shelf; nobody else's search sees them.

    A file that cannot be read is reported and the others are added. A file of the same name replaces its document.
    """
    started = time.monotonic()
    policy = policy or PolicyEdition()
    reports: list[FileReport] = []
    added: dict[str, Document] = {}
    for path in paths:
        try:
            document = load_user_document(
                path,
                owner=owner,
                name=policy.name,
                edition=policy.edition,
                in_force_from=policy.in_force_from,
                in_force_to=policy.in_force_to,
            )
        except BrokenDocument as error:
            reports.append(FileReport(path=str(path), error=str(error)))
            continue
        added[document.id] = document
        reports.append(FileReport(path=str(path), document_id=document.id, passages=len(split(document))))
    report = keep_documents(
        [*added.values()], index_dir, embedder, owner=owner, progress=progress, chroma_url=chroma_url
    )
    return replace(report, files=tuple(reports), seconds=time.monotonic() - started)


def keep_documents(
    documents: Sequence[Document],
    index_dir: Path,
    embedder: Embedder,
    *,
    owner: str,
    progress: BuildProgress | None = None,
    chroma_url: str | None = None,
) -> IndexReport:
    """Put documents that are read already on the owner's shelf; one of the same id is replaced."""
    started = time.monotonic()
    root, new_ids = owner_dir(index_dir, owner), {document.id for document in documents}
    kept = [document for document in owned_documents(index_dir, owner) if document.id not in new_ids]
    return _rebuild_owner(root, [*kept, *documents], embedder, progress, chroma_url, started, (), index_dir)


def remove_document(
    document_id: str, index_dir: Path, embedder: Embedder, *, owner: str, chroma_url: str | None = None
) -> IndexReport:
    """Remove one of the owner's documents and everything derived from it."""
    started = time.monotonic()
    documents = owned_documents(index_dir, owner)
    kept = [document for document in documents if document.id != document_id]
    if len(kept) == len(documents):
        raise KnowledgeError(f"there is no document {document_id!r} to remove")
    return _rebuild_owner(owner_dir(index_dir, owner), kept, embedder, None, chroma_url, started, [], index_dir)


def owned_documents(index_dir: Path, owner: str) -> tuple[Document, ...]:
    """The documents an owner has added."""
    root = owner_dir(index_dir, owner)
    version = current_version(root)
    return load_texts(version_folder(root, version))[0] if version else ()


def owner_dir(index_dir: Path, owner: str) -> Path:
    """The folder of an owner's own index."""
    return index_dir / "owners" / hashlib.sha256(owner.encode()).hexdigest()[:24]


def _rebuild_owner(
    root: Path,
    documents: Sequence[Document],
    embedder: Embedder,
    progress: BuildProgress | None,
    chroma_url: str | None,
    started: float,
    reports: Sequence[FileReport],
    index_dir: Path,
) -> IndexReport:
    passages = [passage for document in documents for passage in split(document)]
    fingerprint = _fingerprint(embedder.name, ((repr(document), b"") for document in documents))
    version = current_version(root)
    is_unchanged = bool(version) and manifest_of(root, version)["fingerprint"] == fingerprint
    if not is_unchanged:
        with _writer(root):
            version = _write_version(
                root, fingerprint, documents, passages, embedder, progress, chroma_url, cache_dir=index_dir
            )
    return IndexReport(
        version=version, documents=len(documents), passages=len(passages), is_unchanged=is_unchanged,
        seconds=time.monotonic() - started, files=tuple(reports),
    )  # fmt: skip


def _corpus_files(corpus_dirs: Sequence[Path]) -> list[Path]:
    files: list[Path] = []
    for folder in corpus_dirs:
        if not folder.exists():
            raise KnowledgeError(f"the corpus folder {folder} does not exist")
        files += sorted(path for path in folder.rglob("*") if path.suffix.lower() in LOADERS and path.is_file())
    if not files:
        raise KnowledgeError(f"no documents in {', '.join(map(str, corpus_dirs))}")
    return files


def _read_corpus(
    files: Sequence[Path], progress: BuildProgress | None
) -> tuple[list[Document], list[Passage], list[FileReport]]:
    documents: dict[tuple[str, str], Path] = {}
    texts: list[Document] = []
    passages: list[Passage] = []
    reports: list[FileReport] = []
    for number, path in enumerate(files, 1):
        is_corpus = path.suffix.lower() == ".md"
        document, notes = load_corpus_file(path) if is_corpus else (load_user_document(path, owner=None), {})
        earlier = documents.setdefault((document.id, document.language), path)
        if earlier != path:
            raise BrokenDocument(path, f"{document.id} in {document.language} is already in {earlier}", 1)
        found = split(document, notes)
        texts.append(document)
        passages += found
        reports.append(FileReport(path=str(path), document_id=document.id, passages=len(found)))
        if progress:
            progress("read", number, len(files))
    return texts, passages, reports


def _fingerprint(model: str, contents: Iterable[tuple[str, bytes]]) -> str:
    digest = hashlib.sha256(f"{PIPELINE}\0{model}".encode())
    for name, content in contents:
        digest.update(f"\0{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _unchanged(root: Path, fingerprint: str, started: float) -> IndexReport | None:
    version = current_version(root)
    manifest: Mapping[str, object] = manifest_of(root, version) if version else {}
    if manifest.get("fingerprint") != fingerprint:
        return None
    return IndexReport(
        version=version,
        documents=int(str(manifest["documents"])),
        passages=int(str(manifest["passages"])),
        is_unchanged=True,
        seconds=time.monotonic() - started,
    )


@contextmanager
def _writer(root: Path) -> Iterator[None]:
    root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(root / "writer.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise IndexLocked(f"another process is building the index in {root}; try again when it has finished") from error
    try:
        yield
    finally:
        lock.release()


def _write_version(
    root: Path,
    fingerprint: str,
    documents: Sequence[Document],
    passages: Sequence[Passage],
    embedder: Embedder,
    progress: BuildProgress | None,
    chroma_url: str | None,
    cache_dir: Path | None = None,
) -> str:
    """Write a version folder, its manifest last, then point to it."""
    version = fingerprint[:16]
    folder = version_folder(root, version)
    shutil.rmtree(folder, ignore_errors=True)  # what an interrupted build left
    folder.mkdir(parents=True)
    _write_vectors(folder, version, passages, embedder, cache_dir or root, progress, chroma_url)
    lexical_index(passages).save(folder / "lexical.npz")
    save_texts(folder, documents, passages)
    manifest = {
        "version": version, "fingerprint": fingerprint, "embedder": embedder.name, "dimensions": embedder.dimensions,
        "documents": len(documents), "passages": len(passages), "collection": _collection(version),
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    point_to(root, version)
    for removed in remove_old_versions(root):
        if chroma_url:
            ChromaStore(chroma_url, _collection(removed)).drop()
    return version


def _write_vectors(
    folder: Path,
    version: str,
    passages: Sequence[Passage],
    embedder: Embedder,
    cache_dir: Path,
    progress: BuildProgress | None,
    chroma_url: str | None,
) -> None:
    cache = EmbeddingCache(cache_dir / "embeddings.sqlite", embedder)
    asks = [ask for passage in passages for ask in passage.asks]
    bodies = list(map(body_text, passages))
    body_vectors = cache.passages(bodies, _stage(progress, "embed passages"))
    ask_vectors = cache.queries(asks, _stage(progress, "embed questions"))
    leads = cache.queries(list(map(lead, passages)), _stage(progress, "embed first sentences"))
    others = cache.queries(background())
    save_statistics(folder, passages, body_vectors, ask_vectors, leads, others)
    body_ids, ask_ids = vector_ids(passages)
    owners = {passage.id: passage for passage in passages}
    store = ChromaStore(chroma_url or folder / "chroma", _collection(version))
    try:
        for ids, vectors, kind in ((body_ids, body_vectors, "passage"), (ask_ids, ask_vectors, "ask")):
            metadatas = [_metadata(owners[id_.partition("#q")[0]], kind) for id_ in ids]
            store.add(ids, vectors, metadatas)
            if not chroma_url:
                MatrixStore(folder).add(ids, vectors, metadatas)
    finally:
        store.close()


def _metadata(passage: Passage, kind: str) -> dict[str, str]:
    return {"document": passage.document_id, "language": passage.language, "clause": passage.clause, "kind": kind}


def _stage(progress: BuildProgress | None, stage: str) -> Callable[[int, int], None] | None:
    return None if progress is None else lambda done, total: progress(stage, done, total)


def _collection(version: str) -> str:
    return f"tca-{version}"
