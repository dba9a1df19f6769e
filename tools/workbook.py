"""The sheets of an XLSX workbook as plain lines: texts and numbers, days as the serial numbers they are kept as.

Formats are not looked at, which makes a hundred thousand lines a matter of seconds; a ledger knows by its columns which
numbers are days.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from typing import IO, Any
from xml.etree import ElementTree

from tools.errors import ToolInputError

_WORKBOOK = "xl/workbook.xml"
_MOST_COLUMNS = 16_384


def workbook_sheets(content: bytes, most_rows: int) -> list[tuple[str, list[tuple[int, Sequence[Any]]]]]:
    """Name and lines of every sheet, at most `most_rows` and one more of each; a line is its number and its cells.

    Raises:
        ToolInputError: It is no workbook, or one that counts days from 1904.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            texts = list(_shared_texts(book))
            return [(name, list(islice(_lines(book, part, texts), most_rows + 1))) for name, part in _parts(book)]
    except (zipfile.BadZipFile, ElementTree.ParseError, KeyError, IndexError, OSError, ValueError) as error:
        if isinstance(error, ToolInputError):
            raise
        raise ToolInputError("ledger", "XLSX", "The file is not a readable XLSX workbook.") from error


def _parts(book: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name of each sheet and the file in the archive that holds it."""
    targets: dict[str, str] = {}
    for relation in ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels")):
        target = str(relation.get("Target"))
        targets[str(relation.get("Id"))] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    for element in ElementTree.fromstring(book.read(_WORKBOOK)).iter():
        match _local(element.tag):
            case "workbookPr" if element.get("date1904") in ("1", "true"):
                raise ToolInputError("ledger", "days counted from 1904", "Save the ledger as CSV.")
            case "sheet":
                link = next(value for key, value in element.attrib.items() if _local(key) == "id")
                if (part := targets[link]) in book.namelist():
                    yield str(element.get("name")), part


def _shared_texts(book: zipfile.ZipFile) -> Iterator[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return
    with book.open("xl/sharedStrings.xml") as part:
        for _, element in ElementTree.iterparse(part):
            if _local(element.tag) == "si":
                yield _text(element)
                element.clear()


def _lines(book: zipfile.ZipFile, part: str, texts: list[str]) -> Iterator[tuple[int, Sequence[Any]]]:
    with book.open(part) as sheet:
        yield from _lines_in(sheet, texts)


def _lines_in(sheet: IO[bytes], texts: list[str]) -> Iterator[tuple[int, Sequence[Any]]]:
    number = 0
    for _, element in ElementTree.iterparse(sheet):
        if not element.tag.endswith("row"):
            continue
        value = f"{element.tag.removesuffix('row')}v"
        number = int(element.get("r") or number + 1)
        cells: list[Any] = []
        for cell in element:
            if reference := cell.get("r"):
                place = _place(reference.rstrip("0123456789"))
                cells += [None] * (place - len(cells))
            cells.append(_value(cell, value, texts))
        yield number, cells
        element.clear()


def _value(cell: ElementTree.Element, value: str, texts: list[str]) -> Any:
    """What a cell holds; `value` is the full name of the element with it."""
    kind = cell.get("t")
    if kind == "inlineStr":
        return _text(cell)
    raw = cell.findtext(value)
    if not raw:
        return None
    if kind == "s":
        return texts[int(raw)]
    if kind in ("str", "d", "e"):
        return raw
    if kind == "b":
        return raw == "1"
    return int(raw) if raw.lstrip("-").isdigit() else float(raw)


def _text(element: ElementTree.Element) -> str:
    """All runs of a text, without the reading aids of East Asian ones."""
    while len(element) == 1:  # an inline text, a plain one, or a single run
        element = element[0]
    if not len(element):
        return element.text or ""
    runs = (part for part in element if _local(part.tag) in ("t", "r"))
    return "".join(_text(run) for run in runs)


@cache
def _place(letters: str) -> int:
    place = 0
    for letter in letters[:4]:
        place = place * 26 + ord(letter) - 64
    if place > _MOST_COLUMNS:
        raise ValueError(f"column {letters} is beyond the last one, XFD")
    return place - 1


@cache
def _local(tag: str) -> str:
    """A name without its namespace."""
    return tag.rpartition("}")[2]
