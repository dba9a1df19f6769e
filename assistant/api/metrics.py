"""Counts and durations in Prometheus' text format."""

import time

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.answer import Answer

_TURN_BUCKETS_S = (0.05, 0.1, 0.15, 0.25, 0.4, 0.8, 1.5, 3, 6, 15, 60)


class Metrics:
    """The counters of one app."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "tca_requests", "HTTP requests.", ("method", "route", "status"), registry=self._registry
        )
        self._answers = Counter(
            "tca_answers", "Answers given.", ("outcome", "language", "engine"), registry=self._registry
        )
        self._tools = Counter("tca_tool_calls", "Tool calls in answers.", ("tool",), registry=self._registry)
        self._turns = Histogram(
            "tca_turn_seconds",
            "From the message to the whole answer.",
            buckets=_TURN_BUCKETS_S,
            registry=self._registry,
        )

    def count_answer(self, answer: Answer, seconds: float) -> None:
        """Count one finished turn."""
        self._answers.labels(answer.outcome, answer.language, answer.engine).inc()
        self._turns.observe(seconds)
        for call in answer.tool_calls:
            self._tools.labels(call.name).inc()

    def count_request(self, method: str, route: str, status: int) -> None:
        """Count one HTTP request under its route's pattern, so that ids do not multiply the series."""
        self._requests.labels(method, route, str(status)).inc()

    def text(self) -> bytes:
        """Everything counted so far."""
        return generate_latest(self._registry)


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._start


class RequestCounter:
    """Middleware that counts requests."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "unmatched")
                self._metrics.count_request(scope["method"], route, message["status"])
            await send(message)

        await self._app(scope, receive, counted)
