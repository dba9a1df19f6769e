"""Printed lines back into paragraphs: words divided at line ends, Chinese without blanks, running heads left out."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from knowledge.clauses import starts_clause
from knowledge.loaders.tables import is_same_table, joined_tables, table_lines

_PAGE_NUMBER = re.compile(
    r"^(?:page|p\.|第)?\s*[-–—·|]?\s*\d{1,4}\s*(?:[-–—·|]|页|/\s*\d{1,4}|of\s+\d{1,4}|页?[\s,，/]*共\s*\d{1,4}\s*页)?$",
    re.IGNORECASE,
)
_CONTENTS_LINE = re.compile(r"(?:\.{4,}|…{2,}|·{4,}|(?:\. ){4,})\s*\d{1,4}\s*$")
_CONTENTS = re.compile(r"^(?:table of contents|contents|目\s*录)$", re.IGNORECASE)
_ENDS = (".", ";", ":", "?", "!", "。", "；", "：", "？", "！", "”", '"', ")", "）")
_BULLET = re.compile(r"^[•▪●◦■□\-–—*·]\s")
_HYPHENATED = re.compile(r"([A-Za-z]+)[-\u2010\u00ad]$")
_KEPT_PREFIXES = (
    "non",
    "self",
    "pre",
    "post",
    "co",
    "ex",
    "cross",
    "re",
    "sub",
    "semi",
    "multi",
    "anti",
    "half",
    "mid",
)
_FEWEST_REPEATS = 2
_REPEATED_SHARE = 0.4


class Line(NamedTuple):
    """A printed line and where it stands, in points."""

    page: int
    text: str
    x0: float = 0.0
    x1: float = 0.0
    top: float = 0.0
    bottom: float = 0.0
    size: float = 0.0
    is_bold: bool = False
    is_edge: bool = False
    """Within the upper or lower margin of its page."""
    cells: tuple[tuple[str, ...], ...] = ()
    """The rows of a table, or a footnote, that stands here instead of a line."""


def without_running_heads(lines: Sequence[Line], pages: int) -> list[Line]:
    """The lines without repeated headers and footers, page numbers and the table of contents."""
    seen = Counter(key for key, _ in {(_key(line), line.page) for line in lines if line.is_edge and not line.cells})
    often = {key for key, count in seen.items() if count >= max(_FEWEST_REPEATS, _REPEATED_SHARE * pages)}
    return [
        line
        for line in lines
        if line.cells
        or not (line.is_edge and (_key(line) in often or _PAGE_NUMBER.match(line.text.strip())))
        and not _CONTENTS_LINE.search(line.text)
        and not _CONTENTS.match(line.text.strip())
    ]


def paragraphs(lines: Sequence[Line]) -> list[str]:
    """The text of the lines, a paragraph, heading or table an item."""
    printed = [line for line in lines if not line.cells]
    layout = _Layout.of(printed) if printed else None
    words = Counter(re.findall(r"[A-Za-z]+(?:-[A-Za-z]+)*", " ".join(line.text for line in printed)))
    result: list[str] = []
    previous: Line | None = None
    for line in _whole_tables(lines):
        if line.cells or layout is None:
            result.append("\n".join(table_lines(line.cells)))
            previous = None
            continue
        if previous is None or layout.begins(line, previous):
            result.append(layout.heading_mark(line) + line.text)
        else:
            result[-1] = joined_lines(result[-1], line.text, words)
        previous = line
    return [text for text in result if text.strip()]


def _whole_tables(lines: Sequence[Line]) -> list[Line]:
    """Tables that go on over a page break as one."""
    result: list[Line] = []
    for line in lines:
        last = result[-1] if result else None
        if (
            last
            and line.cells
            and last.page < line.page
            and len(line.cells[0]) > 1
            and is_same_table(last.cells, line.cells)
        ):
            result[-1] = line._replace(cells=tuple(map(tuple, joined_tables(last.cells, line.cells))))
        else:
            result.append(line)
    return result


def joined_lines(first: str, second: str, words: Counter[str]) -> str:
    """Two lines of one paragraph as one: a word divided by the printer is whole again.

    Args:
        first: The paragraph so far.
        second: Its next line.
        words: How often each word, also with a hyphen inside, stands within a line of the document.
    """
    divided = _HYPHENATED.search(first)
    rest = re.match(r"[a-z]+", second)
    if divided and rest:
        left, right = divided[1], rest[0]
        is_compound = words[f"{left}-{right}"] > 0 or (words[left + right] == 0 and left.lower() in _KEPT_PREFIXES)
        return first[: divided.end(1)] + "-" * is_compound + second
    if not first or not second:
        return first + second
    return first + ("" if _is_wide(first[-1]) or _is_wide(second[0]) else " ") + second


def _is_wide(character: str) -> bool:
    return (
        "\u2e80" <= character <= "\u9fff"
        or "\uf900" <= character <= "\ufaff"
        or "\uff00" <= character <= "\uffef"
        or (character in "“”‘’…—")
    )


def _key(line: Line) -> str:
    return re.sub(r"\d+|\s+", "#", line.text.strip().lower())


class _Layout(NamedTuple):
    """What is usual in the document."""

    size: float
    left: float
    right: float
    leading: float
    larger: tuple[float, ...]
    """Font sizes of headings, the largest first."""

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "_Layout":
        size = _weighted_median((line.size, len(line.text)) for line in lines)
        body = [line for line in lines if abs(line.size - size) < 0.1 * size + 0.1] or list(lines)
        steps = sorted(
            below.top - above.top
            for above, below in zip(lines, lines[1:], strict=False)
            if above.page == below.page and 0 < below.top - above.top < 4 * max(size, 1)
        )
        edges = sorted(line.x1 for line in body)
        return cls(
            size=size,
            left=sorted(line.x0 for line in body)[len(body) // 10],
            right=edges[min(len(edges) - 1, int(len(edges) * 0.95))],
            leading=steps[len(steps) // 3] if steps else 1.4 * size,
            larger=tuple(sorted({round(line.size, 1) for line in lines if line.size > 1.15 * size}, reverse=True)),
        )

    def heading_mark(self, line: Line) -> str:
        """`## ` and the like for a heading, by its size; a bold short line is the lowest."""
        if line.size > 1.15 * self.size and len(line.text) <= 120:
            return "#" * min(1 + self.larger.index(round(line.size, 1)), 4) + " "
        return "##### " if self._is_bold_title(line) else ""

    def begins(self, line: Line, previous: Line) -> bool:
        """Whether a line begins a paragraph."""
        mark, before = self.heading_mark(line), self.heading_mark(previous)
        is_near = line.page == previous.page and line.top - previous.top < 1.6 * max(line.size, 1) * 1.2
        if mark or before:
            return mark != before or not is_near or starts_clause(line.text) or mark == "##### "
        is_full = previous.x1 > self.right - 0.12 * (self.right - self.left)
        has_ended = previous.text.rstrip().endswith(_ENDS)
        if (
            line.page == previous.page
            and abs(line.top - previous.top) > 1.35 * self.leading
            and line.top > previous.top
        ):
            return True
        if starts_clause(line.text):
            return (
                has_ended
                or not is_full
                or line.x0 != previous.x0
                or previous.text.endswith((" and", " or", "和", "或"))
            )
        if _BULLET.match(line.text):
            return True
        is_indented = line.x0 > self.left + 1.2 * line.size and line.x0 > previous.x0 + 0.8 * line.size
        if is_indented and not starts_clause(previous.text):
            return True
        return has_ended and not is_full

    def _is_bold_title(self, line: Line) -> bool:
        return line.is_bold and len(line.text) <= 80 and not line.text.endswith(_ENDS[:8]) and len(line.text) > 1


def _weighted_median(values: Iterable[tuple[float, int]]) -> float:
    ordered = sorted(values)
    half = sum(weight for _, weight in ordered) / 2
    for value, weight in ordered:
        half -= weight
        if half <= 0:
            return value
    return 0.0
