"""Figures in text: numbers, percentages, money, spans of time and dates, each with its kind; names are left out."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Literal, NamedTuple

from assistant.calendar_words import Dated, find_dates
from assistant.engine.reading.currencies import after_amount, before_amount, code_by_form
from assistant.engine.reading.numerals import en_value, zh_value

Kind = Literal[
    "number", "percent", "money", "days", "weeks", "months", "years", "hours", "date", "month_day", "year_month", "year"
]


class Figure(NamedTuple):
    """One figure read from text: its value and the words it was read from."""

    value: Decimal | date
    text: str
    decimals: int
    """Decimals shown; a source value may be rounded to them."""
    scale: Decimal = Decimal(1)
    kind: Kind = "number"
    unit: str = ""
    """ISO currency code of money; `05-30` or `2026-05` of a partial date; the other reading of 05/06/2026."""


def figures(text: str) -> list[Figure]:
    """Every figure of `text` in reading order; names such as clause numbers and footnotes are not figures."""
    rest = _narrow(text)
    placed: list[_Placed] = []
    for dated in find_dates(rest):
        placed.append(_Placed(dated.start, dated.end, _of_date(dated, text[dated.start : dated.end])))
        rest = _blank(rest, dated.start, dated.end)
    for one in _percents_in_words(rest):
        placed.append(one)
        rest = _blank(rest, one.start, one.end)
    for match in list(_names().finditer(rest)):
        rest = _blank(rest, match.start(), match.end())
    for one in [*_words(rest), *_digits(rest)]:
        if not any(one.start < other.end and other.start < one.end for other in placed):
            placed.append(one)
    placed.sort(key=lambda one: one.start)
    return [one.figure for one in _with_shared_units(placed, rest)]


class _Placed(NamedTuple):
    start: int
    end: int
    figure: Figure


# Full-width digits and signs as plain ones; one character each, so that positions stay.
_WIDE = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF05: "%", 0xFF0E: ".", 0xFE6A: "%"}
_WIDE_COMMA = re.compile("(?<=[\uff10-\uff19])\uff0c(?=[\uff10-\uff19]{3})")


def _narrow(text: str) -> str:
    return _WIDE_COMMA.sub(",", text).translate(_WIDE)


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + "\x00" * (end - start) + text[end:]


def _of_date(dated: Dated, text: str) -> Figure:
    if dated.day is None:
        return Figure(Decimal(dated.partial.split("-")[-1 if dated.kind == "month_day" else 0]), text, 0,
                      kind=dated.kind, unit=dated.partial)  # fmt: skip
    return Figure(dated.day, text, 0, kind="date", unit=dated.partial)


_ZH = "零〇一二两三四五六七八九十百千"
_PERCENT_WORDS = re.compile(
    rf"(?P<base>百|千|万|[{_ZH}]+)分之(?P<zh>[{_ZH}点]+|\d+(?:\.\d+)?)"
    rf"|(?P<tenths>[一二两三四五六七八九]|(?<!\d)[1-9])成(?P<half>[一二三四五六七八九半])?(?![为本功员就交都长熟年立果])"
    r"|\b(?P<top>one|two|three|four)[ -](?P<part>third|quarter|fifth|tenth)s?\b",
    re.I,
)
_PARTS = {"third": 3, "quarter": 4, "fifth": 5, "tenth": 10}


def _percents_in_words(text: str) -> Iterator[_Placed]:
    """百分之八十五, 千分之三, 三分之二, 九成半, two thirds: as percentages."""
    for match in _PERCENT_WORDS.finditer(text):
        value = _percent_value(match)
        if value is not None:
            yield _Placed(match.start(), match.end(), Figure(value, match.group(), 0, kind="percent"))


def _percent_value(match: re.Match[str]) -> Decimal | None:
    if match["top"]:
        top = en_value(match["top"])
        return None if top is None else 100 * top / _PARTS[match["part"].lower()]
    if match["tenths"]:
        half = Decimal(5) if match["half"] == "半" else zh_value(match["half"] or "零")
        tenths = zh_value(match["tenths"])
        return None if tenths is None or half is None else tenths * 10 + half
    base = {"百": Decimal(100), "千": Decimal(1000), "万": Decimal(10000)}.get(match["base"]) or zh_value(match["base"])
    top = zh_value(match["zh"])
    return None if not base or top is None else 100 * top / base


@cache
def _names() -> re.Pattern[str]:
    """Words that look like figures and are names: clauses, footnotes, identifiers, T+15, A4, Q3, GB/T 1234."""
    codes = "|".join(sorted(re.escape(form) for form in code_by_form() if form.isascii() and form[0].isalpha()))
    more = r"(?:\s*(?:,|and|or|to|&|–|-|、|和|或|至|及)\s*\d+\.\d+(?![\d%]|\s*(?:%|per)))*"
    parts = (
        r"\[[\w./\-,\s]*\d[\w./\-,\s]*\]|《[^》]*》|[(（][1-9][)）]",
        r"(?:\b(?:clauses?|articles?|arts?\.?|sections?|items?|annex|schedule|incoterms|ifrs|ias|iso|ucp|gb/t|no\.)|§)"
        rf"\s*(?:[A-Z]\.?)?\d++(?:\.\d++)*+(?!,\d|\s*%){more}",
        rf"\bstep\s+\d{{1,2}}\b|第\s*\d+(?:\.\d+)*{more}\s*[条款步项号章节点]|条款\s*\d+(?:\.\d+)+{more}",
        rf"\b(?!(?:{codes})\.?\d)(?:(?!(?:max|min|app|est)\.)[A-Za-z]{{1,3}}\.|[A-Za-z]+[-/+]?)\d[\w.\-]*(?<![.\-])(?::[\w.]+\b)?",
        r"(?:[一五]|(?<!\d)[15])年期(?:以上)?\s*(?:LPR|贷款)|\b(?:one|five|1|5)[- ]year (?:LPR|loan prime)",
        r"\d[\d.]*[A-Za-z]{2,}\d\w*|\b(?=[A-Z0-9]{15,20}\b)(?=\d*[A-Z])[A-Z0-9]+\b",
    )
    return re.compile("|".join(parts), re.I)


_NUMBER = re.compile(
    r"(?<!\d)(?<!\d\.)(?P<n>\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"\s*(?P<s>千万|百万|十万|十亿|百亿|千亿|[万亿千百](?!分)|(?:thousand|million|billion|mn|bn|[km])(?![A-Za-z]))?",
    re.I,
)
_SCALE = {
    "百": 100, "千": 1000, "万": 10**4, "十万": 10**5,
    "百万": 10**6, "千万": 10**7, "亿": 10**8, "十亿": 10**9, "百亿": 10**10,
    "千亿": 10**11, "k": 10**3, "thousand": 10**3, "m": 10**6, "mn": 10**6, "million": 10**6,
    "bn": 10**9, "billion": 10**9,
}  # fmt: skip


def _digits(text: str) -> Iterator[_Placed]:
    for match in _NUMBER.finditer(text):
        digits = match["n"].replace(",", "")
        scale = Decimal(_SCALE.get((match["s"] or "").lower(), 1))
        decimals = len(digits.partition(".")[2])
        end = match.start() + len(match.group().rstrip())
        yield _measured(text, match.start(), end, Decimal(digits) * scale, decimals, scale)


_ZH_WORDS = re.compile(rf"[零〇一二两三四五六七八九十][{_ZH}万亿]*")
_EN_WORDS = re.compile(
    r"\b(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[\s-]+(?:and\s+)?(?=[a-z])|\b))"
    r"(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion)"
    r"(?:[\s-]+(?:and\s+)?(?=[a-z])|\b))*",
    re.I,
)
_LARGE = re.compile(r"[万亿]|hundred|thousand|million|billion|[一二两三四五六七八九][百千]", re.I)


def _words(text: str) -> Iterator[_Placed]:
    """Numbers in words; a small one counts only with a unit: 三十天, thirty days, but not 一些, one of them."""
    for pattern, value_of in ((_ZH_WORDS, zh_value), (_EN_WORDS, en_value)):
        for match in pattern.finditer(text):
            words = re.sub(r"[\s-]+(?:and)?$", "", match.group())
            value = value_of(words)
            if value is None:
                continue
            one = _measured(text, match.start(), match.start() + len(words), value, 0, Decimal(1))
            if one.figure.kind != "number" or _LARGE.search(words) or text[one.end : one.end + 1] == "倍":
                yield one


_UNITS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("percent", re.compile(r"\s*(?:%|个百分点)|[\s-]*per\s?cent\b|\s*percentage points?\b", re.I)),
    ("days", re.compile(r"\s*个?\s*(?:工作日|日历日|自然日|天|日(?!元|圆))|\s*d\b"
                        r"|[\s-]*(?:(?:calendar|working|business)[\s-])?days?\b", re.I)),
    ("weeks", re.compile(r"\s*个?\s*(?:周|星期)|[\s-]*weeks?\b", re.I)),
    ("months", re.compile(r"\s*个半?月|[\s-]*months?\b|\s*mo\b", re.I)),
    ("years", re.compile(r"\s*年|[\s-]*years?\b", re.I)),
    ("hours", re.compile(r"\s*个?\s*小时|[\s-]*hours?\b", re.I)),
)  # fmt: skip
_PER_MILLE = re.compile(r"\s*‰")
_UNCLEAR_CURRENCY = frozenset({"$", "dollar", "dollars", "kr", "buck", "bucks"})
"""Signs of more than one currency: they agree with any."""


def _measured(text: str, start: int, end: int, value: Decimal, decimals: int, scale: Decimal) -> _Placed:
    """The number at `start` with the unit beside it."""
    said = text[start:end]
    beside = end + 1 if text[end : end + 1] in (")", "）") else end  # thirty (30) days
    if match := _PER_MILLE.match(text, end):
        return _Placed(start, match.end(), Figure(value / 10, said, decimals + 1, scale, "percent"))
    for kind, pattern in _UNITS:
        if match := pattern.match(text, beside):
            if kind == "years" and 1900 <= value < 2100:
                kind = "year"
            return _Placed(start, match.end(), Figure(value, said, decimals, scale, kind))
    if (currency := _currency(text, start, end)) is not None:
        return _Placed(start, end, Figure(value, said, decimals, scale, "money", currency))
    return _Placed(start, end, Figure(value, said, decimals, scale))


def _currency(text: str, start: int, end: int) -> str | None:
    before = before_amount().search(text, max(0, start - 24), start)
    after = None if before else after_amount().match(text, end)
    form = (before.group() if before else after["form"] if after else "").strip(" :").lower()
    if not form:
        return None
    return "" if form in _UNCLEAR_CURRENCY else code_by_form().get(form, "")


_BETWEEN = re.compile(r"[\s\x00]*(?:-|–|—|~|～|至|到|to|or|and|或者?|和|、|/)[\s\x00]*", re.I)


def _with_shared_units(placed: list[_Placed], text: str) -> list[_Placed]:
    """`30 or 60 days`, `CNY 10,000 to 20,000`: the number without a unit takes that of its neighbour."""
    shared = list(placed)
    for position in range(len(shared) - 1, 0, -1):
        one, other = shared[position - 1], shared[position]
        if not _BETWEEN.fullmatch(text[one.end : other.start]):
            continue
        if one.figure.kind == "number" and other.figure.kind in ("percent", "money", "days", "weeks", "months"):
            shared[position - 1] = one._replace(figure=_like(one.figure, other.figure))
        elif other.figure.kind == "number" and one.figure.kind == "money":
            shared[position] = other._replace(figure=_like(other.figure, one.figure))
    return shared


def _like(figure: Figure, neighbour: Figure) -> Figure:
    return figure._replace(kind=neighbour.kind, unit=neighbour.unit)
