"""Dates and periods in both languages: absolute, partial and relative to today."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from assistant.engine.reading.calendar import (
    add_days,
    add_months,
    day_or_none,
    half_year,
    month_end,
    month_period,
    nearest_year,
    quarter_period,
    week_period,
    year_period,
)
from assistant.engine.reading.numerals import en_value, zh_value

_ZN = r"[零〇一二两三四五六七八九十]"
_MONTHS = {
    name: i
    for i, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_WEEKDAYS = {name: i for i, name in enumerate(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])}
_WEEKDAY = (
    r"(?P<wd>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\b"
)
_EN_COUNT = r"(?P<n>\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a couple of|a few)"
_ORDINALS = {
    word: number
    for number, word in enumerate(
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"], 1
    )
}
_QUARTERS = {
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
}
_ZH_WEEKDAYS = {c: i for i, cs in enumerate(("一1", "二2", "三3", "四4", "五5", "六6", "日天末7")) for c in cs}


@dataclass(frozen=True)
class DateFound:
    """A day, or a period with `low` and `high`; `alternatives` are other readings of the same words."""

    start: int
    end: int
    value: date
    grain: str = "day"
    low: date | None = None
    high: date | None = None
    alternatives: tuple[date, ...] = ()
    is_ambiguous: bool = False
    is_approximate: bool = False


_LEAD = re.compile(
    r"\s*(?:on|in|since|until|till|by|from|during|for|before|after|of|fy)\b\s*(?!the (?:end|start|begin))", re.I
)
Rule = tuple[re.Pattern[str], Callable[[re.Match[str], date], "DateFound | None"]]


def find_dates(text: str, today: date) -> list[DateFound]:
    """Every date in `text`, left to right; where forms overlap the longest wins."""
    found = [
        hit for pattern, build in _rules() for match in pattern.finditer(text) if (hit := _built(build, match, today))
    ]
    found.sort(key=lambda hit: (hit.start - hit.end, hit.start))
    kept: list[DateFound] = []
    for hit in found:
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)


def _built(
    build: Callable[[re.Match[str], date], "DateFound | None"], match: re.Match[str], today: date
) -> DateFound | None:
    try:
        hit = build(match, today)
    except (OverflowError, ValueError):  # a day that no calendar has, such as 9999 years from now
        return None
    if hit is None:
        return None
    lead = _LEAD.match(match.group())  # "on Friday" is Friday
    return replace(hit, start=match.start() + (lead.end() if lead else 0), end=match.end())


@cache
def _rules() -> tuple[Rule, ...]:
    return tuple(
        (re.compile(pattern, re.I), build) for pattern, build in (*_absolute(), *_zh_relative(), *_en_relative())
    )


def _absolute() -> Iterator[tuple[str, Callable[[re.Match[str], date], DateFound | None]]]:
    year = r"(?P<y>(?:19|20)\d\d)"
    yield (
        rf"(?<![\d.]){year}(?P<sep>[-/.])(?P<m>\d{{1,2}})(?P=sep)(?P<d>\d{{1,2}})(?![\d.]?\d)(?:T[\d:]+Z?)?",
        _year_month_day,
    )
    yield rf"(?<!\d){year}(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)(?!\d)", _year_month_day
    yield rf"(?<![\d.]){year}[-/](?P<m>0?[1-9]|1[0-2])(?![\d/-])", _year_month
    yield (
        r"(?<![\d./-])(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?P=sep)(?P<y>(?:19|20)?\d\d)(?![\d])(?![/-])",
        _numeric,
    )
    zh_year = (
        r"(?:(?P<y>(?:19|20)?\d\d|[零〇一二三四五六七八九]{2,4}) ?年 ?|(?P<ry>前年|去年|今年|本年|明年|后年) ?的?)"
    )
    month = r"(?P<m>1[0-2]|0?[1-9]|十[一二]|[一二三四五六七八九十]) ?月(?:份)?"
    day = r"(?P<d>[0-3]?\d|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九]) ?(?:日|号|號)"
    yield rf"(?<!\d){zh_year}?{month} ?{day}", _zh_date
    yield rf"(?<!\d){zh_year}?{month} ?(?P<part>上旬|中旬|下旬|月初|月中|月底|月末|初|中|底|末)(?!间)", _zh_month_part
    yield rf"(?<!\d){zh_year}?{month}", _zh_month
    yield rf"(?<![\d]){zh_year}(?P<part>年初|年中|年底|年末|初|底|末)?", _zh_year
    yield rf"(?:{zh_year})?第?(?P<q>[一二三四1-4]) ?季度?(?P<part>初|末|底)?", _quarter
    yield rf"{zh_year}?(?P<h>上半年|下半年)", _half
    yield (
        r"(?P<ry>)(?:(?P<y>(?:19|20)\d\d)(?: ?年)? ?)?(?<![a-z])Q(?P<q>[1-4])\b(?:[ ,/-]?(?P<y2>(?:19"
        r"|20)\d\d))?(?P<part>)",
        _quarter,
    )
    yield (
        r"\b(?P<q>first|second|third|fourth|1st|2nd|3rd|4th) quarter(?: of)?(?: (?P<y>(?:19|20)\d\d))?(?P<part>)",
        _quarter,
    )
    en_day = rf"(?P<d>(?:[0-3]?\d)(?:st|nd|rd|th)?|{'|'.join(_ORDINALS)})"
    en_year = r"(?:,? ?(?:of )?(?P<y>(?:19|20)\d\d)|,? '(?P<yy>\d\d))?\b(?!\d)"
    yield (
        rf"(?<![\d.])\b(?:the )?{en_day}[ -]?(?:of )?{_MONTH.format('m')}(?:[ -](?P<y2>\d\d)(?![\d:%]))?{en_year}",
        _en_date,
    )
    yield rf"\b{_MONTH.format('m')}[ -]?(?:the )?{en_day}\b(?![\d,.]*\d|%| ?(?:days|k\b|m\b)){en_year}", _en_date
    part = r"(?P<part>end[- ]of|beginning of|start of|early|mid(?:dle of)?|late|by the end of|the end of)"
    yield rf"\b{part}[ -]{_MONTH.format('m')},?(?: (?P<y>(?:19|20)\d\d))?", _en_month_part
    yield rf"\b{_MONTH.format('m')}[- ](?P<part>end)\b", _en_month_part
    yield rf"\b{_MONTH.format('m')},?(?: of)? ?(?P<y>(?:19|20)\d\d)\b(?![-/]\d)", _en_month
    yield (
        rf"\b(?:in|since|until|till|by|from|last|this|next|during|for|before|after"
        rf"|of) (?P<name>{_MONTH.format('m')})(?! ?\d)",
        _en_bare_month,
    )
    yield (
        r"(?<=\b)(?P<name>(?-i:January|February|April|June|July|August|September|October|November|December))\b(?! ?\d)",
        _en_bare_month,
    )
    yield r"\b(?:in|during|since|for|of|by|fy) ?(?P<y>20\d\d)\b(?![-/.,]\d)", _en_year
    yield (
        r"\b(?:on |by |until |before )?the (?P<d>[0-3]?\d)(?:st|nd|rd|th)(?! (?:of|quarter|invoice|buyer|one"
        r"|limit|claim|payment|instal|time|item|day|week|month))",
        _day_only,
    )
    yield r"(?<![\d月.,])(?P<d>[0-3]?\d|[一二三]?十[一二三四五六七八九]?) ?(?:号|號)(?![楼门线仓])", _day_only


def _zh_relative() -> Iterator[tuple[str, Callable[[re.Match[str], date], DateFound | None]]]:
    yield r"(?P<w>大前[天日]|大后天|前[天日]|昨[天日晚]|今[天日早晚]|明[天日早晚]|后[天日](?!性)|当天)", _zh_day_word
    month = r"(?P<s>上上个?|上个?|这个?|本|当|下下个?|下个?) ?月(?!份?额)"
    day = r"(?P<d>[0-3]?\d|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?:日|号|號)"
    yield rf"{month}(?:份)?(?:的)?(?:{day}|(?P<part>初|中旬|中|底|末|上旬|下旬|月底))?", _zh_shifted_month
    yield r"(?<![上下本这当个年\d一二三四五六七八九十])(?P<s>)(?P<part>月初|月中|月底|月末)", _zh_shifted_month
    yield r"(?P<s>上上个?|上个?|这个?|本|下下个?|下个?) ?(?:周|星期|礼拜)(?P<wd>[一二三四五六日天末1-7])?", _zh_week
    yield (
        r"(?<![上下个这本每\d一二两三四五六七八九十几])(?P<s>)(?:周|星期|礼拜)(?P<wd>[一二三四五六日天])(?![年转期])",
        _zh_week,
    )
    yield r"(?P<s>上上个?|上个?|这个?|本|下下个?|下个?) ?季度?(?P<part>初|末|底)?", _zh_shifted_quarter
    yield r"(?P<part>年初|年中|年底|年末|岁末)", _zh_year_part
    count = rf"(?P<n>\d+|半|{_ZN}+)"
    after_event = "".join(
        f"(?<!{word})"
        for word in (
            "到期",
            "逾期",
            "交货",
            "发货",
            "出运",
            "开票",
            "期满",
            "届满",
            "日后",
            "日起",
            "过了",
            "延长",
            "宽限",
        )
    )
    yield (
        rf"(?<![\d.]){after_event}{count} ?(?P<half>个半)?(?:个)?(?P<u>天|日|周|星期|礼拜|月|年"
        rf"|季度)(?P<half2>半)?(?:以"
        rf"|之)?(?:(?P<dir>前)|(?P<dir2>后)(?!付|账|到期|结|的?账期))(?!的?最长)",
        _zh_ago,
    )
    yield r"(?P<ry>前年|去年|今年|本年|明年|后年)(?P<y>)(?P<part>年初|年中|年底|年末|初|底|末)?", _zh_year


def _en_relative() -> Iterator[tuple[str, Callable[[re.Match[str], date], DateFound | None]]]:
    yield (
        r"\b(?P<w>(?:the )?day before yesterday|(?:the )?day after tomorrow|yesterday|today|tonight|tomorrow)\b",
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


def _year_month_day(match: re.Match[str], today: date) -> DateFound | None:
    return _day(int(match["y"]), int(match["m"]), int(match["d"]))


def _year_month(match: re.Match[str], today: date) -> DateFound | None:
    return _period("month", *month_period(int(match["y"]), int(match["m"])))


def _numeric(match: re.Match[str], today: date) -> DateFound | None:
    first, second, year = int(match["a"]), int(match["b"]), int(match["y"])
    year += 2000 if year < 100 else 0
    day_first, month_first = day_or_none(year, second, first), day_or_none(year, first, second)
    if match["sep"] == "." or month_first is None or day_first is None:
        only = day_first or month_first
        return DateFound(0, 0, only) if only else None
    if day_first == month_first:
        return DateFound(0, 0, day_first)
    return DateFound(0, 0, day_first, alternatives=(month_first,), is_ambiguous=True)


def _zh_date(match: re.Match[str], today: date) -> DateFound | None:
    month, day, year = _zh_int(match["m"]), _zh_int(match["d"]), _zh_year_of(match, today)
    return _day(year, month, day) if year else _nearest(month, day, today)


def _zh_month_part(match: re.Match[str], today: date) -> DateFound | None:
    month = _zh_int(match["m"])
    year = _zh_year_of(match, today)
    return _part_of_month(year or nearest_year(month, 15, today).year, month, match["part"])


def _zh_month(match: re.Match[str], today: date) -> DateFound | None:
    month = _zh_int(match["m"])
    year = _zh_year_of(match, today)
    return _period("month", *month_period(year or nearest_year(month, 15, today).year, month))


def _zh_year(match: re.Match[str], today: date) -> DateFound | None:
    year = _zh_year_of(match, today)
    if year is None or not 1900 < year < 2100:
        return None
    return _part_of_year(year, match["part"])


def _zh_year_part(match: re.Match[str], today: date) -> DateFound | None:
    return _part_of_year(today.year, match["part"])


def _quarter(match: re.Match[str], today: date) -> DateFound | None:
    number = _QUARTERS.get(match["q"].lower()) or int(match["q"])
    groups = match.groupdict()
    year = _zh_year_of(match, today) or (int(groups["y2"]) if groups.get("y2") else None) or today.year
    low, high = quarter_period(year, number)
    if match["part"]:
        return DateFound(0, 0, low if match["part"] == "初" else high, is_approximate=match["part"] == "初")
    return _period("quarter", low, high)


def _half(match: re.Match[str], today: date) -> DateFound | None:
    return _period("half", *half_year(_zh_year_of(match, today) or today.year, 1 if match["h"] == "上半年" else 2))


def _en_date(match: re.Match[str], today: date) -> DateFound | None:
    groups = match.groupdict()
    month, words = _month(match["m"]), match["d"].lower()
    day = _ORDINALS.get(words) or int(re.sub(r"\D", "", words))
    short = groups.get("yy") or groups.get("y2")
    year = int(match["y"]) if match["y"] else 2000 + int(short) if short else None
    return _day(year, month, day) if year else _nearest(month, day, today)


def _en_month_part(match: re.Match[str], today: date) -> DateFound | None:
    month = _month(match["m"])
    year = int(match["y"]) if match.groupdict().get("y") else nearest_year(month, 15, today).year
    return _part_of_month(year, month, match["part"].lower())


def _en_month(match: re.Match[str], today: date) -> DateFound | None:
    return _period("month", *month_period(int(match["y"]), _month(match["m"])))


def _en_bare_month(match: re.Match[str], today: date) -> DateFound | None:
    name = match["name"]
    if name.lower() in ("may", "mar", "sun", "dec", "jan") and not name[0].isupper():
        return None
    month = _month(name)
    year = nearest_year(month, 15, today).year
    if match.group().lower().startswith("since ") and (year, month) > (today.year, today.month):
        year -= 1
    if match.group().lower().startswith("last ") and year >= today.year and month >= today.month:
        year = today.year - 1
    if match.group().lower().startswith("next ") and year <= today.year and month <= today.month:
        year = today.year + 1
    return _period("month", *month_period(year, month))


def _en_year(match: re.Match[str], today: date) -> DateFound | None:
    return _period("year", *year_period(int(match["y"])))


def _day_only(match: re.Match[str], today: date) -> DateFound | None:
    day = _zh_int(match["d"])
    this_month = day_or_none(today.year, today.month, day)
    before = add_months(today.replace(day=1), -1)
    last_month = day_or_none(before.year, before.month, day)
    best = this_month if this_month and this_month <= today else last_month or this_month
    others = tuple(other for other in (this_month, last_month) if other and other != best)
    return DateFound(0, 0, best, alternatives=others) if best else None


def _zh_day_word(match: re.Match[str], today: date) -> DateFound | None:
    word = match["w"]
    shift = {"大前": -3, "前": -2, "昨": -1, "今": 0, "当": 0, "明": 1, "后": 2, "大后": 3}
    return DateFound(0, 0, add_days(today, shift[word[:2] if word[0] == "大" else word[0]]))


def _zh_shifted_month(match: re.Match[str], today: date) -> DateFound | None:
    first = add_months(today.replace(day=1), _zh_shift(match["s"]))
    groups = match.groupdict()
    if groups.get("d"):
        return _day(first.year, first.month, _zh_int(groups["d"]))
    if match["part"]:
        return _part_of_month(first.year, first.month, match["part"].removeprefix("月") or match["part"])
    return _period("month", *month_period(first.year, first.month))


def _zh_week(match: re.Match[str], today: date) -> DateFound | None:
    monday = week_period(today)[0] + timedelta(weeks=_zh_shift(match["s"]))
    if match["wd"] is None:
        return _period("week", monday, monday + timedelta(days=6))
    if match["wd"] == "末":
        return _period("week", monday + timedelta(days=5), monday + timedelta(days=6))
    return DateFound(0, 0, monday + timedelta(days=_ZH_WEEKDAYS[match["wd"]]))


def _zh_shifted_quarter(match: re.Match[str], today: date) -> DateFound | None:
    first = add_months(today.replace(day=1), 3 * _zh_shift(match["s"]))
    low, high = quarter_period(first.year, (first.month - 1) // 3 + 1)
    if match["part"]:
        return DateFound(0, 0, low if match["part"] == "初" else high)
    return _period("quarter", low, high)


def _zh_ago(match: re.Match[str], today: date) -> DateFound | None:
    unit = {
        "天": "day",
        "日": "day",
        "周": "week",
        "星期": "week",
        "礼拜": "week",
        "月": "month",
        "年": "year",
        "季度": "quarter",
    }[match["u"]]
    half = match["n"] == "半"
    extra = bool(match["half"] or match["half2"])
    count = 0 if half else _zh_int(match["n"])
    return _moved(today, count, unit, -1 if match["dir"] else 1, half=half or extra)


def _en_day_word(match: re.Match[str], today: date) -> DateFound | None:
    word = match["w"].lower().removeprefix("the ")
    shift = {
        "day before yesterday": -2,
        "yesterday": -1,
        "today": 0,
        "tonight": 0,
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
    low, high = _around(anchor, unit)
    part = (match["part"] or match["endword"] or "").lower()
    if "end" in part:
        return DateFound(0, 0, high)
    if part in ("beginning of", "start of", "early"):
        return DateFound(0, 0, low, is_approximate=True)
    if part and unit == "month":
        return _part_of_month(low.year, low.month, part)
    return _period(unit, low, high)


def _en_period_end(match: re.Match[str], today: date) -> DateFound | None:
    return DateFound(0, 0, _around(today, match["u"].lower())[1])


def _en_ago(match: re.Match[str], today: date) -> DateFound | None:
    words = (match["n"] or "").lower()
    count = {"a": 1, "an": 1, "a couple of": 2, "a few": 3}.get(words) or (
        int(words) if words.isdigit() else int(en_value(words) or 0)
    )
    way = -1 if match["dir"].lower() in ("ago", "back", "earlier") else 1
    unit = match["u"].lower().rstrip("s")
    found = _moved(today, count, unit, way, half=bool(match["half"]) or not words)
    return replace(found, is_approximate=words in ("a couple of", "a few")) if found else None


def _moved(today: date, count: int, unit: str, way: int, *, half: bool) -> DateFound | None:
    if unit in ("day", "week"):
        size = 7 if unit == "week" else 1
        return DateFound(0, 0, add_days(today, way * (count * size + (size // 2 if half else 0))))
    months = count * {"month": 1, "quarter": 3, "year": 12}[unit] + (
        {"month": 0, "quarter": 1, "year": 6}[unit] if half else 0
    )
    moved = add_months(today, way * months)
    if half and unit == "month":
        moved = add_days(moved, way * 15)
    return DateFound(0, 0, moved, is_approximate=unit != "month" or half)


def _around(day: date, unit: str) -> tuple[date, date]:
    if unit == "week":
        return week_period(day)
    if unit == "month":
        return month_period(day.year, day.month)
    if unit == "quarter":
        return quarter_period(day.year, (day.month - 1) // 3 + 1)
    return year_period(day.year)


def _part_of_month(year: int, month: int, part: str) -> DateFound | None:
    low, high = month_period(year, month)
    part = part.strip().lower()
    if part in ("底", "末", "月底", "月末") or "end" in part:
        return DateFound(0, 0, high, low=None, high=None)
    if part in ("初", "上旬", "月初", "early") or part.startswith(("begin", "start")):
        return DateFound(0, 0, low, "part", low, low.replace(day=10), is_approximate=True)
    if part in ("下旬", "late"):
        return DateFound(0, 0, low.replace(day=21), "part", low.replace(day=21), high, is_approximate=True)
    return DateFound(0, 0, low.replace(day=15), "part", low.replace(day=11), low.replace(day=20), is_approximate=True)


def _part_of_year(year: int, part: str | None) -> DateFound:
    low, high = year_period(year)
    if not part:
        return _period("year", low, high)
    if part.endswith(("底", "末")):
        return DateFound(0, 0, high)
    if part.endswith("初"):
        return DateFound(0, 0, low, "part", low, month_end(date(year, 1, 1)), is_approximate=True)
    return DateFound(0, 0, date(year, 6, 30), "part", date(year, 6, 1), date(year, 7, 31), is_approximate=True)


def _zh_year_of(match: re.Match[str], today: date) -> int | None:
    groups = match.groupdict()
    if groups.get("ry"):
        return today.year + {"前年": -2, "去年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}[groups["ry"]]
    if not groups.get("y"):
        return None
    year = _zh_int(groups["y"])
    return year + 2000 if year < 100 else year


def _zh_shift(word: str) -> int:
    word = word.removesuffix("个")
    return {"上上": -2, "上": -1, "下": 1, "下下": 2}.get(word, 0)


def _zh_int(numeral: str) -> int:
    return int(numeral) if numeral.isdigit() and numeral.isascii() else int(zh_value(numeral) or 0)


def _month(name: str) -> int:
    return _MONTHS[name.lower()[:3]]


def _day(year: int, month: int, day: int) -> DateFound | None:
    found = day_or_none(year, month, day)
    return DateFound(0, 0, found) if found else None


def _nearest(month: int, day: int, today: date) -> DateFound | None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    best = nearest_year(month, day, today)
    others = (day_or_none(best.year + step, month, day) for step in (-1, 1))
    return DateFound(0, 0, best, alternatives=tuple(other for other in others if other))


def _period(grain: str, low: date, high: date) -> DateFound:
    return DateFound(0, 0, low, grain, low, high)
