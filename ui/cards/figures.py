"""Cards about money: premium, indemnity, interest, receivables."""

from collections.abc import Sequence
from html import escape
from typing import Any

import streamlit as st

from ui import charts
from ui.charts import Slice
from ui.words import Words


def premium(data: dict[str, Any], words: Words, key: str) -> None:
    """The yearly range, what moves the rate, and what would lower it."""
    title(words["premium.title"], _unit(data.get("mid")))
    if data["refer"]:
        reasons = [words.code("refer", item) for item in data["refer"]]
        st.warning("  \n".join([words["premium.refer"], *reasons]), icon=":material/person_search:")
    if data.get("mid"):
        labels = (words["premium.low"], words["premium.mid"], words["premium.high"])
        low, mid, high = (float(data[name]["amount"]) for name in ("low", "mid", "high"))
        st.altair_chart(charts.price_range(low, mid, high, labels), width="stretch", key=f"{key}-range")
        left, right = st.columns(2)
        left.metric(words["premium.rate"], f"{words.number(data['rate_pct'])}%")
        right.metric(words["premium.minimum"], words.money(data["minimum_premium"]))
    _factors(data, words, key)
    cheaper = [item for item in data.get("what_if", ()) if float(item["saving"]["amount"]) > 0]
    if cheaper:
        with st.expander(words["premium.what_if"]):
            rows = [
                (
                    f"{words.code('slot', item['id'])} → {words.values.parameter(item['id'], item['value']).text}",
                    words.money(item["mid"]),
                    f"{words['premium.saving']} {words.money(item['saving'])} ({words.number(item['saving_pct'])}%)",
                )
                for item in cheaper
            ]
            table(rows, numeric=(1, 2))


def indemnity(data: dict[str, Any], words: Words, key: str) -> None:
    """Who bears the debt, the arithmetic, and how a recovery is shared."""
    title(words["indemnity.title"], figure=words.money(data.get("indemnity")))
    if data.get("indemnity") and data.get("total_debt"):
        shares(_shares(data, words), words, f"{key}-shares")
    steps = [
        (words.code("step", step["id"]), words.values.formula(step["formula"]).text, _shown(step["result"], words))
        for step in data["steps"]
    ]
    if steps:
        table(
            steps, head=(words["indemnity.step"], words["indemnity.formula"], words["indemnity.result"]), numeric=(2,)
        )
    split = data.get("recovery_split")
    if split:
        st.markdown(f"**{words['indemnity.split']}**")
        parts = [
            Slice(words["indemnity.insurer"], float(split["insurer"]["amount"]), charts.GREEN),
            Slice(words["indemnity.insured"], float(split["insured"]["amount"]), charts.AMBER),
        ]
        shares(parts, words, f"{key}-split")


def interest(data: dict[str, Any], words: Words, key: str) -> None:
    """Rate, interest and compensation; the arithmetic below."""
    title(words["interest.title"], words.code("regime", data["regime"]))
    columns = st.columns(3)
    rate = f"{words.number(data['rate_pct'])}%"
    if data.get("rate_high_pct"):
        rate += f" – {words.number(data['rate_high_pct'])}%"
    columns[0].metric(words["interest.rate"], rate)
    columns[1].metric(words["interest.interest"], words.money(data["interest"]))
    columns[2].metric(words["interest.total"], words.money(data["total"]))
    table([(words.code("step", step["id"]), step["formula"]) for step in data["steps"]])


def receivables(data: dict[str, Any], words: Words, key: str) -> None:
    """Ratios as figures, the ageing as bars, what to do first."""
    as_of = data.get("as_of")
    title(words["receivables.title"], words.day(as_of) if as_of else "")
    shown = [(name, data.get(name)) for name in _METRICS if data.get(name) is not None]
    for start in range(0, len(shown), 4):
        columns = st.columns(4)
        for column, (name, value) in zip(columns, shown[start : start + 4], strict=False):
            column.metric(words[f"receivables.{name}"], _shown(value, words))
    if data.get("ageing"):
        colors = dict(zip(_BUCKETS, (charts.GREEN, "#7fb069", charts.AMBER, "#e07b39", charts.RED), strict=True))
        slices = [
            Slice(words[f"receivables.{item['id']}"], float(item["amount"]["amount"]), colors[item["id"]])
            for item in data["ageing"]
        ]
        st.markdown(f"**{words['receivables.ageing']}**")
        st.altair_chart(charts.bars(slices), width="stretch", key=f"{key}-ageing")
    _to_report(data, words)
    steps = [step for step in data.get("steps", ()) if not step["id"].startswith("provision_")]
    if steps:
        with st.expander(words["indemnity.formula"]):
            table([(words.code("step", step["id"]), step["formula"]) for step in steps])


def _to_report(data: dict[str, Any], words: Words) -> None:
    """Whom the insurer must hear of, the most urgent first: by when, and how much is owed in all."""
    reports = data.get("to_report") or ()
    if not reports:
        return
    st.markdown(f"**{words['receivables.to_report']}**")
    head = tuple(words[f"receivables.{name}"] for name in ("buyer", "notice_by", "status", "exposure"))
    rows = [
        (
            str(row["buyer"]),
            words.day(row["notice_by"]),
            words[f"receivables.report_{row['status']}"].format(
                days=words.values.parameter("days_late", abs(row["days_left"])).text
            ),
            words.money(row["exposure"]),
        )
        for row in reports[:_REPORTS]
    ]
    table(rows, head=head, numeric=(3,))
    more = int(data.get("to_report_count") or len(reports)) - len(rows)
    if more > 0:
        st.caption(words["receivables.more_to_report"].format(n=more))


def title(text: str, detail: str = "", figure: str = "") -> None:
    """A card's heading, its scope beside it, and its main figure at the right."""
    chip = f'<span class="tca-chip">{escape(detail)}</span>' if detail else ""
    st.html(f'<div class="tca-title"><div>{escape(text)}{chip}</div><strong>{escape(figure)}</strong></div>')


def table(rows: Sequence[tuple[str, ...]], *, head: tuple[str, ...] = (), numeric: tuple[int, ...] = ()) -> None:
    """A plain table; the columns in `numeric` are right-aligned."""

    def line(cells: tuple[str, ...], tag: str) -> str:
        classes = ["n" if at in numeric else "" for at in range(len(cells))]
        inner = (f'<{tag} class="{name}">{escape(cell)}</{tag}>' for cell, name in zip(cells, classes, strict=True))
        return f"<tr>{''.join(inner)}</tr>"

    top = line(head, "th") if head else ""
    st.html(f'<table class="tca-rows">{top}{"".join(line(row, "td") for row in rows)}</table>')


def shares(slices: Sequence[Slice], words: Words, key: str) -> None:
    """A bar cut into shares, with its legend in words and figures."""
    present = [item for item in slices if item.amount > 0]
    if present:
        st.altair_chart(charts.share_bar(present), width="stretch", key=key)
        items = "".join(
            f'<span><i style="background:{item.color}"></i>{escape(item.label)}'
            f" <b>{words.number(item.amount)}</b></span>"
            for item in present
        )
        st.html(f'<div class="tca-legend">{items}</div>')


_REPORTS = 10
"""Buyers to report that the card lists; the others are counted."""
_BUCKETS = ("current", "days_1_30", "days_31_60", "days_61_90", "over_90")
_METRICS = (
    "dso_days",
    "best_possible_dso_days",
    "average_days_delinquent",
    "working_capital_ratio",
    "quick_ratio",
    "cei_pct",
    "overdue_pct",
    "largest_buyer_pct",
    "provision",
    "extra_sales",
)


def _factors(data: dict[str, Any], words: Words, key: str) -> None:
    factors = [(words.code("factor", item["id"]), float(item["value"])) for item in data.get("factors", ())]
    moving = [factors[0], *(item for item in factors[1:] if item[1] != 1)] if factors else []
    if len(moving) > 1:
        st.markdown(f"**{words['premium.factors']}**")
        chart = charts.factor_steps(moving, words["premium.cumulative"])
        st.altair_chart(chart, width="stretch", key=f"{key}-factors")


def _shares(data: dict[str, Any], words: Words) -> list[Slice]:
    """The debt cut into what is paid, kept, and above the limit: 1,200,000 = 900,000 + 100,000 + 200,000."""
    debt, paid, uninsured = (float(data[name]["amount"]) for name in ("total_debt", "indemnity", "uninsured"))
    loss = float(data["insured_loss"]["amount"])
    kept = loss * (1 - float(data["insured_pct"]) / 100) if data.get("insured_pct") else loss - paid
    kept = max(0.0, min(kept, loss - paid))
    other = max(0.0, debt - paid - kept - uninsured)
    return [
        Slice(words["indemnity.paid"], paid, charts.GREEN),
        Slice(words["indemnity.own"], kept, charts.AMBER),
        Slice(words["indemnity.uninsured"], min(uninsured, debt - paid - kept), charts.RED),
        Slice(words["indemnity.deducted"], other if other > 0.005 * debt else 0.0, charts.GREY),
    ]


def _unit(money: dict[str, Any] | None) -> str:
    currency = str((money or {}).get("currency") or "")
    return currency if len(currency) == 3 and currency != "XXX" else ""


def _shown(value: Any, words: Words) -> str:
    return words.values.any(value).text if value is not None else "–"
