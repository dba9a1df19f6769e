"""Who is calling: a visitor known by a signed token, or a program known by its API key."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.answer import ChatRequest
from assistant.api.problems import Problem
from assistant.settings import Settings

TOKEN_HEADER = "X-Visitor-Token"
TOKEN_COOKIE = "tca_visitor"
_YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who sent the request."""

    owner: str
    """Whose conversations these are: `visitor:…` or `key:…`."""
    is_trusted: bool
    """May act as owner or support: has an API key, or none is configured (a local installation)."""
    limit_key: str
    """What requests are counted by."""

    def admit(self, request: ChatRequest) -> ChatRequest:
        """The request with a persona this caller may take.

        Raises:
            Problem: `persona_needs_key`, when another persona was asked for by name.
        """
        if self.is_trusted or request.persona == "visitor":
            return request
        if "persona" in request.model_fields_set:
            raise Problem("persona_needs_key", message=request.message)
        return request.model_copy(update={"persona": "visitor"})


class Visitors:
    """Gives out and recognises visitors' tokens: `{id}.{signature}`."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def new_token(self) -> str:
        """A token for a visitor never seen before."""
        visitor = secrets.token_urlsafe(18)
        return f"{visitor}.{self._signature(visitor)}"

    def visitor(self, token: str) -> str | None:
        """The visitor's id, or None when we did not sign this token."""
        visitor, _, signature = token.rpartition(".")
        expected = self._signature(visitor).encode()
        return visitor if visitor and hmac.compare_digest(signature.encode(), expected) else None

    def _signature(self, visitor: str) -> str:
        return hmac.new(self._secret, visitor.encode(), hashlib.sha256).hexdigest()[:40]


def open_visitors(settings: Settings) -> Visitors:
    """Visitors signed with the configured secret, or with one that is generated once into the data folder."""
    if settings.visitor_secret is not None:
        return Visitors(settings.visitor_secret.get_secret_value().encode())
    return Visitors(_kept_secret(settings.data_dir / "visitor.secret"))


def identify(request: Request) -> Caller:
    """The caller; somebody new is given a token by `VisitorTokens`."""
    settings: Settings = request.app.state.service.settings
    visitors: Visitors = request.app.state.service.visitors
    key = _api_key(request, settings)
    address = request.client.host if request.client else "local"
    given = request.headers.get(TOKEN_HEADER)
    visitor = visitors.visitor(given or request.cookies.get(TOKEN_COOKIE, ""))
    if given and visitor is None:
        raise Problem("bad_visitor_token")
    if visitor is None and key is None:
        request.state.new_visitor_token = visitors.new_token()
        visitor = visitors.visitor(request.state.new_visitor_token)
    return Caller(
        owner=f"visitor:{visitor}" if visitor else f"key:{key}",
        is_trusted=key is not None or not settings.api_keys,
        limit_key=f"key:{key}" if key else f"address:{address}",
    )


CallerDep = Annotated[Caller, Depends(identify)]


class VisitorTokens:
    """Middleware that hands a new visitor's token over, as a header for scripts and a cookie for pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_token(message: Message) -> None:
            token = scope.get("state", {}).get("new_visitor_token")
            if token and message["type"] == "http.response.start":
                secure = "; Secure" if scope["scheme"] == "https" else ""
                headers = MutableHeaders(scope=message)
                headers[TOKEN_HEADER] = token
                cookie = f"{TOKEN_COOKIE}={token}; Path=/; Max-Age={_YEAR_S}; HttpOnly; SameSite=Lax{secure}"
                headers.append("Set-Cookie", cookie)
            await send(message)

        await self._app(scope, receive, send_with_token)


def _api_key(request: Request, settings: Settings) -> str | None:
    """A short name for the key that was sent, or None when none was; with none configured, keys are ignored."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if not settings.api_keys or scheme.lower() != "bearer" or not given.strip():
        return None
    for key in settings.api_keys:
        if hmac.compare_digest(key.get_secret_value().encode(), given.strip().encode()):
            return hashlib.sha256(key.get_secret_value().encode()).hexdigest()[:16]
    raise Problem("bad_api_key")


def _kept_secret(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x") as file:
            path.chmod(0o600)
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_bytes()
