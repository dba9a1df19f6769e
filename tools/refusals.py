"""What to say about arguments that do not fit: the field and a way out, without the validator's own jargon."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from tools.errors import ToolInputError

_REMEDIES: Mapping[str, str] = {
    "model_type": "give an object with its fields.",
    "model_attributes_type": "give an object with its fields.",
    "bool_type": "give true or false.",
    "bool_parsing": "give true or false.",
    "int_type": "give a whole number.",
    "int_parsing": "give a whole number.",
    "int_from_float": "give a whole number.",
    "string_type": "give text.",
    "list_type": "give a list.",
    "dict_type": "give an object.",
    "date_type": "give a date such as 2026-03-01.",
    "date_parsing": "give a date such as 2026-03-01.",
    "date_from_datetime_parsing": "give a date such as 2026-03-01.",
    "date_from_datetime_inexact": "give a date such as 2026-03-01.",
    "greater_than": "give more than {gt}.",
    "greater_than_equal": "give {ge} or more.",
    "less_than": "give less than {lt}.",
    "less_than_equal": "give {le} or less.",
    "string_too_short": "give text: {min_length} or more characters.",
    "string_too_long": "give at most {max_length} characters.",
    "too_short": "give {min_length} or more of them.",
    "too_long": "give at most {max_length} of them.",
    "literal_error": "use one of: {expected}.",
}
"""By the validator's name for the fault; filled with what it says of the limits."""
_MEMBER = re.compile(r"date|str|int|float|bool|(list|dict|function-before|function-after)\[.*\]")
"""How the validator calls the members of a union; no argument of ours is called so."""
_MONEY = 'give an amount, or an amount and its currency: {"amount": 1000, "currency": "EUR"}.'


def refusal(error: ValidationError, model: type[BaseModel], name: str) -> ToolInputError:
    """The first thing that does not fit, as the error a caller can mend; `name` stands for arguments as a whole."""
    first = error.errors(include_url=False)[0]
    path = tuple(str(part) for part in first["loc"] if not _MEMBER.fullmatch(str(part)))
    return ToolInputError(".".join(path) or name, first.get("input"), _remedy(first, path, model))


def _remedy(fault: Mapping[str, Any], path: tuple[str, ...], model: type[BaseModel]) -> str:
    owner = _model_at(model, path[:-1])
    match fault["type"]:
        case "extra_forbidden" if owner is not None:
            meant = ", ".join(_meant(path[-1], list(owner.model_fields)))
            return f"there is no such argument; use one of: {meant}."
        case "missing" if owner is not None:
            description = owner.model_fields[path[-1]].description
            return f"this is needed. {description}" if description else "this is needed."
        case "string_pattern_mismatch" if owner is not None and (said := owner.model_fields[path[-1]].description):
            return f"this does not fit. {said}"
        case "model_type" | "model_attributes_type" if fault.get("ctx", {}).get("class_name") == "MoneyArgument":
            return _MONEY
        case "value_error":
            return f"{fault['msg'].removeprefix('Value error, ')}."
    limits = {name: str(value).replace("'", "").replace(" or ", ", ") for name, value in fault.get("ctx", {}).items()}
    return _REMEDIES[fault["type"]].format(**limits) if fault["type"] in _REMEDIES else f"{fault['msg']}."


def _meant(given: str, known: list[str]) -> list[str]:
    """The names like `given`, or those that it is a part of; all of them when there is none."""
    return get_close_matches(given, known) or [name for name in known if given and given in name] or known


def _model_at(model: type[BaseModel], path: tuple[str, ...]) -> type[BaseModel] | None:
    """The model that the fields named last in `path` belong to; None where the path leaves the models."""
    found: type[BaseModel] | None = model
    for part in path:
        if found is None or part not in found.model_fields:
            if part.isdigit() or part == getattr(found, "__name__", ""):
                continue  # a place in a list, or the name of a union's member
            return None
        found = next(_models_in(found.model_fields[part].annotation), None)
    return found


def _models_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (Union, UnionType, list, tuple, dict) or get_args(annotation):
        for part in get_args(annotation):
            yield from _models_in(part)
