"""`tca`: the assistant on the command line. Slow libraries are imported inside the commands that need them."""

import json
import runpy
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from assistant.agent import Agent
    from assistant.answer import Answer, ChatRequest
    from assistant.conversation import Conversation
    from assistant.settings import Settings
    from knowledge.ingest import BuildProgress

OWNER = "local"
"""Conversations of the command line belong to whoever can read the data folder."""

app = typer.Typer(
    help="Trade credit insurance assistant, in Chinese and English.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class LanguageChoice(StrEnum):
    auto = "auto"
    zh = "zh"
    en = "en"


class PersonaChoice(StrEnum):
    owner = "owner"
    support = "support"
    visitor = "visitor"


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
InLanguage = Annotated[LanguageChoice, typer.Option("--language", "-l", help="Language of the answer.")]
AsPersona = Annotated[PersonaChoice, typer.Option("--persona", "-p", help="Whom the answer is for.")]
Today = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Pretend that today is this day.")]


@app.command()
def ask(
    question: str,
    as_json: AsJson = False,
    language: InLanguage = LanguageChoice.auto,
    persona: AsPersona = PersonaChoice.owner,
    today: Today = None,
    conversation: Annotated[
        str | None, typer.Option("--conversation", "-c", help="Go on in this conversation.")
    ] = None,
) -> None:
    """Ask one question."""
    with _clear_errors():
        answer = _reply(_request(question, language, persona, today, conversation))
        _print_json(answer.model_dump(mode="json")) if as_json else _print_answer(answer)


@app.command()
def chat(
    language: InLanguage = LanguageChoice.auto,
    persona: AsPersona = PersonaChoice.owner,
    today: Today = None,
    conversation: Annotated[
        str | None, typer.Option("--conversation", "-c", help="Go on in this conversation.")
    ] = None,
) -> None:
    """Talk; /quit (or Ctrl-D) ends, /new starts over."""
    with _clear_errors():
        _input_history()
        settings = _settings()
        agent, current = _agent(settings), conversation
        typer.echo("/quit · /new")
        for line in _lines():
            if line == "/new":
                current = None
                continue
            answer = _reply(_request(line, language, persona, today, current), settings, agent)
            current = answer.conversation_id
            _print_answer(answer)


@app.command()
def ingest(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Documents to add; without any, the index is brought up to date.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Build the index, or add documents to it."""
    with _clear_errors():
        import dataclasses

        from assistant.library import add_files, build_index, train_intents

        settings = _settings()
        with _progress(hidden=as_json) as progress:
            report = add_files(settings, paths, progress) if paths else build_index(settings, progress)
            train_intents(settings, progress)
        if as_json:
            _print_json(dataclasses.asdict(report))
            return
        state = "unchanged" if report.is_unchanged else f"built in {report.seconds:.1f} s"
        typer.echo(f"{report.documents} documents, {report.passages} passages: {state} (version {report.version})")


@app.command()
def search(
    query: str,
    as_json: AsJson = False,
    language: InLanguage = LanguageChoice.auto,
    top_k: Annotated[int, typer.Option("--top-k", "-k", min=1, max=50)] = 5,
    document: Annotated[str | None, typer.Option(help="Only this document.")] = None,
) -> None:
    """Search the documents."""
    with _clear_errors():
        from knowledge.search import KnowledgeIndex
        from tools.results import jsonable

        settings = _settings()
        index = KnowledgeIndex.open(settings.index_dir, settings.embedder, chroma_url=settings.chroma_url)
        wanted: Any = None if language is LanguageChoice.auto else language.value
        hits = index.search(query, language=wanted, limit=top_k, document=document)
        if as_json:
            found = [{**jsonable(hit), "quoted": hit.quoted} for hit in hits]
            _print_json({"query": query, "passages": found})
            return
        for hit in hits:
            typer.secho(f"{hit.score:.2f}  {hit.passage.id}  {hit.passage.heading}", bold=True)
            typer.echo(f"      {hit.quoted}\n")


@app.command()
def tool(
    name: str,
    arguments: Annotated[str, typer.Option("--json", help="The arguments, as a JSON object.")] = "{}",
) -> None:
    """Call one tool and print its result as JSON."""
    with _clear_errors():
        from tools.acting import acting_for

        try:
            given = json.loads(arguments)
        except json.JSONDecodeError as error:
            _fail(f"--json is not valid JSON: {error}")
        if not isinstance(given, dict):
            _fail("--json must be a JSON object such as '{\"limit\": 100}'")
        toolset = _agent(_settings()).toolset
        if name not in toolset:
            _fail(f"there is no tool {name!r}; use one of: {', '.join(item.name for item in toolset)}")
        if toolset[name].needs_confirmation:
            _confirm(name, toolset[name].check(given))
        with acting_for(OWNER):
            _print_json(toolset[name].call(given))


@app.command()
def explain(question: str, language: InLanguage = LanguageChoice.auto, today: Today = None) -> None:
    """Answer a question and show what the answer rests on."""
    with _clear_errors():
        answer = _reply(_request(question, language, PersonaChoice.owner, today, None))
        _print_answer(answer)
        for call in answer.tool_calls:
            typer.secho(f"\n{call.id} {call.name}", bold=True)
            _print_json({"arguments": call.arguments, "result": call.result})
        typer.secho("\nreceipt", bold=True)
        _print_json(answer.receipt)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; TCA_API_HOST when absent.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="TCA_API_PORT when absent.")] = None,
) -> None:
    """Serve the chat API (the web interface too: `python -m ui.serve`)."""
    with _clear_errors():
        import uvicorn

        from assistant.api import create_app

        settings = _settings()
        app = create_app(settings)
        uvicorn.run(app, host=host or settings.api_host, port=port or settings.api_port, log_level="info")


@app.command()
def mcp() -> None:
    """Serve the tools and the chat to one MCP client on standard input and output."""
    with _clear_errors():
        import anyio

        from assistant.api.callers import Caller
        from assistant.api.mcp import serve_stdio
        from assistant.api.service import Service

        settings = _settings()

        def build() -> "Agent":
            from assistant.agent import build_agent  # takes seconds; the client is answered meanwhile

            return build_agent(settings)

        service = Service(settings, build)
        anyio.run(serve_stdio, service, Caller(owner=OWNER, is_trusted=True, limit_key=OWNER))


@app.command(name="eval", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def evaluate(context: typer.Context) -> None:
    """Run the evals; arguments are handed on (`tca eval --help` of `python -m evals.run`)."""
    sys.argv = ["evals.run", *context.args]
    runpy.run_module("evals.run", run_name="__main__", alter_sys=True)


@app.command()
def version() -> None:
    """Print the version."""
    from importlib.metadata import version as installed

    typer.echo(installed("trade-credit-assistant"))


def main() -> None:
    """Entry point of `tca`."""
    app()


def _request(
    question: str,
    language: LanguageChoice,
    persona: PersonaChoice,
    today: datetime | None,
    conversation: str | None,
) -> "ChatRequest":
    from assistant.answer import ChatRequest
    from assistant.guards import clean_message

    day: date | None = today.date() if today else None
    return ChatRequest(
        message=clean_message(question, max_chars=_settings().max_message_chars),
        language=language.value,
        persona=persona.value,
        today=day,
        conversation_id=conversation,
    )


def _confirm(name: str, arguments: dict[str, Any]) -> None:
    """A person says yes to exactly these arguments, or nothing happens."""
    typer.echo(json.dumps(arguments, ensure_ascii=False, indent=2), err=True)
    typer.confirm(f"{name}?", abort=True, err=True)


def _reply(request: "ChatRequest", settings: "Settings | None" = None, agent: "Agent | None" = None) -> "Answer":
    from assistant.store import Store
    from tools.acting import acting_for

    settings = settings or _settings()
    store = Store(settings.database)
    conversation = _conversation(store, request)
    with acting_for(OWNER):
        answer = (agent or _agent(settings)).reply(request, conversation)
    store.save_last_turn(conversation)
    store.close()
    return answer


def _conversation(store: Any, request: "ChatRequest") -> "Conversation":
    from assistant.conversation import Conversation
    from assistant.store import ConversationNotFound

    if request.conversation_id is None:
        return Conversation(owner=OWNER, persona=request.persona)
    try:
        found: Conversation = store.conversation(OWNER, request.conversation_id)
    except ConversationNotFound:
        _fail(f"there is no conversation {request.conversation_id}")
    return found


def _agent(settings: "Settings") -> "Agent":
    from assistant.agent import build_agent

    try:
        return build_agent(settings)
    except ValueError as error:  # the configured model
        _fail(str(error))


def _settings() -> "Settings":
    from assistant.settings import Settings

    return Settings()


def _lines() -> Iterator[str]:
    while True:
        try:
            line = input("> ").strip()
        except (EOFError, KeyboardInterrupt):
            return
        if line in ("/quit", "/exit"):
            return
        if line:
            yield line


def _input_history() -> None:
    try:
        import readline  # arrow keys and history where the platform has it
    except ImportError:
        return
    readline.set_history_length(500)


@contextmanager
def _progress(*, hidden: bool) -> "Iterator[BuildProgress | None]":
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


def _print_answer(answer: "Answer") -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(answer.text))
    typer.secho(answer.conversation_id, dim=True)


def _print_json(data: Any) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


@contextmanager
def _clear_errors() -> Iterator[None]:
    """What a person can mend is one line on stderr and exit code 2; anything else is a bug and keeps its trace."""
    from pydantic import ValidationError

    from assistant.guards import MessageRefused
    from knowledge.errors import KnowledgeError
    from tools.errors import ToolInputError, ToolUnavailable

    try:
        yield
    except (KnowledgeError, ToolInputError, ToolUnavailable) as error:
        _fail(str(error))
    except MessageRefused as error:
        limit = error.values.get("limit")
        _fail(f"the message has more than {limit} characters" if limit else "the message is empty")
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        _fail(f"{error.title} {'.'.join(map(str, first['loc']))}: {first['msg']}")
    except OSError as error:
        _fail(str(error))


def _fail(reason: str) -> NoReturn:
    typer.echo(f"tca: {' '.join(reason.split())}", err=True)
    raise typer.Exit(2)


if __name__ == "__main__":
    main()
