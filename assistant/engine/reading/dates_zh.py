"""Chinese dates relative to today: 上个月底, 下周五, 三个月前."""

import re
from datetime import date, timedelta

from assistant.engine.reading.calendar import (
    add_days,
    add_months,
    month_period,
    quarter_period,
    week_period,
)
from assistant.engine.reading.date_parts import (
    DateFound,
    Rules,
    day_found,
    moved,
    part_of_month,
    period,
    zh_int,
    zh_shift,
)
from assistant.engine.reading.dates_absolute import named_year, named_year_part
from assistant.engine.reading.dates_unsigned import ZH_DAY_UNNAMED


def zh_rules() -> Rules:
    yield (
        r"(?P<w>大前[天日]|大后天|前[天日]|昨[天日晚]|今[天日早晚](?!(?:就?是|为|[:=]) ?[\d二三四五六七八九十])"
        r"|明[天日早晚]|(?<!最)后[天日](?!性)|当天|[今昨明]儿(?!个)|[琴寻]日|听日|今朝)",
        _zh_day_word,
    )
    month = r"(?P<s>上上个?|上个?|这个?|本|当|下下个?|下个?) ?月(?!份?额)"
    day = r"(?P<d>[0-3]?\d|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?:日|号|號)"
    yield rf"{month}(?:份)?(?:的)?(?:{day}|(?P<part>初|中旬|中|底|末|上旬|下旬|月底))?", _zh_shifted_month
    yield rf"{month}{ZH_DAY_UNNAMED}(?P<part>)", _zh_shifted_month
    yield r"(?<![上下本这当个年\d一二三四五六七八九十])(?P<s>)(?P<part>月初|月中|月底|月末)", _zh_shifted_month
    yield r"(?P<s>上上个?|上个?|这个?|本|下下个?|下个?) ?(?:周|星期|礼拜)(?P<wd>[一二三四五六日天末1-7])?", _zh_week
    yield (
        r"(?<![上下个这本每\d一二两三四五六七八九十几])(?P<s>)(?:周|星期|礼拜)(?P<wd>[一二三四五六日天])(?![年转期])",
        _zh_week,
    )
    yield r"(?P<s>上上个?|上个?|这个?|本|下下个?|下个?) ?季度?(?P<part>初|末|底)?", _zh_shifted_quarter
    yield r"(?P<part>年初|年中|年底|年末|岁末)", named_year_part
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
            "展延",
            "延展",
            "展期",
            "MEP",
            "MEP ",
        )
    )
    yield (
        rf"(?<![\d.]){after_event}{count} ?(?P<half>个半)?(?:个)?(?P<u>天|日|周|星期|礼拜|(?<=[个半])月|年"
        rf"|季度)(?P<half2>半)?(?:以"
        rf"|之)?(?:(?P<dir>前)(?!年)|(?P<dir2>后)(?!头|付|账|到期|结|的?账期))(?!的?最长)",
        _zh_ago,
    )
    yield r"(?P<ry>前年|去年|今年|本年|明年|后年)(?P<y>)(?P<part>年初|年中|年底|年末|初|底|末)?", named_year


_ZN = r"[零〇一二两三四五六七八九十]"


_ZH_WEEKDAYS = {c: i for i, cs in enumerate(("一1", "二2", "三3", "四4", "五5", "六6", "日天末7")) for c in cs}


def _zh_day_word(match: re.Match[str], today: date) -> DateFound | None:
    word = match["w"]
    shift = {"大前": -3, "前": -2, "昨": -1, "琴": -1, "寻": -1, "听": 1, "今": 0, "当": 0, "明": 1, "后": 2, "大后": 3}
    return DateFound(0, 0, add_days(today, shift[word[:2] if word[0] == "大" else word[0]]))


def _zh_shifted_month(match: re.Match[str], today: date) -> DateFound | None:
    first = add_months(today.replace(day=1), zh_shift(match["s"]))
    groups = match.groupdict()
    if groups.get("d"):
        return day_found(first.year, first.month, zh_int(groups["d"]))
    if match["part"]:
        return part_of_month(first.year, first.month, match["part"].removeprefix("月") or match["part"])
    return period("month", *month_period(first.year, first.month))


def _zh_week(match: re.Match[str], today: date) -> DateFound | None:
    monday = week_period(today)[0] + timedelta(weeks=zh_shift(match["s"]))
    if match["wd"] is None:
        return period("week", monday, monday + timedelta(days=6))
    if match["wd"] == "末":
        return period("week", monday + timedelta(days=5), monday + timedelta(days=6))
    return DateFound(0, 0, monday + timedelta(days=_ZH_WEEKDAYS[match["wd"]]))


def _zh_shifted_quarter(match: re.Match[str], today: date) -> DateFound | None:
    first = add_months(today.replace(day=1), 3 * zh_shift(match["s"]))
    low, high = quarter_period(first.year, (first.month - 1) // 3 + 1)
    if match["part"]:
        at_start = match["part"] == "初"
        return DateFound(
            0, 0, low if at_start else high, part="start" if at_start else "end", part_of=(low, high),
            part_grain="quarter",
        )  # fmt: skip
    return period("quarter", low, high)


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
    count = 0 if half else zh_int(match["n"])
    return moved(today, count, unit, -1 if match["dir"] else 1, half=half or extra)
