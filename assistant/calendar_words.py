"""Dates in text, whole and partial, in the forms that answers and documents use."""

import re
from datetime import date
from typing import Literal, NamedTuple


class Dated(NamedTuple):
    """A date found in text."""

    start: int
    end: int
    day: date | None
    """None when the year or the day of the month is not said."""
    kind: Literal["date", "month_day", "year_month"]
    partial: str = ""
    """`05-30` or `2026-05` of a partial date; the other reading, ISO, of a date such as 05/06/2026."""


def find_dates(text: str) -> list[Dated]:
    """Every date of `text`, whole ones first; none overlaps another."""
    found: list[Dated] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            dated = _dated(match)
            if dated and not any(dated.start < other.end and other.start < dated.end for other in found):
                found.append(dated)
    return found


_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sep sept", "october oct", "november nov", "december dec"), start=1
    )
    for name in names.split()
}  # fmt: skip
# "may" is a verb unless it has its capital
_NAME = "(?:(?i:" + "|".join(sorted(set(_MONTHS) - {"may"}, key=len, reverse=True)) + r")\b\.?|May|MAY)"
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_ZH_DIGIT = "〇零一二三四五六七八九"
_PATTERNS = (
    re.compile(r"(?<!\d)(?P<y>\d{4})(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?P<y>\d{4})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]?"),
    re.compile(rf"(?P<zy>[{_ZH_DIGIT}]{{4}})年(?P<zm>[一二三四五六七八九十]{{1,2}})月(?P<zd>[一二三四五六七八九十廿]{{1,3}})[日号]"),
    re.compile(rf"(?<![\d.]){_DAY}(?:\s+of)?[\s-]+(?P<n>{_NAME})[\s,-]+(?P<y>\d{{4}})(?!\d)"),
    re.compile(rf"\b(?P<n>{_NAME})\s+{_DAY},?\s+(?P<y>\d{{4}})(?!\d)"),
    re.compile(r"(?<![\d/.])(?P<a>\d{1,2})(?P<sep>[/.])(?P<b>\d{1,2})(?P=sep)(?P<y>\d{4})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>\d{4})\s*年\s*(?P<m>\d{1,2})\s*月(?!\d)"),
    re.compile(r"(?<!\d)(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]"),
    re.compile(r"(?P<zm>[一二三四五六七八九十]{1,2})月(?P<zd>[一二三四五六七八九十廿]{1,3})[日号]"),
    re.compile(rf"\b(?P<n>{_NAME})[\s,]+(?P<y>\d{{4}})(?!\d)"),
    re.compile(rf"(?<![\d.,]){_DAY}(?:\s+of)?\s+(?P<n>{_NAME})\b(?!\s*\d)"),
    re.compile(rf"\b(?P<n>{_NAME})\s+{_DAY}\b(?![\d.,%]*\d|\s*(?:%|per|days|months|,?\d))"),
)  # fmt: skip


def _dated(match: re.Match[str]) -> Dated | None:
    parts = match.groupdict()
    year = _year(parts)
    if parts.get("a"):
        return _slashed(match, int(parts["a"]), int(parts["b"]), year or 0)
    month = _month(parts)
    day = int(parts["d"]) if parts.get("d") else _zh_small(parts["zd"]) if parts.get("zd") else None
    if not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):
        return None
    if year is None:
        return Dated(*match.span(), None, "month_day", f"{month:02}-{day:02}")
    if day is None:
        return Dated(*match.span(), None, "year_month", f"{year:04}-{month:02}")
    whole = _date(year, month, day)
    return Dated(*match.span(), whole, "date") if whole else None


def _slashed(match: re.Match[str], one: int, two: int, year: int) -> Dated | None:
    """05/06/2026 is 5 June or 6 May; both are kept."""
    readings = [day for day in (_date(year, two, one), _date(year, one, two)) if day]
    if not readings:
        return None
    return Dated(*match.span(), readings[0], "date", readings[-1].isoformat())


def _year(parts: dict[str, str | None]) -> int | None:
    if written := parts.get("zy"):
        return int("".join(str(max(0, _ZH_DIGIT.index(char) - 1)) for char in written))
    return int(parts["y"] or 0) if parts.get("y") else None


def _month(parts: dict[str, str | None]) -> int:
    if name := parts.get("n"):
        return _MONTHS[name.lower().rstrip(".")]
    return int(parts["m"] or 0) if parts.get("m") else _zh_small(parts.get("zm") or "")


def _zh_small(text: str) -> int:
    """一 to 三十一, and 廿五."""
    tens, ten, ones = text.replace("廿", "二十").rpartition("十")
    digit = "零一二三四五六七八九".find
    return (max(1, digit(tens)) if tens else 1) * 10 * bool(ten) + (digit(ones) if ones else 0)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
