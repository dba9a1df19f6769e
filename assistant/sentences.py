"""A language model's text as sentences; abbreviations, decimals and clause numbers do not end one."""

import re
from collections.abc import Iterator
from typing import NamedTuple


class Piece(NamedTuple):
    """One sentence, and whether it begins a list line."""

    text: str
    own_line: bool


_HIDDEN = re.compile(r"<(think|tool_call)>.*?(?:</\1>|\Z)|```.*?(?:```|\Z)", re.S | re.I)
"""What a model writes for itself or for a program: reasoning, calls written as text, code."""
_MARKER = re.compile(r"(?:[-*•]|\d{1,2}[.)、](?!\d)|[(（]\d{1,2}[)）])\s*")
_HEADING = re.compile(r"#{1,6}\s+|>\s*")
_RULE = re.compile(r"[\s|:=_*-]*")
_END = re.compile(r"(?:[。！？!?]+|(?<!\.)\.(?=\s|$|\[)|…{1,2}|\.{3,})[\"'”’」）)]*(?:\s*\[[^\]]+\])*")
_ABBREVIATION = re.compile(
    r"(?:\b(?:co|ltd|inc|corp|plc|e\.g|i\.e|etc|vs|no|nos|art|arts|cl|para|sec|approx|max|min|mr|mrs|ms|dr|st|cf|incl"
    r"|excl|est|fig|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|l\.l\.c|s\.a|s\.p\.a|pte|pty|bros|dept|int|a\.s)"
    r"|\b[A-Z])$",
    re.I,
)


def pieces(text: str) -> Iterator[Piece]:
    """Every sentence of `text` in order, without Markdown decoration."""
    for raw in _HIDDEN.sub("\n", text).splitlines():
        line = raw.strip().replace("**", "").replace("__", "")
        if _RULE.fullmatch(line):
            continue
        line = _HEADING.sub("", line, count=1) if _HEADING.match(line) else line
        if line.startswith("|"):
            yield Piece(" · ".join(cell.strip() for cell in line.strip("|").split("|")), own_line=True)
            continue
        marker = _MARKER.match(line)
        own_line = marker is not None
        for sentence in _sentences(line[marker.end() :] if marker else line):
            yield Piece(sentence, own_line)
            own_line = False


def _sentences(line: str) -> Iterator[str]:
    start = 0
    for match in _END.finditer(line):
        if match.end() < len(line) and match.group().startswith(".") and _ABBREVIATION.search(line[: match.start()]):
            continue
        if sentence := line[start : match.end()].strip():
            yield sentence
        start = match.end()
    if rest := line[start:].strip():
        yield rest
