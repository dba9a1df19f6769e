"""Word documents: paragraphs, headings and tables in reading order."""

from pathlib import Path
from zipfile import BadZipFile

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table

from knowledge.errors import BrokenDocument
from knowledge.loaders.reading import Reading
from knowledge.loaders.tables import table_lines


def read(path: Path) -> Reading:
    """The text of a DOCX file."""
    try:
        document = docx.Document(str(path))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        raise BrokenDocument(path, f"not a Word document: {error}") from error
    blocks: list[str] = []
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            blocks.append("\n".join(table_lines([[cell.text for cell in row.cells] for row in item.rows])))
            continue
        style = (item.style.name or "") if item.style else ""
        level = style.removeprefix("Heading ")
        mark = "#" * int(level) + " " if style.startswith("Heading ") and level.isdigit() else ""
        blocks.append(mark + item.text.strip())
    return Reading("\n\n".join(block for block in blocks if block.strip()))
