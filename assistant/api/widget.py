"""The website widget's files: loader, frame and a demo page, with the list of sites that may embed them."""

from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse

import assistant
from assistant.api.problems import Problem
from assistant.settings import Settings

_PAGES = {"frame": "frame.html", "demo": "demo.html"}


def routes(settings: Settings) -> APIRouter:
    """Routes that serve the built widget; a file that was not built is a 404."""
    router = APIRouter(prefix="/widget", include_in_schema=False)
    folder = settings.widget_dir or _bundled_widget()
    ancestors = " ".join(("'self'", *settings.widget_origins))
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        f"font-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors {ancestors}"
    )

    def served(name: str) -> FileResponse:
        path = folder / _PAGES.get(name, name)
        if path.name.startswith(".") or not path.is_file():
            raise Problem("not_found", path=f"/widget/{name}")
        headers = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin"}
        if path.suffix == ".html":
            headers["Content-Security-Policy"] = policy
        else:
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        headers["Cache-Control"] = "no-cache"
        return FileResponse(path, headers=headers)

    @router.get("/v1/{name}")
    def part(name: str) -> FileResponse:
        return served(name)

    @router.get("/demo")
    def demo() -> FileResponse:
        return served("demo")

    return router


def _bundled_widget() -> Path:
    return Path(assistant.__file__).parent.parent / "ui" / "widget" / "dist"
