"""Clause numbering of users' documents, recognised at the start of lines.

```
7.1   1.   (a)   (iv)   (3)   a)   ①        Article 5   Section 3   Schedule A   Endorsement 2
第五条   第三章   一、   （一）   1、          附件一   批单2        # Heading
```
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

_ZH_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_ZH_UNITS = {"十": 10, "百": 100, "千": 1000}
_ZH = r"[〇零一二两三四五六七八九十百千]{1,6}"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_TOC_LINE = re.compile(r"(?:\.{4,}|…{2,}|·{4,}|(?:\. ){4,}|\t)\s*\d{1,4}\s*$")
_UNIT = re.compile(
    r"^\s*(?:%|‰|per ?cent|million|billion|thousand|times\b|[×x]\s|万|亿|倍|元|天|日|个月|年|USD|EUR|CNY|RMB|GBP)", re.I
)
_LATIN_GOES_ON = re.compile(
    r"^[ \t]*(?:[,;)]|(?:of|shall|above|below|and|or|does|do|is|are|was|were|to|in|for|hereof|herein|will|may|must|"
    r"applies|apply|has|have|on|under|by|as|at|if|that|which|with|from|not|\([a-z0-9]+\))\b)"
)
_ZH_GOES_ON = re.compile(r"^(?:[的、，。；）)及和或与至中规所之约]|第)")


class Marker(NamedTuple):
    """A clause number at the start of a line."""

    start: int
    end: int
    style: str
    """Numbers of one style count on; `part`, `chapter`, `heading`, `article`, `dotted`, `plain`, `zh`, `alpha` …"""
    value: tuple[int, ...]
    label: str
    rest: str
    """The line after the number."""


_STYLES: tuple[tuple[str, str], ...] = (
    ("part", rf"第 ?(?:{_ZH}|\d{{1,3}}) ?(?:部分|编)"),
    ("part", rf"(?:附件|附录|附表|批单|特别约定|附加条款) ?(?:{_ZH}|\d{{1,3}}|[A-Z])(?![\w])"),
    ("part", r"(?i:schedule|endorsement|annex|annexure|appendix|exhibit|part) +(?:\d{1,3}|[A-Z]|[IVX]{1,5})\b(?!\.\d)"),
    ("chapter", rf"第 ?(?:{_ZH}|\d{{1,3}}) ?章"),
    ("chapter", r"(?i:chapter) +(?:\d{1,3}|[IVXLC]{1,6}|[A-Z])\b(?!\.\d)"),
    ("subchapter", rf"第 ?(?:{_ZH}|\d{{1,3}}) ?节"),
    ("article", rf"第 ?(?:{_ZH}|\d{{1,4}}) ?条(?:之{_ZH})?"),
    ("article", r"(?i:article|clause|section|item) +(?:\d{1,3}(?:\.\d{1,3})*|[IVXLC]{1,6}|[A-Z])\b"),
    ("paragraph", rf"第 ?(?:{_ZH}|\d{{1,3}}) ?[款项目]"),
    ("dotted", r"\d{1,3}(?:\.\d{1,3}){1,5}(?!\.?\d)\.?"),
    ("plain", r"\d{1,3}[.、．)）](?!\d)"),
    ("bare", r"\d{1,3}(?=[ \t\u3000]+\S)"),
    ("zh", rf"{_ZH}[、．.]"),
    ("zh-paren", rf"[（(]{_ZH}[）)]"),
    ("number-paren", r"[（(]\d{1,3}[）)]"),
    ("letter-paren", r"[（(][A-Za-z]{1,5}[）)]"),
    ("letter", r"[a-zA-Z][.)](?=[ \t])"),
    ("circled", rf"[{_CIRCLED}]"),
)
_LINE = re.compile(
    r"^(?P<hash>#{1,6} +)?(?P<bold>\*\*)?(?:"
    + "|".join(f"(?P<s{number}>{pattern})" for number, (_, pattern) in enumerate(_STYLES))
    + r")(?P<rest>[^\n]*)$",
    re.MULTILINE,
)
_HEADING = re.compile(r"^(?P<hash>#{1,6}) +(?P<rest>[^\n]*\S)[ \t]*$", re.MULTILINE)


def markers(text: str) -> list[Marker]:
    """Everything that looks like a clause number or a heading, in reading order; `outline` decides which ones are."""
    found = {match.start(): _marker(match) for match in _LINE.finditer(text) if not _TOC_LINE.search(match.group())}
    for match in _HEADING.finditer(text):
        if (known := found.get(match.start())) is None or known.style.startswith("not "):
            value = (len(match["hash"]),)
            label = match["rest"].strip(" *")
            found[match.start()] = Marker(
                match.start(), match.start() + len(match["hash"]), "heading", value, label, label
            )
    return [found[start] for start in sorted(found) if not found[start].style.startswith("not ")]


def starts_clause(line: str) -> bool:
    """Whether a line of its own begins with a clause number (and does not go on a sentence)."""
    return bool(markers(line))


def _marker(match: re.Match[str]) -> Marker:
    number = next(index for index in range(len(_STYLES)) if match[f"s{index}"] is not None)
    style, raw = _STYLES[number][0], match[f"s{number}"]
    rest = match["rest"]
    is_heading = match["hash"] is not None
    if style == "bare" and is_heading:
        style = "plain"
    if not is_heading and _is_prose(style, raw, rest):
        style = "not a clause"
    value = _value(style, raw)
    if value is None:
        style, value = "not a number", ()
    return Marker(match.start(), match.end(), style, value, _label(raw), rest.strip().strip("*").strip())


def _is_prose(style: str, raw: str, rest: str) -> bool:
    """A line that only happens to begin like a clause: `Section 3 of this policy …`, `第五条的规定…`, `3.5 million`."""
    if style in ("dotted", "bare") and _UNIT.match(rest):
        return True
    if style == "bare":
        title = rest.strip()
        return len(title) > 60 or title[-1:] in ".。;；,，:：" or not (title[:1].isupper() or "一" <= title[:1] <= "鿿")
    if style in ("part", "chapter", "subchapter", "article", "paragraph"):
        return bool((_ZH_GOES_ON if "一" <= raw[-1] <= "鿿" or raw[0] == "第" else _LATIN_GOES_ON).match(rest))
    return False


def _value(style: str, raw: str) -> tuple[int, ...] | None:
    digits = re.findall(r"\d+", raw)
    if digits:
        return tuple(map(int, digits))
    if (circled := _CIRCLED.find(raw)) >= 0 and style == "circled":
        return (circled + 1,)
    if han := re.findall(_ZH, raw):
        return tuple(map(zh_number, han))
    letters = re.findall(r"[A-Za-z]+", raw)
    word = letters[-1] if letters else ""
    if len(word) == 1:
        return (ord(word.lower()) - 96,)
    value = roman_number(word)
    return None if value is None else (value,)


def zh_number(word: str) -> int:
    """`二十三` is 23."""
    if not _ZH_UNITS.keys() & set(word):
        return int("".join(str(_ZH_DIGITS[character]) for character in word))
    total, digit = 0, 0
    for character in word:
        if character in _ZH_UNITS:
            total, digit = total + (digit or 1) * _ZH_UNITS[character], 0
        else:
            digit = _ZH_DIGITS[character]
    return total + digit


def roman_number(word: str) -> int | None:
    """`iv` is 4; None where the letters are no Roman number."""
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}.get(letter, 0) for letter in word.lower()]
    if not values or 0 in values:
        return None
    total = sum(
        -value if value < following else value for value, following in zip(values, [*values[1:], 0], strict=True)
    )
    return total if to_roman(total) == word.lower() else None


def to_roman(number: int) -> str:
    """4 is `iv`."""
    text = ""
    for value, letters in (
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ):
        text += letters * (number // value)
        number %= value
    return text


def _label(raw: str) -> str:
    """A number as it stands in an id: `Article 5` → `Article-5`, `（a）` → `(a)`, `7.1.` → `7.1`."""
    label = re.sub(r"\s+", "" if raw.startswith("第") else "-", raw.strip()).rstrip(".、．")
    if re.fullmatch(r"[（(][A-Za-z0-9]+[）)]", label):
        return f"({label[1:-1]})"
    if re.fullmatch(rf"[（(]{_ZH}[）)]", label):
        return f"（{label[1:-1]}）"
    return label.rstrip(")）") if not label.startswith(("(", "（")) else label


class Clause(NamedTuple):
    """An accepted marker with its place in the numbering."""

    start: int
    label: str
    """Whole path where the number itself is not one: `7.1(a)`, `第五条（一）`, `Schedule.3`."""
    rest: str
    depth: int
    """How many clauses it lies in."""
    style: str
    path: tuple[str, ...]
    """Labels of the clauses and headings around it, outermost first."""


_WIDEST_GAP = 3
"""Items may have been deleted between two that are left."""
_RANKS = {"part": 0, "chapter": 10, "subchapter": 20, "article": 30, "plain": 30}


class _Level(NamedTuple):
    style: str
    rank: int
    value: tuple[int, ...]
    label: str
    is_container: bool


def outline(text: str) -> list[Clause]:
    """The clauses of a text in reading order.

    A number is a clause only where it goes on from the one before, so a line that begins with a reference is not one.
    """
    candidates = markers(text)
    walk = _Walk(candidates, first_line=len(text) - len(text.lstrip()))
    return list(walk.clauses())


class _Walk:
    """The numbering read so far: a stack of open levels, and the last number of each running style."""

    def __init__(self, candidates: list[Marker], first_line: int) -> None:
        self._candidates, self._first_line = candidates, first_line
        self._stack: list[_Level] = []
        self._last: dict[str, tuple[int, ...]] = {}
        self._majors = {marker.value[0] for marker in candidates if marker.style == "dotted"}
        self._begun = {style for marker in candidates if (style := _first_of(marker))}

    def clauses(self) -> Iterator[Clause]:
        """Every candidate that the numbering bears out."""
        for index, marker in enumerate(self._candidates):
            place = self._placed(index, marker)
            if place is None:
                continue
            path = tuple(level.label for level in self._stack)
            self._stack.append(place)
            yield Clause(marker.start, place.label, marker.rest, len(path), place.style, path)

    def _placed(self, index: int, marker: Marker) -> _Level | None:
        """Pops what the marker ends and gives its level, or None where it does not fit."""
        if marker.style == "heading":
            return self._heading(marker)
        if marker.style == "dotted" or marker.style in ("part", "chapter", "subchapter", "article"):
            return self._running(marker)
        if marker.style in ("plain", "bare") and self._is_major(index, marker):
            return self._running(marker._replace(style="dotted"))
        return None if marker.style == "bare" else self._nested(marker)

    def _heading(self, marker: Marker) -> _Level:
        rank = 5 + marker.value[0]
        self._pop(lambda level: level.rank >= rank or level.rank < 0)
        if not self._stack:
            self._last.clear()
        label = re.sub(r"[\s/#:~]+", "-", marker.label)[:60].strip("-.、：") or "p"
        return _Level("heading", rank, marker.value, label, marker.start > self._first_line)

    def _running(self, marker: Marker) -> _Level | None:
        """Numbers that run through the document or a part of it, and say their place themselves."""
        last = self._last.get(marker.style)
        is_restart = marker.value[-1] == 1 and set(marker.value) <= {1} or marker.style == "part"
        if last is not None and marker.value <= last and not is_restart:
            return None
        rank = 30 + len(marker.value) - 1 if marker.style == "dotted" else _RANKS[marker.style]
        self._pop(lambda level: level.rank >= rank or level.rank < 0)
        self._last[marker.style] = marker.value
        if marker.style == "part":
            self._last = {"part": marker.value}
        parts = [level.label for level in self._stack if level.style == "part"]
        return _Level(marker.style, rank, marker.value, ".".join([*parts[-1:], marker.label]), True)

    def _nested(self, marker: Marker) -> _Level | None:
        """Numbers that mean something only inside the clause around them."""
        style = self._letters(marker) if marker.style == "letter-paren" else marker.style
        value = self._letter_value(style, marker)
        if value is None:
            return None
        depth = next((i for i, level in enumerate(self._stack) if level.rank < 0 and level.style == style), None)
        if depth is not None:
            if value[-1] != 1 and not 0 < value[-1] - self._stack[depth].value[-1] <= _WIDEST_GAP:
                return None
            del self._stack[depth:]
        elif value[-1] != 1 and style in self._begun:
            return None
        parent = next((level.label for level in reversed(self._stack) if level.is_container), "")
        return _Level(style, -1, value, joined(parent, marker.label), True)

    def _letters(self, marker: Marker) -> str:
        """`(i)` goes on from `(h)`, or begins Roman numbers: what is open decides."""
        word = marker.label.strip("()").lower()
        case = "upper " if marker.label.strip("()").isupper() else ""
        roman = roman_number(word)
        if len(word) > 1:
            return case + "roman"
        letter = ord(word) - 96
        open_levels = {level.style: level.value for level in self._stack if level.rank < 0}
        if open_levels.get(case + "roman") == ((roman or 0) - 1,):
            return case + "roman"
        if open_levels.get(case + "alpha") == (letter - 1,):
            return case + "alpha"
        return case + ("roman" if roman == 1 else "alpha")

    @staticmethod
    def _letter_value(style: str, marker: Marker) -> tuple[int, ...] | None:
        if not style.endswith(("roman", "alpha")):
            return marker.value
        word = marker.label.strip("()").lower()
        if style.endswith("alpha"):
            return (ord(word) - 96,)
        roman = roman_number(word)
        return None if roman is None else (roman,)

    def _is_major(self, index: int, marker: Marker) -> bool:
        """Whether `7.` is the clause that 7.1 belongs to, rather than the seventh item of a list."""
        number = marker.value[0]
        following = next((m for m in self._candidates[index + 1 :] if m.style == "dotted"), None)
        if following is not None and following.value[:1] == (number,):
            return True
        if marker.style == "bare" and number not in self._majors:
            return False
        is_listed = any(level.style == "plain" and level.value == (number - 1,) for level in self._stack)
        last = self._last.get("dotted")
        return bool(self._majors) and not is_listed and last is not None and number == last[0] + 1

    def _pop(self, is_over: Callable[[_Level], bool]) -> None:
        for depth, level in enumerate(self._stack):
            if is_over(level):
                del self._stack[depth:]
                return


def joined(parent: str, label: str) -> str:
    """The label of a clause inside another: `7.1` and `(a)` → `7.1(a)`; `第五条` and `1` → `第五条.1`."""
    if not parent:
        return label
    return parent + label if label[0] in "(（①" or parent[-1] in ")）" else f"{parent}.{label}"


def _first_of(marker: Marker) -> str:
    """The style that a first number begins, or an empty string."""
    if marker.style == "letter-paren":
        word = marker.label.strip("()")
        return ("upper " if word.isupper() else "") + {"a": "alpha", "i": "roman"}.get(word.lower(), "")
    return marker.style if marker.value[-1:] == (1,) else ""
