"""Building an index: read, split, embed what is new, write a version of its own, swap it in whole."""

import hashlib
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from knowledge.building import PIPELINE, BuildProgress, Content, Site, tidy, write_version, writing
from knowledge.embed import Embedder
from knowledge.errors import BrokenDocument, IndexLocked, KnowledgeError
from knowledge.loaders import LOADERS, document_id, read_user_document
from knowledge.loaders.markdown import load_corpus_file
from knowledge.loaders.reading import Remark
from knowledge.model import Document, Language, Passage
from knowledge.shelf import load_texts
from knowledge.split import split
from knowledge.versions import current_version, version_folder

__all__ = [
    "PIPELINE",
    "BuildProgress",
    "FileReport",
    "IndexReport",
    "PolicyEdition",
    "add_documents",
    "build",
    "keep_documents",
    "owned_documents",
    "owner_dir",
    "remove_document",
]


_OWN = "own-"
"""An owner's documents never share an id with the corpus, whose clauses tools cite."""


@dataclass(frozen=True, kw_only=True)
class FileReport:
    """What became of one file."""

    path: str
    document_id: str = ""
    passages: int = 0
    error: str = ""
    error_zh: str = ""
    """The error in Chinese, without the file's name."""
    remarks: tuple[Remark, ...] = ()
    """What was read only in part, in words for the user."""
    is_unchanged: bool = False
    """The same file is in the index already, and was not read again."""


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

    A broken file stops the build with its name and line, and the index stays as it was. After a change of the
    embedder or of how texts are split, the owners' documents are indexed again too.
    """
    started = time.monotonic()
    site = Site(root=index_dir, embedder=embedder, progress=progress, chroma_url=chroma_url)
    files = _corpus_files(corpus_dirs)
    fingerprint = site.fingerprint([(name, path.read_bytes()) for name, path in files])
    is_unchanged = site.is_current(fingerprint)
    reports: list[FileReport] = []
    if is_unchanged:
        tidy(site)
    else:
        with writing(site):
            content, reports = _read_corpus([path for _, path in files], progress)
            write_version(site, fingerprint, content)
    _renew_owners(site)
    return _report(site, started, is_unchanged, reports)


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
    site = _owner_site(index_dir, owner, embedder, progress, chroma_url)
    with writing(site):
        known = {(each.id, each.language): each for each in owned_documents(index_dir, owner)}
        sources = dict(_sources(site))
        reports = []
        given = list(paths)
        for number, path in enumerate(given, 1):
            reports.append(_add(path, owner, policy or PolicyEdition(), known, sources))
            if progress:
                progress("read", number, len(given))
        is_unchanged = _write_owned(site, list(known.values()), sources)
    return _report(site, started, is_unchanged, reports)


def keep_documents(
    documents: Sequence[Document],
    index_dir: Path,
    embedder: Embedder,
    *,
    owner: str,
    progress: BuildProgress | None = None,
    chroma_url: str | None = None,
) -> IndexReport:
    """Put documents that are read already on the owner's shelf; each replaces the one of its id and language."""
    started = time.monotonic()
    site = _owner_site(index_dir, owner, embedder, progress, chroma_url)
    with writing(site):
        known = {(each.id, each.language): each for each in owned_documents(index_dir, owner)}
        known |= {(each.id, each.language): replace(each, owner=owner) for each in documents}
        replaced = {f"{each.id}/{each.language}" for each in documents}
        sources = {key: digest for key, digest in _sources(site).items() if key not in replaced}
        is_unchanged = _write_owned(site, list(known.values()), sources)
    return _report(site, started, is_unchanged, [])


def remove_document(
    document_id: str, index_dir: Path, embedder: Embedder, *, owner: str, chroma_url: str | None = None
) -> IndexReport:
    """Remove one of the owner's documents and everything derived from it."""
    started = time.monotonic()
    site = _owner_site(index_dir, owner, embedder, None, chroma_url)
    with writing(site):
        documents = owned_documents(index_dir, owner)
        kept = [document for document in documents if document.id != document_id]
        if len(kept) == len(documents):
            raise KnowledgeError(f"there is no document {document_id!r} to remove")
        _write_owned(site, kept, _sources(site))
    return _report(site, started, False, [])


def owned_documents(index_dir: Path, owner: str) -> tuple[Document, ...]:
    """The documents an owner has added."""
    return _documents(owner_dir(index_dir, owner))


def owner_dir(index_dir: Path, owner: str) -> Path:
    """The folder of an owner's own index."""
    return index_dir / "owners" / hashlib.sha256(owner.encode()).hexdigest()[:24]


def _add(
    path: Path,
    owner: str,
    policy: PolicyEdition,
    known: dict[tuple[str, Language], Document],
    sources: dict[str, str],
) -> FileReport:
    """Read one file into `known`, unless the very same file is there already."""
    try:
        digest = _digest(path, policy)
        same = [key for key, document in known.items() if sources.get("/".join(key)) == digest]
        if same:
            document = known[same[0]]
            return FileReport(path=str(path), document_id=document.id, passages=len(split(document)), is_unchanged=True)
        loaded = read_user_document(
            path,
            owner=owner,
            name=policy.name,
            edition=policy.edition,
            in_force_from=policy.in_force_from,
            in_force_to=policy.in_force_to,
        )
    except BrokenDocument as error:
        return FileReport(path=str(path), error=str(error), error_zh=error.zh)
    document = replace(loaded.document, id=_free_id(loaded.document, path, policy, known))
    known[document.id, document.language] = document
    sources[f"{document.id}/{document.language}"] = digest
    return FileReport(path=str(path), document_id=document.id, passages=len(split(document)), remarks=loaded.remarks)


def _free_id(
    document: Document, path: Path, policy: PolicyEdition, known: Mapping[tuple[str, Language], Document]
) -> str:
    """The document's id, with the file's name in it where another file of the policy has taken the short one."""
    names = [policy.name or path.stem, f"{policy.name} {path.stem}".strip(), f"{policy.name} {path.name}".strip()]
    candidates = [f"{_OWN}{document_id(name, policy.edition)}" for name in names]
    for candidate in candidates:
        holder = known.get((candidate, document.language))
        if holder is None or holder.source == document.source:
            return candidate
    return candidates[-1]


def _digest(path: Path, policy: PolicyEdition) -> str:
    if not path.is_file():
        raise BrokenDocument(path, "no such file", zh="没有这个文件")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BrokenDocument(path, f"it cannot be read: {error.strerror}", zh=f"无法读取：{error.strerror}") from error
    return hashlib.sha256(f"{PIPELINE}\0{path.name}\0{policy!r}\0".encode() + content).hexdigest()


def _write_owned(site: Site, documents: Sequence[Document], sources: Mapping[str, str]) -> bool:
    """Write the owner's documents; returns whether they were there already."""
    fingerprint = site.fingerprint([(repr(document), b"") for document in documents])
    if site.is_current(fingerprint):
        return True
    present = {f"{document.id}/{document.language}" for document in documents}
    passages = [passage for document in documents for passage in split(document)]
    kept = {key: digest for key, digest in sources.items() if key in present}
    write_version(site, fingerprint, Content(documents=documents, passages=passages, sources=kept))
    return False


def _renew_owners(site: Site) -> None:
    """Index owners' documents again where the embedder, the store or the splitting is another one now."""
    for root in sorted((site.root / "owners").glob("*")):
        own = replace(site, root=root, builds_kept=1)
        if not own.facts() or own.facts().get("basis") == own.basis:
            tidy(own)
            continue
        try:
            with writing(own):
                _write_owned(own, _documents(root), _sources(own))
        except IndexLocked:
            continue  # its writer has the new basis


def _owner_site(
    index_dir: Path, owner: str, embedder: Embedder, progress: BuildProgress | None, chroma_url: str | None
) -> Site:
    # one version, and no vector that is not in use: what an owner removes is gone
    root = owner_dir(index_dir, owner)
    return Site(root=root, embedder=embedder, progress=progress, chroma_url=chroma_url, builds_kept=1)


def _documents(root: Path) -> tuple[Document, ...]:
    version = current_version(root)
    return load_texts(version_folder(root, version))[0] if version else ()


def _sources(site: Site) -> Mapping[str, str]:
    facts = site.facts()
    sources: Mapping[str, str] = facts.get("sources", {})
    return sources if facts.get("pipeline") == PIPELINE else {}


def _report(site: Site, started: float, is_unchanged: bool, files: Sequence[FileReport]) -> IndexReport:
    facts = site.facts()
    return IndexReport(
        version=str(facts.get("version", "")),
        documents=int(facts.get("documents", 0)),
        passages=int(facts.get("passages", 0)),
        is_unchanged=is_unchanged,
        seconds=time.monotonic() - started,
        files=tuple(files),
    )


def _corpus_files(corpus_dirs: Sequence[Path]) -> list[tuple[str, Path]]:
    """(name below its corpus folder, path) of every document."""
    files: list[tuple[str, Path]] = []
    for folder in corpus_dirs:
        if not folder.exists():
            raise KnowledgeError(f"the corpus folder {folder} does not exist")
        found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in LOADERS and path.is_file())
        files += [(path.relative_to(folder).as_posix(), path) for path in found]
    if not files:
        raise KnowledgeError(f"no documents in {', '.join(map(str, corpus_dirs))}")
    return files


def _read_corpus(files: Sequence[Path], progress: BuildProgress | None) -> tuple[Content, list[FileReport]]:
    documents: dict[tuple[str, str], Path] = {}
    texts: list[Document] = []
    passages: list[Passage] = []
    reports: list[FileReport] = []
    for number, path in enumerate(files, 1):
        if path.suffix.lower() == ".md":
            document, notes = load_corpus_file(path)
            remarks: tuple[Remark, ...] = ()
        else:
            (document, remarks), notes = read_user_document(path, owner=None), {}
        earlier = documents.setdefault((document.id, document.language), path)
        if earlier != path:
            raise BrokenDocument(path, f"{document.id} in {document.language} is already in {earlier}", 1)
        found = split(document, notes)
        texts.append(document)
        passages += found
        reports.append(FileReport(path=str(path), document_id=document.id, passages=len(found), remarks=remarks))
        if progress:
            progress("read", number, len(files))
    return Content(documents=texts, passages=passages), reports
