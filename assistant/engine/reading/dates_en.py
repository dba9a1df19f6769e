"""English dates relative to today: last Friday, end of next month, two weeks ago."""

import re
from dataclasses import replace
from datetime import date, timedelta

from assistant.engine.reading.calendar import (
    add_days,
    add_months,
    week_period,
)
from assistant.engine.reading.date_parts import (
    DateFound,
    Rules,
    around,
    moved,
    part_of_month,
    period,
)
from assistant.engine.reading.numerals import en_value


def en_rules() -> Rules:
    yield (
        r"\b(?P<w>(?:the )?day before yesterday|(?:the )?day after tomorrow|yesterday"
        r"|today(?! ?(?:is|was|=|:) ?(?:the )?"
        r"(?:\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))"
        r"|tonight|tomorrow|this (?:morning|afternoon|evening)|last night)\b",
        _en_day_word,
    )
    yield (
        rf"\b(?P<s>last|past|previous|this|next|coming|on|since|by|until)? ?{_WEEKDAY}(?: (?P<after>last week"
        rf"|next week|this week))?",
        _en_weekday,
    )
    yield (
        r"\b(?:(?P<part>end of|beginning of|start of|early|mid|late|the end of"
        r"|by the end of) (?:the )?)?(?P<s>last|previous|this|current|next|the) (?P<u>week|month|quarter"
        r"|year)(?:'s)?(?: (?P<endword>end))?\b",
        _en_shifted,
    )
    yield r"\b(?P<u>month|quarter|year)[- ]end\b", _en_period_end
    yield (
        rf"\b{_EN_COUNT} ?(?P<u>days?|weeks?|months?|years?|quarters?)(?P<half> and a half)? (?P<dir>ago|back"
        rf"|earlier|from now|from today|later|hence)\b",
        _en_ago,
    )
    yield rf"\b(?P<dir>in) {_EN_COUNT} (?P<u>days?|weeks?|months?|years?)(?P<half>)(?:'s? time)\b", _en_ago
    yield r"\bhalf a (?P<u>year) (?P<dir>ago|back)(?P<half>)(?P<n>)", _en_ago


_WEEKDAYS = {name: i for i, name in enumerate(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])}


_WEEKDAY = (
    r"(?P<wd>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\b"
)


_EN_COUNT = r"(?P<n>\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a couple of|a few)"


def _en_day_word(match: re.Match[str], today: date) -> DateFound | None:
    word = match["w"].lower().removeprefix("the ")
    shift = {
        "day before yesterday": -2,
        "yesterday": -1,
        "today": 0,
        "tonight": 0,
        "this morning": 0,
        "this afternoon": 0,
        "this evening": 0,
        "last night": -1,
        "tomorrow": 1,
        "day after tomorrow": 2,
    }
    return DateFound(0, 0, add_days(today, shift[word]))


def _en_weekday(match: re.Match[str], today: date) -> DateFound | None:
    name, shift = match["wd"].lower(), (match["s"] or "").lower()
    if len(name) < 6 and not match["wd"][0].isupper() and not shift:
        return None  # "sat", "sun", "wed" as ordinary words
    wanted = _WEEKDAYS[name[:3]]
    after = (match["after"] or "").lower()
    if after:
        monday = week_period(today)[0] + timedelta(weeks={"last": -1, "next": 1, "this": 0}[after.split()[0]])
        return DateFound(0, 0, monday + timedelta(days=wanted))
    ahead = (wanted - today.weekday()) % 7
    if shift in ("next", "coming", "by", "until"):
        return DateFound(
            0, 0, today + timedelta(days=ahead or 7), alternatives=(today + timedelta(days=(ahead or 7) + 7),)
        )
    if shift == "this":
        return DateFound(0, 0, week_period(today)[0] + timedelta(days=wanted))
    last = today - timedelta(days=(-ahead) % 7 or 7)
    return DateFound(0, 0, last, alternatives=() if shift == "last" else (today + timedelta(days=ahead),))


def _en_shifted(match: re.Match[str], today: date) -> DateFound | None:
    unit, shift = match["u"].lower(), {"last": -1, "previous": -1, "next": 1}.get(match["s"].lower(), 0)
    if match["s"].lower() == "the" and not (match["part"] or match["endword"]):
        return None
    anchor = {
        "week": today + timedelta(weeks=shift),
        "month": add_months(today.replace(day=1), shift),
        "quarter": add_months(today.replace(day=1), 3 * shift),
        "year": add_months(today.replace(day=1), 12 * shift),
    }[unit]
    low, high = around(anchor, unit)
    part = (match["part"] or match["endword"] or "").lower()
    if "end" in part:
        return DateFound(0, 0, high, part="end", part_of=(low, high), part_grain=unit)
    if part in ("beginning of", "start of", "early"):
        return DateFound(0, 0, low, is_approximate=True, part="start", part_of=(low, high), part_grain=unit)
    if part and unit == "month":
        return part_of_month(low.year, low.month, part)
    return period(unit, low, high)


def _en_period_end(match: re.Match[str], today: date) -> DateFound | None:
    return DateFound(0, 0, around(today, match["u"].lower())[1])


def _en_ago(match: re.Match[str], today: date) -> DateFound | None:
    words = (match["n"] or "").lower()
    count = {"a": 1, "an": 1, "a couple of": 2, "a few": 3}.get(words) or (
        int(words) if words.isdigit() else int(en_value(words) or 0)
    )
    way = -1 if match["dir"].lower() in ("ago", "back", "earlier") else 1
    unit = match["u"].lower().rstrip("s")
    found = moved(today, count, unit, way, half=bool(match["half"]) or not words)
    return replace(found, is_approximate=words in ("a couple of", "a few")) if found else None
