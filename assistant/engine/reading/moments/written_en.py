"""English dates beyond the everyday ones: ordinals and years in words, 22/04, week 10, the next two weeks."""

import re
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import cache

from assistant.engine.reading.calendar import day_or_none
from assistant.engine.reading.date_parts import month_number
from assistant.engine.reading.moments import makers
from assistant.engine.reading.moments.clocks import hours_of
from assistant.engine.reading.moments.makers import Maker, Makers, Today
from assistant.engine.reading.moments.model import Moment, Recurrence, Stretch
from assistant.engine.reading.numerals import en_value

_ONES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TEENS = ("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth")
_REST = ("eighteenth", "nineteenth", "twentieth")
ORDINALS = (
    {word: place for place, word in enumerate((*_ONES, *_TEENS, *_REST), 1)}
    | {f"twenty {word}": 20 + place for place, word in enumerate(_ONES, 1)}
    | {"thirtieth": 30, "thirty first": 31}
)
ORDINAL = "(?:" + "|".join(word.replace(" ", "[ -]") for word in sorted(ORDINALS, key=len, reverse=True)) + ")"
COUNT = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
)
_WEEKDAYS = {name: place for place, name in enumerate(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])}
_SHIFTS = {"last": -1, "previous": -1, "past": -1, "prior": -1, "next": 1, "coming": 1, "upcoming": 1, "following": 1}
_IN_MAY = re.compile(
    r"\b(?:in|of|since|until|till|by|from|before|after|during|this|last|next|mid|late|early) $|-$", re.I
)
"""What stands before a may that is the month."""


@cache
def english_makers() -> Makers:
    """Patterns with what makes a moment of their match."""
    return makers.forms("dates_en", _MAKERS, {"ORDINAL": ORDINAL, "COUNT": COUNT})


def _number(word: str) -> int:
    word = " ".join(word.lower().replace("-", " ").split())
    if word.startswith(("couple", "few")):
        return 2 if word[0] == "c" else 3
    if digits := re.match(r"\d+", word):
        return int(digits.group())
    return ORDINALS.get(word) or int(en_value(word) or 0)


def _year_in(match: re.Match[str]) -> int | None:
    groups = match.groupdict()
    for name in ("y", "y2"):
        if groups.get(name):
            return int(groups[name]) + (2000 if len(groups[name]) == 2 else 0)
    if short := groups.get("yy") or groups.get("yq"):
        return int(short) + (1900 if groups.get("yy") else 2000)
    return _spelled_year(groups["yw"]) if groups.get("yw") else None


def _spelled_year(words: str) -> int:
    """Nineteen eighty six and two thousand and fifteen."""
    words = " ".join(words.lower().replace("-", " ").split())
    if words.startswith("two thousand"):
        return int(en_value(words) or 0)
    century, _, rest = words.partition(" ")
    return _number(century) * 100 + _number(rest)


def _day(match: re.Match[str], today: Today) -> Moment | None:
    groups = match.groupdict()
    if (groups.get("m") or "").lower() in ("may", "mar", "dec", "sun") and _number(groups["d"]) > 31:
        return None
    month = month_number(groups["m"]) if groups.get("m") else int(groups["n"])
    return makers.month_and_day(month, _number(groups["d"]), _year_in(match), today)


def _slashed(match: re.Match[str], today: Today) -> Moment | None:
    groups = match.groupdict()
    first, second, written = int(groups["a"]), int(groups["b"]), groups.get("y") or groups.get("y2")
    pairs = ((first, second), (second, first)) if today.month_first else ((second, first), (first, second))
    year = None
    if written:
        year = int(written) if len(written) == 4 else int(written) + (2000 if int(written) < 40 else 1900)
    for month, day in pairs:
        if day_or_none(year or 2000, month, day):
            return makers.month_and_day(month, day, year, today)
    return None


def _day_of_month(match: re.Match[str], today: Today) -> Moment | None:
    number, shift = _number(match["d"]), match.groupdict().get("s")
    if "month" in match.group().lower():
        return makers.day_of_month(number, today, _SHIFTS.get((shift or "").lower(), 0))
    return makers.day_of_month(number, today) if number <= 31 else None


def _weekday_and_day(match: re.Match[str], today: Today) -> Moment | None:
    number, wanted = _number(match["d"]), _WEEKDAYS[match["w"].lower()[:3]]
    if "the" in match.group().lower().split():
        day = day_or_none(today.day.year, today.day.month, number)
        return makers.on_day(day) if day and day.weekday() == wanted else makers.weekday_and_day(wanted, number, today)
    return makers.weekday_and_day(wanted, number, today)


def _weekday(match: re.Match[str], today: Today) -> Moment | None:
    shift = " ".join((match.groupdict().get("s") or "").lower().split())
    wanted, after = _WEEKDAYS[match["w"].lower()[:3]], (match["after"] or "").lower()
    if after:
        return makers.weekday_on(wanted, today, _SHIFTS.get(after, 0))
    if not shift:
        return makers.weekday_on(wanted, today, None)
    if shift.startswith("this "):
        ahead = (wanted - today.day.weekday()) % 7
        step = (ahead or 7) if shift != "this past" else -((-ahead) % 7 or 7)
        return makers.on_day(today.day + timedelta(days=step), "weekday")
    return makers.weekday_on(wanted, today, _SHIFTS.get(shift, 0))


def _month(match: re.Match[str], today: Today) -> Moment | None:
    groups = match.groupdict()
    return makers.in_month(month_number(groups["m"]) if groups.get("m") else int(groups["n"]), _year_in(match), today)


def _bare_month(match: re.Match[str], today: Today) -> Moment | None:
    if match["m"] == "may" and not _IN_MAY.search(match.string[: match.start("m")]):
        return None
    name, shift = match["m"], (match["s"] if "s" in match.groupdict() else None) or ""
    if (
        name == "march"
        and not shift
        and not re.search(r"\b(?:in|to|of|and|from|since|the)\s$", match.string[: match.start()])
    ):
        return None
    if not shift:
        return makers.in_month(month_number(name), None, today)
    month, step = month_number(name), _SHIFTS.get(shift.lower(), 0)
    year = today.day.year + (step if step * (today.day.month - month) >= 0 else 0)
    return makers.in_month(month, year, today)


def _year(match: re.Match[str], today: Today) -> Moment | None:
    year = _year_in(match)
    return makers.in_year(year) if year else None


def _week(match: re.Match[str], today: Today) -> Moment | None:
    return makers.in_week(int(match["n"]), _year_in(match) or today.day.year)


def _quarter_or_half(match: re.Match[str], today: Today) -> Moment | None:
    number, kind = int(match["n"] or match["n2"]), (match["k"] or match["k2"]).lower()
    if kind == "q":
        return makers.in_quarter(number, _year_in(match), today)
    return makers.in_half(number, _year_in(match), today) if number <= 2 else None


def _quarter(match: re.Match[str], today: Today) -> Moment | None:
    shift = (match["rel"] or match["of"] or "").lower()
    year = _year_in(match) or today.day.year + _SHIFTS.get(shift, 0)
    return makers.in_quarter(
        _number(match["q"]) if match["q"][0].isdigit() else ORDINALS[match["q"].lower()], year, today
    )


def _decade(match: re.Match[str], today: Today) -> Moment | None:
    first, years = (int(match["c"]) * 100 - 100, 100) if match["c"] else (int(match["n"] + match["t"]) * 10, 10)
    if first < 1:
        return None
    return Moment(0, 0, "period", (Stretch(makers.new_year(first), makers.new_year(first + years)),), "decade")


def _shifted(match: re.Match[str], today: Today) -> Moment | None:
    shift, unit = " ".join((match["s"] or "").lower().split()), match["u"].lower()
    if not shift and unit in ("decade", "quarter"):
        return None
    found = makers.shifted(unit, _SHIFTS.get(shift, 0), today)
    if found and not shift:
        return replace(found, is_vague=True)
    is_working = (
        found is not None and unit == "week" and re.search(r"\b(?:working|business|work)\b", match.group(), re.I)
    )
    if found and is_working:
        return replace(found, readings=(Stretch(found.low, found.high - timedelta(days=2)),))
    return found


def _present(match: re.Match[str], today: Today) -> Moment | None:
    found = makers.shifted((match["u"] or match["u2"]).lower(), 0, today)
    return replace(found, is_vague=True) if found else None


def _end_of_day(match: re.Match[str], today: Today) -> Moment | None:
    last = makers.whole_day(today.day).high - timedelta(seconds=1)
    return Moment(0, 0, "instant", (Stretch(last, last),))


def _edge(match: re.Match[str], today: Today) -> Moment | None:
    which, unit = match["which"].lower(), match["u"].lower().rstrip("s")
    place = -1 if which == "last" else _number(which)
    return Moment(0, 0, "number", grain=f"edge:{unit}", number=place, count=_number(match["n"] or "1"))


def _weekday_of_month(match: re.Match[str], today: Today) -> Moment | None:
    which, weekday = match["which"].lower(), match["w"].lower()[:3]
    return Moment(0, 0, "number", grain=f"edge:{weekday}", number=-1 if which == "last" else _number(which))


def _tens(match: re.Match[str], today: Today) -> Moment | None:
    first = 1900 + int(match["t"]) * 10
    return Moment(0, 0, "period", (Stretch(makers.new_year(first), makers.new_year(first + 10)),), "decade")


def _weekday_of(match: re.Match[str], today: Today) -> Moment | None:
    return Moment(0, 0, "recurring", every=Recurrence(weekday=_WEEKDAYS[match["w"].lower()[:3]] + 1))


def _after_next(match: re.Match[str], today: Today) -> Moment | None:
    return makers.shifted(match["u"].lower(), 2 if "next" in match["way"].lower() else -2, today)


def _window(match: re.Match[str], today: Today) -> Moment | None:
    groups = match.groupdict()
    shift = (groups["s"] or groups.get("s2") or "").lower()
    number = _number(groups.get("n") or groups.get("n2") or "1")
    unit = groups["u"].lower().rstrip("s").replace("minute", "min").replace("min", "minute")
    return makers.window(number, unit, _SHIFTS[shift], today, is_business=bool(groups.get("b")))


def _day_word(match: re.Match[str], today: Today) -> Moment | None:
    word = match["w"].lower()
    if "after tomorrow" in word or "before yesterday" in word:
        step = 2 if "after" in word else -2
    else:
        step = 1 if word in ("tomorrow", "tmr", "tmrw", "the next day", "the following day") else 0
        step = -1 if word in ("yesterday", "the day before") else step
    found = makers.on_day(today.day + timedelta(days=step))
    is_vague = (
        word == "day" or word.startswith(("the next", "the following", "the day before")) and "yester" not in word
    )
    return replace(found, is_vague=is_vague) if found else None


def _now(match: re.Match[str], today: Today) -> Moment | None:
    return Moment(0, 0, "instant", (Stretch(today.now, today.now),), "now")


def _part_of_day(match: re.Match[str], today: Today) -> Moment | None:
    words = match["w"].lower().replace("tonight", "this night").replace("tonite", "this night").split()
    step = {"this": 0, "last": -1, "next": 1, "yesterday": -1, "tomorrow": 1}[words[0]]
    return hours_of(today.day + timedelta(days=step), words[1])


def _to_date(match: re.Match[str], today: Today) -> Moment | None:
    whole = makers.shifted(match["w"].lower(), 0, today)
    end = datetime.combine(today.day, time.min)
    return replace(whole, readings=(Stretch(whole.low, end),), grain="window") if whole else None


_MAKERS: dict[str, Maker] = {
    "day": _day,
    "slashed": _slashed,
    "day_of_month": _day_of_month,
    "weekday_and_day": _weekday_and_day,
    "weekday": _weekday,
    "month": _month,
    "bare_month": _bare_month,
    "year": _year,
    "week": _week,
    "quarter_or_half": _quarter_or_half,
    "quarter": _quarter,
    "decade": _decade,
    "edge": _edge,
    "weekday_of": _weekday_of,
    "weekday_of_month": _weekday_of_month,
    "tens": _tens,
    "shifted": _shifted,
    "present": _present,
    "end_of_day": _end_of_day,
    "after_next": _after_next,
    "window": _window,
    "day_word": _day_word,
    "now": _now,
    "part_of_day": _part_of_day,
    "to_date": _to_date,
}
