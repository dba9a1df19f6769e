"""Word documents: paragraphs with their automatic numbers, headings, tables and footnotes in reading order."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import docx
from docx.opc.exceptions import PackageNotFoundError
from lxml import etree

from knowledge.clauses import starts_clause
from knowledge.errors import BrokenDocument
from knowledge.loaders.numbering import Numbering
from knowledge.loaders.reading import Reading
from knowledge.loaders.tables import table_lines

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_GONE = frozenset(f"{_W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "instrText", "delText"))
_TITLE = re.compile(r"^(?:heading|标题) ?(?P<level>[1-6])$", re.IGNORECASE)
_CONTENTS = re.compile(r"^(?:toc|目录)", re.IGNORECASE)


def read(path: Path) -> Reading:
    """The text of a DOCX file, without what was deleted under change tracking."""
    try:
        document = docx.Document(str(path))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, etree.XMLSyntaxError) as error:
        raise BrokenDocument(
            path, f"not a Word document: {error}", zh="不是可读取的Word文档，文件可能已损坏"
        ) from error
    return Reading("\n\n".join(block for block in _Reader(document).blocks() if block.strip()))


class _Reader:
    """Walks the document once, in order: automatic numbers depend on it."""

    def __init__(self, document: Any) -> None:
        self._body = document.element.body
        self._numbering = Numbering(document)
        self._style_names = {style.style_id: style.name or "" for style in document.styles}
        self._notes = dict(_notes(document))
        self._note_numbers: dict[str, int] = {}

    def blocks(self) -> Iterator[str]:
        """Paragraphs and tables, each footnote after the block that refers to it."""
        yield from self._children(self._body)

    def _children(self, parent: Any) -> Iterator[str]:
        for element in parent:
            if element.tag == f"{_W}p":
                yield from self._with_notes(element, self._paragraph(element))
                for box in element.iter(f"{_W}txbxContent"):
                    if not any(ancestor.tag == _FALLBACK for ancestor in box.iterancestors()):
                        yield from self._children(box)
            elif element.tag == f"{_W}tbl":
                yield from self._with_notes(element, "\n".join(self._table(element)))
            elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
                yield from self._children(element)  # content controls: form fields of a schedule, say

    def _paragraph(self, element: Any) -> str:
        properties = element.find(f"{_W}pPr")
        style = properties.find(f"{_W}pStyle") if properties is not None else None
        name = self._style_names.get(style.get(f"{_W}val"), "") if style is not None else ""
        if _CONTENTS.match(name):
            return ""
        text = self._text(element).strip()
        if not text:
            return ""
        label = self._numbering.label(element)
        numbered = text if not label or starts_clause(text) and text.startswith(label) else f"{label} {text}"
        level = _TITLE.match(name)
        return f"{'#' * int(level['level'])} {numbered}" if level else numbered

    def _text(self, element: Any) -> str:
        """The words of an element, footnote marks as `[1]`."""
        parts: list[str] = []
        for child in element:
            if child.tag in _GONE or child.tag in (_FALLBACK, f"{_W}txbxContent"):
                continue
            if child.tag == f"{_W}t":
                parts.append(child.text or "")
            elif child.tag in (f"{_W}tab", f"{_W}ptab"):
                parts.append(" ")
            elif child.tag in (f"{_W}br", f"{_W}cr"):
                parts.append("\n")
            elif child.tag == f"{_W}noBreakHyphen":
                parts.append("-")
            elif child.tag in (f"{_W}footnoteReference", f"{_W}endnoteReference"):
                note = child.get(f"{_W}id", "")
                parts.append(f"[{self._note_numbers.setdefault(note, len(self._note_numbers) + 1)}]")
            else:
                parts.append(self._text(child))
        return "".join(parts)

    def _with_notes(self, element: Any, block: str) -> Iterator[str]:
        yield block
        for tag in ("footnoteReference", "endnoteReference"):
            for reference in element.iter(f"{_W}{tag}"):
                note = reference.get(f"{_W}id", "")
                if note in self._notes and note in self._note_numbers:
                    yield f"[{self._note_numbers[note]}] {self._text(self._notes[note]).strip()}"

    def _table(self, table: Any) -> list[str]:
        """The rows; a cell over several rows is repeated in each, so that every row can stand alone."""
        rows: list[list[str]] = []
        has_header: bool | None = None
        for row in table.iter(f"{_W}tr"):
            if next((each for each in row.iterancestors(f"{_W}tbl")), None) is not table:
                continue  # a table inside a cell is read with its cell
            if row.find(f"{_W}trPr/{_W}tblHeader") is not None:
                has_header = True
            rows.append(self._cells(row, rows[-1] if rows else []))
        return table_lines(rows, has_header=has_header)

    def _cells(self, row: Any, above: list[str]) -> list[str]:
        cells: list[str] = []
        for cell in row.iter(f"{_W}tc"):
            if next(cell.iterancestors(f"{_W}tr")) is not row:
                continue
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            goes_on = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
            text = "\n".join(filter(None, (self._paragraph(each).lstrip("# ") for each in cell.iter(f"{_W}p"))))
            cells.append(above[len(cells)] if goes_on and not text and len(cells) < len(above) else text)
            span = cell.find(f"{_W}tcPr/{_W}gridSpan")
            cells += [""] * (int(span.get(f"{_W}val", "1")) - 1 if span is not None else 0)
        return cells


def _notes(document: Any) -> Iterator[tuple[str, Any]]:
    """The footnotes and endnotes by their id."""
    for relation in document.part.rels.values():
        if relation.is_external or not relation.reltype.endswith(("/footnotes", "/endnotes")):
            continue
        root = etree.fromstring(relation.target_part.blob, etree.XMLParser(resolve_entities=False))
        for note in root:
            if note.get(f"{_W}type") not in ("separator", "continuationSeparator", "continuationNotice"):
                yield note.get(f"{_W}id", ""), note
