"""The ledger: every figure in a sentence is found in a tool result, a cited passage or the user's own words.

A sentence with a figure that is found nowhere does not leave the server.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from assistant.evidence import Sentence, leaves


class Figure(NamedTuple):
    """One figure read from text: its value and the words it was read from."""

    value: Decimal | date
    text: str
    decimals: int
    """Decimals shown; a source value may be rounded to them."""
    scale: Decimal = Decimal(1)


class Verdict(NamedTuple):
    """Whether a sentence may be spoken, and which figures have no source."""

    ok: bool
    unmatched: tuple[str, ...]


@dataclass
class Ledger:
    """Figures this turn may speak, each with the sources that hold it."""

    sources: dict[Decimal | date, set[str]] = field(default_factory=dict)

    def add(self, value: Any, source: str) -> None:
        """Record one value: a number, a date, or text with figures in it."""
        if isinstance(value, bool) or value is None:
            return
        if isinstance(value, int | float | Decimal):
            self.sources.setdefault(Decimal(str(value)), set()).add(source)
        elif isinstance(value, date):
            self.sources.setdefault(value, set()).add(source)
        elif isinstance(value, str):
            for figure in figures(value):
                self.sources.setdefault(figure.value, set()).add(source)

    def add_result(self, call_id: str, arguments: Mapping[str, Any], result: Mapping[str, Any]) -> None:
        """Record every value of a tool call."""
        for path, value in leaves(result):
            self.add(value, f"tool:{call_id}/{path}")
        for path, value in leaves(arguments):
            self.add(value, f"tool:{call_id}/arguments/{path}")

    def check(self, sentence: Sentence) -> Verdict:
        """Match every figure of the sentence."""
        unmatched = [figure.text for figure in figures(sentence.text) if not self._holds(figure)]
        return Verdict(not unmatched, tuple(unmatched))

    def _holds(self, figure: Figure) -> bool:
        if figure.value in self.sources:
            return True
        if isinstance(figure.value, date):
            return False
        unit = figure.scale.scaleb(-figure.decimals)
        return any(
            isinstance(known, Decimal) and abs(known - figure.value) * 2 <= unit and known != known.to_integral_value()
            for known in self.sources
        )


_ZH_SCALE = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_EN_SCALE = {"k": 10**3, "thousand": 10**3, "m": 10**6, "mn": 10**6, "million": 10**6, "bn": 10**9, "billion": 10**9}
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sep sept", "october oct", "november nov", "december dec"), start=1
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATES = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<y>\d{4})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]"),
    re.compile(rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<n>{_MONTH})\.?,?\s+(?P<y>\d{{4}})", re.I),
    re.compile(rf"(?P<n>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})", re.I),
)
# Words that look like figures and are names: clause and article numbers, footnotes, identifiers, A4, Q3, GB/T 1234.
_NAMES = re.compile(
    r"\[\d+\]|《[^》]*》|(?:clauses?|articles?|art\.?|sections?|item|annex|step|incoterms|ifrs|iso|no\.)\s*[A-Z]?\d+(?:\.\d+)*"
    r"|第\s*\d+(?:\.\d+)*\s*[条款步项号章节]|\b(?!(?:USD|EUR|CNY|RMB|GBP|JPY|HKD|CHF|SGD|AUD|CAD|KRW|TWD)\d)[A-Za-z]+[-./]?\d[\w.\-]*|\d[\d.]*[A-Za-z]{2,}\d\w*|\b[A-Z0-9]{15,20}\b",
    re.I,
)
_NUMBER = re.compile(
    r"(?P<n>\d{1,3}(?:[,,]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"\s*(?P<s>百万|千万|[万亿千百](?!分)|(?:thousand|million|billion|mn|bn|[km])(?![A-Za-z]))?",
    re.I,
)
_ZH_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_ZH_COUNT = re.compile(
    r"([零一二三四五六七八九十百千两]+)\s*(万|亿)?(?=\s*(?:个?工作日|[天日元年倍]|个月|美元|欧元|英镑|万|亿))"
)
_UNITS = "zero one two three four five six seven eight nine"
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_EN_WORDS = {word: number for number, word in enumerate(f"{_UNITS} {_TEENS}".split())} | {
    word: 10 * tens for tens, word in enumerate(_TENS.split(), start=2)
}
_EN_COUNT = re.compile(
    rf"\b({'|'.join(sorted(_EN_WORDS, key=len, reverse=True))})(?:[- ]({'|'.join(_UNITS.split()[1:])}))?(\s+hundred)?"
    r"(?=[\s-]+(?:per ?cent|days?|months?|years?|times|dollars|euros|pounds|yuan|working))",
    re.I,
)
_ZH_PERCENT = re.compile(r"百分之([零一二三四五六七八九十百点两]+)|([一二三四五六七八九])成([一二三四五六七八九半])?")


def figures(text: str) -> list[Figure]:
    """Every number, percentage and date in `text`, in reading order; names such as clause numbers are left out."""
    found: list[tuple[int, Figure]] = []
    rest = text
    for pattern in _DATES:
        for match in list(pattern.finditer(rest)):
            value = _date(match)
            if value is not None:
                found.append((match.start(), Figure(value, match.group(), 0)))
                rest = _blank(rest, match)
    for match in list(_ZH_PERCENT.finditer(rest)):
        found.append((match.start(), Figure(_zh_percent(match), match.group(), 0)))
        rest = _blank(rest, match)
    for match in list(_NAMES.finditer(rest)):
        rest = _blank(rest, match)
    for match in _ZH_COUNT.finditer(rest):
        scaled = Decimal(_ZH_SCALE[match[2] or ""])
        found.append((match.start(), Figure(_zh_number(match[1]) * scaled, match.group(), 0)))
    for match in _EN_COUNT.finditer(rest):
        count = _EN_WORDS[match[1].lower()] + _EN_WORDS.get((match[2] or "").lower(), 0)
        found.append((match.start(), Figure(Decimal(count * (100 if match[3] else 1)), match.group(), 0)))
    for match in _NUMBER.finditer(rest):
        digits = match["n"].replace(",", "").replace(",", "")
        scale = (match["s"] or "").lower()
        factor = Decimal(_ZH_SCALE.get(scale) or _EN_SCALE.get(scale) or 1)
        decimals = len(digits.partition(".")[2])
        found.append((match.start(), Figure(Decimal(digits) * factor, match.group().strip(), decimals, factor)))
    return [figure for _, figure in sorted(found, key=lambda item: item[0])]


def _date(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    month = int(parts["m"]) if parts.get("m") else _MONTHS[parts["n"].lower()]
    try:
        return date(int(parts["y"]), month, int(parts["d"]))
    except ValueError:
        return None


def _zh_percent(match: re.Match[str]) -> Decimal:
    if match[2]:
        tail = {"半": 5}.get(match[3] or "", _ZH_DIGITS.get(match[3] or "", 0))
        return Decimal(_ZH_DIGITS[match[2]] * 10 + tail)
    whole, _, fraction = match[1].partition("点")
    text = f"{_zh_number(whole)}." + "".join(str(_ZH_DIGITS.get(char, 0)) for char in fraction)
    return Decimal(text.rstrip("."))


def _zh_number(text: str) -> Decimal:
    number = digit = 0
    for char in text:
        if char in "十百千":
            number += (digit or 1) * _ZH_SCALE[char]
            digit = 0
        else:
            digit = _ZH_DIGITS[char]
    return Decimal(number + digit)


def _blank(text: str, match: re.Match[str]) -> str:
    return text[: match.start()] + "\x00" * (match.end() - match.start()) + text[match.end() :]


def ledger_of(
    calls: Iterable[tuple[str, Mapping[str, Any], Mapping[str, Any]]],
    passages: Mapping[int, str],
    user_text: Iterable[str],
    today: date,
) -> Ledger:
    """The ledger of one turn: its tool calls, cited passages and the user's own words."""
    ledger = Ledger()
    for call_id, arguments, result in calls:
        ledger.add_result(call_id, arguments, result)
    for number, text in passages.items():
        ledger.add(text, f"citation:{number}")
    for words in user_text:
        ledger.add(words, "user")
    ledger.add(today, "today")
    return ledger
