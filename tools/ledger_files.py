"""The lines of a ledger, from a CSV or XLSX file, its bytes, CSV text, or rows as objects."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from tools.errors import ToolInputError
from tools.workbook import workbook_sheets

MAX_ROWS = 1_000_000
Line = tuple[int, Sequence[Any]]
"""Its number in the file, and its cells."""
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_DELIMITERS = ",;\t|"
_TEXT_FORMULA = re.compile(r'="(.*)"')
"""How some systems keep a spreadsheet from reading a text as a number."""


class Sheet(NamedTuple):
    name: str
    lines: list[Line]


def sheets_of(
    source: Path | bytes | str | Sequence[Mapping[str, Any]], known_columns: Callable[[Sequence[Any]], int]
) -> list[Sheet]:
    """The sheets of a workbook, or the one of anything else.

    Args:
        source: What holds the ledger.
        known_columns: How many columns of a ledger a line names; settles the encoding and the delimiter of a text.
    """
    if isinstance(source, Path):
        source = source.read_bytes()
    if isinstance(source, bytes):
        if source.startswith(b"PK\x03\x04"):
            return [Sheet(name, lines) for name, lines in workbook_sheets(source, MAX_ROWS)]
        source = _decoded(source, known_columns)
    if isinstance(source, str):
        return [Sheet("", _csv(source, known_columns))]
    header = list(dict.fromkeys(key for row in source for key in row))
    return [Sheet("", [(0, header), *((line, [row.get(key) for key in header]) for line, row in enumerate(source, 1))])]


def _decoded(content: bytes, known_columns: Callable[[Sequence[Any]], int]) -> str:
    """The text in the first encoding under which it names columns of a ledger, else in the first that fits."""
    if content.startswith(_OLD_EXCEL):
        raise ToolInputError("ledger", "XLS", "Save the file as XLSX or CSV; the old XLS format is not read.")
    if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        raise ToolInputError("ledger", "HTML or XML", "Save the file as XLSX or CSV.")
    texts = list(_decodings(content))
    return next((text for text in texts if _best(text, known_columns) > 1), texts[0])


def _decodings(content: bytes) -> Iterator[str]:
    is_utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_utf_16 else ("utf-8-sig", "gb18030", "big5"):
        try:
            yield content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8-sig":
            return
    yield content.decode("latin-1")


def _best(text: str, known_columns: Callable[[Sequence[Any]], int]) -> int:
    return max(_named(text, mark, known_columns) for mark in _DELIMITERS)


def _named(text: str, delimiter: str, known_columns: Callable[[Sequence[Any]], int]) -> int:
    """The most columns of a ledger that one of the first lines names when cells are divided by `delimiter`."""
    try:
        rows = list(islice(csv.reader(io.StringIO(text[:8192], newline=""), delimiter=delimiter), 10))
    except csv.Error:
        return 0
    return max((known_columns(row) for row in rows), default=0)


def _csv(text: str, known_columns: Callable[[Sequence[Any]], int]) -> list[Line]:
    first_line = text[:4096].split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=lambda mark: (_named(text, mark, known_columns), first_line.count(mark)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    has_formulas = '="' in text
    lines: list[Line] = []
    try:
        for row in reader:
            lines.append((reader.line_num, [_bare(cell) for cell in row] if has_formulas else row))
            if len(lines) > MAX_ROWS:
                raise ToolInputError("ledger", f"{len(lines)} rows", f"Give at most {MAX_ROWS} rows.")
    except csv.Error as error:
        raise ToolInputError("ledger", str(error), "Give comma-separated text with a header line.") from error
    return lines


def _bare(cell: str) -> str:
    found = _TEXT_FORMULA.fullmatch(cell.strip())
    return found[1] if found else cell
