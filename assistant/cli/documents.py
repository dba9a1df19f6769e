"""`tca ingest`, `tca documents`, `tca search`: what the assistant knows."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.common import (
    OWNER,
    AsJson,
    clear_errors,
    fail,
    open_settings,
    print_json,
    progress_bars,
)
from assistant.cli.talking import InLanguage, LanguageChoice

if TYPE_CHECKING:
    from assistant.own_documents import FileOutcome
    from assistant.settings import Settings
    from knowledge.ingest import IndexReport, PolicyEdition

Paths = Annotated[
    list[Path] | None,
    typer.Argument(help="Files and folders to add to your documents; without any, the index is brought up to date."),
]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First or last day in force.")]
_MARKS = {"added": "+", "replaced": "~", "unchanged": "=", "failed": "x"}

own = typer.Typer(help="Your own documents: list them, or remove one.", invoke_without_command=True)


def ingest(
    paths: Paths = None,
    policy: Annotated[str, typer.Option(help="What the document is called; its file's name else.")] = "",
    edition: Annotated[str, typer.Option(help="Edition, such as 2026.")] = "",
    in_force_from: Day = None,
    in_force_to: Day = None,
    shared: Annotated[bool, typer.Option("--shared", help="For everyone who uses this installation.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the index up to date, or add documents: to your own, or with --shared to everyone's."""
    with clear_errors():
        from knowledge.ingest import PolicyEdition

        settings = open_settings()
        first, last = (given.date() if given else None for given in (in_force_from, in_force_to))
        said = PolicyEdition(name=policy, edition=edition, in_force_from=first, in_force_to=last)
        if (shared or not paths) and said != PolicyEdition():
            fail("--policy, --edition and the dates describe your own documents: name files, without --shared")
        if paths and not shared:
            _add_own(settings, paths, said, as_json=as_json)
        else:
            _bring_up_to_date(settings, paths or [], as_json=as_json)


@own.callback()
def documents(context: typer.Context, as_json: AsJson = False) -> None:
    """List your own documents."""
    if context.invoked_subcommand is not None:
        return
    with clear_errors():
        import dataclasses

        from assistant.own_documents import OwnDocuments

        found = OwnDocuments(open_settings(), OWNER).all()
        if as_json:
            print_json([dataclasses.asdict(document) for document in found])
            return
        for document in found:
            typer.secho(f"{document.id}  {document.title} {document.edition}".rstrip(), bold=True)
            days = [str(day) for day in (document.in_force_from, document.in_force_to) if day]
            facts = [document.language, f"{document.passages} passages", document.source, " – ".join(days)]
            typer.echo("  " + " · ".join(fact for fact in facts if fact))


@own.command()
def remove(document_id: str) -> None:
    """Remove one of your documents and everything derived from it."""
    with clear_errors():
        from assistant.own_documents import OwnDocuments

        try:
            OwnDocuments(open_settings(), OWNER).remove(document_id)
        except LookupError:
            fail(f"there is no document {document_id!r} among yours; `tca documents` lists them")
        typer.echo(f"removed {document_id}")


def search(
    query: str,
    as_json: AsJson = False,
    language: InLanguage = LanguageChoice.auto,
    top_k: Annotated[int, typer.Option("--top-k", "-k", min=1, max=50)] = 5,
    document: Annotated[str | None, typer.Option(help="Only this document.")] = None,
) -> None:
    """Search the documents, your own among them."""
    with clear_errors():
        from assistant.library import open_index
        from tools.knowledge_search import found_passage
        from tools.results import jsonable

        wanted: Any = None if language is LanguageChoice.auto else language.value
        index = open_index(open_settings())
        hits = index.search(query, language=wanted, limit=top_k, document=document, owner=OWNER)
        if as_json:
            print_json({"query": query, "passages": [jsonable(found_passage(hit)) for hit in hits]})
            return
        for hit in hits:
            typer.secho(f"{hit.score:.2f}  {hit.passage.id}  {hit.passage.heading}", bold=True)
            typer.echo(f"      {hit.quoted}\n")


def _add_own(settings: "Settings", paths: Sequence[Path], said: "PolicyEdition", *, as_json: bool) -> None:
    from assistant.own_documents import OwnDocuments, files_in

    files = list(files_in(paths))
    if not files:
        fail(f"there is nothing to read in {', '.join(map(str, paths))}")
    with progress_bars(hidden=as_json) as progress:
        outcomes = OwnDocuments(settings, OWNER).add(files, said, progress)
    if as_json:
        print_json({"files": [_as_data(outcome) for outcome in outcomes]})
    else:
        for outcome in outcomes:
            _print_outcome(outcome)
    if any(outcome.state == "failed" for outcome in outcomes):
        raise typer.Exit(1)


def _bring_up_to_date(settings: "Settings", paths: Sequence[Path], *, as_json: bool) -> None:
    import dataclasses

    from assistant.library import add_files, build_index, train_intents
    from assistant.own_documents import files_in

    report: IndexReport
    with progress_bars(hidden=as_json) as progress:
        report = add_files(settings, files_in(paths), progress) if paths else build_index(settings, progress)
        train_intents(settings, progress)
    if as_json:
        print_json(dataclasses.asdict(report))
        return
    state = "unchanged" if report.is_unchanged else f"built in {report.seconds:.1f} s"
    typer.echo(f"{report.documents} documents, {report.passages} passages: {state} (version {report.version})")


def _as_data(outcome: "FileOutcome") -> dict[str, Any]:
    return {
        **outcome._asdict(),
        "told": outcome.told._asdict(),
        "remarks": [remark._asdict() for remark in outcome.remarks],
    }


def _print_outcome(outcome: "FileOutcome") -> None:
    """One line a file; in both languages where something needs attention."""
    has_failed = outcome.state == "failed"
    typer.echo(f"{_MARKS[outcome.state]} {outcome.told.en}", err=has_failed)
    if has_failed:
        typer.echo(f"  {outcome.told.zh}", err=True)
    for remark in outcome.remarks:
        typer.echo(f"  {remark.en}\n  {remark.zh}")
