"""HTML pages: visible text, blocks on lines of their own, table rows with their header."""

import re
from pathlib import Path

from lxml import etree, html

from knowledge.errors import BrokenDocument
from knowledge.loaders.reading import Reading
from knowledge.loaders.tables import table_lines
from knowledge.loaders.text import decoded

_HIDDEN = ("script", "style", "noscript", "template", "head", "nav", "svg", "iframe", "object")
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        """address article aside blockquote body br dd div dl dt fieldset figure footer form header hr li main ol p pre
        section table tbody td th thead tr ul""",
    )
)
_HEADINGS = {f"h{level}": "#" * level + " " for level in range(1, 7)}


def read(path: Path) -> Reading:
    """The visible text of an HTML file."""
    try:
        page = html.document_fromstring(decoded(path, path.read_bytes()))
    except (etree.ParserError, ValueError) as error:
        raise BrokenDocument(path, f"not an HTML page: {error}") from error
    for element in [*page.iter(*_HIDDEN)]:
        element.drop_tree()
    parts: list[str] = []
    _collect(page, parts)
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return Reading("\n".join(line for line in lines if line))


def _collect(element: html.HtmlElement, parts: list[str]) -> None:
    if not isinstance(element.tag, str):  # a comment or a processing instruction
        parts.append(element.tail or "")
        return
    if element.tag == "table":
        rows = [[" ".join(cell.text_content().split()) for cell in row.iter("td", "th")] for row in element.iter("tr")]
        parts.append("\n\n" + "\n".join(table_lines(rows)) + "\n\n")
    else:
        is_block = element.tag in _BLOCKS or element.tag in _HEADINGS
        parts.append("\n\n" * is_block + _HEADINGS.get(element.tag, ""))
        parts.append((element.text or "").replace("\n", " "))
        for child in element:
            _collect(child, parts)
        parts.append("\n\n" * is_block)
    parts.append((element.tail or "").replace("\n", " "))
