"""Which column of a ledger holds what: recognised by its header, in the units and the currency the header names."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from tools.errors import ToolInputError
from tools.ledger_files import Line, Sheet
from tools.names import contains_word, currency_names, folded
from tools.tables import table

FIELDS_OF_DATES = ("invoice_date", "due_date", "paid_date")
FIELDS_OF_MONEY = ("amount", "paid", "open", "limit")
_TOP_LINES = 10
"""Lines in which the header is looked for."""
_NOT_NAME = re.compile(r"[\W_]+")


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The header of one sheet, and the lines under it."""

    sheet: str
    titles: Mapping[str, str]
    """Our field → the file's header."""
    columns: Mapping[str, int]
    """Our field → place in the line."""
    scales: Mapping[str, int]
    """Our money field → what one of its figures stands for, where that is not 1: 10,000 for 万元."""
    currency: str
    """Code that the header or a line above it names; empty where none does."""
    body: Sequence[Line]


def known_columns(cells: Sequence[Any]) -> int:
    """How many of our fields a line of headers names."""
    return len(_mapped(cells, {}))


def layout_of(sheets: Sequence[Sheet], chosen: Mapping[str, str]) -> tuple[Layout, list[str]]:
    """The first sheet with a header, and the names of the others that have one.

    Args:
        sheets: As the file has them.
        chosen: Our field → the file's header, to overrule the guess.

    Raises:
        ToolInputError: There is no line, an unknown field or header is chosen, or a needed column is not found.
    """
    known: dict[str, list[str]] = table("receivables")["columns"]
    for field in chosen:
        if field not in known:
            raise ToolInputError("columns", field, f"Use one of: {', '.join(known)}.")
    found = [(sheet, at) for sheet in sheets if (at := _header_at(sheet.lines, chosen)) is not None]
    filled = [(sheet, 0) for sheet in sheets if sheet.lines]
    if not filled:
        raise ToolInputError("ledger", "", "Give a header line and at least one invoice.")
    sheet, at = (found or filled)[0]
    return _layout(sheet, at, chosen), [other.name for other, _ in found[1:]]


def _layout(sheet: Sheet, at: int, chosen: Mapping[str, str]) -> Layout:
    header = sheet.lines[at][1]
    names = [_name(cell) for cell in header]
    for field, title in chosen.items():
        if _name(title) not in names:
            raise ToolInputError(f"columns.{field}", title, f"Use one of the headers: {', '.join(map(str, header))}.")
    columns = _mapped(header, chosen)
    _check(header, columns)
    above = [folded(str(cell)) for _, cells in sheet.lines[:at] for cell in cells if cell is not None]
    titles = {field: str(header[index]) for field, index in columns.items()}
    money = {field: folded(titles[field]) for field in FIELDS_OF_MONEY if field in titles}
    about_units = [text for text in above if any(word in text for word in table("receivables")["unit_titles"])]
    scales = {field: _scale([text, *about_units]) for field, text in money.items()}
    return Layout(
        sheet=sheet.name,
        titles=titles,
        columns=columns,
        scales={field: scale for field, scale in scales.items() if scale != 1},
        currency=_currency([*money.values(), *about_units]),
        body=sheet.lines[at + 1 :],
    )


def _header_at(lines: Sequence[Line], chosen: Mapping[str, str]) -> int | None:
    """The first of the top lines that names at least two columns."""
    return next((at for at, (_, cells) in enumerate(lines[:_TOP_LINES]) if len(_mapped(cells, chosen)) > 1), None)


def _check(header: Sequence[Any], columns: Mapping[str, int]) -> None:
    missing = []
    if "due_date" not in columns and not {"invoice_date", "terms_days"} <= columns.keys():
        missing.append("due_date")
    if not {"amount", "open"} & columns.keys():
        missing.append("amount")
    if missing:
        found = ", ".join(str(cell) for cell in header)[:200]
        raise ToolInputError("columns", found, f"Say which header holds: {', '.join(missing)}.")


def _mapped(header: Sequence[Any], chosen: Mapping[str, str]) -> dict[str, int]:
    """Our field → column: the caller's choice, then whole names, then the longest names contained in a header."""
    names = [_name(cell) for cell in header]
    mapping = {field: names.index(_name(title)) for field, title in chosen.items() if _name(title) in names}
    for _, field, index in sorted(_matches(names)):
        if field not in mapping and index not in mapping.values():
            mapping[field] = index
    return {field: mapping[field] for field in table("receivables")["columns"] if field in mapping}


def _matches(names: Sequence[str]) -> Iterable[tuple[tuple[int, int, int], str, int]]:
    """Every field that a header may hold, the surest first when sorted."""
    for index, name in enumerate(names):
        if not name:
            continue
        if (whole := _fields().get(name)) is not None:
            place, field = whole
            yield (0, place, index), field, index
            continue
        for word, (_, field) in _fields().items():
            if word in name and _may_be_contained(word, field, name):
                yield (1, -len(word), index), field, index


def _may_be_contained(word: str, field: str, name: str) -> bool:
    rules = table("receivables")
    if word in rules["whole_names_only"] or (word.isascii() and len(word) < 4):
        return False
    barred = rules["not_with"].get(field, []) + ([] if field == "terms_days" else rules["not_with"]["any"])
    return not any(other in name for other in barred)


@cache
def _fields() -> dict[str, tuple[int, str]]:
    """Our field by each of its names, with the name's place in the field's list."""
    known: dict[str, list[str]] = table("receivables")["columns"]
    return {word: (place, field) for field, words in known.items() for place, word in enumerate(words)}


def _name(cell: Any) -> str:
    return _NOT_NAME.sub("", unicodedata.normalize("NFKC", "" if cell is None else str(cell)).casefold())


def _scale(texts: Iterable[str]) -> int:
    """What one figure stands for, by the first text that names a unit."""
    units: dict[str, int] = table("receivables")["title_units"]
    return next((size for text in texts for unit, size in units.items() if unit in text), 1)


def _currency(texts: Iterable[str]) -> str:
    """The currency that a header or title names: Amount (USD), 币种:美元, 金额(万元)."""
    named = (code for text in texts for name, code in currency_names().items() if contains_word(text, name))
    return next(named, "")
