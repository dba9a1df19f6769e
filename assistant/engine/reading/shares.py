"""Percentages, fractions, multiples and ordinals."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.engine.reading.candidates import Candidate, from_number, numeral
from assistant.engine.reading.numeral_parts import ARABIC, Number
from assistant.engine.reading.numerals import en_value

_PERCENT_AFTER = re.compile(
    r"%|\s%(?!\d)|\s?(?:percent(?:age)?\b|percents\b|per ?cent\b|pct\b|个?百分点|个点(?!子))", re.I
)


_PERCENT_BEFORE = re.compile(r"(?<!\d)(?<!\d )%$")
"""%85, as Turkish has it."""


_INTEREST = re.compile(
    r"(?:年利?息|年利率) ?(?P<year>\d+(?:\.\d+)?|[一二三四五六七八九])厘"
    r"|月利?息 ?(?P<month>\d+(?:\.\d+)?|[一二三四五六七八九])分(?!之)"
    r"|日万(?P<daily>[一二三四五六七八九])(?![万千百十])"
)
"""年息8厘 is 8%, 月息1分 1%, 日万五 five in ten thousand; 月息1厘 differs from place to place and is left."""


_PERMILLE_AFTER = re.compile(r"\s?(?:‰|per mill?e\b|bps?\b|basis points?\b|个基点)", re.I)


_ZH_NUMERAL = rf"(?:{ARABIC}|(?:(?!一[天日年]|一个月)[零〇一二两三四五六七八九十百点])+)"
"""万分之三一天 is three per day."""


_PAIR = re.compile(r"([一二两三四五六七八九])([一二三四五六七八九])")
"""八五成 is 85%, 七八成 70 to 80%."""


_ZH_PERCENT = re.compile(
    rf"(?<![一二两三四五六七八九十\d百千万亿])(?P<base>[百佰千仟万萬]|百万|万万|千万)分之(?P<of>百(?![分万])"
    rf"|{_ZH_NUMERAL}(?P<k>k)?)"
    rf"(?P<to>(?:至|到|-|~){_ZH_NUMERAL})?"
    rf"|(?P<tenths>(?:\d+(?:\.\d+)?|[零一二两三四五六七八九十]+(?:点[零一二三四五六七八九]+)?|几|半))成"
    rf"(?P<half>半|[一二三四五六七八九\d](?![\d.一二三四五六七八九十百千万个家天年]))?(?![立为本员功交熟分果效长人])|(?P<pair>对半|一半|五五开"
    rf"|(?<=打)对折|半价)"
)


_NINE = "一二两三四五六七八九壹贰叁肆伍陆柒捌玖"


_TENTHS = re.compile(r"(?<![\w.])(?P<n>one|two|three|four|five|six|seven|eight|nine|[1-9])[ -]tenths?\b", re.I)


_BASES = {"百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "万万": 10**8}


_FRACTIONS = {
    "half of": (1, 2),
    "a half": (1, 2),
    "one third": (1, 3),
    "a third": (1, 3),
    "two third": (2, 3),
    "two thirds": (2, 3),
    "three quarters": (3, 4),
    "a quarter of": (1, 4),
    "a fifth": (1, 5),
    "one fifth": (1, 5),
    "two fifths": (2, 5),
    "three fifths": (3, 5),
    "four fifths": (4, 5),
}


_FRACTION = re.compile(
    r"(?P<b>[二三四五六七八九十]|\d{1,2})分之(?P<a>[一二两三四五六七八九]|\d{1,2})"
    rf"|(?<!and )\b(?P<en>{'|'.join(sorted(_FRACTIONS, key=len, reverse=True))})\b"
    r"(?! (?:of )?(?:an? )?(?:hundred|thousand|million|mil|billion|year|month|day|quarter)\b)",
    re.I,
)


_RATIO = re.compile(
    rf"(?P<n>{ARABIC}|[一二两三四五六七八九十百]+)\s?(?:倍|times (?=the|our|my|annual|premium)|[x×](?=\s?(?:the"
    rf"|保费|premium)))"
    rf"|(?<!\d)(?P<left>\d+(?:\.\d+)?)\s?[:：比]\s?(?P<right>\d+(?:\.\d+)?)(?!\d|:)",
    re.I,
)


_ORDINAL = re.compile(
    r"第(?P<zh>\d+|[一二三四五六七八九十百]+)(?P<noun>个|家|笔|张|条|种|项|份|批|位|次|期|名|类|点|章|款|步)?"
    r"|\b(?P<en>first|second|third"
    r"|fourth|fifth|last|\d{1,2}(?:st|nd|rd|th)) (?P<en_noun>one|buyer|customer|client|invoice|company|debtor"
    r"|claim|case|shipment|supplier)\b",
    re.I,
)


_ORDINAL_WORDS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}


def find_percents(text: str, numbers: Sequence[Number]) -> list[Candidate]:
    found = [*_shares_in_chinese(text), *_rates_in_chinese(text)]
    for number in numbers:
        if (before := _PERCENT_BEFORE.search(text, max(0, number.start - 3), number.start)) and number.value <= 100:
            found.append(replace(from_number(number, number.end, "percent", "%"), start=before.start()))
        if after := _PERCENT_AFTER.match(text, number.end):
            found.append(from_number(number, after.end(), "percent", "%"))
        elif after := _PERMILLE_AFTER.match(text, number.end):
            divisor = 10 if "‰" in after.group() or "mil" in after.group().lower() else 100
            found.append(replace(from_number(number, after.end(), "percent", "%"), value=number.value / divisor))
    for match in re.finditer(rf"(?P<n>\d \d|{ARABIC}|[{_NINE}]+(?:点[{_NINE}]+)?) ?折(?![旧腾线叠])", text):
        if (value := numeral(match["n"].replace(" ", ""))) is not None:
            found.append(Candidate(match.start(), match.end(), "percent", value * 10 if value < 10 else value, "%"))
    for match in _TENTHS.finditer(text):
        if (tenths := en_value(match["n"]) if match["n"].isalpha() else numeral(match["n"])) is not None:
            found.append(Candidate(match.start(), match.end(), "percent", tenths * 10, "%"))
    found.sort(key=lambda candidate: candidate.start - candidate.end)
    return found


def _shares_in_chinese(text: str) -> Iterator[Candidate]:
    for match in _ZH_PERCENT.finditer(text):
        low, high = _zh_percent(match)
        if low is not None:
            value = low if high is None else (low + high) / 2
            ends = (None, None) if high is None else (low, high)
            yield Candidate(match.start(), match.end(), "percent", value, "%", *ends)


def _rates_in_chinese(text: str) -> Iterator[Candidate]:
    for match in _INTEREST.finditer(text):
        written = numeral(match["year"] or match["month"] or match["daily"])
        if written is not None:
            share = written / 100 if match["daily"] else written
            yield Candidate(match.start(), match.end(), "percent", share, "%")


def _zh_percent(match: re.Match[str]) -> tuple[Decimal | None, Decimal | None]:
    """The share, or both ends of a range."""
    if match["pair"]:
        return Decimal(50), None
    if match["tenths"]:
        return _of_ten(match["tenths"], match["half"])
    share = Decimal(100) if match["of"] == "百" else numeral(match["of"].removesuffix("k"))
    high = numeral(match["to"][1:]) if match["to"] else None
    if share is None:
        return None, None
    parts = Decimal(100) / _BASES[match["base"]]
    return share * (1000 if match["k"] else 1) * parts, None if high is None else high * parts


def _of_ten(tenths: str, half: str | None) -> tuple[Decimal | None, Decimal | None]:
    if pair := _PAIR.fullmatch(tenths):
        first, second = numeral(pair[1]) or Decimal(0), numeral(pair[2]) or Decimal(0)
        return (first * 10, second * 10) if second > first else (first * 10 + second, None)
    share = Decimal("0.5") if tenths == "半" else numeral(tenths)
    if share is None or share > 20:
        return None, None
    return share * 10 + (5 if half == "半" else (numeral(half) or 0) if half else 0), None


def find_ordinals(text: str) -> list[Candidate]:
    found = []
    for match in _ORDINAL.finditer(text):
        word = (match["en"] or "").lower()
        value = (
            numeral(match["zh"]) if match["zh"] else Decimal(_ORDINAL_WORDS.get(word) or int(re.sub(r"\D", "", word)))
        )
        if text[match.end() : match.end() + 2] != "季度" and text[match.end() : match.end() + 1] != "季":
            found.append(Candidate(match.start(), match.end(), "number", value, "ordinal"))
    return found


def find_ratios(text: str) -> list[Candidate]:
    found = []
    for match in _RATIO.finditer(text):
        if match["n"]:
            value = numeral(match["n"])
        else:
            right = Decimal(match["right"])
            value = Decimal(match["left"]) / right if right else None
        if value is not None:
            found.append(Candidate(match.start(), match.end(), "ratio", value, "times"))
    for match in _FRACTION.finditer(text):
        if match["en"]:
            upper, lower = _FRACTIONS[match["en"].lower()]
            value = Decimal(upper) / Decimal(lower)
        else:
            bottom, top = numeral(match["b"]), numeral(match["a"])
            value = top / bottom if top is not None and bottom else None
        if value is not None:
            found.append(Candidate(match.start(), match.end(), "ratio", value, "share"))
    return found
