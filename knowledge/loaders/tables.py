"""Table rows as lines that can stand alone: every row carries its header."""

import re
from collections.abc import Sequence

Rows = Sequence[Sequence[str]]
_NAMES_A_FIELD = re.compile(
    r"(?i:(?:the )?(?:insured|policy ?holder|insurer|broker|period of insurance|currency)\b|insured percentage"
    r"|policy (?:no|number|period|currency)\b)"
    r"|(?:被保险人|投保人|保险人|保险公司|经纪人|保险期间|币种|货币|保单货币|赔偿比例|承保比例|保险?单号码?)"
)


def table_lines(rows: Rows, *, has_header: bool | None = None) -> list[str]:
    """One line a data row, `header: value; header: value`; empty cells and rows are left out.

    A table of two columns without a header (a schedule: name and value) gives `name: value` lines.

    Args:
        rows: The cells.
        has_header: Whether the first row names the columns; read from the cells where the file does not say.

    table_lines([["Country", "Limit"], ["DE", "500"]]) == ["Country: DE; Limit: 500"]
    table_lines([["Currency", "EUR"], ["Insured percentage", "90%"]]) == ["Currency: EUR", "Insured percentage: 90%"]
    """
    filled = [[_flat(cell) for cell in row] for row in rows if any(cell.strip() for cell in row)]
    if not filled:
        return []
    width = max(sum(1 for cell in row if cell) for row in filled)
    title: list[str] = []
    while len(filled) > 1 and width > 1 and sum(1 for cell in filled[0] if cell) == 1:
        title.append("".join(filled.pop(0)))  # a caption over all columns
    header, body = filled[0], filled[1:]
    if width < 2:
        return [*title, *("; ".join(cell for cell in row if cell) for row in filled)]
    if has_header is None:
        has_header = bool(body) and not (width == 2 and _is_list_of_fields(filled))
    if has_header and body:
        return [*title, *(_with_names(header, row) for row in body)]
    return [*title, *(_named(row) if width == 2 else "; ".join(cell for cell in row if cell) for row in filled)]


def is_same_table(first: Rows, second: Rows) -> bool:
    """Whether the second goes on with the first, as a table over a page break does."""
    return bool(first and second) and len(first[0]) == len(second[0])


def joined_tables(first: Rows, second: Rows) -> list[list[str]]:
    """Two parts of one table; the header that the second repeats comes once."""
    rows = [list(row) for row in second]
    if [_flat(cell) for cell in rows[0]] == [_flat(cell) for cell in first[0]]:
        rows = rows[1:]
    return [*(list(row) for row in first), *rows]


def _with_names(header: Sequence[str], row: Sequence[str]) -> str:
    return "; ".join(
        f"{header[column]}: {cell}" if column < len(header) and header[column] and header[column] != cell else cell
        for column, cell in enumerate(row)
        if cell
    )


def _named(row: Sequence[str]) -> str:
    cells = [cell for cell in row if cell]
    return ": ".join([cells[0].rstrip(":： "), *cells[1:]])


def _is_list_of_fields(rows: Rows) -> bool:
    """Two columns, name and value, from the first row on."""
    pairs = [[cell for cell in row if cell] for row in rows]
    first = next((pair for pair in pairs if len(pair) == 2), None)
    if first is None:
        return False
    return first[0].endswith((":", "：")) or bool(re.search(r"\d", first[1])) or bool(_NAMES_A_FIELD.match(first[0]))


def _flat(cell: str) -> str:
    return " ".join(cell.split())
