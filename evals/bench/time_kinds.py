"""Which of the date-time tables' expressions are of the kinds that people write about policies, invoices and debts."""

import re
from typing import Any

_RELATIVE = re.compile(
    r"today|day|tomorrow|yesterday|ago|later|from|in |before|after|week|month|year|next|last"
    r"|[天日周年月前后]|星期|礼拜",
    re.I,
)
_WEEKDAY = re.compile(
    r"mon(?:day)?\b|tue|wed|thu|fri(?:day)?\b|sat(?:urday)?\b|sun(?:day)?\b|[周週]|星期|禮拜|礼拜", re.I
)
_QUARTER = re.compile(r"quarter|q[1-4]|季", re.I)
_HALF = re.compile(r"h[12]\b|half|半年|半月", re.I)
_FEAST = re.compile(
    r"easter|christmas|new year|halloween|eid|black friday|independence|labor|workers|农历|正月|初[一二]", re.I
)


def everyday_kind(result: dict[str, Any]) -> str | None:
    """The kind of one expected expression; None for clock times, feasts, seasons, school years, reigns."""
    text, type_name = str(result["Text"]), str(result["TypeName"]).split(".")[-1]
    values = (result["Resolution"] or {}).get("values") or [{}]
    timex, mod = values[0].get("timex", ""), values[0].get("Mod", "")
    if _FEAST.search(text):
        return None
    if type_name == "date":
        return _day(text, timex)
    if type_name == "daterange":
        return _period(text, timex, mod)
    if type_name == "duration":
        return None if "T" in timex else "length in days, weeks, months or years"
    return "what comes back" if type_name == "set" and "T" not in timex else None


def _day(text: str, timex: str) -> str | None:
    if _WEEKDAY.search(text):
        return "weekday"
    if timex.startswith("XXXX-XX"):
        return "day of the month"
    if timex.startswith("XX"):
        return "month and day"
    if re.search(r"\d{4}|\d[/-]\d|thousand|nineteen", text):
        return "full date"
    return "relative day" if _RELATIVE.search(text) else None


def _period(text: str, timex: str, mod: str) -> str | None:
    if re.match(r"(?:FY|SY|SU|WI|SP|FA|\d{4}-(?:SU|WI|SP|FA))", timex) or re.match(r"\(?(?:0|1[0-7])\d\d", timex):
        return None
    if any(word in mod for word in ("before", "after", "since", "until")):
        return "before, after, since, until"
    if mod:
        return "part of a month or year"
    if _HALF.search(text):
        return "half-year"
    if _QUARTER.search(text):
        return "quarter"
    if timex.startswith("("):
        is_window = re.search(r"last|next|past|previous|coming|first|[前后近]|最[后後]", text, re.I)
        return "last or next so many" if is_window else "date range"
    if "W" in timex:
        return "week"
    return "year" if re.fullmatch(r"\d{4}", timex) else "month" if re.fullmatch(r"[\dX]{4}-\d\d", timex) else None
