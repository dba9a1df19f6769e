"""Every error of the API as RFC 9457 problem details, in the user's language, with a stable `code`."""

import functools
import logging
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from assistant.answer import Language
from assistant.guards import MessageRefused, error_language
from assistant.policies import PolicyNotConfirmed, PolicyNotFound
from assistant.schedule.policy import OpenConflict
from assistant.settings import Settings
from assistant.store import AnswerNotFound, ConversationConflict, ConversationNotFound
from knowledge.errors import IndexLocked, KnowledgeError
from tools.errors import ToolInputError, ToolUnavailable

_log = logging.getLogger(__name__)
_TYPE = "urn:trade-credit-assistant:problem:"
_SHOWN_CHARS = 200
_WITH_FILES = ("/v1/documents", "/v1/chat", "/v1/policies")


class ProblemDetails(BaseModel):
    """RFC 9457 problem details; some codes add members of their own (`limit`, `field`, `errors`, …)."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str | None = None


class Problem(Exception):
    """An error to be answered with problem details.

    Attributes:
        code: A section of `problems.toml`.
        values: Fill the detail's placeholders and become members of the answer.
        message: The user's message, whose language the answer takes.
        status: HTTP status where it differs from the catalogue's.
    """

    def __init__(self, code: str, *, message: str | None = None, status: int | None = None, **values: Any) -> None:
        self.code = code
        self.status = status
        self.values = values
        self.message = message
        super().__init__(f"{code} {values}")


def problem_details(problem: Problem, language: Language, instance: str | None = None) -> ProblemDetails:
    """The problem in words."""
    entry = _catalogue()[problem.code]
    return ProblemDetails(
        type=_TYPE + problem.code,
        title=entry["title"][language],
        status=problem.status or entry["status"],
        detail=entry["detail"][language].format_map(problem.values),
        code=problem.code,
        instance=instance,
        **problem.values,
    )


def as_problem(error: BaseException) -> Problem:
    """What to tell the caller about `error`; anything unforeseen is logged with its trace and told as our fault."""
    match error:
        case Problem():
            return error
        case MessageRefused():
            return Problem(error.code, **error.values)
        case ConversationNotFound():
            return Problem("conversation_not_found")
        case ConversationConflict():
            return Problem("conversation_conflict")
        case AnswerNotFound():
            return Problem("answer_not_found")
        case PolicyNotFound():
            return Problem("policy_not_found")
        case PolicyNotConfirmed():
            return Problem("policy_not_confirmed")
        case OpenConflict():
            return Problem("policy_conflict", keys=", ".join(error.keys))
        case ToolInputError():
            return Problem(
                "invalid_arguments", field=error.field, value=_shown(error.value), remedy=_shown(error.remedy)
            )
        case IndexLocked():
            return Problem("index_locked")
        case ToolUnavailable() | KnowledgeError():
            return Problem("unavailable", reason=str(error))
        case OperationalError():
            _log.error("database: %s", error.orig)
            return Problem("storage_unavailable")
    _log.error("unforeseen error", exc_info=error)
    return Problem("internal_error")


def add_problem_handlers(app: FastAPI) -> None:
    """Answer every failure of `app` with problem details."""
    for kind in (
        Problem,
        MessageRefused,
        ConversationNotFound,
        ConversationConflict,
        AnswerNotFound,
        PolicyNotFound,
        PolicyNotConfirmed,
        OpenConflict,
        ToolInputError,
        ToolUnavailable,
        KnowledgeError,
        OperationalError,
        Exception,
    ):
        app.add_exception_handler(kind, _answer_error)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http)


def problem_response(problem: Problem, request: Request) -> JSONResponse:
    """The HTTP answer for `problem`."""
    language = error_language(problem.message, request.headers.get("accept-language"))
    details = problem_details(problem, language, request.url.path)
    headers: dict[str, str] = {"Content-Language": language}
    if problem.code in {"starting", "unavailable", "storage_unavailable", "conversation_busy", "index_locked"}:
        headers["Retry-After"] = "2"
    if "retry_after" in problem.values:
        headers["Retry-After"] = str(problem.values["retry_after"])
    return JSONResponse(
        details.model_dump(exclude_none=True),
        status_code=details.status,
        headers=headers,
        media_type="application/problem+json",
    )


async def _answer_error(request: Request, error: Exception) -> JSONResponse:
    return problem_response(as_problem(error), request)


async def _answer_invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = error.errors()
    message = error.body.get("message") if isinstance(error.body, Mapping) else None
    message = message if isinstance(message, str) else None
    if any(fault["type"] == "json_invalid" for fault in faults):
        return problem_response(Problem("invalid_json"), request)
    errors = [
        {
            "field": ".".join(str(part) for part in fault["loc"][1:]) or str(fault["loc"][0]),
            "message": _shown(fault["msg"]),
            "value": _shown(fault.get("input")),
        }
        for fault in faults
    ]
    fields = ", ".join(dict.fromkeys(item["field"] for item in errors))
    return problem_response(Problem("invalid_request", message=message, fields=_shown(fields), errors=errors), request)


async def _answer_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    path, detail = request.url.path, _shown(error.detail)
    match error.status_code:
        case 404:
            problem = Problem("not_found", path=_shown(path))
        case 405:
            problem = Problem("method_not_allowed", path=_shown(path), method=request.method)
        case 413:
            problem = Problem("body_too_large", limit=most_bytes(request.app.state.service.settings, path))
        case 400 if "pars" in detail:  # FastAPI's words for a body that is not UTF-8 or not JSON
            problem = Problem("invalid_json")
        case _:
            problem = Problem("request_refused", status=error.status_code, reason=detail)
    response = problem_response(problem, request)
    response.headers.update(error.headers or {})
    return response


def most_bytes(settings: Settings, path: str) -> int:
    """Largest body of a request to `path`: more where files are sent."""
    return settings.max_upload_bytes if path in _WITH_FILES else settings.max_body_bytes


def _shown(value: object) -> str:
    """`value` as short text that can always be encoded: an error must never fail to be told."""
    text = value if isinstance(value, str) else repr(value)
    cut = text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS] + "…"
    return cut.encode("utf-8", "replace").decode("utf-8")


@functools.cache
def _catalogue() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("problems.toml").read_text(encoding="utf-8"))
