"""The caller's policies: a schedule is read, a person confirms what was read, and answers use it from then on."""

import json
import tempfile
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from assistant.api.callers import Caller, CallerDep
from assistant.api.limits import limited
from assistant.api.problems import Problem
from assistant.api.service import Service, ServiceDep
from assistant.guards import error_language
from assistant.own_documents import OwnDocuments, readable, safe_name
from assistant.schedule import read_schedule
from assistant.schedule.policy import Policy, proposed
from knowledge.ingest import PolicyEdition, owned_documents
from knowledge.model import Document, Language

router = APIRouter(tags=["policies"], dependencies=[Depends(limited)])

_LONGEST_NAME = 120


class PolicySource(BaseModel):
    """A document that the caller has added before."""

    model_config = ConfigDict(extra="forbid")

    document_id: str
    language: Language | None = Field(None, description="Where the document is there in both languages.")
    name: str = Field("", max_length=_LONGEST_NAME, description="What the policy is called; the document's title else.")


class PolicyOut(Policy):
    """A policy with what was read, what is confirmed, and what needs a decision."""

    conflicting: list[str] = Field(
        default_factory=list, description="Keys with more than one value stated; choose or reject before confirming."
    )


class PolicyList(BaseModel):
    """The caller's policies, last changed first."""

    policies: list[PolicyOut]


class Confirmation(BaseModel):
    """What a person says yes to: everything that was read, but for the edits and what is rejected."""

    model_config = ConfigDict(extra="forbid")

    terms: dict[str, Any] = Field(
        default_factory=dict, description="Values by key (`mep_days`, `insured_pct.export`) that replace or add to it."
    )
    rejected: list[str] = Field(default_factory=list, description="Keys that were read wrongly and are left out.")


_SOURCES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": PolicySource.model_json_schema()},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "The schedule as a file."},
                        "name": {"type": "string", "maxLength": _LONGEST_NAME},
                    },
                }
            },
        },
    }
}


@router.post("/v1/policies", status_code=201, openapi_extra=_SOURCES)
async def read_policy(request: Request, caller: CallerDep, service: ServiceDep) -> PolicyOut:
    """Read a policy schedule: a file that is sent along, or one of the caller's documents.

    The result is a proposal; nothing uses it before it is confirmed. A file also joins the caller's documents.
    """
    if not caller.is_trusted:
        raise Problem("documents_need_key")
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form(max_files=1, max_fields=4) as form:
            document, name = await run_in_threadpool(_uploaded, form, caller, service, _language(request))
    else:
        source = _source(await request.body())
        document, name = _own(source, caller, service), source.name
    policy = await run_in_threadpool(_propose, document, readable(name)[:_LONGEST_NAME], caller, service)
    return _shape(policy)


@router.get("/v1/policies")
def list_policies(caller: CallerDep, service: ServiceDep) -> PolicyList:
    """The caller's policies, proposed and confirmed."""
    return PolicyList(policies=[_shape(policy) for policy in service.policies.policies(caller.owner)])


@router.get("/v1/policies/{policy_id}")
def one_policy(policy_id: str, caller: CallerDep, service: ServiceDep) -> PolicyOut:
    """One policy: its terms, the words each was read from, doubts, and who confirmed it when."""
    return _shape(service.policies.policy(caller.owner, policy_id))


@router.post("/v1/policies/{policy_id}/confirm")
def confirm_policy(policy_id: str, confirmation: Confirmation, caller: CallerDep, service: ServiceDep) -> PolicyOut:
    """Say yes to what was read, with corrections; answers use it from now on where the policy is chosen."""
    policy = service.policies.confirm(
        caller.owner, policy_id, terms=confirmation.terms, rejected=confirmation.rejected, by=caller.owner
    )
    return _shape(policy)


@router.delete("/v1/policies/{policy_id}", status_code=204)
def delete_policy(policy_id: str, caller: CallerDep, service: ServiceDep) -> None:
    """Forget a policy; conversations that used it go on without it. Its document stays."""
    service.policies.delete(caller.owner, policy_id)


def _propose(document: Document, name: str, caller: Caller, service: Service) -> Policy:
    policy = proposed(document, read_schedule(document), by=caller.owner, name=name)
    return service.policies.add(caller.owner, policy)


def _uploaded(form: FormData, caller: Caller, service: Service, language: Language) -> tuple[Document, str]:
    upload = form.get("file")
    if not isinstance(upload, UploadFile):
        raise Problem("invalid_request", fields="file", errors=[{"field": "file", "message": "a file is needed"}])
    with tempfile.TemporaryDirectory(prefix="policy") as folder:
        path = Path(folder) / safe_name(upload.filename or "")
        path.write_bytes(upload.file.read())
        outcome = OwnDocuments(service.settings, caller.owner).add([path], PolicyEdition())[0]
    if outcome.state == "failed":
        reason = outcome.told.zh if language == "zh" else outcome.told.en
        raise Problem("schedule_unreadable", reason=reason)
    source = PolicySource(document_id=outcome.document_id)
    return _own(source, caller, service), str(form.get("name") or "")


def _own(source: PolicySource, caller: Caller, service: Service) -> Document:
    for document in owned_documents(service.settings.index_dir, caller.owner):
        if document.id == source.document_id and source.language in (None, document.language):
            return document
    raise Problem("own_document_not_found", document=source.document_id[:200])


def _source(body: bytes) -> PolicySource:
    try:
        return PolicySource.model_validate(json.loads(body))
    except ValueError as error:
        if not isinstance(error, ValidationError):
            raise Problem("invalid_json") from error
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        fields = [".".join(map(str, fault["loc"])) or "body" for fault in faults]
        errors = [{"field": field, "message": fault["msg"]} for field, fault in zip(fields, faults, strict=True)]
        raise Problem("invalid_request", fields=", ".join(fields), errors=errors) from error


def _language(request: Request) -> Language:
    return error_language(None, request.headers.get("accept-language"))


def _shape(policy: Policy) -> PolicyOut:
    return PolicyOut(**policy.model_dump(), conflicting=policy.conflicts)
