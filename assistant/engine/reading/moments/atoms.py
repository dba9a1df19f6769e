"""The single expressions of time that rules join: days, periods, clock times, lengths, what comes back."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from assistant.engine.reading.date_parts import DateFound
from assistant.engine.reading.moments.clocks import find_clocks
from assistant.engine.reading.moments.lengths import find_lengths, find_recurring
from assistant.engine.reading.moments.makers import Today, made, whole_day
from assistant.engine.reading.moments.model import Moment, Stretch
from assistant.engine.reading.moments.written_en import COUNT, ORDINAL, ORDINALS, english_makers
from assistant.engine.reading.moments.written_zh import chinese_makers
from assistant.engine.reading.numeral_parts import Number
from assistant.engine.reading.numerals import en_value

_IS_WEEKDAY = re.compile(r"(?:\w+ )*(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|.*(?:周|星期|礼拜)[一二三四五六日天]", re.I)
_NUMBER = re.compile(
    rf"(?<![\w.,:/$€£¥#%])(?P<n>[12]?\d|3[01])(?![\w%/:]|[.,]\d)|(?<!\w)(?P<o>{ORDINAL})(?!\w)|(?<!\w)(?P<w>{COUNT})(?!\w)"
    r"|(?<=[-~])(?P<b>[12]?\d|3[01])(?![\w%/:-]|[.,]\d)|(?<![\w.,:/$€£¥#%-])(?P<c>[01]\d[0-5]\d)(?=-)|(?<=\d-)(?P<d>[01]\d[0-5]\d)(?!\w|-)",
    re.I,
)
_MONTHDAY = re.compile(r"(?:the )?(?:\d{1,2}|[一二三四五六七八九十]+) ?(?:号|日|st|nd|rd|th)", re.I)
_NO_YEAR = re.compile(r"\d{4}|年|'\d\d|year", re.I)
_MONTH_NAMED = re.compile(r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|月", re.I)


def find_atoms(text: str, numbers: Sequence[Number], dates: Sequence[DateFound], today: Today) -> list[Moment]:
    """Expressions of time that do not overlap; of two that do, the longer one is meant."""
    wanted = [
        *made(text, english_makers(), today),
        *(made(text, chinese_makers(), today) if not text.isascii() else ()),
        *(_of_date(text, hit, today) for hit in dates),
        *find_recurring(text),
        *find_clocks(text),
        *find_lengths(text, numbers),
    ]
    kept = _longest(wanted, [])
    return _longest(_numbers(text), kept) if kept else []


def _longest(wanted: Sequence[Moment] | Iterator[Moment], kept: list[Moment]) -> list[Moment]:
    for item in sorted(wanted, key=lambda item: (item.start - item.end, item.start)):
        if all(item.end <= other.start or item.start >= other.end for other in kept):
            kept.append(item)
    return kept


def _of_date(text: str, hit: DateFound, today: Today) -> Moment:
    days = [hit.value, *hit.alternatives]
    if hit.is_ambiguous and today.month_first:
        days.reverse()
    written = text[hit.start : hit.end]
    is_partial = bool(_MONTH_NAMED.search(written)) and not _NO_YEAR.search(written)
    if hit.low and hit.high and (hit.grain != "part" or not hit.part_of):
        stretch = Stretch(whole_day(hit.low).low, whole_day(hit.high).high)
        return Moment(hit.start, hit.end, "period", (stretch,), hit.grain, is_partial=is_partial)
    if hit.part_of:
        low, high = hit.part_of
        stretch = Stretch(datetime.combine(low, time.min), datetime.combine(high, time.min) + timedelta(days=1))
        return Moment(hit.start, hit.end, "period", (stretch,), hit.part_grain, part=hit.part, is_partial=is_partial)
    grain = "weekday" if _IS_WEEKDAY.fullmatch(written) else "monthday" if _MONTHDAY.fullmatch(written) else "day"
    return Moment(hit.start, hit.end, "day", tuple(whole_day(day) for day in days), grain, is_partial=is_partial)


def _numbers(text: str) -> Iterator[Moment]:
    for match in _NUMBER.finditer(text):
        word = (match["o"] or match["w"] or "").lower().replace("-", " ")
        written = match["n"] or match["b"] or match["c"] or match["d"]
        number = int(written) if written else ORDINALS.get(word) or int(en_value(word) or 0)
        yield Moment(match.start(), match.end(), "number", grain="ordinal" if match["o"] else "", number=number)
