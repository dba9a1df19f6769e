"""For whoever watches the process: is it alive, can it work, what has it done."""

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy.exc import OperationalError

from assistant.api.service import ReadyState, ServiceDep

router = APIRouter(tags=["operations"])


class Readiness(BaseModel):
    """State of each thing an answer needs."""

    ready: bool
    version: str
    database: Literal["ready", "failed"]
    assistant: ReadyState
    model: str
    index: str | None
    """Version of the open index."""
    reason: str = ""
    """Why the assistant could not be opened."""


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process is alive."""
    return {"status": "alive"}


@router.get("/readyz", responses={503: {"model": Readiness}})
def readyz(service: ServiceDep, response: Response) -> Readiness:
    """Whether questions can be answered now; 503 while they cannot."""
    service.opening.start()
    state = service.opening.state
    database: Literal["ready", "failed"] = "ready"
    try:
        service.store.ping()
    except OperationalError:
        database = "failed"
    readiness = Readiness(
        ready=state == "ready" and database == "ready",
        version=service.version,
        database=database,
        assistant=state,
        model=service.settings.model,
        index=service.agent.index.version if state == "ready" else None,
        reason=service.opening.reason,
    )
    response.status_code = 200 if readiness.ready else 503
    return readiness


@router.get("/metrics", response_class=Response, include_in_schema=False)
def metrics(service: ServiceDep) -> Response:
    """Counts and durations for Prometheus."""
    return Response(service.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
