"""`tca buyers`: companies from a file into the buyer registry."""

import dataclasses
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.common import AsJson, clear_errors, open_settings, print_json

buyers = typer.Typer(help="The buyer registry.", no_args_is_help=True)

_LARGE = 10_000_000
"""Bytes from which other processes pay for their start."""
_PROCESSES = 2
"""They prepare rows: more work than storing them, which a third one does."""


class FileFormatChoice(StrEnum):
    generic = "generic"
    gleif = "gleif"
    companies_house = "companies-house"


@buyers.callback()
def _group() -> None:
    """The buyer registry."""


@buyers.command(name="import")
def import_companies(
    file: Path,
    file_format: Annotated[
        FileFormatChoice, typer.Option("--format", "-f", help="Our columns, GLEIF golden copy, UK register.")
    ] = FileFormatChoice.generic,
    source: Annotated[str, typer.Option(help="Where the companies come from; shown with every answer.")] = "",
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day to which the file speaks.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Read a file that was read before.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read companies from a CSV; goes on where an import of the same file broke off."""
    with clear_errors():
        from tools.buyers.importing import ImportReport, import_file
        from tools.buyers.registry import Registry

        def show(report: ImportReport) -> None:
            if not as_json:
                typer.echo(f"\r{report.rows:,} rows", nl=False, err=True)

        registry = Registry.open(open_settings().registry)
        report = import_file(
            registry,
            file,
            file_format.value,
            source=source,
            as_of=as_of.date() if as_of else None,
            again=again,
            processes=_PROCESSES if file.is_file() and file.stat().st_size > _LARGE else 0,
            on_batch=show,
        )
        registry.close()
        if as_json:
            print_json(dataclasses.asdict(report))
            return
        if report.is_unchanged:
            typer.echo(f"{report.file}: read before, nothing to do (--again reads it once more)")
            return
        typer.echo(f"\r{report.file}: {report.rows:,} rows, {report.changed:,} new or changed, {report.bad:,} left out")
        for row in report.bad_rows:
            typer.echo(f"  line {row.line}: {row.problem}")
