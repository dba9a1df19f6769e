"""Bringing a file of companies into the registry: in batches, once, going on where an import broke off."""

import gc
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tools.buyers.importers import FileFormat, read
from tools.buyers.model import Company
from tools.buyers.registry import BATCH, ImportMark, Registry
from tools.errors import ToolInputError

BAD_ROWS_KEPT = 100


@dataclass(frozen=True)
class BadRow:
    """A row that was left out."""

    line: int
    problem: str


@dataclass
class ImportReport:
    """What became of a file's rows."""

    file: str
    rows: int = 0
    """Good rows read in this run."""
    changed: int = 0
    """Companies that were new or different."""
    bad: int = 0
    bad_rows: list[BadRow] = field(default_factory=list)
    """The first hundred rows that were left out, with the reason."""
    resumed_after_line: int = 0
    """Line after which this run went on; 0 when it began at the start."""
    is_unchanged: bool = False
    """The same file was imported completely before, so nothing was read."""


def import_file(
    registry: Registry,
    path: Path,
    file_format: FileFormat,
    *,
    source: str = "",
    as_of: date | None = None,
    again: bool = False,
    on_batch: Callable[[ImportReport], None] | None = None,
) -> ImportReport:
    """Read a file into the registry; reading the same file twice changes nothing.

    Rows that cannot be used are reported and left out. Memory holds one batch at a time.

    Args:
        registry: Where the companies go; those with a known entity id are replaced.
        path: The file.
        file_format: `generic`, `gleif` or `companies-house`.
        source: Where the companies come from, shown with every answer about them.
        as_of: Day to which the file speaks.
        again: Read the file from the start even if it was read before.
        on_batch: Called with the report so far after each stored batch.
    """
    if not path.is_file():
        raise ToolInputError("file", str(path), "Give the path of a CSV file.")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    report = ImportReport(path.name)
    before = None if again else registry.import_mark(digest, file_format)
    if before is not None and before.is_complete:
        report.is_unchanged = True
        return report
    report.resumed_after_line = before.line if before else 0
    batch: list[Company] = []

    def store(line: int, *, is_complete: bool = False) -> None:
        mark = ImportMark(digest, file_format, path.name, line, is_complete)
        report.changed += registry.add_batch(batch, mark)
        batch.clear()
        if on_batch is not None:
            on_batch(report)

    line = report.resumed_after_line
    with registry.bulk(), _without_cycle_search():
        for row in read(path, file_format, source=source, as_of=as_of):
            if row.line <= report.resumed_after_line:
                continue
            line = row.line
            if row.company is None:
                report.bad += 1
                if len(report.bad_rows) < BAD_ROWS_KEPT:
                    report.bad_rows.append(BadRow(line, row.problem))
                continue
            report.rows += 1
            batch.append(row.company)
            if len(batch) >= BATCH:
                store(line)
        store(line, is_complete=True)
    return report


@contextmanager
def _without_cycle_search() -> Iterator[None]:
    """Rows hold no cycles; looking for some in every batch takes a sixth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
