"""Charts of results: data in, an Altair chart out."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import altair as alt

GREEN, AMBER, RED, GREY, LIGHT = "#0f6e64", "#e0a100", "#c4523f", "#9db3b0", "#d9eeea"
_FONT = "Inter, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"


class Slice(NamedTuple):
    """A labelled amount with its colour."""

    label: str
    amount: float
    color: str


class Point(NamedTuple):
    """A labelled day on the time line."""

    label: str
    day: date
    color: str
    caption: str


def price_range(low: float, mid: float, high: float, labels: tuple[str, str, str]) -> alt.LayerChart:
    """A band from low to high with the middle marked."""
    rows = [
        {"x": value, "label": label, "shown": f"{value:,.0f}"}
        for value, label in zip((low, mid, high), labels, strict=True)
    ]
    pad = (high - low) * 0.25 or max(high, 1) * 0.1
    x = alt.X("x:Q", scale=alt.Scale(domain=[low - pad, high + pad], nice=False, zero=False), axis=None)
    band = (
        _rows([{"x": low, "x2": high}])
        .mark_bar(height=16, color=LIGHT, cornerRadius=8)
        .encode(x=x, x2="x2:Q", y=alt.value(42))
    )
    points = _rows(rows)
    dots = points.mark_circle(size=190, opacity=1).encode(
        x=x, y=alt.value(42), color=alt.condition(f"datum.x == {mid}", alt.value(GREEN), alt.value(GREY))
    )
    names = points.mark_text(dy=-22, fontSize=12, color="#5b6d70").encode(x=x, y=alt.value(42), text="label:N")
    figures = points.mark_text(dy=25, fontSize=13, fontWeight=600, color="#17252a").encode(
        x=x, y=alt.value(42), text="shown:N"
    )
    return _styled((band + dots + names + figures).properties(height=84))


def factor_steps(factors: Sequence[tuple[str, float]], axis: str) -> alt.LayerChart:
    """The rate building up factor by factor; the first is the base rate in per cent, the rest multiply it."""
    rows, rate = [], 0.0
    for position, (label, value) in enumerate(factors):
        before = 0.0 if position == 0 else rate
        rate = value if position == 0 else rate * value
        change = "base" if position == 0 else "up" if rate > before else "down" if rate < before else "same"
        shown = f"{value:g}%" if position == 0 else f"×{value:g}"
        rows.append({"label": label, "from": before, "to": rate, "change": change, "shown": shown})
    rows.append({"label": "=", "from": 0.0, "to": rate, "change": "base", "shown": f"{rate:.3g}%"})
    source, order = _rows(rows), [str(row["label"]) for row in rows]
    axis_y = alt.Axis(labelLimit=220, labelOverlap=False, ticks=False, domain=False)
    y = alt.Y("label:N", sort=order, title=None, axis=axis_y)
    largest = max(float(str(row["to"])) for row in rows)
    colors = alt.Scale(domain=["base", "up", "down", "same"], range=[GREEN, RED, "#4c9f70", GREY])
    bars = source.mark_bar(height=13, cornerRadius=3).encode(
        x=alt.X("from:Q", title=axis, axis=alt.Axis(tickCount=5), scale=alt.Scale(domain=[0, 1.15 * largest])),
        x2="to:Q",
        y=y,
        color=alt.Color("change:N", scale=colors, legend=None),
    )
    ticks = source.mark_tick(color="#17252a", thickness=2, size=13).encode(x="to:Q", y=y)
    texts = (
        source.mark_text(align="left", dx=8, fontSize=12, color="#43565a")
        .encode(x=alt.X("end:Q"), y=y, text="shown:N")
        .transform_calculate(end="max(datum.from, datum.to)")
    )
    return _styled((bars + ticks + texts).properties(height=alt.Step(25)))


def share_bar(slices: Sequence[Slice]) -> alt.LayerChart:
    """One bar cut into shares; shares too narrow for their figure go without."""
    total = sum(item.amount for item in slices)
    rows, at = [], 0.0
    for item in slices:
        shown = f"{item.amount:,.0f}" if item.amount > 0.11 * total else ""
        rows.append(
            {**item._asdict(), "from": at, "to": at + item.amount, "middle": at + item.amount / 2, "shown": shown}
        )
        at += item.amount
    source, y = _rows(rows), alt.value(17)
    x = alt.X("from:Q", axis=None, scale=alt.Scale(domain=[0, at or 1], nice=False))
    bars = source.mark_bar(height=32, stroke="white", strokeWidth=2, cornerRadius=5).encode(
        x=x,
        x2="to:Q",
        y=y,
        color=alt.Color("color:N", scale=None),
        tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("amount:Q", title=" ", format=",.2f")],
    )
    texts = source.mark_text(fontSize=13, fontWeight=600, color="white").encode(x="middle:Q", y=y, text="shown:N")
    return _styled((bars + texts).properties(height=34))


def time_line(points: Sequence[Point], today: date | None, today_label: str) -> alt.LayerChart:
    """Days as dots, one row each, with today as a line."""
    rows = [
        {"label": item.label, "day": item.day.isoformat(), "color": item.color, "caption": item.caption}
        for item in points
    ]
    source, order = _rows(rows), [item.label for item in points]
    days = sorted({item.day for item in points} | ({today} if today else set()))
    pad = max(6, (days[-1] - days[0]).days // 7)
    domain = [_as_time(days[0], -pad), _as_time(days[-1], 2 * pad)]
    x = alt.X("day:T", title=None, scale=alt.Scale(domain=domain), axis=alt.Axis(format="%m-%d", tickCount=7))
    y = alt.Y(
        "label:N",
        sort=order,
        title=None,
        axis=alt.Axis(labelLimit=260, labelOverlap=False, ticks=False, domain=False, grid=True),
    )
    dots = source.mark_circle(size=150, opacity=1).encode(x=x, y=y, color=alt.Color("color:N", scale=None))
    texts = source.mark_text(align="left", dx=11, fontSize=12, color="#43565a").encode(x=x, y=y, text="caption:N")
    layers: list[Any] = [dots, texts]
    if today:
        now = _rows([{"day": today.isoformat(), "label": today_label}])
        layers.insert(0, now.mark_rule(color=AMBER, strokeDash=[4, 4], strokeWidth=1.5).encode(x=x))
        layers.append(
            now.mark_text(color="#9a6f00", fontSize=11, dy=-6, baseline="bottom").encode(
                x=x, y=alt.value(0), text="label:N"
            )
        )
    return _styled(alt.layer(*layers).properties(height=alt.Step(30)))


def bars(items: Sequence[Slice], *, top: float | None = None) -> alt.LayerChart:
    """Horizontal bars with their figures."""
    rows = [{**item._asdict(), "shown": f"{item.amount:,.10g}"} for item in items]
    source = _rows(rows)
    largest = top or max((item.amount for item in items), default=1) * 1.18 or 1
    x = alt.X("amount:Q", axis=None, scale=alt.Scale(domain=[0, largest]))
    y = alt.Y(
        "label:N",
        sort=[item.label for item in items],
        title=None,
        axis=alt.Axis(labelLimit=220, labelOverlap=False, ticks=False, domain=False),
    )
    drawn = source.mark_bar(height=14, cornerRadius=3).encode(x=x, y=y, color=alt.Color("color:N", scale=None))
    texts = source.mark_text(align="left", dx=6, fontSize=12, color="#43565a").encode(x=x, y=y, text="shown:N")
    return _styled((drawn + texts).properties(height=alt.Step(25)))


def _rows(rows: Sequence[Mapping[str, Any]]) -> alt.Chart:
    return alt.Chart(alt.Data(values=list(rows)))  # type: ignore[no-untyped-call]


def _as_time(day: date, shift_days: int) -> alt.DateTime:
    shifted = date.fromordinal(day.toordinal() + shift_days)
    return alt.DateTime(year=shifted.year, month=shifted.month, date=shifted.day)


def _styled(chart: Any) -> alt.LayerChart:
    styled: alt.LayerChart = (
        chart.configure_view(stroke=None)
        .configure_axis(
            labelFont=_FONT,
            titleFont=_FONT,
            labelFontSize=12,
            titleFontSize=11,
            titleFontWeight="normal",
            gridColor="#edf2f1",
            labelColor="#43565a",
            titleColor="#6a7b7e",
        )
        .configure_text(font=_FONT)
    )
    return styled
