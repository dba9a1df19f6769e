"""Table rows as lines that can stand alone: every row carries its header."""

import re
from collections.abc import Sequence

_UNITS_OF_A_FORM = 3


def table_lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """One line a data row, `header: value; header: value`; empty cells and rows are left out.

    table_lines([["Country", "Limit"], ["DE", "500"]]) == ["Country: DE; Limit: 500"]
    """
    filled = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    if not filled:
        return []
    header, body = filled[0], filled[1:]
    if _is_form(filled):
        return [": ".join(cell.rstrip(" :：") for cell in row if cell) for row in filled]
    if not body or len(header) < 2:
        return ["; ".join(cell for cell in row if cell) for row in filled]
    return [
        "; ".join(
            f"{header[column]}: {cell}" if column < len(header) and header[column] else cell
            for column, cell in enumerate(row)
            if cell
        )
        for row in body
    ]


def _is_form(rows: Sequence[Sequence[str]]) -> bool:
    """Whether two columns are names and their values (`Waiting period | 180 days`) rather than records with a header.

    The first value has a figure, or the values are measured in many units: a column of records has one.
    """
    if len(rows) < 2 or any(len([cell for cell in row if cell]) > 2 or len(row) != 2 for row in rows):
        return False
    first = rows[0][1]
    if re.search(r"\d", first) and not re.fullmatch(r"(?:19|20)\d\d", first):
        return True
    units = {re.sub(r"[\d.,\s]+", " ", row[1]).strip().lower() for row in rows[1:] if re.search(r"\d", row[1])}
    return len(units) >= _UNITS_OF_A_FORM
