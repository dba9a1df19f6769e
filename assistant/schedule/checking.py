"""Whether a value fits a policy parameter, for what people type in and for what was read."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, get_args

from assistant.schedule.lexicon import entries
from assistant.schedule.model import Section
from assistant.schedule.reader import ALLOWED_BASES, SAME
from tools.errors import ToolInputError
from tools.money import UNSTATED
from tools.tables import table

_MOST_DAYS, _MOST_MONTHS, _MOST_TIMES, _MOST_MONEY = 3650, 120, 1000, Decimal(10) ** 15
_FREQUENCIES = ("monthly", "quarterly", "yearly", "per_shipment")
_SPELLED = re.compile(r"(?P<before>[A-Za-z]{3})?\s*(?P<amount>[\d,.]+)\s*(?P<after>[A-Za-z]{3})?")
_CALENDAR = re.compile(r"calendar|working:[A-Z]{2}")


def parameters() -> tuple[str, ...]:
    """Every parameter that a policy may state."""
    derived = {"claim": ("claim_months", "claim_days"), "period": (), "declaration": _DECLARATION}
    names = [name for entry in entries() for name in derived.get(entry, (entry,))]
    return (*names, "max_liability_multiple", "adverse_calendar")


_DECLARATION = ("declaration_frequency", "declaration_day")


def checked_value(key: str, value: Any, currency: str = "") -> Any:
    """`value` in the form in which it is kept.

    Raises:
        ToolInputError: The key names no parameter, or the value does not fit it.
    """
    parameter, _, section = key.partition(".")
    if parameter not in parameters() or section not in get_args(Section):
        raise ToolInputError("terms", key, f"use one of: {', '.join(parameters())}; a section follows a dot.")
    return _checker(parameter)(key, value, currency)


def is_usable(parameter: str, value: Any) -> bool:
    """Whether a value that was read can be used as it is; working days without a country cannot."""
    return parameter not in ("calendar", "adverse_calendar") or bool(_CALENDAR.fullmatch(str(value)))


def group_of(key: str) -> str:
    """Keys of one group exclude each other: a time to claim in months, or in days."""
    parameter, dot, section = key.partition(".")
    one_of_two = {other: name for name, other in SAME.items() if name == "claim_months"}
    return one_of_two.get(parameter, parameter) + dot + section


def _checker(parameter: str) -> Callable[[str, Any, str], Any]:
    if parameter.endswith("_pct"):
        return lambda key, value, _: _number(key, value, 0, 100, "a percentage from 0 to 100")
    if parameter.endswith("_days"):
        return lambda key, value, _: _whole(key, value, 0, _MOST_DAYS, "whole days")
    if parameter == "claim_months":
        return lambda key, value, _: _whole(key, value, 0, _MOST_MONTHS, "whole months")
    if parameter == "declaration_day":
        return lambda key, value, _: _whole(key, value, 1, 31, "a day of the month")
    if parameter == "max_liability_multiple":
        return lambda key, value, _: _number(key, value, 0, _MOST_TIMES, "a multiple of the premium")
    if parameter in ALLOWED_BASES:
        return lambda key, value, _: _one_of(key, value, ALLOWED_BASES[parameter])
    if parameter == "declaration_frequency":
        return lambda key, value, _: _one_of(key, value, _FREQUENCIES)
    if parameter in ("period_from", "period_to"):
        return lambda key, value, _: _date(key, value)
    if parameter == "currency":
        return lambda key, value, _: _one_of(key, str(value).upper(), tuple(table("currencies")["currencies"]))
    if parameter == "countries":
        return lambda key, value, _: _countries(key, value)
    if parameter in ("calendar", "adverse_calendar"):
        return lambda key, value, _: _calendar(key, value)
    return _money


def _number(key: str, value: Any, low: float, high: float, what: str) -> int | float:
    number = _decimal(key, value, what)
    if not low <= number <= high:
        raise ToolInputError(key, value, f"give {what}.")
    return int(number) if number == number.to_integral_value() else float(number)


def _whole(key: str, value: Any, low: int, high: int, what: str) -> int:
    number = _number(key, value, low, high, f"{what}, {low} to {high}")
    if not isinstance(number, int):
        raise ToolInputError(key, value, f"give {what}, {low} to {high}.")
    return number


def _decimal(key: str, value: Any, what: str) -> Decimal:
    try:
        number = Decimal(str(value).replace(",", "").rstrip("% ").strip())
    except InvalidOperation as error:
        raise ToolInputError(key, value, f"give {what}.") from error
    if isinstance(value, bool) or not number.is_finite():
        raise ToolInputError(key, value, f"give {what}.")
    return number


def _money(key: str, value: Any, currency: str) -> dict[str, Any]:
    """An amount with its currency; the policy's own where none is given."""
    given = value if isinstance(value, dict) else _spelled(str(value))
    if set(given) - {"amount", "currency"} or "amount" not in given:
        raise ToolInputError(key, value, "give an amount and its currency.")
    code = str(given.get("currency") or currency or UNSTATED).upper()
    if code != UNSTATED and code not in table("currencies")["currencies"]:
        raise ToolInputError(key, value, "give the currency as its three-letter code, such as EUR.")
    return {"amount": _number(key, given["amount"], 0, float(_MOST_MONEY), "an amount"), "currency": code}


def _spelled(text: str) -> dict[str, Any]:
    """`EUR 5,000`, `5000 EUR` or `5000`."""
    match = _SPELLED.fullmatch(text.strip())
    if match is None:
        return {"amount": text}
    return {"amount": match["amount"], "currency": match["before"] or match["after"]}


def _one_of(key: str, value: Any, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ToolInputError(key, value, f"use one of: {', '.join(allowed)}.")
    return str(value)


def _date(key: str, value: Any) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError as error:
        raise ToolInputError(key, value, "give a date such as 2026-01-31.") from error


def _countries(key: str, value: Any) -> list[str]:
    codes = [str(code).strip().upper() for code in (value if isinstance(value, list) else str(value).split(","))]
    unknown = [code for code in codes if code not in table("countries")["countries"]]
    if unknown or not codes:
        raise ToolInputError(key, value, "give country codes of two letters, such as CN, DE.")
    return codes


def _calendar(key: str, value: Any) -> str:
    if not _CALENDAR.fullmatch(str(value)):
        raise ToolInputError(key, value, "use `calendar`, or `working:` and a country such as working:CN.")
    return str(value)
