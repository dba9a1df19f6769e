"""A caller's own documents: add files, list what there is, remove one. Nobody else sees them.

`GET /v1/documents/{id}` stands with the search, since it opens the corpus too.
"""

import shutil
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, UploadFile
from pydantic import BaseModel, Field

from assistant.api.callers import Caller, CallerDep
from assistant.api.limits import limited
from assistant.api.problems import Problem
from assistant.api.service import ServiceDep
from assistant.own_documents import FileOutcome, OwnDocument, OwnDocuments, State, readable, safe_name
from knowledge.ingest import PolicyEdition
from knowledge.loaders.reading import Remark

router = APIRouter(tags=["own documents"], dependencies=[Depends(limited)])


class Told(BaseModel):
    """A sentence for the user in both languages."""

    en: str
    zh: str


class FileOut(BaseModel):
    """What became of one file."""

    file: str
    state: State
    message: Told
    document_id: str = Field(description="Empty when the file failed.")
    passages: int
    remarks: list[Told] = Field(description="What was read only in part.")


class UploadReport(BaseModel):
    """One outcome for each file, in the order in which they came."""

    files: list[FileOut]
    failed: int


class DocumentList(BaseModel):
    """The caller's own documents, by title."""

    documents: list[OwnDocument]


@router.post("/v1/documents")
def add_documents(
    caller: CallerDep,
    service: ServiceDep,
    files: Annotated[list[UploadFile], File(description="PDF, DOCX, XLSX, CSV, HTML, Markdown or text.")],
    policy: Annotated[str, Form(max_length=120, description="What the document is called; its file's name else.")] = "",
    edition: Annotated[str, Form(max_length=40)] = "",
    in_force_from: Annotated[date | None, Form()] = None,
    in_force_to: Annotated[date | None, Form()] = None,
) -> UploadReport:
    """Add files to the caller's documents; one of the same name replaces its document.

    A file that cannot be read is told in the report, and the others are added.
    """
    own = _shelf(caller, service)
    limit = service.settings.max_upload_files
    if len(files) > limit:
        raise Problem("too_many_files", count=len(files), limit=limit)
    if in_force_from and in_force_to and in_force_from > in_force_to:
        raise Problem("dates_out_of_order", first=in_force_from.isoformat(), last=in_force_to.isoformat())
    said = PolicyEdition(
        name=readable(policy), edition=readable(edition), in_force_from=in_force_from, in_force_to=in_force_to
    )
    with tempfile.TemporaryDirectory(prefix="upload") as folder:
        outcomes = own.add(_saved(files, Path(folder)), said)
    return UploadReport(files=list(map(_shape, outcomes)), failed=sum(item.state == "failed" for item in outcomes))


@router.get("/v1/documents")
def list_documents(caller: CallerDep, service: ServiceDep) -> DocumentList:
    """The caller's own documents; the corpus is not among them."""
    return DocumentList(documents=OwnDocuments(service.settings, caller.owner).all())


@router.delete("/v1/documents/{document_id}", status_code=204)
def remove_document(document_id: str, caller: CallerDep, service: ServiceDep) -> None:
    """Remove one of the caller's documents, in all its languages, and everything derived from it."""
    try:
        _shelf(caller, service).remove(document_id)
    except LookupError as error:
        raise Problem("own_document_not_found", document=document_id[:200]) from error


def _shelf(caller: Caller, service: ServiceDep) -> OwnDocuments:
    if not caller.is_trusted:
        raise Problem("documents_need_key")
    return OwnDocuments(service.settings, caller.owner)


def _saved(files: Sequence[UploadFile], folder: Path) -> list[Path]:
    """The uploads as files; each in a folder of its own, since two may have the same name."""
    paths = []
    for number, upload in enumerate(files):
        path = folder / str(number) / safe_name(upload.filename or "")
        path.parent.mkdir()
        with path.open("wb") as copy:
            shutil.copyfileobj(upload.file, copy)
        paths.append(path)
    return paths


def _shape(outcome: FileOutcome) -> FileOut:
    return FileOut(
        file=outcome.file,
        state=outcome.state,
        message=_told(outcome.told),
        document_id=outcome.document_id,
        passages=outcome.passages,
        remarks=list(map(_told, outcome.remarks)),
    )


def _told(remark: Remark) -> Told:
    return Told(en=remark.en, zh=remark.zh)
