"""Chinese dates beyond the everyday ones: 2021年的第二周, 近三个月, 上半月, 九十年代."""

import re
from dataclasses import replace
from datetime import timedelta
from functools import cache

from assistant.engine.reading.calendar import day_or_none
from assistant.engine.reading.date_parts import zh_int
from assistant.engine.reading.moments import makers
from assistant.engine.reading.moments.clocks import hours_of
from assistant.engine.reading.moments.makers import Maker, Makers, Today
from assistant.engine.reading.moments.model import Moment, Stretch

_UNITS = {
    "天": "day",
    "日": "day",
    "周": "week",
    "星期": "week",
    "礼拜": "week",
    "月": "month",
    "季度": "quarter",
    "年": "year",
    "分钟": "minute",
    "小时": "hour",
    "钟头": "hour",
}
_YEARS = {"前年": -2, "去年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}


@cache
def chinese_makers() -> Makers:
    """Patterns with what makes a moment of their match."""
    return makers.forms("dates_zh", _MAKERS, {})


def _int(written: str) -> int:
    if written[0] == "初":
        return zh_int(written[1:])
    return 20 + (zh_int(written[1:]) if written[1:] else 0) if written[0] == "廿" else zh_int(written)


def _year_in(match: re.Match[str], today: Today) -> int | None:
    groups = match.groupdict()
    if groups.get("r"):
        return today.day.year + _YEARS[groups["r"]]
    written = groups.get("y")
    if not written:
        return None
    year = zh_int(written) if written.isascii() else int("".join(str(zh_int(digit)) for digit in written))
    return year if year > 99 else year + (2000 if year < 50 else 1900)


def _unit(written: str) -> str:
    return "business" if "工作" in written else _UNITS[written.removeprefix("个")]


def _step(shift: str | None) -> int | None:
    if shift is None:
        return None
    return {"上上": -2, "上": -1, "下": 1, "下下": 2}.get(shift.removesuffix("个"), 0)


def _day_of_month(match: re.Match[str], today: Today) -> Moment | None:
    return makers.day_of_month(_int(match["d"]), today)


def _number_of_day(match: re.Match[str], today: Today) -> Moment | None:
    return Moment(0, 0, "number", grain="ordinal", number=_int(match["d"]))


def _day(match: re.Match[str], today: Today) -> Moment | None:
    return makers.month_and_day(_int(match["m"]), _int(match["d"]), _year_in(match, today), today)


def _slashed(match: re.Match[str], today: Today) -> Moment | None:
    first, second = int(match["m"]), int(match["d"])
    month, day = (first, second) if day_or_none(2000, first, second) else (second, first)
    return makers.month_and_day(month, day, None, today) if day_or_none(2000, month, day) else None


def _day_of_shifted_month(match: re.Match[str], today: Today) -> Moment | None:
    return makers.day_of_month(_int(match["d"]), today, _step(match["s"]) or 0)


def _numbered(match: re.Match[str], today: Today) -> Moment | None:
    number, year = zh_int(match["n"]), _year_in(match, today)
    if year is None:
        return None
    if match["u"] == "月":
        return makers.in_month(number, year, today) if 1 <= number <= 12 else None
    if match["u"] == "季度":
        return makers.in_quarter(number, year, today) if 1 <= number <= 4 else None
    return makers.in_week(number, year)


def _edge(match: re.Match[str], today: Today) -> Moment | None:
    year = _year_in(match, today)
    return (
        None
        if year is None
        else makers.edge(makers.in_year(year), -1 if match["w"] == "最后" else 1, zh_int(match["n"]), _unit(match["u"]))
    )


def _half(match: re.Match[str], today: Today) -> Moment | None:
    return makers.in_half(1 if match["h"][0] in "上前" else 2, _year_in(match, today), today)


def _half_shifted(match: re.Match[str], today: Today) -> Moment | None:
    return makers.shifted("half", -1 if match["s"] == "上" else 1, today)


def _half_month(match: re.Match[str], today: Today) -> Moment | None:
    whole = makers.shifted("month", 0, today)
    if whole is None:
        return None
    middle = whole.low.replace(day=16)
    is_first = match["h"][0] in "上前"
    return replace(
        whole, grain="half", readings=(Stretch(whole.low, middle) if is_first else Stretch(middle, whole.high),)
    )


def _decade(match: re.Match[str], today: Today) -> Moment | None:
    first = zh_int(match["c"])
    first += 1900 if first < 100 else 0
    return Moment(0, 0, "period", (Stretch(makers.new_year(first), makers.new_year(first + 10)),), "decade")


def _year(match: re.Match[str], today: Today) -> Moment | None:
    year = _year_in(match, today)
    return makers.in_year(year) if year and 1900 <= year < 2200 else None


def _window_past(match: re.Match[str], today: Today) -> Moment | None:
    return _window(match, today, -1)


def _half_window(match: re.Match[str], today: Today) -> Moment | None:
    return makers.window(6, "month", -1, today)


def _day_range(match: re.Match[str], today: Today) -> Moment | None:
    month, first, last = _int(match["m"]), _int(match["a"]), _int(match["b"])
    found = makers.month_and_day(month, last, _year_in(match, today), today)
    if found is None or not found.readings or not 0 < first < last:
        return None
    low = found.low.replace(day=first)
    return replace(found, kind="period", grain="range", readings=(Stretch(low, found.high, found.low),))


def _month_range(match: re.Match[str], today: Today) -> Moment | None:
    first, last, year = _int(match["a"]), _int(match["b"]), _year_in(match, today)
    low = makers.in_month(first, year, today)
    end = makers.in_month(last, low.low.year + (last < first), today)
    return replace(low, grain="range", readings=(Stretch(low.low, end.high, end.low),))


def _window_next(match: re.Match[str], today: Today) -> Moment | None:
    return _window(match, today, 1)


def _window(match: re.Match[str], today: Today, way: int) -> Moment | None:
    unit, count = _unit(match["u"]), zh_int(match["n"])
    is_business = unit == "business"
    return makers.window(count, "day" if is_business else unit, way, today, is_business=is_business)


def _part_of_day(match: re.Match[str], today: Today) -> Moment | None:
    step = {"前": -2, "昨": -1, "今": 0, "明": 1, "后": 2}[match["w"][0]]
    return hours_of(today.day + timedelta(days=step), match["w"][1])


def _now(match: re.Match[str], today: Today) -> Moment | None:
    return Moment(0, 0, "instant", (Stretch(today.now, today.now),), "now")


def _weekday(match: re.Match[str], today: Today) -> Moment | None:
    return makers.weekday_on(
        "一二三四五六日天".index(match["wd"]) % 7 if match["wd"] != "天" else 6, today, _step(match["s"])
    )


def _weekend(match: re.Match[str], today: Today) -> Moment | None:
    return makers.shifted("weekend", _step(match.groupdict().get("s")) or 0, today)


def _weekday_of_month(match: re.Match[str], today: Today) -> Moment | None:
    month = makers.in_month(zh_int(match["m"]), None, today)
    wanted = 6 if match["wd"] == "天" else "一二三四五六日".index(match["wd"])
    first = month.low.date() + timedelta(days=(wanted - month.low.weekday()) % 7)
    days = [day for step in range(5) if (day := first + timedelta(weeks=step)) < month.high.date()]
    place = -1 if match["which"] == "最后" else zh_int(match["which"][1]) - 1
    found = makers.on_day(days[place]) if place < len(days) else None
    return replace(found, is_partial=True) if found else None


_MAKERS: dict[str, Maker] = {
    "day_of_month": _day_of_month,
    "day": _day,
    "day_of_shifted_month": _day_of_shifted_month,
    "numbered": _numbered,
    "edge": _edge,
    "half": _half,
    "half_shifted": _half_shifted,
    "half_month": _half_month,
    "decade": _decade,
    "year": _year,
    "number_of_day": _number_of_day,
    "window_past": _window_past,
    "window_next": _window_next,
    "half_window": _half_window,
    "day_range": _day_range,
    "month_range": _month_range,
    "part_of_day": _part_of_day,
    "now": _now,
    "slashed": _slashed,
    "weekday_of_month": _weekday_of_month,
    "weekday": _weekday,
    "weekend": _weekend,
}
