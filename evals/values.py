"""Whether a value that was expected and one that was given say the same."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from assistant.verify import Figure

_MONEY = re.compile(r"^([\d,]+(?:\.\d+)?) ([A-Z]{3})$")
_CLOSE = Decimal("0.001")
"""Largest relative error that rounding may bring."""


def agree(expected: Any, given: Any) -> bool:
    """Whether an argument is as expected.

    agree("1,200,000 CNY", {"amount": 1200000.0, "currency": "CNY"})  # money; a plain number takes any currency
    agree("CN|DE", "DE")                                              # either
    agree({"a": 1}, {"a": 1, "b": 2})                                 # the named part of an object
    agree(["CN", "DE"], ["DE", {"country": "CN"}])                    # words in any order
    agree(None, None)                                                 # left out
    """
    if expected is None:
        return given is None
    if isinstance(given, Sequence) and not isinstance(given, str):
        return _agree_list(expected, given)
    if isinstance(given, Mapping):
        return _agree_object(expected, given)
    if isinstance(expected, bool) or isinstance(given, bool):
        return expected is given
    if isinstance(expected, date):
        return expected.isoformat() == str(given)
    if isinstance(expected, str) and not isinstance(given, int | float):
        return str(given).casefold() in {option.casefold() for option in expected.split("|")}
    return _number(expected) == _number(given) is not None


def shows(texts: Sequence[Figure], expected: Decimal | date) -> bool:
    """Whether one of the figures of a text is the expected one, exactly or rounded as it is shown."""
    return any(_is_figure(figure, expected) for figure in texts)


def _is_figure(figure: Figure, expected: Decimal | date) -> bool:
    if isinstance(figure.value, date) or isinstance(expected, date):
        return figure.value == expected
    error = abs(figure.value - expected)
    unit = figure.scale.scaleb(-figure.decimals)
    rounded = error * 2 <= unit and error <= abs(expected) * _CLOSE
    return error == 0 or rounded


def _agree_list(expected: Any, given: Sequence[Any]) -> bool:
    if not isinstance(expected, list | tuple):
        return len(given) == 1 and agree(expected, given[0])
    if len(expected) != len(given):
        return False
    if all(isinstance(item, str) and not _MONEY.match(item) for item in expected):
        return all(any(agree(item, other) for other in given) for item in expected)
    return all(agree(item, other) for item, other in zip(expected, given, strict=True))


def _agree_object(expected: Any, given: Mapping[str, Any]) -> bool:
    if isinstance(expected, Mapping):
        return all(agree(value, given.get(name)) for name, value in expected.items())
    if isinstance(expected, str) and (match := _MONEY.match(expected)):
        return given.get("currency") == match[2] and _number(match[1]) == _number(given.get("amount"))
    return any(agree(expected, given[key]) for key in ("amount", "country", "date") if key in given)


def _number(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value).replace(",", "")).normalize()
    except InvalidOperation:
        return None


def cited(wanted: str, references: Iterable[str]) -> bool:
    """Whether one of the `document:clause` references is the wanted clause, chapter (`wt-2026:8.*`) or document."""
    return any(
        reference == wanted
        or (wanted.endswith("*") and reference.startswith(wanted[:-1]))
        or (":" not in wanted and reference.partition(":")[0] == wanted)
        for reference in references
    )
