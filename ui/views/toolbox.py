"""The page that calls a tool by a form made from its schema."""

import json
import re
from typing import Any, NamedTuple

import streamlit as st

from ui import session
from ui.api_client import ApiProblem, ApiUnreachable, ToolInfo
from ui.cards import draw_card
from ui.words import Words

_CARDS = {
    "estimate_premium": "premium_estimate",
    "compute_indemnity": "indemnity",
    "compute_deadlines": "deadlines",
    "claim_checklist": "checklist",
    "check_coverage": "coverage",
    "lookup_buyer": "buyer",
    "assess_buyer": "assessment",
    "late_interest": "interest",
    "analyse_receivables": "receivables",
}
_SHOWN = 6
"""Arguments shown at once; the others are folded away."""
_CURRENCIES = ["CNY", "USD", "EUR", "GBP", "HKD", "JPY"]


def page() -> None:
    """Choose a tool, fill in its arguments, see its card."""
    words = session.words()
    st.html(f'<div class="tca-hero"><h1>{words["toolbox.title"]}</h1><p>{words["toolbox.intro"]}</p></div>')
    try:
        tools = {tool.name: tool for tool in session.client().tools() if tool.name in _CARDS}
        name = st.selectbox(words["toolbox.tool"], list(tools), format_func=lambda key: words.get(f"tool.{key}", key))
        if name:
            _form(tools[name], words)
    except (ApiProblem, ApiUnreachable) as error:
        session.say_error(error)


class _Field(NamedTuple):
    """One argument, or one member of an argument that is an object."""

    path: tuple[str, ...]
    kind: str
    schema: dict[str, Any]
    is_required: bool


def _form(tool: ToolInfo, words: Words) -> None:
    fields, rest = _fields(tool.parameters)
    fields.sort(key=lambda field: not field.is_required)
    shown = max(_SHOWN, sum(field.is_required for field in fields))
    with st.form(f"form-{tool.name}", border=True):
        given = _inputs(fields[:shown], tool.name, words)
        extra = ""
        if fields[shown:] or rest:
            with st.expander(words["toolbox.more"]):
                given += _inputs(fields[shown:], tool.name, words)
                if rest:
                    extra = st.text_area(f"{words['toolbox.json']}: {', '.join(rest)}", placeholder="{}")
        is_sent = st.form_submit_button(words["toolbox.run"], type="primary")
    if is_sent:
        _call(tool, given, extra, words)


def _call(tool: ToolInfo, given: list[tuple[tuple[str, ...], Any]], extra: str, words: Words) -> None:
    try:
        arguments = json.loads(extra or "{}")
    except json.JSONDecodeError:
        arguments = None
    if not isinstance(arguments, dict):
        st.error(words["toolbox.bad_json"])
        return
    for path, value in given:
        inner = arguments
        for name in path[:-1]:
            inner = inner.setdefault(name, {})
        inner[path[-1]] = value
    result = session.client().call_tool(tool.name, arguments)
    draw_card(_CARDS[tool.name], result, words, f"tool-{tool.name}")
    with st.expander(words["toolbox.raw"]):
        st.json(result)


def _inputs(fields: list[_Field], prefix: str, words: Words) -> list[tuple[tuple[str, ...], Any]]:
    """Widgets in two columns; the arguments that were filled in."""
    given = []
    columns = st.columns(2)
    for position, field in enumerate(fields):
        name = field.path[-1]
        label = words.code("slot", name)
        label = label[:1].upper() + label[1:] + (f" ({words['toolbox.required']})" if field.is_required else "")
        with columns[position % 2]:
            value = _input(field, label, "-".join((prefix, *field.path)), words)
        if value is not None:
            given.append((field.path, value))
    return given


def _input(field: _Field, label: str, key: str, words: Words) -> Any:
    """A widget for one argument; None when it is left empty."""
    about = field.schema.get("description")
    match field.kind:
        case "money":
            left, right = st.columns([2, 1], vertical_alignment="bottom")
            amount = left.number_input(
                label, value=None, min_value=0.0, step=1000.0, format="%0.2f", key=key, help=about
            )
            currency = right.selectbox(
                words["toolbox.currency"], _CURRENCIES, key=f"{key}-currency", label_visibility="collapsed"
            )
            return None if amount is None else {"amount": amount, "currency": currency}
        case "choice":
            group = field.path[-1]
            options = field.schema["enum"]
            return st.selectbox(
                label,
                options,
                index=None,
                key=key,
                help=about,
                format_func=lambda code: words.code(group, code),
                placeholder="–",
            )
        case "date":
            day = st.date_input(label, value=None, key=key, help=about)
            return day.isoformat() if day else None
        case "integer":
            return st.number_input(label, value=None, step=1, key=key, help=about)
        case "number":
            return st.number_input(label, value=None, step=0.1, key=key, help=about)
        case "boolean":
            shown = {True: words["toolbox.yes"], False: words["toolbox.no"]}
            return st.segmented_control(label, [True, False], format_func=shown.__getitem__, key=key, help=about)
        case "list":
            text = st.text_input(label, key=key, placeholder="a, b, c", help=about)
            return [item.strip() for item in re.split("[,，、]", text) if item.strip()] or None
    return st.text_input(label, key=key, help=about) or None


def _fields(schema: dict[str, Any]) -> tuple[list[_Field], list[str]]:
    """Arguments that a form can take, those of objects one by one, and the names of the others."""
    fields, rest = [], []
    for name, raw in schema.get("properties", {}).items():
        field = {**_resolved(raw, schema), **({"description": raw["description"]} if "description" in raw else {})}
        is_required, kind = name in schema.get("required", ()), _kind(field, schema)
        if kind:
            fields.append(_Field((name,), kind, field, is_required))
        elif "properties" in field:
            inner, deeper = _fields({**field, "$defs": schema.get("$defs", {})})
            fields += [item._replace(path=(name, *item.path)) for item in inner]
            rest += [f"{name}.{item}" for item in deeper]
        else:
            rest.append(name)
    return fields, rest


def _kind(field: dict[str, Any], schema: dict[str, Any]) -> str | None:
    """Which widget an argument takes; None for one too deep for a form."""
    field = _resolved(field, schema)
    if "enum" in field:
        return "choice"
    if {"amount", "currency"} <= set(field.get("properties", {})):
        return "money"
    kind = field.get("type")
    if kind == "string":
        return "date" if field.get("format") == "date" else "text"
    if kind == "array":
        item = _resolved(field.get("items", {}), schema)
        return "list" if item.get("type") == "string" and item.get("format") != "date" else None
    return kind if kind in ("integer", "number", "boolean") else None


def _resolved(field: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The field's own schema: references followed, `null` left out of unions."""
    if "$ref" in field:
        return _resolved(schema["$defs"][field["$ref"].rpartition("/")[2]], schema)
    options = [item for item in field.get("anyOf", ()) if item.get("type") != "null"]
    return _resolved(options[0], schema) if options else field
