"""How often a caller may ask."""

import math
import time

import limits
from fastapi import Request
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from assistant.api.callers import CallerDep
from assistant.api.problems import Problem
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
