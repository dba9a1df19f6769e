"""What a cell of a ledger says: an amount, a day, a number of days, a text, in the ways people write them."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Literal, NamedTuple

from tools.names import currency_code, currency_names
from tools.tables import table

DateOrder = Literal["year_first", "day_first", "month_first"]
_MAX_AMOUNT = Decimal(10) ** 15
_NUMBERS = re.compile(r"\d+")
_TOKENS = re.compile(r"\d+|[a-z]{3,}")
_PLAIN_AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DECIMAL_COMMA = re.compile(r",[0-9]{1,2}\D*$|\.[0-9]{3},")
_DECIMAL_POINT = re.compile(r"\.[0-9]{1,2}\D*$|,[0-9]{3}\.")
_SEPARATORS = re.compile("[.,]")
_GROUPED = re.compile(r"[0-9]*|[0-9]{1,3}([.,][0-9]{2,3})*[.,][0-9]{3}")
"""Digits, or digits in groups of three (of two and then three, as in India)."""
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAYS = re.compile(r"(?:net)?([0-9]{1,3})(?:天|日|d|days?)?")
_MINUS = str.maketrans("−–—", "---")
_EPOCH = date(1899, 12, 30)
_SERIALS = range(1, 2_900_000)
"""Days since the epoch of spreadsheets."""
_LIKELY_SERIALS = range(36_526, 73_051)
"""The same for 2000 to 2099: a bare number in a text file is a day only if it is one of these."""


@dataclass(frozen=True, kw_only=True)
class Style:
    """How one ledger writes its days and amounts."""

    date_order: DateOrder = "year_first"
    """Whether 3/4/2026 is 3 April or 4 March."""
    is_date_order_certain: bool = True
    has_decimal_comma: bool = False
    """Whether 12.000 is twelve thousand."""


class Amount(NamedTuple):
    value: Decimal
    currency: str = ""
    """The code of a currency that stands with the amount."""
    has_unit: bool = False
    """Whether a unit such as 万 stood with it and has been counted in."""


def style_of(days: Iterable[str], amounts: Iterable[str]) -> Style:
    """How texts of the ledger's date and money columns are to be read, judged by all of them together."""
    order, is_certain = _date_order(days)
    commas = points = 0
    for text in amounts:
        if "," in text:
            commas += _DECIMAL_COMMA.search(text) is not None
            points += _DECIMAL_POINT.search(text) is not None
        else:
            points += "." in text[-3:]
    return Style(date_order=order, is_date_order_certain=is_certain, has_decimal_comma=commas > points)


def is_filled(value: Any) -> bool:
    return value is not None and value != "" and str(value).strip() not in ("", "-", "—", "/")


def text_in(value: Any) -> str:
    if value is None:
        return ""
    text = str(value)
    return text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def amount_in(value: Any, style: Style) -> Amount | None:
    """An exact amount: 1,234.50 · 1.234,50 · ¥1 234 · (100) · 100- · 100 CR · 12.5万. What is anything else is none."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    if not isinstance(value, str):
        return _bounded(Amount(Decimal(str(value)))) if isinstance(value, int | float | Decimal) else None
    if not style.has_decimal_comma and _PLAIN_AMOUNT.fullmatch(value):
        return _bounded(Amount(Decimal(value)))
    text = unicodedata.normalize("NFKC", value).translate(_MINUS).strip()
    found = _dressed_amount().fullmatch(text)
    if found is None or bool(found["opened"]) != bool(found["closed"]):
        return None
    digits = _point_decimal(re.sub(r"[ '’]", "", found["digits"]), style)
    if digits is None:
        return None
    scale = table("receivables")["units"].get(found["unit"] or "", 1)
    marks = {found["opened"], found["sign"], found["inner_sign"], found["last_sign"], (found["side"] or "").casefold()}
    is_negative = bool(marks & {"(", "-", "cr", "贷"})
    currency = currency_code(found["before"] or found["after"] or "") or ""
    number = Decimal(digits) * scale
    return _bounded(Amount(-number if is_negative else number, currency, has_unit=scale != 1))


def date_in(value: Any, style: Style) -> date | None:
    """A day: a spreadsheet's own, its serial number, or as `_written_date` reads it."""
    if isinstance(value, str):
        return _written_date(value, style.date_order)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    if 1 <= value < _SERIALS.stop:
        return _EPOCH + timedelta(days=int(value))
    return _written_date(str(value), style.date_order) if isinstance(value, int) and value > 0 else None  # 20260331


def days_in(value: Any) -> int | None:
    """Days of payment terms: 30 · 30天 · Net 30. 月结30天 counts from a month's end, so it is not understood."""
    text = "".join(text_in(value).casefold().split()).removesuffix(".0")
    found = _DAYS.fullmatch(text)
    return int(found[1]) if found else None


@cache
def _dressed_amount() -> re.Pattern[str]:
    currency = "|".join(map(re.escape, currency_names()))
    units = "|".join(table("receivables")["units"])
    return re.compile(
        rf"(?P<opened>\()?(?P<sign>[-+])?\s*(?P<before>{currency})?\s*(?P<inner_sign>[-+])?\s*"
        rf"(?P<digits>[0-9.,][0-9.,'’ ]*)(?P<unit>{units})?\s*(?P<after>{currency})?整?\s*"
        r"(?P<last_sign>-)?\s*(?P<side>cr|dr|贷|借)?\.?(?P<closed>\))?",
        re.IGNORECASE,
    )


def _point_decimal(text: str, style: Style) -> str | None:
    """Digits with a decimal point and nothing else, or None when commas and points make no number."""
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:
        mark = "," if comma > point else "."
    elif max(text.count(","), text.count(".")) > 1:
        mark = ""
    else:
        mark = "," if comma >= 0 else "."
        is_thousands = len(text) - 1 - max(comma, point) == 3 and (mark == ",") != style.has_decimal_comma
        mark = "" if is_thousands else mark
    whole, decimals = text.rsplit(mark, 1) if mark and mark in text else (text, "")
    if not (whole + decimals).strip() or not _GROUPED.fullmatch(whole) or not (decimals or "0").isdigit():
        return None
    return f"{_SEPARATORS.sub('', whole) or '0'}.{decimals or '0'}" if decimals else _SEPARATORS.sub("", whole)


def _bounded(amount: Amount) -> Amount | None:
    return amount if amount.value.is_finite() and abs(amount.value) <= _MAX_AMOUNT else None


def _date_order(days: Iterable[str]) -> tuple[DateOrder, bool]:
    """From values above 12 anywhere in the date columns; certain when only one order fits."""
    above: Counter[str] = Counter()
    for text in days:
        if text[:4].isdigit() or "年" in text:
            continue  # year first
        parts = _NUMBERS.findall(text)
        if len(parts) < 3 or len(parts[0]) > 2:
            continue
        above["seen"] += 1
        above["day_first"] += int(parts[0]) > 12
        above["month_first"] += int(parts[1]) > 12
    if not above["seen"]:
        return "year_first", True
    if above["month_first"] > above["day_first"]:
        return "month_first", not above["day_first"]
    return "day_first", bool(above["day_first"]) and not above["month_first"]


def _written_date(text: str, order: DateOrder) -> date | None:
    """A day as people write it: 2026-03-31 · 31/3/26 (or 3/31/26, as the ledger does) · 31-Mar-26 · 2026年3月31日."""
    if _ISO_DATE.fullmatch(text):
        parts = text.split("-")
    else:
        text = unicodedata.normalize("NFKC", text).strip().casefold()
        parts = _with_month_number(text) or _NUMBERS.findall(text)
    if len(parts) == 1 and len(parts[0]) == 8:
        parts = [parts[0][:4], parts[0][4:6], parts[0][6:]]
    if parts == [text] and len(text) == 5 and int(text) in _LIKELY_SERIALS:
        return _EPOCH + timedelta(days=int(text))
    if len(parts) < 3 or len(parts[0]) > 4 or len(parts[2]) > 4:
        return None
    one, two, three = (int(part) for part in parts[:3])
    if len(parts[0]) == 4 or "年" in text:
        year, month, day = one, two, three
    else:
        day, month = (two, one) if order == "month_first" else (one, two)
        year = three
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


def _with_month_number(text: str) -> list[str] | None:
    """31-mar-26 · mar 31, 2026 · 2026-mar-31 as year, month and day; None where no month is named."""
    months = table("receivables")["months"]
    tokens = _TOKENS.findall(text)
    named = next((months[token[:3]] for token in tokens if token[:3] in months), None)
    numbers = [token for token in tokens if token.isdigit()]
    if named is None or len(numbers) < 2:
        return None
    one, two = numbers[:2]
    year, day = (one, two) if len(one) == 4 else (two, one)
    return [year if len(year) == 4 else f"20{year}", str(named), day]
