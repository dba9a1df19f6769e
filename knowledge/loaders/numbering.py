"""Word's automatic numbers, which stand in no text: counted here as Word counts them."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from knowledge.clauses import to_roman

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = frozenset(
    ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital", "taiwaneseCounting")
)


@dataclass(frozen=True, kw_only=True)
class _Level:
    format: str
    pattern: str
    """`%1.%2` or `第%1条`: what stands before the paragraph."""
    start: int
    is_legal: bool
    """All numbers of the pattern in Arabic figures."""
    runs_on: bool
    """Not started again by a higher level: 第十条 follows 第九条 in a new chapter."""


class Numbering:
    """The numbers of a document's paragraphs, asked for in reading order."""

    def __init__(self, document: Any) -> None:
        self._abstracts: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, tuple[str, dict[int, int]]] = {}
        self._styles: dict[str, Any] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._restarted: set[tuple[str, int]] = set()
        for relation in document.part.rels.values():
            if relation.reltype.endswith("/numbering"):
                self._read(relation.target_part.element)
        for style in document.styles.element.iter(f"{_W}style"):
            self._styles[style.get(f"{_W}styleId", "")] = style

    def label(self, paragraph: Any) -> str:
        """The number that Word shows before a paragraph element, or an empty string."""
        number_id, depth = self._numbered(paragraph)
        if number_id not in self._lists:
            return ""
        abstract_id, overrides = self._lists[number_id]
        levels = self._abstracts.get(abstract_id, {})
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts[abstract_id]
        first = overrides.get(depth, level.start)
        if depth in overrides and (number_id, depth) not in self._restarted:
            self._restarted.add((number_id, depth))  # a list that starts anew does so once
            counts.pop(depth, None)
        counts[depth] = counts[depth] + 1 if depth in counts else first
        for deeper in [other for other in counts if other > depth and not levels[other].runs_on]:
            del counts[deeper]
        return self._shown(level, levels, counts)

    @staticmethod
    def _shown(level: _Level, levels: dict[int, _Level], counts: dict[int, int]) -> str:
        if level.format in ("bullet", "none"):
            return ""
        text = level.pattern
        for depth in range(9):
            if (mark := f"%{depth + 1}") in text:
                owner = levels.get(depth)
                number = counts.get(depth, owner.start if owner else 1)
                text = text.replace(
                    mark, number_text(number, "decimal" if level.is_legal or not owner else owner.format)
                )
        return text.strip()

    def _numbered(self, paragraph: Any) -> tuple[str, int]:
        """(list, depth) by the paragraph's own properties, else by those of its style and the styles below it."""
        properties = paragraph.find(f"{_W}pPr")
        number_id, depth = _list_of(properties)
        style_id = _value(properties, "pStyle") if properties is not None else ""
        seen: set[str] = set()
        while number_id is None and style_id and style_id not in seen and style_id in self._styles:
            seen.add(style_id)
            style = self._styles[style_id]
            number_id, own_depth = _list_of(style.find(f"{_W}pPr"))
            depth = own_depth if depth is None else depth
            style_id = _value(style, "basedOn")
        return number_id or "", depth or 0

    def _read(self, element: Any) -> None:
        for abstract in element.iter(f"{_W}abstractNum"):
            levels = {int(each.get(f"{_W}ilvl", "0")): _level(each) for each in abstract.iter(f"{_W}lvl")}
            self._abstracts[abstract.get(f"{_W}abstractNumId", "")] = levels
        for number in element.iter(f"{_W}num"):
            overrides = {
                int(each.get(f"{_W}ilvl", "0")): int(start)
                for each in number.iter(f"{_W}lvlOverride")
                if (start := _value(each, "startOverride"))
            }
            self._lists[number.get(f"{_W}numId", "")] = (_value(number, "abstractNumId"), overrides)


def number_text(number: int, style: str) -> str:
    """A number in one of Word's formats.

    number_text(4, "lowerRoman") == "iv"; number_text(12, "chineseCounting") == "十二"
    """
    if style in ("lowerLetter", "upperLetter"):
        letter = chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if style == "upperLetter" else letter
    if style in ("lowerRoman", "upperRoman"):
        roman = to_roman(number)
        return roman.upper() if style == "upperRoman" else roman
    if style in _CHINESE:
        return chinese_number(number)
    if style == "decimalZero":
        return f"{number:02d}"
    if style.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    return str(number)


def chinese_number(number: int) -> str:
    """23 is `二十三`; below 1,000."""
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = number // 100 % 10, number // 10 % 10, number % 10
    text = digits[hundreds] + "百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (digits[ones] if ones or not text else "")


def _level(element: Any) -> _Level:
    return _Level(
        format=_value(element, "numFmt") or "decimal",
        pattern=_value(element, "lvlText"),
        start=int(_value(element, "start") or "1"),
        is_legal=element.find(f"{_W}isLgl") is not None,
        runs_on=_value(element, "lvlRestart") == "0",
    )


def _list_of(properties: Any) -> tuple[str | None, int | None]:
    numbered = properties.find(f"{_W}numPr") if properties is not None else None
    if numbered is None:
        return None, None
    depth = _value(numbered, "ilvl")
    return _value(numbered, "numId") or None, int(depth) if depth else None


def _value(element: Any, name: str) -> str:
    child = element.find(f"{_W}{name}")
    return "" if child is None else str(child.get(f"{_W}val", ""))
