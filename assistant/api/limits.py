"""How often a caller may ask, and how much in one request."""

import math
import time

import limits
from fastapi import Request
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.callers import CallerDep
from assistant.api.problems import Problem, most_bytes, problem_response
from assistant.settings import Settings


class RequestLimit:
    """A fixed number of requests in each window, for each API key or address."""

    def __init__(self, settings: Settings) -> None:
        self._limit = limits.parse(settings.rate_limit)
        self._limiter = FixedWindowRateLimiter(storage_from_string(settings.limits_storage_url))

    def take(self, key: str) -> None:
        """Count one request.

        Raises:
            Problem: `rate_limited`.
        """
        if not self._limiter.hit(self._limit, key):
            resets_at = self._limiter.get_window_stats(self._limit, key).reset_time
            wait_s = max(1, math.ceil(resets_at - time.time()))
            raise Problem("rate_limited", limit=str(self._limit), retry_after=wait_s)


def limited(request: Request, caller: CallerDep) -> None:
    """Route dependency: refuses callers who ask too often."""
    limit: RequestLimit = request.app.state.service.request_limit
    limit.take(caller.limit_key)


class BodyCap:
    """Middleware that refuses larger requests, by their own account before they are read and by count while they are.

    FastAPI's `max_body_size` does the same, but answers in plain text.
    """

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request, seen = Request(scope), 0
        most = most_bytes(self._settings, request.url.path)
        announced = request.headers.get("content-length", "0")
        if announced.isdecimal() and int(announced) > most:
            response = problem_response(Problem("body_too_large", limit=most), request)
            await response(scope, receive, send)
            return

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)
