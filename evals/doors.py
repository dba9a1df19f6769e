"""The public door that evals knock at: the chat API, in this process or at a URL."""

import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from assistant.answer import Answer
from knowledge.ingest import BuildProgress

_OPENING_S = 120.0


class Client(Protocol):
    """What both HTTP clients have in common."""

    def get(self, url: str, /) -> Any: ...

    def post(self, url: str, /, *, json: Any) -> Any: ...


class Door:
    """The chat API as a caller sees it."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.document_text = cache(self._document_text)

    def ask(self, message: str, *, conversation_id: str | None, persona: str, today: date) -> Answer:
        """One turn.

        Raises:
            RuntimeError: The API did not answer with an Answer.
        """
        request = {
            "message": message,
            "conversation_id": conversation_id,
            "persona": persona,
            "today": today.isoformat(),
        }
        response = self._client.post("/v1/chat", json=request)
        if response.status_code != 200:
            raise RuntimeError(f"{response.status_code}: {response.text[:300]}")
        return Answer.model_validate(response.json())

    def wait_until_ready(self) -> None:
        """Return when questions can be answered.

        Raises:
            RuntimeError: They cannot, with the reason.
        """
        until = time.monotonic() + _OPENING_S
        while True:
            response = self._client.get("/readyz")
            state = response.json()
            if state.get("ready"):
                return
            if state.get("assistant") == "failed" or time.monotonic() > until:
                raise RuntimeError(state.get("reason") or "the assistant did not open in time")
            time.sleep(0.2)

    def _document_text(self, document: str, language: str) -> str | None:
        response = self._client.get(f"/v1/documents/{document}?language={language}")
        return str(response.json()["text"]) if response.status_code == 200 else None


@contextmanager
def open_door(base_url: str | None = None, *, build: bool = True) -> Iterator[Door]:
    """The API at `base_url`, or one in this process with a database of its own and, with `build`, a current index.

    Raises:
        RuntimeError: It does not become ready.
    """
    if base_url:
        import httpx

        with httpx.Client(base_url=base_url, timeout=60) as client:
            door = Door(client)
            door.wait_until_ready()
            yield door
        return
    with tempfile.TemporaryDirectory() as folder, _own_app(Path(folder), build) as door:
        door.wait_until_ready()
        yield door


@contextmanager
def _own_app(folder: Path, build: bool) -> Iterator[Door]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the test client announces its own next version
        from fastapi.testclient import TestClient

    from assistant.api import create_app
    from assistant.library import build_index, train_intents
    from assistant.settings import Settings

    settings = Settings(
        database_url=f"sqlite:///{(folder / 'evals.db').as_posix()}", rate_limit="1000000/minute", model="embedded"
    )
    if build:
        with building() as progress:
            build_index(settings, progress)
            train_intents(settings, progress)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield Door(client)


@contextmanager
def building() -> Iterator[BuildProgress]:
    """A progress bar for an index that has to be built first; nothing is drawn when it is current."""
    from rich.console import Console
    from rich.progress import Progress, TaskID

    with Progress(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield show
