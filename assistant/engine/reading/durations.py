"""Time spans in both languages: 60天, 两个月, half a year, net 60, O/A 90."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.engine.reading.numeral_parts import Number
from assistant.engine.reading.numerals import zh_value

_MOST_YEARS = 200
_UNIT_AFTER = re.compile(
    r"(?P<half>个半| and a half)?(?P<over>个[多几](?=月|星期|礼拜"
    r"|季))?\s?(?:-\s?)?(?:of )?(?P<unit>个?工作日|个?自然日|个日历日|business days?|working days?"
    r"|calendar (?:days?|months?|weeks?)"
    r"|banking days?|"
    r"days?|d(?![a-z0-9])|个?月|months?|mths?|mos?(?![a-z])|个?星期|个?礼拜|周(?!岁|年|转|期|末"
    r"|[一二三四五六日])|weeks?|wks?|fortnights?|个?季度"
    r"|quarters?|年(?!代|级|度|报|检|审|费|利|化|会|[一二三四五六七八九\d]+月)|years?|yrs?|天|日(?![元本圆])|账期天)"
    r"(?P<tail>半|\s?and a half)?(?P<odd>多(?![少大长久])|有余|\s?and a bit)?",
    re.I,
)
_WHOLE = re.compile(
    r"(?P<zh>半个月|半年|半个季度|大半年|小半年|多半年)(?:多(?![少大长久]))?"
    r"|\b(?P<en>(?:half a|an extra|another|a|one) (?:day|week|fortnight|month|quarter"
    r"|year))\b(?! (?:end|ago|back|later|earlier|from|of an? (?:hundred|thousand|million|mil|billion)))"
    r"|(?P<net>(?<![a-z\d])(?:net|oa|o/a|d/?a|n|d/?p|open account|usance)[ -]?)(?P<days>\d{1,3})(?!\d|[.,]\d|%|[kmb]\b"
    r"| ?(?:万|元|usd|eur|limits))(?: ?(?:days?\b|天))?",
    re.I,
)
_FREQUENCY = re.compile(
    r"(?:(?:一|1)年(?=大?[概约]?(?:做|卖|出口|销|营|的?流水|的?生意|能?做|发|下来|赊))"
    r"|(?:(?<=[%‰万亿元次币金镑])|(?<=个点))(?:一|1)(?:年|天|日|个?月|个?季度)(?![内后以前期])"
    r"|(?<![了期过满拖欠晚超])(?:一|1)(?:年|天|日|个?月|个?季度)(?:大?[概约]|就是|是|有|的?利[率息])?"
    r"(?=百分之|千分之|万分之|\d+(?:\.\d+)?(?:%|‰|百?千?万|亿|次)))"
)
"""一年做两千万 and 12%一年 say how often, not how long."""
_RATE = re.compile(
    r"(?:\d\s?(?:k|m|mn|bn|b|%)?|[€$£¥]|\b(?:k|m|mn|bn|percent|million|thousand|usd|eur|gbp|cny|rmb|dollars|euros"
    r"|pounds|sales|turnover|times|once|twice))\s$|\b(?:per|each|every)\s$",
    re.I,
)
_LOW_END = re.compile(r"(?<![\d零一二三四五六七八九十百千万.])(?P<low>[一二两三四五六七八九])(?:到|至|-|~)$")
_AND = re.compile(r" ?(?:and|零|又|,)? ?", re.I)
_DAYS_OF_A_MONTH = 30
_OTHER_DAY = re.compile(r"(?:[这那前]|头)两天$")
"""The other day, these days: no time span."""
_LATE = re.compile(r" (?:late|overdue|past due|behind|to (?:claim|file|lodge|report|notify|pay)\b)", re.I)
_LASTING = re.compile(
    r"(?:^|[:,;(=\n]\s?|\b(?:for|within|in|after|over|of|about|than|is|was|are|be|to|by|nearly|almost|another|takes?"
    r"|lasts?|waited|wait|late|overdue|roughly|only|not|up|at|terms|period|extension|grace|mep)\s)$",
    re.I,
)
"""What stands before "a year" when it says how long; elsewhere it says how often."""
_WHOLE_LENGTHS = {"半个月": (15, "days"), "半个季度": (45, "days"), "half a month": (15, "days")}
_EN_LENGTHS = {
    "day": (1, "days"),
    "week": (7, "days"),
    "fortnight": (14, "days"),
    "month": (1, "months"),
    "quarter": (3, "months"),
    "year": (1, "years"),
}


@dataclass(frozen=True)
class DurationFound:
    start: int
    end: int
    value: Decimal
    unit: str
    is_approximate: bool = False
    low: Decimal | None = None
    high: Decimal | None = None
    is_terms: bool = False
    """Written in a form only payment terms take: net 60, O/A 90."""


def find_durations(text: str, numbers: Sequence[Number]) -> list[DurationFound]:
    """Every time span in `text`; weeks become days, quarters become months."""
    found = [
        _whole(match) for match in _WHOLE.finditer(text) if match["zh"] or match["net"] or _is_lasting(text, match)
    ]
    for number in numbers:
        match = _UNIT_AFTER.match(text, number.end)
        if match and (
            _FREQUENCY.match(text, number.start) or _OTHER_DAY.search(text, max(0, number.start - 1), match.end())
        ):
            continue
        if match and not number.scale >= 10**6 and not any(hit.start <= number.start < hit.end for hit in found):
            found.append(_with_low_end(text, _counted(number, match), match))
    # 应收500万年赊销3000万: the year belongs to what follows
    return _summed(text, sorted((hit for hit in found if not _is_ages(hit)), key=lambda hit: hit.start))


def _is_ages(hit: DurationFound) -> bool:
    return hit.unit == "years" and hit.value > _MOST_YEARS


def _summed(text: str, found: list[DurationFound]) -> list[DurationFound]:
    """Three months and ten days, 两年零三个月: one time span."""
    whole: list[DurationFound] = []
    for hit in found:
        last = whole[-1] if whole else None
        if last and _AND.fullmatch(text, last.end, hit.start) and (span := _sum(last, hit)):
            whole[-1] = span
        else:
            whole.append(hit)
    return whole


def _sum(longer: DurationFound, shorter: DurationFound) -> DurationFound | None:
    if (longer.unit, shorter.unit) == ("years", "months"):
        return replace(longer, end=shorter.end, value=longer.value * 12 + shorter.value, unit="months")
    if (longer.unit, shorter.unit) == ("months", "days"):
        days = longer.value * _DAYS_OF_A_MONTH + shorter.value
        return replace(longer, end=shorter.end, value=days, unit="days", is_approximate=True)
    return None


def _is_lasting(text: str, match: re.Match[str]) -> bool:
    """Whether "a year" is a time span rather than how often something happens."""
    if match["en"].lower().startswith("a "):
        return bool(_LASTING.search(text[: match.start()]) or _LATE.match(text, match.end()))
    return not _RATE.search(text[: match.start()])


def _whole(match: re.Match[str]) -> DurationFound:
    if match["days"]:
        return DurationFound(match.start(), match.end(), Decimal(match["days"]), "days", is_terms=True)
    words = (match["zh"] or match["en"]).lower()
    if words in _WHOLE_LENGTHS:
        length, unit = _WHOLE_LENGTHS[words]
    elif match["zh"] or words == "half a year":
        length, unit = 6, "months"
    else:
        length, unit = _EN_LENGTHS[words.split()[-1]]
        if words.startswith("half a quarter"):
            length, unit = 45, "days"
    is_approximate = words[0] in "大小多" or match.group().endswith("多")
    return DurationFound(match.start(), match.end(), Decimal(length), unit, is_approximate)


def _with_low_end(text: str, hit: DurationFound, match: re.Match[str]) -> DurationFound:
    """一到两年: the lower end is one numeral, which alone could be any word."""
    before = _LOW_END.search(text, max(0, hit.start - 3), hit.start)
    low = zh_value(before["low"]) if before and hit.low is None else None
    if before is None or low is None:
        return hit
    low *= _unit(match["unit"].lower())[0]
    return (
        replace(hit, start=before.start(), value=(low + hit.value) / 2, low=low, high=hit.value, is_approximate=True)
        if low < hit.value
        else hit
    )


def _counted(number: Number, match: re.Match[str]) -> DurationFound:
    factor, unit = _unit(match["unit"].lower())
    half = Decimal("0.5") if match["half"] or match["tail"] else Decimal(0)
    low, high = (None if end is None else end * factor for end in (number.low, number.high))
    value = (number.value + half) * factor
    if unit == "years" and value != int(value):
        value, unit = value * 12, "months"
        low, high = (None if end is None else end * 12 for end in (low, high))
    is_approximate = number.is_approximate or bool(match["over"] or match["odd"])
    return DurationFound(number.start, match.end(), value, unit, is_approximate, low, high)


def _unit(word: str) -> tuple[int, str]:
    if "工作" in word or word.startswith(("business", "working", "banking")):
        return 1, "business_days"
    if "季" in word or word.startswith("quarter"):
        return 3, "months"
    if "月" in word or word.startswith(("m", "calendar m")):
        return 1, "months"
    if word[-1:] in ("周", "期", "拜") or word.startswith(("w", "calendar w")):
        return 7, "days"
    if word.startswith("fortnight"):
        return 14, "days"
    if word == "年" or word.startswith("y"):
        return 1, "years"
    return 1, "days"
