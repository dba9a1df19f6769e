"""Text with its expressions of time folded into one character each, so that rules read how they are joined."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from assistant.engine.reading.lexicons import lexicon
from assistant.engine.reading.moments.model import Moment

_CODES = {
    name: chr(0xE000 + place)
    for place, name in enumerate(
        ["D", "W", "P", "M", "Y", "C", "H", "A", "I", "S", "N", "U", "R", "X", "B", "h", "O", "E"]
    )
}
"""D day, W weekday, P period, M month, Y year, C clock, H hours, A part of a day, I instant, S hours on a day,
N now, U length, R recurring, X number, O ordinal number, E first or last of, h hours in bare numbers, B bounded on one
side."""


@dataclass(frozen=True)
class Found:
    """What a rule matched: its words and the moments in it."""

    match: re.Match[str]
    moments: dict[str, Moment]
    now: datetime

    def word(self, name: str) -> str:
        return " ".join((self.match.groupdict().get(name) or "").lower().split())

    def __getitem__(self, name: str) -> Moment:
        return self.moments[name]

    def get(self, name: str) -> Moment | None:
        return self.moments.get(name)


Builder = Callable[[Found], Moment | None]
_NEEDED = re.compile(r"\(\?P<\w+>\[([^\]]+)\]\)(?!\?)(?![^()]*\)\?)")


@dataclass(frozen=True)
class Rule:
    """A pattern over the skeleton; without one moment of each set in `needs` it cannot match."""

    pattern: re.Pattern[str]
    build: Builder
    needs: tuple[frozenset[str], ...]


def joined(text: str, atoms: Sequence[Moment], rules: Sequence[Rule], now: datetime) -> list[Moment]:
    """The moments of `text` after every rule, in order, has joined what stands together."""
    skeleton, items, starts, ends = _folded(text, atoms)
    present = {code(atom) for atom in atoms}
    for rule in rules:
        if any(present.isdisjoint(codes) for codes in rule.needs):
            continue
        at = 0
        while match := rule.pattern.search(skeleton, at):
            at = match.start() + 1
            first, last = match.span()
            names = {name: match.start(name) for name, value in match.groupdict().items() if value and len(value) == 1}
            moments = {name: item for name, place in names.items() if (item := items[place])}
            built = _built(rule, Found(match, moments, now))
            if built is None:
                continue
            built = replace(built, start=starts[first], end=ends[last - 1])
            present.add(code(built))
            skeleton = skeleton[:first] + code(built) + skeleton[last:]
            items[first:last] = [built]
            starts[first:last], ends[first:last] = [built.start], [built.end]
    return [item for item in items if item]


def _built(rule: Rule, found: Found) -> Moment | None:
    try:
        return rule.build(found)
    except (OverflowError, ValueError):  # a day that no calendar has, such as 9999 years from now
        return None


def code(moment: Moment) -> str:
    """The character that stands for a moment."""
    if moment.bound:
        return _CODES["B"]
    if moment.kind == "day":
        return _CODES["W" if moment.grain == "weekday" else "D"]
    if moment.kind == "period":
        return _CODES[{"month": "M", "year": "Y"}.get(moment.grain, "P")]
    if moment.kind == "hours":
        return _CODES[{"part": "A", "weak": "h"}.get(moment.grain, "H")]
    if moment.kind == "instant":
        return _CODES["N" if moment.grain == "now" else "I"]
    if moment.kind == "number":
        return _CODES["O" if moment.grain == "ordinal" else "E" if moment.grain.startswith("edge") else "X"]
    return _CODES[{"clock": "C", "stretch": "S", "duration": "U", "recurring": "R"}[moment.kind]]


def rule_of(pattern: str, build: Builder) -> Rule:
    """A rule of the data file: `<DW>` is one moment of these codes, `{to}` a word list, a space may be absent."""
    words = lexicon("moments")["words"]
    pattern = re.sub(r"\{([a-z_]+)\}", lambda found: "(?:" + "|".join(words[found[1]]) + ")", pattern)
    pattern = re.sub(r"(?<!P)<(\w+)>", lambda found: "[" + "".join(_CODES[name] for name in found[1]) + "]", pattern)
    needs = tuple(frozenset(codes) for codes in _NEEDED.findall(pattern))
    return Rule(re.compile(pattern.replace(" ", r"\s*"), re.I), build, needs)


def _folded(text: str, atoms: Sequence[Moment]) -> tuple[str, list[Moment | None], list[int], list[int]]:
    pieces: list[str] = []
    items: list[Moment | None] = []
    starts: list[int] = []
    at = 0
    for atom in sorted(atoms, key=lambda atom: atom.start):
        gap = range(at, atom.start)
        pieces.append(text[at : atom.start] + code(atom))
        items += [None] * len(gap) + [atom]
        starts += [*gap, atom.start]
        at = atom.end
    pieces.append(text[at:])
    items += [None] * (len(text) - at)
    starts += range(at, len(text))
    ends = [item.end if item else start + 1 for item, start in zip(items, starts, strict=True)]
    return "".join(pieces), items, starts, ends
