"""PDF files with a text layer, as paragraphs and table rows; a scanned or garbled one is refused.

pdfplumber gives the place of every word, which tells headers, footnotes, columns and paragraphs; pypdf tells protected
files and has a second try where the text is garbled.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from knowledge.errors import BrokenDocument, UnreadableText
from knowledge.loaders.flow import Line, joined_lines, paragraphs, without_running_heads
from knowledge.loaders.reading import Reading, Remark
from knowledge.loaders.text import assert_readable, garbled_share, unreadable_share

MOST_PICTURE_PAGES = 0.2
"""With a larger share of pages that are pictures the document is refused; below it they are named in a remark."""
_WORTH_A_SECOND_LOOK = 0.01
_EDGE = 0.12
"""Share of a page's height where headers and footers stand."""
_NOTE = re.compile(r"^(?:\[?(\d{1,2})\]?|([*†‡]))\s*(.+)")


def read(path: Path) -> Reading:
    """The text of the pages; what could not be read is remarked."""
    flat = _flat_text(path)
    pages = list(_pages(path))
    pictures = [page.number for page in pages if page.is_picture]
    lines = without_running_heads([line for page in pages for line in page.lines], len(pages))
    text = "\n\n".join(paragraphs(lines))
    if not text.strip():
        raise UnreadableText(
            path,
            "its pages are pictures without text; run text recognition (OCR) on it first, or ask for the original file",
            1.0,
            zh="各页都是没有文字的图片；请先做文字识别（OCR），或索取原始文件",
        )
    if len(pictures) > MOST_PICTURE_PAGES * len(pages):
        raise UnreadableText(
            path,
            f"{len(pictures)} of its {len(pages)} pages are pictures without text; run text recognition (OCR) first",
            len(pictures) / len(pages),
            zh=f"{len(pages)}页中有{len(pictures)}页是没有文字的图片；请先做文字识别（OCR）",
        )
    if unreadable_share(text) > _WORTH_A_SECOND_LOOK and unreadable_share(flat) < unreadable_share(text):
        text = flat
    assert_readable(path, text)
    if (share := garbled_share(text)) > 0:
        raise UnreadableText(
            path,
            "the letters stored in it are not the ones it shows; print it to a new PDF or run text recognition (OCR)",
            share,
            zh="文件里存的字符与显示的文字不符；请重新打印成PDF，或做文字识别（OCR）",
        )
    return Reading(text, _left_out(pictures, len(pages)))


def _left_out(pictures: list[int], pages: int) -> tuple[Remark, ...]:
    if not pictures:
        return ()
    numbers = ", ".join(map(str, pictures))
    return (
        Remark(
            en=f"{len(pictures)} of {pages} pages are pictures without text and were left out: page {numbers}",
            zh=f"{pages}页中有{len(pictures)}页是没有文字的图片，未能读取：第{numbers}页",
        ),
    )


def _flat_text(path: Path) -> str:
    """The text in the order of the file; also tells protected and damaged files."""
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise BrokenDocument(
                path,
                "the PDF is protected by a password; save it without one",
                zh="PDF设有密码保护；请去掉密码后重新保存",
            )
        return "\n\n".join(page.extract_text() or "" for page in reader.pages)
    except (PyPdfError, OSError, ValueError, KeyError) as error:  # what pypdf raises on damaged files
        raise BrokenDocument(path, f"not a readable PDF: {error}", zh="不是可读取的PDF，文件可能已损坏") from error


class _Page:
    """One page: its lines in reading order, with tables at their place and footnotes after their paragraph."""

    def __init__(self, number: int, page: Any) -> None:
        self.number = number
        page = page.dedupe_chars()  # some printers make bold by printing twice
        self.is_picture = bool(page.images) and not page.chars
        tables = [table for table in page.find_tables() if len(table.rows) > 1]
        words = [
            word
            for word in page.extract_words(extra_attrs=["size", "fontname"], keep_blank_chars=True)
            if not any(_inside(word, table.bbox) for table in tables)
        ]
        height = float(page.height)
        lines: list[Line] = []
        for column in _columns(words, float(page.width)):
            lines += _lines(number, column, height)
        lines = _with_notes(lines, height)
        self.lines = _with_tables(number, lines, [(float(t.bbox[1]), t.extract()) for t in tables])


def _pages(path: Path) -> Iterator[_Page]:
    import pdfplumber  # half a second
    from pdfminer.pdfexceptions import PDFException
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(path) as pdf:
            for number, page in enumerate(pdf.pages, 1):
                yield _Page(number, page)
                page.close()
    except (PDFException, PdfminerException, ValueError, KeyError, TypeError) as error:  # damaged files
        raise BrokenDocument(path, f"not a readable PDF: {error}", zh="不是可读取的PDF，文件可能已损坏") from error


def _inside(word: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    x, y = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _columns(words: list[dict[str, Any]], width: float) -> list[list[dict[str, Any]]]:
    """The words of each column; two where a gutter runs down the middle and the text fills both sides."""
    if len(words) < 80:
        return [words]
    best = min(
        (sum(1 for word in words if word["x0"] < x < word["x1"]), abs(x - width / 2), x)
        for x in (width * share / 100 for share in range(40, 61))
    )
    crossing, _, gutter = best
    left = [word for word in words if word["x1"] <= gutter]
    right = [word for word in words if word["x0"] >= gutter]
    if crossing > 0.02 * len(words) or min(len(left), len(right)) < 0.3 * len(words):
        return [words]
    is_text = all(_fills(side) for side in (left, right))
    across = [word for word in words if word["x0"] < gutter < word["x1"]]
    return [across, left, right] if is_text else [words]


def _fills(words: list[dict[str, Any]]) -> bool:
    """Whether most lines run to the right edge of their column, as running text does and table cells do not."""
    ends: dict[int, float] = {}
    for word in words:
        row = round(word["bottom"] / 4)
        ends[row] = max(ends.get(row, 0.0), word["x1"])
    first, last = min(word["x0"] for word in words), max(ends.values())
    return bool(median(ends.values()) - first > 0.8 * (last - first))


def _lines(page: int, words: list[dict[str, Any]], height: float) -> list[Line]:
    """Words that stand on one line, from the top down."""
    rows: list[list[dict[str, Any]]] = []
    for word in sorted(words, key=lambda word: (word["bottom"], word["x0"])):
        if rows and _on_line(word, rows[-1]):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [_line(page, sorted(row, key=lambda word: word["x0"]), height) for row in rows]


def _on_line(word: dict[str, Any], row: list[dict[str, Any]]) -> bool:
    top, bottom = min(other["top"] for other in row), max(other["bottom"] for other in row)
    overlap = min(bottom, word["bottom"]) - max(top, word["top"])
    return bool(overlap > 0.5 * min(bottom - top, word["bottom"] - word["top"]))


def _line(page: int, row: list[dict[str, Any]], height: float) -> Line:
    size = max(word["size"] for word in row)
    text, end = "", row[0]["x0"]
    for word in row:
        is_raised = word["size"] < 0.8 * size and re.fullmatch(r"\s*(?:\d{1,2}|[*†‡])\s*", word["text"])
        gap = word["x0"] - end
        # no blank is stored between these two: a gap as wide as a blank is one, unless it only justifies Chinese text
        is_apart = gap > 0.25 * size and not (gap < size and _is_han(text[-1:]) and _is_han(word["text"][:1]))
        text += " " * (bool(text) and is_apart and not is_raised)
        text += f"[{word['text'].strip()}]" if is_raised else word["text"]
        end = word["x1"]
    top, bottom = min(word["top"] for word in row), max(word["bottom"] for word in row)
    is_bold = all(re.search(r"bold|heavy|black|hei", word["fontname"], re.I) for word in row)
    is_edge = bottom < _EDGE * height or top > (1 - _EDGE) * height
    return Line(page, " ".join(text.split()), row[0]["x0"], end, top, bottom, size, is_bold, is_edge)


def _is_han(character: str) -> bool:
    return "\u2e80" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"


def _with_notes(lines: list[Line], height: float) -> list[Line]:
    """Footnotes taken from the foot of the page to the end of the paragraph that refers to them."""
    if len(lines) < 3:
        return lines
    body = median(line.size for line in lines)
    first = next(
        (
            index
            for index, line in enumerate(lines)
            if line.top > 0.5 * height
            and _NOTE.match(line.text)
            and all(other.size < 0.92 * body for other in lines[index:])
        ),
        None,
    )
    if first is None:
        return lines
    notes: list[Line] = []
    rest: list[Line] = []
    for line in lines[first:]:
        if match := _NOTE.match(line.text):
            notes.append(line._replace(text=f"[{match[1] or match[2]}] {match[3]}", is_edge=False))
        elif notes and not re.search(r"(?i)\bpage\b|^第.*页|^\d+$", line.text):
            notes[-1] = notes[-1]._replace(text=f"{notes[-1].text} {line.text}")
        else:
            rest.append(line)
    return [*_placed(lines[:first], notes), *rest]


def _placed(lines: list[Line], notes: list[Line]) -> list[Line]:
    result = list(lines)
    for note in notes:
        mark = note.text.split(" ")[0]
        at = next((index for index, line in enumerate(result) if mark in line.text and not line.cells), len(result) - 1)
        while at + 1 < len(result) and not (
            result[at].cells or result[at].text.rstrip().endswith((".", "。", "；", ";", "]"))
        ):
            at += 1
        result.insert(at + 1, note._replace(cells=((note.text,),)))
    return result


def _with_tables(page: int, lines: list[Line], tables: list[tuple[float, list[list[str | None]]]]) -> list[Line]:
    """The lines with the rows of each table where it stands."""
    result = list(lines)
    for top, rows in sorted(tables, key=lambda table: table[0]):
        cells = [[_cell(cell) for cell in row] for row in rows]
        at = next((index for index, line in enumerate(result) if line.top > top and not line.cells), len(result))
        result.insert(at, Line(page, "", top=top, cells=tuple(map(tuple, cells))))
    return result


def _cell(text: str | None) -> str:
    joined = ""
    for line in (text or "").split("\n"):
        joined = joined_lines(joined, line.strip(), Counter())
    return joined
