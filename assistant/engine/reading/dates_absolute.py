"""Dates that name their day, month or year themselves, in both languages."""

import re
from datetime import date

from assistant.engine.reading.calendar import (
    add_months,
    day_or_none,
    half_year,
    month_period,
    nearest_year,
    quarter_period,
    year_period,
)
from assistant.engine.reading.date_parts import (
    ZH_MONTH,
    ZH_YEAR,
    DateFound,
    Rules,
    day_found,
    month_number,
    nearest_day,
    part_of_month,
    part_of_year,
    period,
    zh_date,
    zh_int,
    zh_year_of,
)


def absolute_rules() -> Rules:
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
    yield (
        r"\b(?:on|at|by|due|being|since|until|dated|from|till) (?P<a>\d{1,2})\.(?P<b>0\d|1[0-2])\.(?! ?\d)",
        _day_and_month,
    )
    zh_year, month = ZH_YEAR, ZH_MONTH
    day = r"(?P<d>[0-3]?\d|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九]) ?(?:日|号|號)"
    yield rf"(?<!\d){zh_year}?{month} ?{day}", zh_date
    yield (
        rf"(?<!\d){zh_year}?{month} ?(?P<part>上旬|中旬|下旬|月初|月中"
        rf"|月底|月末|头上|初(?![一二三四五六七八九十])|中|底|末)(?!间)",
        _zh_month_part,
    )
    yield rf"(?<!\d){zh_year}?{month}", _zh_month
    yield rf"(?<![\d]){zh_year}(?P<part>年初|年中|年底|年末|初|底|末)?", named_year
    yield rf"(?:{zh_year})?前(?P<n>[两三23])个?季度?(?!个)", _first_quarters
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
    en_short_year = r"(?:(?<!\.)[ -](?P<y2>[0-4]\d)(?![\d:%]|[ -]?(?:days?|weeks?|months?|[dkmw]|mep|noa)\b))?"
    en_year = r"(?:,? ?(?:of )?(?P<y>(?:19|20)\d\d)|,? '(?P<yy>\d\d))?\b(?!\d)"
    yield (
        rf"(?<![\d.])\b{_WEEKDAY_BEFORE}(?:the )?{en_day}[ -]?(?:of )?{_MONTH.format('m')}{en_short_year}{en_year}",
        _en_date,
    )
    yield (
        rf"\b{_WEEKDAY_BEFORE}{_MONTH.format('m')}(?<!\.)[ -]?(?:the )?{en_day}\b(?![\d,.]*\d"
        rf"|%| ?(?:days|k\b|m\b)){en_year}",
        _en_date,
    )
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


_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\b\.?"
)


_WEEKDAY_BEFORE = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? )?"


_HAN = re.compile(r"[\u4e00-\u9fff]")
_LONG = re.compile(
    r"(?:成立|开了|合作|经营|有|了|快|满|超过|不到|整|共)$|(?:做|干|卖|开|经营)[\u4e00-\u9fff]{0,5}(?<![于在从自到])$"
)
"""What stands before 12年 when it says how long."""


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


def _year_month_day(match: re.Match[str], today: date) -> DateFound | None:
    return day_found(int(match["y"]), int(match["m"]), int(match["d"]))


def _year_month(match: re.Match[str], today: date) -> DateFound | None:
    return period("month", *month_period(int(match["y"]), int(match["m"])))


def _numeric(match: re.Match[str], today: date) -> DateFound | None:
    first, second, year = int(match["a"]), int(match["b"]), int(match["y"])
    if len(match["y"]) == 2 and _HAN.search(match.string) and (found := day_found(2000 + first, second, year)):
        return found  # 25/6/30: the year comes first in Chinese
    year += 2000 if year < 100 else 0
    day_first, month_first = day_or_none(year, second, first), day_or_none(year, first, second)
    if match["sep"] == "." or month_first is None or day_first is None:
        only = day_first or month_first
        return DateFound(0, 0, only) if only else None
    if day_first == month_first:
        return DateFound(0, 0, day_first)
    return DateFound(0, 0, day_first, alternatives=(month_first,), is_ambiguous=True)


def _day_and_month(match: re.Match[str], today: date) -> DateFound | None:
    """Since 01.11., as German has it."""
    return nearest_day(int(match["b"]), int(match["a"]), today)


def _zh_month_part(match: re.Match[str], today: date) -> DateFound | None:
    month = zh_int(match["m"])
    year = zh_year_of(match, today)
    return part_of_month(year or nearest_year(month, 15, today).year, month, match["part"])


def _zh_month(match: re.Match[str], today: date) -> DateFound | None:
    month = zh_int(match["m"])
    year = zh_year_of(match, today)
    return period("month", *month_period(year or nearest_year(month, 15, today).year, month))


def named_year(match: re.Match[str], today: date) -> DateFound | None:
    year = zh_year_of(match, today)
    if year is None or not 1900 < year < 2100 or (match["y"] and _is_length(match)):
        return None
    return part_of_year(year, match["part"])


def _is_length(match: re.Match[str]) -> bool:
    """成立12年, 七八年: two digits before 年 that say how long; 26年 alone is a year."""
    digits, before, after = match["y"], match.string[: match.start()], match.string[match.end() :]
    if len(digits) != 2 or match["part"]:
        return False
    if not digits.isdigit():
        return digits[0] not in "零〇二" or _LONG.search(before) is not None
    if _LONG.search(before) or re.match(r"[了多来间以内老]|历史", after):
        return True
    return int(digits) > 9 and not 15 <= int(digits) <= 35 and not re.search(r"[于在从自到]$", before)


def named_year_part(match: re.Match[str], today: date) -> DateFound | None:
    return part_of_year(today.year, match["part"])


def _quarter(match: re.Match[str], today: date) -> DateFound | None:
    number = _QUARTERS.get(match["q"].lower()) or int(match["q"])
    groups = match.groupdict()
    year = zh_year_of(match, today) or (int(groups["y2"]) if groups.get("y2") else None) or today.year
    low, high = quarter_period(year, number)
    if match["part"]:
        return DateFound(0, 0, low if match["part"] == "初" else high, is_approximate=match["part"] == "初")
    return period("quarter", low, high)


def _first_quarters(match: re.Match[str], today: date) -> DateFound | None:
    """前三季度: from January to the end of the third quarter."""
    year = zh_year_of(match, today) or today.year
    return period("range", date(year, 1, 1), quarter_period(year, zh_int(match["n"]))[1])


def _half(match: re.Match[str], today: date) -> DateFound | None:
    return period("half", *half_year(zh_year_of(match, today) or today.year, 1 if match["h"] == "上半年" else 2))


def _en_date(match: re.Match[str], today: date) -> DateFound | None:
    groups = match.groupdict()
    month, words = month_number(match["m"]), match["d"].lower()
    day = _ORDINALS.get(words) or int(re.sub(r"\D", "", words))
    short = groups.get("yy") or groups.get("y2")
    year = int(match["y"]) if match["y"] else 2000 + int(short) if short else None
    return day_found(year, month, day) if year else nearest_day(month, day, today)


def _en_month_part(match: re.Match[str], today: date) -> DateFound | None:
    month = month_number(match["m"])
    year = int(match["y"]) if match.groupdict().get("y") else nearest_year(month, 15, today).year
    return part_of_month(year, month, match["part"].lower())


def _en_month(match: re.Match[str], today: date) -> DateFound | None:
    return period("month", *month_period(int(match["y"]), month_number(match["m"])))


def _en_bare_month(match: re.Match[str], today: date) -> DateFound | None:
    name = match["name"]
    if name.lower() in ("may", "mar", "sun", "dec", "jan") and not name[0].isupper():
        return None
    month = month_number(name)
    year = nearest_year(month, 15, today).year
    if match.group().lower().startswith("since ") and (year, month) > (today.year, today.month):
        year -= 1
    if match.group().lower().startswith("last ") and year >= today.year and month >= today.month:
        year = today.year - 1
    if match.group().lower().startswith("next ") and year <= today.year and month <= today.month:
        year = today.year + 1
    return period("month", *month_period(year, month))


def _en_year(match: re.Match[str], today: date) -> DateFound | None:
    return period("year", *year_period(int(match["y"])))


def _day_only(match: re.Match[str], today: date) -> DateFound | None:
    day = zh_int(match["d"])
    this_month = day_or_none(today.year, today.month, day)
    before = add_months(today.replace(day=1), -1)
    last_month = day_or_none(before.year, before.month, day)
    best = this_month if this_month and this_month <= today else last_month or this_month
    others = tuple(other for other in (this_month, last_month) if other and other != best)
    return DateFound(0, 0, best, alternatives=others) if best else None
