"""Bringing a file of companies into the registry: in batches, once, going on where an import broke off."""

import hashlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tools.buyers.layouts import FileFormat
from tools.buyers.preparing import BadRow, Source, batches, batches_beside, without_cycle_search
from tools.buyers.registry import ImportMark, Registry
from tools.errors import ToolInputError

BAD_ROWS_KEPT = 100


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
    processes: int = 0,
    on_batch: Callable[[ImportReport], None] | None = None,
) -> ImportReport:
    """Read a file into the registry; reading the same file twice changes nothing.

    Rows that cannot be used are reported and left out. Memory holds a batch or two at a time.

    Args:
        registry: Where the companies go; those with a known entity id are replaced.
        path: The file.
        file_format: `generic`, `gleif` or `companies-house`.
        source: Where the companies come from, shown with every answer about them.
        as_of: Day to which the file speaks.
        again: Read the file from the start even if it was read before.
        processes: How many other processes read and prepare the rows while this one stores them; with 0 this one does
            all. Python imports the main module in each, so a script needs its `if __name__ == "__main__"`.
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
    rows = Source(path, file_format, source, as_of, report.resumed_after_line)
    pack = registry.pack
    prepare = batches_beside(rows, pack, processes) if processes else batches(rows, pack)
    mark = ImportMark(digest, file_format, path.name, report.resumed_after_line, is_complete=False)
    with registry.bulk(), without_cycle_search(), closing(prepare) as read:
        for batch in read:
            mark = mark._replace(line=batch.line)
            report.changed += registry.store(batch.companies, mark)
            report.rows += len(batch.companies)
            report.bad += len(batch.bad)
            report.bad_rows += batch.bad[: max(0, BAD_ROWS_KEPT - len(report.bad_rows))]
            if on_batch is not None:
                on_batch(report)
        registry.store([], mark._replace(is_complete=True))
    return report
