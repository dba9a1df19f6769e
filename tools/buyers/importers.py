"""Companies from files: our own CSV, the GLEIF golden copy, the UK Companies House list. Files are read row by row."""

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from tools.buyers.layouts import LAYOUTS, Context, FileFormat, Layout
from tools.buyers.model import Company
from tools.errors import ToolInputError
from tools.tables import DATA

DEMO = DATA / "demo_buyers.csv"
DEMO_SOURCE = "demo registry (fictional)"


class Read(NamedTuple):
    """One row of a file: a company, or what is wrong with the row."""

    line: int
    """1-based line on which the row ends."""
    company: Company | None
    problem: str = ""


class Share(NamedTuple):
    """Which rows of a file are read: every `of`-th block from the `first` on, so that processes can share a file."""

    first: int = 0
    of: int = 1
    rows: int = 1
    """Rows of a block."""
    after_line: int = 0
    """Rows up to here belong to nobody."""


ALL = Share()


def read(
    path: Path, file_format: FileFormat, *, source: str = "", as_of: date | None = None, share: Share = ALL
) -> Iterator[Read]:
    """The rows of the file, good or bad, in order.

    Args:
        path: CSV in UTF-8, with or without a byte order mark.
        file_format: `generic` (our own columns, see `docs/buyers.md`), `gleif` (level-1 golden copy) or
            `companies-house` (monthly CSV of the UK register).
        source: Where the companies come from, shown with every answer; the file's name when empty, and the register
            where the format has one.
        as_of: Day to which the file speaks.
        share: The rows to read; all of them by default.
    """
    layout = LAYOUTS[file_format]
    context = Context(source or layout.source or path.name, as_of)
    for line, row, problem in _rows(path, layout, share):
        if not problem:
            try:
                yield Read(line, layout.make(row, context))
                continue
            except ValueError as error:
                problem = str(error)
        yield Read(line, None, problem)


def read_generic(path: Path = DEMO, *, source: str = DEMO_SOURCE) -> Iterator[Company]:
    """The good rows of a generic CSV."""
    return _good(read(path, "generic", source=source))


def read_gleif(path: Path, *, as_of: date | None = None) -> Iterator[Company]:
    """The good rows of a GLEIF level-1 golden copy CSV (CC0)."""
    return _good(read(path, "gleif", as_of=as_of))


def read_companies_house(path: Path, *, as_of: date | None = None) -> Iterator[Company]:
    """The good rows of the UK Companies House monthly CSV (headers with leading spaces, dates DD/MM/YYYY)."""
    return _good(read(path, "companies-house", as_of=as_of))


def _good(rows: Iterator[Read]) -> Iterator[Company]:
    return (row.company for row in rows if row.company is not None)


def _rows(path: Path, layout: Layout, share: Share) -> Iterator[tuple[int, dict[str, str], str]]:
    """Line, used cells by column, and a problem or an empty string."""
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.reader(file)
        header = [column.strip() for column in next(reader, [])]
        missing = layout.needed - set(header)
        if missing:
            raise ToolInputError("file", path.name, f"The file needs the columns {', '.join(sorted(missing))}.")
        used = [(place, column) for place, column in enumerate(header) if layout.is_used(column)]
        for line, cells, problem in _shared(_cells(reader), share):
            if not problem and len(cells) != len(header):
                problem = f"{len(cells)} cells, the header has {len(header)}"
            if problem:
                yield line, {}, problem
            else:
                row = {column: value for place, column in used if (value := cells[place].strip())}
                yield line, row, _problem(row, layout.needed)


def _cells(reader: Any) -> Iterator[tuple[int, list[str], str]]:
    """Line, cells, and a problem or an empty string of every row that is not blank."""
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield reader.line_num, [], f"not readable as CSV: {error}"
            continue
        if cells:
            yield reader.line_num, cells, ""


def _shared(rows: Iterator[tuple[int, list[str], str]], share: Share) -> Iterator[tuple[int, list[str], str]]:
    if share.after_line:
        rows = (row for row in rows if row[0] > share.after_line)
    if share.of == 1:
        return rows
    return (row for place, row in enumerate(rows) if place // share.rows % share.of == share.first)


def _problem(row: Mapping[str, str], needed: frozenset[str]) -> str:
    if not needed <= row.keys():
        return f"empty: {', '.join(sorted(needed - row.keys()))}"
    try:
        "".join(row.values()).encode()
    except UnicodeEncodeError:  # bytes that are not UTF-8 were read as lone surrogates
        return "not UTF-8"
    return ""
