"""How far a parameter's name reaches: the rest of its line, or the lines below where it stands alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.engine.reading.candidates import Candidate
from assistant.schedule.lexicon import Label
from assistant.schedule.sheet import Sheet

_LINK = re.compile(
    r"(?:[\s:：.．\-–—=|()（）,，、]|is|shall be|will be|are|of|the|per|in|each|any|为|是|不超过|最长|days|天|calendar"
    r"|maximum|up to|not exceeding|%|\b(?:mep|dcl|nql|afl|eefl|noa|mct|ml|pd|aad)\b|\(.{0,40}?\)|（.{0,20}?）)*"
)
_BEFORE_A_NAME = re.compile(
    r"(?:[\s#*|•·\-–—.:：)）(（、]|\d|item|no|s|the|your|our|clause|article|section|本保单|本保险|第|条|款|[a-z]\b"
    r"|[一二三四五六七八九十]|序号|项目|insurer's|policy|claims?)*"
)
_GOES_ON = re.compile(
    r"[ \t]*(?:from|after|following|counted|of the|past|calculated|beginning|starting|as from|[(（])"
    r"|[自从][^\n]{0,16}(?:起|后)|[起后之]"
)
_LINES_BELOW = 2
_LINES_OF_SECTIONS = 5
_CLOSE_BEFORE = 34


@dataclass(frozen=True)
class Scope:
    """A stretch of the sheet and the quantities in it."""

    start: int
    end: int
    quantities: Sequence[Candidate]


def scope_of(sheet: Sheet, label: Label, following: int) -> Scope:
    """The scope of `label`; `following` is where the next parameter is named."""
    if label.strength == "after":
        near = [item for item in sheet.quantities if 0 <= label.start - item.end <= 6]
        return Scope(label.start, label.end, near)
    end = min(_sentence_end(sheet, label), following)
    if label.strength == "cue" and (before := _before(sheet, label)):
        return Scope(label.start, label.end, before)
    if not any(label.end <= item.start and item.end <= end for item in sheet.quantities) and _stands_alone(
        sheet, label
    ):
        end = min(_below(sheet, label.end, _LINES_OF_SECTIONS if label.entry.per_section else _LINES_BELOW), following)
    inside = [item for item in sheet.quantities if label.end <= item.start and item.end <= end]
    return Scope(label.end, end, inside)


def statement(sheet: Sheet, label: Label, start: int, end: int) -> tuple[int, int]:
    """The whole statement around a label and its value: what is quoted, and where its basis is looked for."""
    left = min(sheet.sentence(label.start)[0], sheet.sentence(start)[0])
    right = max(sheet.sentence(end)[1], sheet.sentence(max(label.start, label.end - 1))[1])
    while right < len(sheet.plain) and sheet.plain[right] == "\n" and _GOES_ON.match(sheet.plain, right + 1):
        right = sheet.sentence(right + 1)[1]
    return left, right


def _before(sheet: Sheet, label: Label) -> Sequence[Candidate]:
    """The quantity that stands close before a verb: "within 30 days report the overdue", 10日内提交逾期通知."""
    start = sheet.sentence(label.start)[0]
    near = [
        item
        for item in sheet.quantities
        if start <= item.start
        and item.end <= label.start
        and label.start - item.end <= _CLOSE_BEFORE
        and item.kind != "number"
    ]
    return near[-1:]


def _sentence_end(sheet: Sheet, label: Label) -> int:
    return sheet.sentence(max(label.start, label.end - 1))[1]


def _stands_alone(sheet: Sheet, label: Label) -> bool:
    """Whether nothing but the name stands on its line, as in the cells of a printed table."""
    start, end = sheet.line(label.end - 1)
    before = sheet.plain[min(start, label.start) : label.start]
    return bool(_BEFORE_A_NAME.fullmatch(before) and _LINK.fullmatch(sheet.plain[label.end : end]))


def _below(sheet: Sheet, position: int, lines: int) -> int:
    """The end of the next filled lines."""
    end = sheet.line(position)[1]
    for _ in range(lines):
        match = re.compile(r"\s*[^\n]*").match(sheet.plain, end)
        if match is None or not match.group().strip():
            break
        end = match.end()
    return end
