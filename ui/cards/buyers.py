"""Cards about buyers: registry matches and a scored assessment."""

from typing import Any

import streamlit as st

from ui import charts
from ui.cards.figures import table, title
from ui.charts import Slice
from ui.words import Words


def candidates(data: dict[str, Any], words: Words, key: str) -> None:
    """Companies of that name or number, to be told apart by their registration."""
    as_of = data.get("as_of")
    title(words["buyer.title"], words["buyer.as_of"].format(date=words.day(as_of)) if as_of else "")
    if not data["candidates"]:
        st.caption(words["buyer.none"])
        return
    rows = [
        (
            "\n".join([item["name"], *item.get("other_names", ())[:1]]),
            f"{words.code('country', item['country'])} {item.get('city') or ''}".strip(),
            "\n".join(f"{words.code('identifier', kind)} {value}" for kind, value in item["identifiers"].items()),
            words.code("buyer_status", item["status"]),
            f"{float(item['match']) * 100:.0f}%",
        )
        for item in data["candidates"]
    ]
    head = tuple(words[f"buyer.{name}"] for name in ("name", "country", "ids", "status", "match"))
    table(rows, head=head, numeric=(4,))


def assessment(data: dict[str, Any], words: Words, key: str) -> None:
    """Score, grade and limit; then the indicators from weak to strong."""
    title(words["assessment.title"], str(data.get("name") or ""))
    stops = [words.code("hard_stop", item if isinstance(item, str) else item.get("id")) for item in data["hard_stops"]]
    if stops:
        st.error(words["assessment.hard_stop"] + words.values.join(stops), icon=":material/block:")
    figures = [
        ("score", words.number(data["score"]) if data.get("score") is not None else None),
        ("grade", str(data["grade"]) if data.get("grade") is not None else None),
        ("pd", f"{words.number(data['pd_12m_pct'])}%" if data.get("pd_12m_pct") is not None else None),
        ("coverage", f"{words.number(data['coverage_pct'])}%"),
    ]
    for column, (name, value) in zip(st.columns(4), figures, strict=True):
        column.metric(words[f"assessment.{name}"], value or "–")
    limit = data.get("recommended_limit")
    if isinstance(limit, dict) and "amount" in limit:
        st.markdown(f"**{words['assessment.limit']}** {words.money(limit)}")
    scored = [item for item in data["indicators"] if item.get("score") is not None]
    if scored:
        scored.sort(key=lambda item: float(item["score"]))
        slices = [
            Slice(_name(item["id"], words), float(item["score"]), _color(float(item["score"]))) for item in scored
        ]
        st.markdown(f"**{words['assessment.indicators']}**")
        st.altair_chart(charts.bars(slices, top=115), width="stretch", key=f"{key}-indicators")
    if data.get("missing"):
        st.caption(words["assessment.missing"] + words.values.join([_name(item, words) for item in data["missing"]]))


def _name(indicator: str, words: Words) -> str:
    return words.get(f"indicator.{indicator}", indicator.removesuffix("_pct").replace("_", " ").capitalize())


def _color(score: float) -> str:
    return charts.RED if score < 40 else charts.AMBER if score < 60 else charts.GREEN
