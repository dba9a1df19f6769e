"""What all routes share: settings, store, streams, and the agent once it is open."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Literal, Protocol

from fastapi import Depends, Request

from assistant.answer import ChatRequest
from assistant.api.callers import open_visitors
from assistant.api.confirmations import Confirmations
from assistant.api.limits import RequestLimit
from assistant.api.metrics import Metrics
from assistant.api.problems import Problem
from assistant.api.streams import EventStreams
from assistant.attachments import Attachments
from assistant.conversation import Conversation, Event
from assistant.policies import PolicyStore
from assistant.settings import Settings
from assistant.store import Store
from knowledge.errors import KnowledgeError
from tools.errors import ToolUnavailable
from tools.toolset import Toolset

if TYPE_CHECKING:
    from knowledge.search import KnowledgeIndex

_log = logging.getLogger(__name__)
_RETRY_S = 5.0

ReadyState = Literal["starting", "ready", "failed"]


class ChatAgent(Protocol):
    """What the API asks of the agent."""

    @property
    def toolset(self) -> Toolset: ...

    @property
    def index(self) -> "KnowledgeIndex": ...

    def stream(self, request: ChatRequest, conversation: Conversation) -> Iterator[Event]: ...


class OpeningAgent:
    """An agent that is opened in the background, so that the process answers from its first second.

    A failed attempt (no index yet, a locked folder) is repeated when somebody asks again.
    """

    def __init__(self, build: Callable[[], ChatAgent]) -> None:
        self._build = build
        self._lock = threading.Lock()
        self._opened: Future[ChatAgent] | None = None
        self._started_at = 0.0

    def start(self) -> None:
        """Begin to open the agent, unless it is open, being opened, or failed a moment ago."""
        with self._lock:
            if self._opened is not None and not self._may_retry(self._opened):
                return
            self._opened, self._started_at = Future(), time.monotonic()
            threading.Thread(target=self._open, args=(self._opened,), name="open-agent", daemon=True).start()

    @property
    def state(self) -> ReadyState:
        """Where opening stands."""
        opened = self._opened
        if opened is None or not opened.done():
            return "starting"
        return "failed" if opened.exception() else "ready"

    @property
    def reason(self) -> str:
        """Why opening failed, for the person who runs the server; empty unless it failed."""
        opened = self._opened
        error = opened.exception() if opened is not None and opened.done() else None
        return f"{error}" if error else ""

    def get(self) -> ChatAgent:
        """The open agent.

        Raises:
            Problem: `starting`, or `unavailable` with the reason.
        """
        opened = self._opened
        if opened is None or not opened.done() or opened.exception():
            self.start()
        if opened is None or not opened.done():
            raise Problem("starting")
        if error := opened.exception():
            reason = (
                str(error) if isinstance(error, ToolUnavailable | KnowledgeError | ValueError) else type(error).__name__
            )
            raise Problem("unavailable", reason=reason)
        return opened.result()

    def _open(self, opened: "Future[ChatAgent]") -> None:
        try:
            opened.set_result(self._build())
        except BaseException as error:  # handed on: everyone who asks for the agent is told why there is none
            _log.exception("the assistant could not be opened")
            opened.set_exception(error)

    def _may_retry(self, opened: "Future[ChatAgent]") -> bool:
        failed = opened.done() and opened.exception() is not None
        return failed and time.monotonic() - self._started_at > _RETRY_S


class Service:
    """Everything the routes share; one for each app."""

    def __init__(self, settings: Settings, build: Callable[[], ChatAgent]) -> None:
        self.settings = settings
        self.store = Store(settings.database)
        self.attachments = Attachments(settings)
        self.confirmations = Confirmations(settings.database)
        self.policies = PolicyStore(settings.database)
        self.visitors = open_visitors(settings)
        self.streams = EventStreams(replay_s=settings.stream_replay_s, ping_s=settings.stream_ping_s)
        self.metrics = Metrics()
        self.request_limit = RequestLimit(settings)
        self.version = version("trade-credit-assistant")
        self.opening = OpeningAgent(build)

    @property
    def agent(self) -> ChatAgent:
        """The open agent, or a `Problem` saying why there is none."""
        return self.opening.get()


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(_service)]
