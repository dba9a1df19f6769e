"""`tca tool`, `serve`, `mcp`, `eval`, `version`: for programs and those who run them."""

import json
import runpy
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli import common
from assistant.cli.common import OWNER, clear_errors, fail, open_settings, print_json

if TYPE_CHECKING:
    from assistant.agent import Agent


def tool(
    name: str,
    arguments: Annotated[str, typer.Option("--json", help="The arguments, as a JSON object.")] = "{}",
) -> None:
    """Call one tool and print its result as JSON."""
    with clear_errors():
        from tools.acting import acting_for

        try:
            given = json.loads(arguments)
        except json.JSONDecodeError as error:
            fail(f"--json is not valid JSON: {error}")
        if not isinstance(given, dict):
            fail("--json must be a JSON object such as '{\"limit\": 100}'")
        toolset = common.open_agent(open_settings()).toolset
        if name not in toolset:
            fail(f"there is no tool {name!r}; use one of: {', '.join(item.name for item in toolset)}")
        if toolset[name].needs_confirmation:
            _confirm(name, toolset[name].check(given))
        with acting_for(OWNER):
            print_json(toolset[name].call(given))


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; TCA_API_HOST when absent.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="TCA_API_PORT when absent.")] = None,
) -> None:
    """Serve the chat API (the web interface too: `python -m ui.serve`)."""
    with clear_errors():
        import uvicorn

        from assistant.api import create_app

        settings = open_settings()
        app = create_app(settings)
        uvicorn.run(app, host=host or settings.api_host, port=port or settings.api_port, log_level="info")


def mcp() -> None:
    """Serve the tools and the chat to one MCP client on standard input and output."""
    with clear_errors():
        import anyio

        from assistant.api.callers import Caller
        from assistant.api.mcp import serve_stdio
        from assistant.api.service import Service

        settings = open_settings()

        def build() -> "Agent":
            from assistant.agent import build_agent  # takes seconds; the client is answered meanwhile

            return build_agent(settings)

        service = Service(settings, build)
        anyio.run(serve_stdio, service, Caller(owner=OWNER, is_trusted=True, limit_key=OWNER))


def evaluate(context: typer.Context) -> None:
    """Run the evals; arguments are handed on (`tca eval --help` of `python -m evals.run`)."""
    sys.argv = ["evals.run", *context.args]
    runpy.run_module("evals.run", run_name="__main__", alter_sys=True)


def version() -> None:
    """Print the version."""
    from importlib.metadata import version as installed

    typer.echo(installed("trade-credit-assistant"))


def _confirm(name: str, arguments: dict[str, Any]) -> None:
    """A person says yes to exactly these arguments, or nothing happens."""
    typer.echo(json.dumps(arguments, ensure_ascii=False, indent=2), err=True)
    typer.confirm(f"{name}?", abort=True, err=True)
