"""Reading a receivables ledger: columns guessed and shown, bad rows reported by line, amounts exact."""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from tools.errors import ToolInputError
from tools.tables import table

DateOrder = Literal["year_first", "day_first", "month_first"]
MAX_ROWS = 1_000_000
_FIELDS_OF_DATES = ("invoice_date", "due_date", "paid_date")
_FIELDS_OF_MONEY = ("amount", "paid", "open", "limit")
_NUMBERS = re.compile(r"\d+")
_NOT_NAME = re.compile(r"[\W_]+")
_MONEY_DRESS = re.compile(r"[^\d.,()万亿萬億+-]")
_PLAIN_AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MAX_AMOUNT = Decimal(10) ** 15


@dataclass(frozen=True, kw_only=True, slots=True)
class Invoice:
    """One usable line of the ledger."""

    line: int
    buyer: str
    number: str
    amount: Decimal
    due_date: date
    invoice_date: date | None = None
    paid: Decimal | None = None
    paid_date: date | None = None
    open: Decimal | None = None
    limit: Decimal | None = None
    currency: str = ""
    is_disputed: bool = False

    def open_on(self, day: date) -> Decimal:
        """What was unpaid at the end of `day`; a stated balance wins over payments."""
        if self.invoice_date is not None and self.invoice_date > day:
            return Decimal(0)
        if self.open is not None:
            return self.open
        if self.paid_date is not None:
            settled = self.amount if self.paid is None else self.paid
            return self.amount - settled if self.paid_date <= day else self.amount
        return self.amount - (self.paid or Decimal(0))


@dataclass(frozen=True, kw_only=True)
class BadRow:
    """A line that could not be used."""

    line: int
    field: str
    value: str
    reason: Literal["missing", "not_a_number", "not_a_date"]


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """The usable lines, and how they were read."""

    invoices: tuple[Invoice, ...]
    columns: Mapping[str, str]
    """Our field → the file's header."""
    date_order: DateOrder
    is_date_order_certain: bool
    bad_rows: tuple[BadRow, ...]
    row_count: int


def read_ledger(
    source: Path | bytes | str | Sequence[Mapping[str, Any]],
    *,
    columns: Mapping[str, str] | None = None,
    file_name: str = "",
) -> Ledger:
    """Read a ledger from a CSV or XLSX file, its bytes, CSV text, or rows as objects.

    Args:
        source: A path; the file's bytes (with `file_name`); CSV text with a header line; or rows.
        columns: Our field name → the file's header, to overrule the guess.
        file_name: Tells CSV from XLSX when bytes are given.
    """
    rows = _rows(source, file_name)
    header, body = _header(rows)
    mapping = _mapped(header, columns or {})
    order, is_certain = _date_order(body, mapping)
    invoices: list[Invoice] = []
    bad: list[BadRow] = []
    count = 0
    for line, cells in body:
        if not any(cell not in (None, "") for cell in cells):
            continue
        count += 1
        read = _invoice(line, cells, mapping, order)
        if isinstance(read, BadRow):
            bad.append(read)
        elif read is not None:
            invoices.append(read)
    shown = {field: str(header[index]) for field, index in mapping.items()}
    return Ledger(
        invoices=tuple(invoices),
        columns=shown,
        date_order=order,
        is_date_order_certain=is_certain,
        bad_rows=tuple(bad),
        row_count=count,
    )


_Line = tuple[int, Sequence[Any]]


def _rows(source: Path | bytes | str | Sequence[Mapping[str, Any]], file_name: str) -> list[_Line]:
    if isinstance(source, Path):
        file_name, source = source.name, source.read_bytes()
    if isinstance(source, bytes):
        if file_name.lower().endswith((".xlsx", ".xlsm")):
            return _sheet(source)
        source = _decoded(source)
    if isinstance(source, str):
        return _csv(source)
    header = list(dict.fromkeys(key for row in source for key in row))
    return [(0, header), *((line, [row.get(key) for key in header]) for line, row in enumerate(source, 1))]


def _csv(text: str) -> list[_Line]:
    first = text[:4096]
    delimiter = max(",;\t|", key=lambda mark: first.split("\n", 1)[0].count(mark))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines: list[_Line] = []
    try:
        for row in reader:
            lines.append((reader.line_num, row))
            if len(lines) > MAX_ROWS:
                raise ToolInputError("ledger", f"{len(lines)} rows", f"Give at most {MAX_ROWS} rows.")
    except csv.Error as error:
        raise ToolInputError("ledger", str(error), "Give comma-separated text with a header line.") from error
    return lines


def _sheet(content: bytes) -> list[_Line]:
    import zipfile

    import openpyxl  # a second to import; only for spreadsheets
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError) as error:
        raise ToolInputError("ledger", "XLSX", "The file is not a readable XLSX workbook.") from error
    try:
        return list(enumerate(islice(book.worksheets[0].iter_rows(values_only=True), MAX_ROWS + 1), 1))
    finally:
        book.close()


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _header(rows: list[_Line]) -> tuple[Sequence[Any], list[_Line]]:
    """The first of the top ten lines that names at least two known columns, else the first line."""
    for index, (_, cells) in enumerate(rows[:10]):
        if len(_mapped(cells, {}, strict=False)) >= 2:
            return cells, rows[index + 1 :]
    if not rows:
        raise ToolInputError("ledger", "", "Give a header line and at least one invoice.")
    return rows[0][1], rows[1:]


def _mapped(header: Sequence[Any], chosen: Mapping[str, str], *, strict: bool = True) -> dict[str, int]:
    """Our field → column index: the caller's choice, then exact names, then names contained in a header."""
    names = [_name(cell) for cell in header]
    known: dict[str, list[str]] = table("receivables")["columns"]
    mapping: dict[str, int] = {}
    for field, title in chosen.items():
        if field not in known:
            raise ToolInputError("columns", field, f"Use one of: {', '.join(known)}.")
        if _name(title) not in names:
            raise ToolInputError(f"columns.{field}", title, f"Use one of the headers: {', '.join(map(str, header))}.")
        mapping[field] = names.index(_name(title))
    for fits in (lambda name, word: name == word, lambda name, word: len(word) > 3 and word in name):
        for field, words in known.items():
            taken = set(mapping.values())
            free = ((index, name) for index, name in enumerate(names) if name and index not in taken)
            options = {name: index for index, name in reversed(list(free))}
            hit = next((options[name] for word in words for name in options if fits(name, word)), None)
            if field not in mapping and hit is not None:
                mapping[field] = hit
    missing = [field for field in ("due_date",) if field not in mapping]
    if not mapping.keys() & {"amount", "open"}:
        missing.append("amount")
    if strict and missing:
        found = ", ".join(str(cell) for cell in header)[:200]
        raise ToolInputError("columns", found, f"Say which header holds: {', '.join(missing)}.")
    return mapping


def _name(cell: Any) -> str:
    return _NOT_NAME.sub("", unicodedata.normalize("NFKC", "" if cell is None else str(cell)).casefold())


def _date_order(body: Iterable[_Line], mapping: Mapping[str, int]) -> tuple[DateOrder, bool]:
    """Whether 3/4/2026 is 3 April or 4 March, from values above 12 anywhere in the date columns."""
    above: Counter[str] = Counter()
    seen = False
    for _, cells in body:
        for field in _FIELDS_OF_DATES:
            index = mapping.get(field, -1)
            if not 0 <= index < len(cells) or not isinstance(cells[index], str):
                continue
            if cells[index][:4].isdigit():
                continue  # year first
            parts = _NUMBERS.findall(cells[index])
            if len(parts) < 3 or len(parts[0]) > 2:
                continue
            seen = True
            above["day_first"] += int(parts[0]) > 12
            above["month_first"] += int(parts[1]) > 12
    if not seen:
        return "year_first", True
    if above["month_first"] > above["day_first"]:
        return "month_first", not above["day_first"]
    return "day_first", bool(above["day_first"]) and not above["month_first"]


def _invoice(line: int, cells: Sequence[Any], mapping: Mapping[str, int], order: DateOrder) -> Invoice | BadRow | None:
    raw = {field: cells[index] if index < len(cells) else None for field, index in mapping.items()}
    values: dict[str, Any] = {}
    for field in _FIELDS_OF_MONEY:
        values[field] = number = _decimal(raw.get(field))
        if number is None and _filled(raw.get(field)):
            return BadRow(line=line, field=field, value=_shown(raw[field]), reason="not_a_number")
    for field in _FIELDS_OF_DATES:
        values[field] = day = _date(raw.get(field), order)
        if day is None and _filled(raw.get(field)):
            return BadRow(line=line, field=field, value=_shown(raw[field]), reason="not_a_date")
    if values["amount"] is None:
        values["amount"] = None if values["open"] is None else values["open"] + (values["paid"] or 0)
    for field in ("due_date", "amount"):
        if values[field] is None:
            return BadRow(line=line, field=field, value="", reason="missing")
    return Invoice(
        line=line,
        buyer=_text(raw.get("buyer")),
        number=_text(raw.get("invoice")),
        currency=_currency_code(_text(raw.get("currency"))),
        is_disputed=_text(raw.get("disputed")).casefold() in {"yes", "y", "true", "1", "是", "有"},
        **values,
    )


def _filled(value: Any) -> bool:
    return value is not None and value != "" and str(value).strip() not in ("", "-", "—", "/")


def _text(value: Any) -> str:
    if value is None:
        return ""
    text = str(value)
    return text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def _currency_code(text: str) -> str:
    if not text:
        return ""
    known: dict[str, str] = table("receivables")["currencies"]
    return known.get(text.casefold(), text.upper() if len(text) == 3 and text.isascii() and text.isalpha() else "")


def _shown(value: Any) -> str:
    return str(value)[:60]


def _decimal(value: Any) -> Decimal | None:
    """An exact amount: 1,234.50 · 1.234,50 · ¥1 234 · (100) · 12.5万."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    if isinstance(value, str) and _PLAIN_AMOUNT.fullmatch(value):
        return _bounded(Decimal(value))
    text = _MONEY_DRESS.sub("", unicodedata.normalize("NFKC", str(value)))
    sign = -1 if text.startswith("(") and text.endswith(")") else 1
    text = text.strip("()")
    scale = 1
    for unit, size in (("万", 10**4), ("萬", 10**4), ("亿", 10**8), ("億", 10**8)):
        if text.endswith(unit):
            text, scale = text[:-1], size
    last = max(text.rfind(","), text.rfind("."))
    if last >= 0 and text[last] == "," and len(text) - last - 1 != 3:
        text = text.replace(".", "").replace(",", ".")
    try:
        number = Decimal(text.replace(",", "")) * scale * sign
    except InvalidOperation:
        return None
    return _bounded(number)


def _bounded(number: Decimal) -> Decimal | None:
    return number if number.is_finite() and abs(number) <= _MAX_AMOUNT else None


def _date(value: Any, order: DateOrder) -> date | None:
    if value is None:
        return None
    if isinstance(value, str):
        return _written_date(value, order)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return date(1899, 12, 30) + timedelta(days=int(value)) if 1 <= value < 2_900_000 else None  # spreadsheet serial
    return None


def _written_date(text: str, order: DateOrder) -> date | None:
    """A day as people write it: 2026-03-31 · 31/3/26 (or 3/31/26, as the ledger does) · 2026年3月31日 · 20260331."""
    if _ISO_DATE.fullmatch(text):
        parts = text.split("-")
    else:
        text = unicodedata.normalize("NFKC", text).strip()
        parts = _NUMBERS.findall(text)
    if len(parts) == 1 and len(parts[0]) == 8:
        parts = [parts[0][:4], parts[0][4:6], parts[0][6:]]
    if len(parts) < 3 or len(parts[0]) > 4 or len(parts[2]) > 4:
        return None
    one, two, three = (int(part) for part in parts[:3])
    if len(parts[0]) == 4:
        year, month, day = one, two, three
    else:
        day, month = (two, one) if order == "month_first" else (one, two)
        year = three + 2000 if three < 100 else three
    try:
        return date(year, month, day)
    except ValueError:
        return None
