"""Cards about what must be done: deadlines, claim papers, conditions of cover, drafts."""

from datetime import date, timedelta
from html import escape
from typing import Any

import streamlit as st

from ui import charts
from ui.cards.figures import table, title
from ui.charts import Point
from ui.words import Words

_MARKS = {"met": ("✓", "held"), "not_met": ("✕", "miss"), "unknown": ("?", "open")}
_GROUPS = ("cause", "buyer", "limit", "delivery", "terms", "debt", "duties")


def deadlines(data: dict[str, Any], words: Words, key: str) -> None:
    """The days on a line and in a table, with a calendar file."""
    title(words["deadlines.title"])
    rows = sorted(data["rows"], key=lambda row: (str(row["date"]), row["duty"]))
    days = [row["days_left"] for row in rows if row.get("days_left") is not None]
    first = next((row for row in rows if row.get("days_left") is not None), None)
    today = date.fromisoformat(first["date"]) - timedelta(days=int(first["days_left"])) if first and days else None
    points = [
        Point(words.code("duty", row["duty"]), date.fromisoformat(row["date"]), _urgency(row), _left(row, words))
        for row in rows
    ]
    chart = charts.time_line(points, today, words["deadlines.today"])
    st.altair_chart(chart, width="stretch", key=f"{key}-line")
    head = (words["deadlines.duty"], words["deadlines.date"], words["indemnity.formula"], words["deadlines.left"])
    cells = [
        (
            words.code("duty", row["duty"]),
            words.day(row["date"]).replace(" ", "\u00a0"),
            words.values.formula(row["formula"]).text.replace("-", "\u2011"),
            _left(row, words),
        )
        for row in rows
    ]
    table(cells, head=head, numeric=(3,))
    protective = data.get("earliest_protective_date")
    if protective and data.get("terms_set") == "typical":
        st.caption(words["deadlines.protective"].format(date=words.day(protective)))
    if data.get("ics"):
        st.download_button(
            words["deadlines.ics"],
            data["ics"],
            file_name="deadlines.ics",
            mime="text/calendar",
            key=f"{key}-ics",
            icon=":material/calendar_add_on:",
            on_click="ignore",
        )


def checklist(data: dict[str, Any], words: Words, key: str) -> None:
    """What is held and missing, why each paper matters, and what can replace it."""
    title(words["checklist.title"], words.code("cause", data["cause"]))
    required = [item for item in data["items"] if item["required"]]
    held = sum(item["held"] for item in required)
    progress = words["checklist.progress"].format(held=held, needed=len(required))
    st.progress(held / max(1, len(required)), text=progress)
    ordered = sorted(data["items"], key=lambda item: (item["held"], not item["required"]))
    st.html(f'<ul class="tca-checks">{"".join(_paper(item, words) for item in ordered)}</ul>')
    cuts = [_reduction(item, words) for item in data.get("reductions", ())]
    if cuts:
        st.html(
            f'<div class="tca-fine" style="margin-top:.5rem">{escape(words["checklist.reductions"])}</div>'
            f'<ul class="tca-checks">{"".join(cuts)}</ul>'
        )
    rows = sorted(data.get("deadlines", ()), key=lambda row: (str(row["date"]), row["duty"]))
    if rows:
        table(
            [(words.code("duty", row["duty"]), words.day(row["date"]), _left(row, words)) for row in rows], numeric=(2,)
        )


def coverage(data: dict[str, Any], words: Words, key: str) -> None:
    """Conditions by group: known ones first, open ones folded away."""
    title(words["coverage.title"], words.get(f"coverage.{data['verdict']}", str(data["verdict"])))
    known = [item for item in data["conditions"] if item["state"] != "unknown"]
    unknown = [item for item in data["conditions"] if item["state"] == "unknown"]
    st.html(_tree(known, words))
    if unknown:
        with st.expander(words["coverage.show_unknown"].format(n=len(unknown))):
            st.html(_tree(unknown, words))


def draft(data: dict[str, Any], words: Words, key: str) -> None:
    """A letter or form to take away."""
    title(str(data.get("title") or words["draft.title"]))
    text = str(data.get("text") or data.get("body") or "")
    st.html(f'<div class="tca-letter">{escape(text)}</div>')
    st.download_button(
        words["draft.download"],
        text,
        file_name="draft.txt",
        key=f"{key}-draft",
        icon=":material/download:",
        on_click="ignore",
    )


def _urgency(row: dict[str, Any]) -> str:
    left = row.get("days_left")
    if left is None:
        return charts.GREEN
    return charts.GREY if left < 0 else charts.RED if left <= 7 else charts.AMBER if left <= 30 else charts.GREEN


def _left(row: dict[str, Any], words: Words) -> str:
    left = row.get("days_left")
    if left is None:
        return ""
    if left == 0:
        return words["deadlines.is_today"]
    return words["deadlines.days_left" if left > 0 else "deadlines.passed"].format(n=abs(left))


def _paper(item: dict[str, Any], words: Words) -> str:
    mark, kind = ("✓", "held") if item["held"] else ("✕", "miss") if item["required"] else ("○", "open")
    said = words["checklist.held"] if item["held"] else words["checklist.missing"]
    chip = "" if item["required"] else f'<span class="tca-chip">{escape(words["checklist.optional"])}</span>'
    substitutes = item.get("substitutes")
    instead = (
        f"<small>{escape(words['checklist.substitutes'])}{escape(_in(substitutes, words))}</small>"
        if substitutes and not item["held"]
        else ""
    )
    return (
        f'<li><span class="{kind}" title="{escape(said)}">{mark}</span><div><b>{escape(_in(item["title"], words))}</b>'
        f"{chip}<small>{escape(_in(item['why'], words))}</small>{instead}</div></li>"
    )


def _reduction(item: dict[str, Any], words: Words) -> str:
    shown = {name: words.values.number(value) for name, value in item["values"].items()}
    said = words.values.sentence(f"reduction.{item['id']}", shown).text
    clause = str(item["clause"]).partition(":")[2]
    chip = f'<span class="tca-chip">{escape(clause)}</span>'
    return f'<li><span class="miss">!</span><div>{escape(said)}{chip}</div></li>'


def _tree(conditions: list[dict[str, Any]], words: Words) -> str:
    blocks = []
    for group in _GROUPS:
        lines = [_condition(item, words) for item in conditions if item["group"] == group]
        if lines:
            blocks.append(
                f'<div class="tca-fine" style="margin-top:.5rem">{escape(words[f"coverage.{group}"])}</div>'
                f'<ul class="tca-checks">{"".join(lines)}</ul>'
            )
    return "".join(blocks)


def _condition(item: dict[str, Any], words: Words) -> str:
    mark, kind = _MARKS[item["state"]]
    name, clause = words.code("condition", item["id"]), str(item["clause"]).partition(":")[2]
    said = words[f"coverage.{item['state']}"]
    return (
        f'<li><span class="{kind}" title="{escape(said)}">{mark}</span>'
        f'<div>{escape(name)}<span class="tca-chip">{escape(clause)}</span></div></li>'
    )


def _in(texts: Any, words: Words) -> str:
    return str(texts.get(words.language, "")) if isinstance(texts, dict) else str(texts)
