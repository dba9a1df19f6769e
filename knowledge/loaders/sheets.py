"""Excel and CSV files: one line a row, each with the header's names."""

import csv
import io
from pathlib import Path
from zipfile import BadZipFile

from knowledge.errors import BrokenDocument
from knowledge.loaders.reading import Reading
from knowledge.loaders.tables import table_lines
from knowledge.loaders.text import decoded


def read(path: Path) -> Reading:
    """The rows of all sheets."""
    sheets = _csv(path) if path.suffix.lower() == ".csv" else _xlsx(path)
    blocks = []
    for name, rows in sheets:
        lines = table_lines(rows)
        if lines:
            blocks.append((f"# {name}\n\n" if name else "") + "\n\n".join(lines))
    return Reading("\n\n".join(blocks))


def _csv(path: Path) -> list[tuple[str, list[list[str]]]]:
    text = decoded(path, path.read_bytes())
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:4_000], ",;\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        return [("", [list(row) for row in csv.reader(io.StringIO(text), dialect)])]
    except csv.Error as error:
        raise BrokenDocument(path, f"not a CSV file: {error}") from error


def _xlsx(path: Path) -> list[tuple[str, list[list[str]]]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise BrokenDocument(path, f"not an Excel workbook: {error}") from error
    try:
        return [
            (
                sheet.title,
                [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)],
            )
            for sheet in book.worksheets
        ]
    finally:
        book.close()
