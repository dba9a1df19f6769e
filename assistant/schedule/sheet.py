"""The text of a schedule made readable: one width and script, soft line breaks joined, numbers in one notation."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from assistant.engine.reading.candidates import Candidate
from assistant.engine.reading.quantities import find_quantities
from assistant.engine.reading.text import Text, normalise
from assistant.schedule.lexicon import Label, find_labels, names_parameter, sections
from knowledge.model import Document, Passage, Span
from knowledge.split import split

_SOFT_BREAK = re.compile(
    r"(?:(?<=[a-z,\d])\n(?=[a-z(])|(?<=[A-Z]{3})\n(?=\d)|(?<=[\u4e00-\u9fff，、\d])\n(?=[\u4e00-\u9fff\d]))"
    r"(?![^\n]{0,24}[:：])"
)
_SOFT_FROM = {True: 28, False: 55}
"""A line at least this long (Chinese, English) may have been broken by the page and not by its writer."""
_NUMBER_WORD = (
    "(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred)"
)
_WRITTEN_TWICE = re.compile(
    rf"(?:\b{_NUMBER_WORD}(?:[ -](?:and )?{_NUMBER_WORD}){{0,4}}|[零一二两三四五六七八九十百]+)"
    r" ?[(（](?P<n>\d{1,4})[)）]"
    r"(?= ?(?:[a-z%]|个|天|日|年))",
    re.I,
)
_POINTS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:\.\d{3})+(?P<cents>,\d{1,2})?(?![\d%]|\.\d)")
_SPACES = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:[ \u00a0\u202f]\d{3})*[ \u00a0\u202f]000(?![\d%])")
_SENTENCE_END = re.compile(r"。|(?<!max)(?<!no)(?<!art)\.(?=\s+[A-Z(]|\s*$|\s*\n)|\n", re.I)
_HEADING = re.compile(
    r"^(?:#+ |(?:section|part|schedule|chapter)\b|第.{1,4}[部分章节篇]|[一二三四五六七八九十]{1,2}、|[A-Z][.)] )", re.I
)
_LONGEST_HEADING = 60


@dataclass(frozen=True)
class Sheet:
    """A document as the reader of schedules sees it; offsets count in `plain` until `quote` turns them back."""

    document: Document
    text: Text
    plain: str
    """The readable text in lower case, as long as `text.plain`."""
    pointed: frozenset[int] = field(default_factory=frozenset)
    """Ends of amounts whose point was read as a separator of thousands."""

    @cached_property
    def labels(self) -> Sequence[Label]:
        return find_labels(self.plain)

    @cached_property
    def quantities(self) -> Sequence[Candidate]:
        # relative dates of a schedule are nonsense; any fixed day will do to read the absolute ones
        return [
            replace(item, start=item.start + line.start(), end=item.end + line.start())
            for line in re.finditer(r"[^\n]+", self.cased)
            for item in find_quantities(line.group(), date(2000, 1, 1))
        ]

    @cached_property
    def cased(self) -> str:
        """`plain` in the case of the document: currencies and abbreviations are read by it."""
        return "".join(old if old.lower() == new else new for old, new in zip(self.text.plain, self.plain, strict=True))

    @cached_property
    def passages(self) -> Sequence[Passage]:
        return split(self.document)

    def line(self, position: int) -> tuple[int, int]:
        """The line that holds `position`."""
        start = self.plain.rfind("\n", 0, position) + 1
        end = self.plain.find("\n", position)
        return start, len(self.plain) if end < 0 else end

    def sentence(self, position: int) -> tuple[int, int]:
        """The sentence of the line that holds `position`; the cells of a table row stay together."""
        place = bisect_left(self._ends, position)
        start = self._ends[place - 1] + 1 if place else 0
        return start, self._ends[place] if place < len(self._ends) else len(self.plain)

    @cached_property
    def _ends(self) -> list[int]:
        return [match.start() for match in _SENTENCE_END.finditer(self.cased)]

    def section_above(self, position: int) -> str:
        """The section of the policy that the nearest heading above names; empty when it names none."""
        line_start = self.line(position)[0]
        return next((section for start, section in reversed(self._headings) if start < line_start), "")

    @cached_property
    def _headings(self) -> list[tuple[int, str]]:
        return [
            (match.start(), _section_of_heading(match.group().strip()))
            for match in [*re.finditer(r"[^\n]+", self.cased)][1:]  # the first line is the title of the sheet
            if _is_heading(match.group().strip())
        ]

    def quote(self, start: int, end: int) -> Span:
        """The stretch of the canonical text that `plain[start:end]` came from, without blanks at its ends."""
        left, right = self.text.span(start, end)
        words = self.document.text[left:right]
        return Span(start=left + len(words) - len(words.lstrip()), end=right - len(words) + len(words.rstrip()))

    def passage_at(self, span: Span) -> Passage | None:
        """The passage in which a quote ends."""
        return next((item for item in self.passages if item.span.start < span.end <= item.span.end), None) or next(
            (item for item in self.passages if item.span.start <= span.start < item.span.end), None
        )


def sheet_of(document: Document) -> Sheet:
    """The document, prepared for reading."""
    text = normalise(document.text)
    plain = _joined(text.plain)
    plain = _WRITTEN_TWICE.sub(_once, plain)
    pointed: set[int] = set()
    plain = _POINTS.sub(lambda match: _grouped(match, pointed), plain)
    plain = _SPACES.sub(lambda match: _ungapped(match.group()), plain)
    return Sheet(document, text, _lower(plain), frozenset(pointed))


def _is_heading(line: str) -> bool:
    if len(line) > _LONGEST_HEADING:
        return False
    return bool(_HEADING.match(line)) or (not re.search(r"[\d:：]", line) and bool(_section_of_heading(line)))


def _section_of_heading(line: str) -> str:
    named = [name for name in ("domestic", "export", "political") if sections()[name].search(line.lower())]
    return named[0] if len(named) == 1 else ""


def _lower(text: str) -> str:
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _joined(plain: str) -> str:
    """Line breaks inside a sentence become blanks; a paragraph's last line keeps its break."""
    lines = plain.split("\n")
    out = plain
    position = 0
    for line in lines[:-1]:
        position += len(line)
        is_chinese = any("\u4e00" <= character <= "\u9fff" for character in line)
        is_long = len(line) >= _SOFT_FROM[is_chinese]
        if is_long and _SOFT_BREAK.match(plain, position) and not names_parameter(plain[position + 1 : position + 60]):
            out = out[:position] + " " + out[position + 1 :]
        position += 1
    return out


def _once(match: re.Match[str]) -> str:
    """`ten (10)` as its digits alone, moved against the unit that follows."""
    return match["n"].rjust(len(match.group()))


def _grouped(match: re.Match[str], pointed: set[int]) -> str:
    """25.000 and 1.250.000,00 in the notation with commas."""
    whole, cents = match.group(), match["cents"] or ""
    body = whole[: len(whole) - len(cents)].replace(".", ",")
    if body.count(",") == 1 and not cents:
        pointed.add(match.end())
    return body + cents.replace(",", ".")


def _ungapped(written: str) -> str:
    return re.sub(r"[ \u00a0\u202f]", ",", written)
