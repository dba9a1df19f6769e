"""An owner's own documents: added, listed and removed. Nobody else's search, chat or document view sees them."""

import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal, NamedTuple

from assistant.answer import Language
from assistant.engine.wording import Wording
from assistant.library import shared_embedder
from assistant.settings import Settings
from knowledge.ingest import (
    BuildProgress,
    FileReport,
    PolicyEdition,
    add_documents,
    owned_documents,
    remove_document,
)
from knowledge.loaders import LOADERS
from knowledge.loaders.reading import Remark
from knowledge.model import Document
from knowledge.split import split

State = Literal["added", "replaced", "unchanged", "failed"]
FORMATS = tuple(LOADERS)
"""Suffixes of the files that can be added."""
_ZIPPED = (".docx", ".xlsx")
_PACKED = (*_ZIPPED, ".pdf")
"""Files whose size says little about how much text they hold."""
_LONGEST_NAME_BYTES = 180
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn")


@dataclass(frozen=True, kw_only=True)
class OwnDocument:
    """One document of an owner."""

    id: str
    title: str
    language: Language
    edition: str
    in_force_from: date | None
    in_force_to: date | None
    source: str
    """Name of the file that it came from."""
    passages: int


class FileOutcome(NamedTuple):
    """What became of one file."""

    file: str
    state: State
    told: Remark
    """What happened, in both languages; a failure names the way out."""
    document_id: str = ""
    passages: int = 0
    remarks: tuple[Remark, ...] = ()
    """What was read only in part."""


class OwnDocuments:
    """The documents of one owner."""

    def __init__(self, settings: Settings, owner: str) -> None:
        self._settings, self._owner = settings, owner

    def all(self) -> list[OwnDocument]:
        """Every document, by title."""
        documents = owned_documents(self._settings.index_dir, self._owner)
        return sorted(map(_shown, documents), key=lambda document: (document.title, document.edition))

    def add(
        self, paths: Sequence[Path], policy: PolicyEdition, progress: BuildProgress | None = None
    ) -> list[FileOutcome]:
        """Add files; one of the same name and policy replaces its document. One outcome a file, in order.

        A file that cannot be read is told in its outcome, and the others are added.

        Raises:
            IndexLocked: Somebody else is adding to these documents at the moment.
            KnowledgeError: The index could not be written; it stays as it was.
        """
        held = {document.id for document in owned_documents(self._settings.index_dir, self._owner)}
        refused = self._refused(paths, room=self._settings.max_own_documents - len(held))
        taken = [path for path in paths if path not in refused]
        reports: dict[str, FileReport] = {}
        if taken:
            done = add_documents(
                taken,
                self._settings.index_dir,
                shared_embedder(self._settings.embedder),
                owner=self._owner,
                policy=policy,
                progress=progress,
                chroma_url=self._settings.chroma_url,
            )
            reports = {report.path: report for report in done.files}
        return [
            FileOutcome(path.name, "failed", refused[path]) if path in refused else _outcome(reports[str(path)], held)
            for path in paths
        ]

    def remove(self, document_id: str) -> None:
        """Forget a document, in all its languages, and everything derived from it.

        Raises:
            LookupError: The owner has no such document.
            IndexLocked: Somebody else is adding to these documents at the moment.
        """
        if all(document.id != document_id for document in self.all()):
            raise LookupError(document_id)
        remove_document(
            document_id,
            self._settings.index_dir,
            shared_embedder(self._settings.embedder),
            owner=self._owner,
            chroma_url=self._settings.chroma_url,
        )

    def _refused(self, paths: Sequence[Path], *, room: int) -> dict[Path, Remark]:
        """Files that are not even opened, and why."""
        refused: dict[Path, Remark] = {}
        names: set[str] = set()
        unpacked_limit, text_limit = self._settings.max_unpacked_bytes, self._settings.max_text_bytes
        for path in paths:
            if path.name in names:
                refused[path] = told("file.twice", name=path.name)
            elif path.is_file() and not path.stat().st_size:
                refused[path] = told("file.empty")
            elif path.suffix.lower() not in _PACKED and path.is_file() and path.stat().st_size > text_limit:
                refused[path] = told("file.too_large", limit=megabytes(text_limit))
            elif unpacked_size(path.name, path) > unpacked_limit:
                refused[path] = told("file.unpacked_too_large", limit=megabytes(unpacked_limit))
            elif len(names) - len(refused) >= room:
                refused[path] = told("file.too_many", limit=str(self._settings.max_own_documents))
            names.add(path.name)
        return refused


def files_in(paths: Sequence[Path]) -> Iterator[Path]:
    """The files named, and those of a readable format in the folders named."""
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.suffix.lower() in FORMATS and each.is_file())
        else:
            yield path


def told(key: str, **values: str) -> Remark:
    """A sentence of the wording in both languages."""
    return Remark(Wording("en").text(key, **values), Wording("zh").text(key, **values))


def safe_name(given: str) -> str:
    """The last part of a file's name as a client gave it, without anything that is not plain text."""
    name = PurePosixPath(readable(given).replace("\\", "/").replace("\0", "")).name
    suffix = PurePosixPath(name).suffix[:20]
    stem = re.sub(r'[<>:"|?*]', "_", name.removesuffix(suffix)).strip(" .")
    cut = stem.encode()[:_LONGEST_NAME_BYTES].decode("utf-8", "ignore")
    return f"{cut or 'document'}{suffix}"


def readable(text: str) -> str:
    """One line of text without invisible characters."""
    plain = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFC", text))
    return " ".join("".join(c for c in plain if unicodedata.category(c) not in _INVISIBLE).split())


def unpacked_size(name: str, file: Path | BinaryIO) -> int:
    """Office files are archives: a small one may hold far more than memory does. 0 for anything else."""
    if PurePosixPath(name).suffix.lower() not in _ZIPPED:
        return 0
    try:
        with zipfile.ZipFile(file) as archive:
            return sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, OSError):
        return 0  # the loader says what is wrong with it


def megabytes(size: int) -> str:
    """`15 MB`."""
    return f"{size / 1_000_000:g} MB"


def _outcome(report: FileReport, held: set[str]) -> FileOutcome:
    name = Path(report.path).name
    if report.error:
        reason = report.error.removeprefix(f"{report.path}: ").rstrip(".")
        en = Wording("en").text("file.failed", name=name, reason=reason)
        zh = Wording("zh").text("file.failed", name=name, reason=report.error_zh.rstrip("。"))
        return FileOutcome(name, "failed", Remark(en, zh))
    state: State = "unchanged" if report.is_unchanged else "replaced" if report.document_id in held else "added"
    said = told(f"file.{state}", name=name, passages=str(report.passages))
    return FileOutcome(name, state, said, report.document_id, report.passages, report.remarks)


def _shown(document: Document) -> OwnDocument:
    return OwnDocument(
        id=document.id,
        title=document.title,
        language=document.language,
        edition=document.edition,
        in_force_from=document.in_force_from,
        in_force_to=document.in_force_to,
        source=document.source,
        passages=len(split(document)),
    )
