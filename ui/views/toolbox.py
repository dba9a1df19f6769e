"""The page that calls a tool by a form made from its schema."""

import json
from typing import Any

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


def _form(tool: ToolInfo, words: Words) -> None:
    schema = tool.parameters
    required = schema.get("required", [])
    arguments: dict[str, Any] = {}
    rest: list[str] = []
    with st.form(f"form-{tool.name}", border=True):
        for name, field in schema.get("properties", {}).items():
            label = words.code("slot", name)
            if name in required:
                label += f" ({words['toolbox.required']})"
            kind = _kind(field, schema)
            if kind is None:
                rest.append(name)
                continue
            value = _input(kind, label, _resolved(field, schema), f"{tool.name}-{name}", words)
            if value is not None:
                arguments[name] = value
        extra = st.text_area(words["toolbox.json"], placeholder="{}", help=", ".join(rest)) if rest else ""
        is_sent = st.form_submit_button(words["toolbox.run"], type="primary")
    if is_sent:
        try:
            given = json.loads(extra or "{}")
        except json.JSONDecodeError:
            given = None
        if not isinstance(given, dict):
            st.error(words["toolbox.bad_json"])
            return
        result = session.client().call_tool(tool.name, {**arguments, **given})
        draw_card(_CARDS[tool.name], result, words, f"tool-{tool.name}")
        with st.expander(words["toolbox.raw"]):
            st.json(result)


def _input(kind: str, label: str, field: dict[str, Any], key: str, words: Words) -> Any:
    """A widget for one argument; None when it is left empty."""
    if kind == "money":
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        amount = left.number_input(label, value=None, min_value=0.0, step=1000.0, format="%0.2f", key=key)
        currency = right.selectbox(words["toolbox.currency"], _CURRENCIES, key=f"{key}-currency")
        return None if amount is None else {"amount": amount, "currency": currency}
    if kind == "choice":
        return st.selectbox(label, field["enum"], index=None, key=key)
    if kind == "date":
        day = st.date_input(label, value=None, key=key)
        return day.isoformat() if day else None
    if kind == "integer":
        return st.number_input(label, value=None, step=1, key=key)
    if kind == "number":
        return st.number_input(label, value=None, step=0.1, key=key)
    if kind == "boolean":
        shown = {True: words["toolbox.yes"], False: words["toolbox.no"]}
        return st.segmented_control(label, [True, False], format_func=shown.__getitem__, key=key)
    if kind == "list":
        text = st.text_input(label, key=key, placeholder="a, b, c")
        return [item.strip() for item in text.replace("、", ",").replace(",", ",").split(",") if item.strip()] or None
    return st.text_input(label, key=key) or None


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
