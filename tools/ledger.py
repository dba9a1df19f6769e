"""Reading a receivables ledger: columns guessed and shown, bad rows reported by line, amounts exact."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from tools.ledger_cells import Amount, DateOrder, Style, amount_in, date_in, days_in, is_filled, style_of, text_in
from tools.ledger_columns import FIELDS_OF_DATES, FIELDS_OF_MONEY, Layout, known_columns, layout_of
from tools.ledger_files import sheets_of
from tools.names import currency_code, folded
from tools.tables import table

_WORDS = re.compile(r"[a-z]+|[^\W\d_a-z]+")


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
    """Of all lines with something in them, those that add up others left out."""
    totals_count: int = 0
    """Lines that add up others; they are no invoices."""
    stated_total: Decimal | None = None
    """What the ledger itself gives as its sum, where it does so once."""
    filled_buyers: int = 0
    """Lines without a buyer that were given that of the line above."""
    due_from_terms: int = 0
    """Lines whose due date was counted from the invoice date and the payment terms."""
    scale: int = 1
    """What one figure of the money columns stands for: 10,000 in a ledger kept in 万元."""
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()
    """Sheets that look like ledgers too and were not read."""


def read_ledger(
    source: Path | bytes | str | Sequence[Mapping[str, Any]], *, columns: Mapping[str, str] | None = None
) -> Ledger:
    """Read a ledger from a CSV or XLSX file, its bytes, CSV text, or rows as objects.

    Args:
        source: A path; the file's bytes; CSV text with a header line; or rows.
        columns: Our field name → the file's header, to overrule the guess.
    """
    layout, others = layout_of(sheets_of(source, known_columns), columns or {})
    reader = _Reader(layout)
    rows = list(reader.rows())
    stated = reader.stated_totals
    return Ledger(
        invoices=tuple(row for row in rows if isinstance(row, Invoice)),
        columns=layout.titles,
        date_order=reader.style.date_order,
        is_date_order_certain=reader.style.is_date_order_certain,
        bad_rows=tuple(row for row in rows if isinstance(row, BadRow)),
        row_count=len(rows),
        totals_count=reader.totals_count,
        stated_total=stated[0] if len(stated) == 1 else None,
        filled_buyers=reader.filled_buyers,
        due_from_terms=reader.due_from_terms,
        scale=max(layout.scales.values(), default=1),
        sheet=layout.sheet,
        other_sheets=tuple(others),
    )


class _Reader:
    """Reads the lines of one sheet in order: a blank buyer is that of the line above."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.style = _style(layout)
        self.stated_totals: list[Decimal] = []
        self.totals_count = self.filled_buyers = self.due_from_terms = 0
        self._buyer = ""
        self._money_fields = [field for field in FIELDS_OF_MONEY if field in layout.columns]
        self._date_fields = [field for field in FIELDS_OF_DATES if field in layout.columns]

    def rows(self) -> Iterator[Invoice | BadRow]:
        for line, cells in self.layout.body:
            if not any(cell not in (None, "") for cell in cells):
                continue
            raw = {field: cells[at] if at < len(cells) else None for field, at in self.layout.columns.items()}
            if (label := _totals_label(cells, raw)) is not None:
                self._note_total(label, raw)
                continue
            yield self._row(line, raw)

    def _row(self, line: int, raw: Mapping[str, Any]) -> Invoice | BadRow:
        values: dict[str, Any] = dict.fromkeys((*FIELDS_OF_MONEY, *FIELDS_OF_DATES))
        currency = ""
        for field in self._money_fields:
            found = self._amount(field, raw)
            if found is not None:
                values[field], currency = found.value, currency or found.currency
            elif is_filled(raw[field]):
                return BadRow(line=line, field=field, value=_shown(raw[field]), reason="not_a_number")
        for field in self._date_fields:
            values[field] = day = date_in(raw[field], self.style)
            if day is None and is_filled(raw[field]):
                return BadRow(line=line, field=field, value=_shown(raw[field]), reason="not_a_date")
        self._complete(values, raw)
        for field in ("due_date", "amount"):
            if values[field] is None:
                return BadRow(line=line, field=field, value="", reason="missing")
        return Invoice(
            line=line,
            buyer=self._known_buyer(raw),
            number=text_in(raw.get("invoice")),
            currency=_currency(raw.get("currency")) or currency or self.layout.currency,
            is_disputed="disputed" in raw and folded(text_in(raw["disputed"])) in {"yes", "y", "true", "1", "是", "有"},
            **values,
        )

    def _amount(self, field: str, raw: Mapping[str, Any]) -> Amount | None:
        found = amount_in(raw.get(field), self.style)
        scale = self.layout.scales.get(field, 1)
        return found if found is None or found.has_unit or scale == 1 else found._replace(value=found.value * scale)

    def _complete(self, values: dict[str, Any], raw: Mapping[str, Any]) -> None:
        """An amount from what is open and paid, a due date from the invoice date and the terms."""
        if values["amount"] is None and values["open"] is not None:
            values["amount"] = values["open"] + (values["paid"] or 0)
        terms = days_in(raw.get("terms_days"))
        if values["due_date"] is None and values["invoice_date"] is not None and terms is not None:
            values["due_date"] = values["invoice_date"] + timedelta(days=terms)
            self.due_from_terms += 1

    def _known_buyer(self, raw: Mapping[str, Any]) -> str:
        named = text_in(raw.get("buyer"))
        if not named and self._buyer:
            self.filled_buyers += 1
        self._buyer = named or self._buyer
        return self._buyer

    def _note_total(self, label: str, raw: Mapping[str, Any]) -> None:
        self.totals_count += 1
        found = self._amount("open" if "open" in raw else "amount", raw)
        if label in table("receivables")["totals"]["of_all"] and found is not None:
            self.stated_totals.append(found.value)


def _style(layout: Layout) -> Style:
    def texts(fields: Sequence[str]) -> Iterator[str]:
        places = [layout.columns[field] for field in fields if field in layout.columns]
        for _, cells in layout.body:
            for at in places:
                if at < len(cells) and isinstance(cells[at], str):
                    yield cells[at]

    return style_of(texts(FIELDS_OF_DATES), texts(FIELDS_OF_MONEY))


def _totals_label(cells: Sequence[Any], raw: Mapping[str, Any]) -> str | None:
    """The words that label a line as the sum of others (`甲 小计` → `甲小计`), or None.

    A line with an invoice number of its own is none, and one with a due date only if it says nothing but "total".
    """
    is_due, number = is_filled(raw.get("due_date")), raw.get("invoice")
    if is_due and is_filled(number):
        return None
    words = next((found for cell in cells if isinstance(cell, str) and (found := _words(cell))), [])
    label, sums = "".join(words), table("receivables")["totals"]["words"]
    if not words or (is_filled(number) and label != "".join(_words(number))):
        return None
    if label in sums or is_due:
        return label if label in sums else None
    is_sum = words[0] in sums or words[-1] in sums or any(label.endswith(word) for word in sums if not word.isascii())
    return label if is_sum else None


def _words(cell: Any) -> list[str]:
    return _WORDS.findall(folded(text_in(cell)))


def _currency(cell: Any) -> str:
    """The code of a currency column's cell; a name nobody knows stands for itself, so that it is not mixed up."""
    text = text_in(cell)
    return (currency_code(text) or text.upper()[:20]) if text else ""


def _shown(value: Any) -> str:
    return str(value)[:60]
