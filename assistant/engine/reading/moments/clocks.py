"""Times of day and parts of a day, in both languages."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache

from assistant.engine.reading.lexicons import lexicon
from assistant.engine.reading.moments.model import MIDNIGHT, Moment, Stretch
from assistant.engine.reading.numerals import en_value, zh_value

_HOUR_WORD = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_MINUTE_WORD = (
    r"(?:(?:twenty|thirty|forty|fifty)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?"
    r"|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|five)"
)
_HALF = r"(?:am/?pm|a\.? ?m\b\.?|p\.? ?m\b\.?|a(?!\w|\.\w)|p(?!\w|\.\w))"
_OCLOCK = r"(?:o'? ?clock)"
_EN = re.compile(
    rf"(?<![\d.,:/$€£¥#])(?:"
    rf"(?P<h>[01]?\d|2[0-4])(?:[:.](?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?)? ?(?P<half>{_HALF})"
    rf"|(?P<h2>[01]?\d|2[0-4]):(?P<m2>[0-5]\d)(?::(?P<s2>[0-5]\d))?(?![\d:.]*\d)"
    rf"|(?<=at )(?P<h3>[01]?\d|2[0-4])\.(?P<m3>[0-5]\d)(?![\d%])"
    rf"|(?P<h4>0?[1-9]|1[0-2])(?P<m4>[0-5]\d) ?(?P<half4>a\.?m\b\.?|p\.?m\b\.?)"
    rf"|(?P<h5>\d{{1,2}}|(?:{_HOUR_WORD})) {_OCLOCK}"
    rf"|(?P<hw>{_HOUR_WORD})[ -](?P<mw>{_MINUTE_WORD})(?: minutes?)?"
    r"(?! (?:percent|thousand|hundred|million|days?|weeks?|months?|years?))(?!\w)"
    rf"(?: ?(?P<halfw>{_HALF}))?"
    rf"|(?P<hp>{_HOUR_WORD}) ?(?P<halfp>a\.?m\b\.?|p\.?m\b\.?)"
    rf"|(?P<past>half|(?:a )?quarter|\d{{1,2}}|{_MINUTE_WORD})(?: min(?:ute)?s?)? past (?P<hh>\d{{1,2}}|{_HOUR_WORD})"
    rf"(?![\d:.]*\d)(?: {_OCLOCK})?(?: ?(?P<halfh>{_HALF}))?"
    rf"|(?:a )?quarter to (?P<hq>\d{{1,2}}|{_HOUR_WORD})(?![\d:.%]*\d)(?: ?(?P<halfq>{_HALF}))?"
    r"|(?P<h6>[01]?\d|2[0-4])\.(?P<m6>[0-5]\d)(?= ?(?:-|to) ?\d{1,2}(?:[.:]\d\d)? ?[ap]\.?m)"
    rf"|(?P<named>noon(?:ish)?|midday|mid-?day|midnight|mid night)\b"
    rf")",
    re.I,
)
_ZH_HOUR = r"(?:\d{1,2}|[零〇一二两三四五六七八九]|二?十[一二三四五六七八九]?)"
_ZH_MINUTE = r"(?:\d{1,2}|[二三四五]?十[一二三四五六七八九]?|[零〇一二三四五六七八九]{1,2})"
_ZH = re.compile(
    r"(?P<part>凌晨|清晨|早晨|早上|早间|上午|中午|午间|午后|下午|傍晚|晚间|晚上|夜里|夜间|半夜|深夜|晚|早)?"
    r" ?(?<![\d.])"
    rf"(?:(?P<h>{_ZH_HOUR})(?:点钟?|时(?=\d|[一二三四五]|$|\W))(?!之一|心|击|评|名|数|燃|头|儿|以下|以上|五成)"
    rf"(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<m>{_ZH_MINUTE})分?(?!之|[万千百亿%])(?:(?P<s>{_ZH_MINUTE})秒)?|整)?"
    rf"|(?P<h2>[01]?\d|2[0-4]):(?P<m2>[0-5]\d)(?::(?P<s2>[0-5]\d))?(?!\d| ?[ap]\.?m))",
    re.I,
)


def find_clocks(text: str) -> Iterator[Moment]:
    """Times of day, each with both halves of the day where the words leave it open."""
    for match in _EN.finditer(text):
        if found := _english(match):
            yield found
    if not text.isascii():
        for match in _ZH.finditer(text):
            if found := _chinese(match):
                yield found
    for pattern, name in _parts():
        for match in pattern.finditer(text):
            low, high = _hours()[name]
            span = Stretch(MIDNIGHT + timedelta(hours=low), MIDNIGHT + _end(high))
            yield Moment(match.start(), match.end(), "hours", (span,), "part")


def clock(start: int, end: int, hour: int, minute: int = 0, second: int = 0, half: str = "") -> Moment | None:
    """The time of day; `half` is am, pm or empty when it may be either."""
    if hour > 24 or minute > 59:
        return None
    hours = [hour]
    if half == "pm" and hour < 12:
        hours = [hour + 12]
    elif half == "am" and hour == 12:
        hours = [0]
    elif not half and 0 < hour <= 12:
        hours = [hour, (hour + 12) % 24]
    places = [MIDNIGHT + timedelta(hours=value, minutes=minute, seconds=second) for value in hours]
    return Moment(start, end, "clock", tuple(Stretch(place, place) for place in places))


def part_of(moment: Moment, part: Moment) -> Moment | None:
    """The reading of a clock time that lies in a part of the day: 7 in the evening."""
    low, high = part.low, part.high
    options = {item.low for item in moment.readings}
    inside = [item for item in options if low - timedelta(hours=2) <= item <= high + timedelta(hours=4)]
    early = [item for item in options if item.hour < 12] if low.hour < 12 and high.hour <= 12 else inside
    best = (early or inside or sorted(options))[:1]
    return Moment(0, 0, "clock", tuple(Stretch(item, item) for item in best))


def _english(match: re.Match[str]) -> Moment | None:
    groups = match.groupdict()
    start, end = match.span()
    if groups["named"]:
        hour = 0 if "night" in groups["named"].lower() else 12
        return clock(start, end, hour, half="24")
    if groups["past"]:
        minutes = {"half": 30, "quarter": 15, "a quarter": 15}.get(groups["past"].lower()) or _int(groups["past"])
        hour = _int(groups["hh"])
        return clock(start, end, hour, minutes, half=_half(groups["halfh"]))
    if groups["hq"]:
        return clock(start, end, (_int(groups["hq"]) - 1) or 12, 45, half=_half(groups["halfq"]))
    hour = next(_int(groups[name]) for name in ("h", "h6", "h2", "h3", "h4", "h5", "hw", "hp") if groups[name])
    minute = next((_int(groups[name]) for name in ("m", "m2", "m3", "m4", "m6", "mw") if groups[name]), 0)
    second = next((_int(groups[name]) for name in ("s", "s2") if groups[name]), 0)
    half = _half(groups["half"] or groups["half4"] or groups["halfw"] or groups["halfp"])
    if groups["h2"] and (hour == 0 or hour > 12):
        half = "24"
    return clock(start, end, hour, minute, second, half)


def _half(written: str | None) -> str:
    if not written:
        return ""
    plain = re.sub(r"[. /]", "", written.lower())
    return "" if plain == "ampm" else "am" if plain[0] == "a" else "pm"


def _int(written: str) -> int:
    return int(written) if written.isdigit() else int(en_value(written.replace("-", " ")) or 0)


def _chinese(match: re.Match[str]) -> Moment | None:
    groups = match.groupdict()
    hour = _zh_int(groups["h"] or groups["h2"])
    minute = 30 if groups["half"] else _zh_int(groups["quarter"]) * 15 if groups["quarter"] else 0
    minute = _zh_int(groups["m"] or groups["m2"]) or minute
    part = groups["part"] or ""
    half = "am" if part in _AM else "pm" if part else ""
    if "时" in match.group() or groups["h"] in ("零", "〇", "0") or hour > 12 or (groups["h"] or "").startswith("0"):
        half = half or "24"
    if part in ("半夜", "深夜", "夜里", "夜间") and hour < 6:
        half = "am"
    if part in ("晚上", "晚", "晚间") and hour == 12:
        hour, half = 24, "24"
    if part in ("中午", "午间") and hour in (11, 12):
        half = "24"
    return clock(*match.span(), hour % 24, minute, _zh_int(groups["s"] or groups["s2"]), half)


_AM = frozenset({"凌晨", "清晨", "早晨", "早上", "早间", "上午", "早"})


def _zh_int(written: str | None) -> int:
    if not written:
        return 0
    return int(written) if written.isdigit() and written.isascii() else int(zh_value(written) or 0)


def _end(hours: float) -> timedelta:
    return timedelta(hours=hours) if hours < 24 else timedelta(hours=23, minutes=59, seconds=59)


@cache
def _hours() -> dict[str, tuple[float, float]]:
    return {name: (row["from"], row["to"]) for name, row in lexicon("moments")["day_parts"].items()}


@cache
def _parts() -> tuple[tuple[re.Pattern[str], str], ...]:
    rows = lexicon("moments")["day_parts"].items()
    return tuple((re.compile("|".join(row["forms"]), re.I), name) for name, row in rows)


def hours_of(day: date, word: str) -> Moment | None:
    """A part of one day: yesterday evening, 明早."""
    name = next((name for pattern, name in _parts() if pattern.fullmatch(word)), None)
    if name is None:
        return None
    low, high = _hours()[name]
    midnight = datetime.combine(day, time.min)
    return Moment(0, 0, "stretch", (Stretch(midnight + timedelta(hours=low), midnight + _end(high)),), "part")
