"""Table rows as lines that can stand alone: every row carries its header."""

from collections.abc import Sequence


def table_lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """One line a data row, `header: value; header: value`; empty cells and rows are left out.

    table_lines([["Country", "Limit"], ["DE", "500"]]) == ["Country: DE; Limit: 500"]
    """
    filled = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    if not filled:
        return []
    header, body = filled[0], filled[1:]
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
