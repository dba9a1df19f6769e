"""What the commands share: whose data it is, the agent, JSON on stdout, a bar and one clear line on stderr."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from assistant.agent import Agent
    from assistant.settings import Settings
    from knowledge.ingest import BuildProgress

OWNER = "local"
"""Conversations and documents of the command line belong to whoever can read the data folder."""

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def open_settings() -> "Settings":
    """The settings of this environment."""
    from assistant.settings import Settings

    return Settings()


def open_agent(settings: "Settings") -> "Agent":
    """The agent that the settings describe."""
    from assistant.agent import build_agent

    try:
        return build_agent(settings)
    except ValueError as error:  # the configured model
        fail(str(error))


def print_json(data: Any) -> None:
    """Print data for programs, Chinese as it is."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


def fail(reason: str) -> NoReturn:
    """One line on stderr, exit code 2."""
    typer.echo(f"tca: {' '.join(reason.split())}", err=True)
    raise typer.Exit(2)


@contextmanager
def clear_errors() -> Iterator[None]:
    """What a person can mend is one line on stderr and exit code 2; anything else is a bug and keeps its trace."""
    from pydantic import ValidationError

    from assistant.guards import MessageRefused
    from knowledge.errors import KnowledgeError
    from tools.errors import ToolInputError, ToolUnavailable

    try:
        yield
    except (KnowledgeError, ToolInputError, ToolUnavailable) as error:
        fail(str(error))
    except MessageRefused as error:
        limit = error.values.get("limit")
        fail(f"the message has more than {limit} characters" if limit else "the message is empty")
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        fail(f"{error.title} {'.'.join(map(str, first['loc']))}: {first['msg']}")
    except OSError as error:
        fail(str(error))


@contextmanager
def progress_bars(*, hidden: bool) -> "Iterator[BuildProgress | None]":
    """A progress bar on stderr, one line for each stage of the build."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:>12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=hidden) as bars:
        task_by_stage: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in task_by_stage:
                task_by_stage[stage] = bars.add_task(stage, total=total)
            bars.update(task_by_stage[stage], completed=done, total=total)

        yield show
