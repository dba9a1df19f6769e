"""Numbers as people write them: digits, 万 and 亿, words, k and m."""

import re
from decimal import Decimal

from assistant.engine.reading.currencies import before_amount
from assistant.engine.reading.numeral_parts import DIGITS, Number, decimal_of
from assistant.engine.reading.numerals_en import NUMBER_WORDS, number_in_words
from assistant.engine.reading.numerals_zh import ZH_DIGITS, ZH_MORE, ZH_SMALL, ZH_UNITS, zh_number_at

_SUFFIXES = {
    "k": 10**3, "thousand": 10**3, "grand": 10**3, "hundred": 100, "m": 10**6, "mn": 10**6, "mm": 10**6, "mio": 10**6,
    "mil": 10**6, "mln": 10**6, "million": 10**6, "millions": 10**6, "b": 10**9, "bn": 10**9, "bln": 10**9,
    "tln": 10**12, "billion": 10**9,
    "billions": 10**9, "tn": 10**12, "trillion": 10**12, "lakh": 10**5, "lakhs": 10**5, "crore": 10**7, "crores": 10**7,
    "dozen": 12,
    "dozens": 12,
}  # fmt: skip


_WAN = re.compile(r" ?w(?![a-z0-9])(?! ?(?:组件|灯|功率|瓦|电|光伏))", re.I)
"""120w is 120万 to people who type Chinese; elsewhere it is watts."""


_HAN = re.compile(r"[\u4e00-\u9fff]")


_SUFFIX = re.compile(
    r"(?:(?:k|mn|mm|mio|mil|mln|m|bn|b|tn)(?![a-z0-9²³/])| (?:k|bln|tln|mln|(?-i:M))(?![\w/])"
    r"|[ -]?(?:thousand|grand|hundred|mn|mio|mln|millions?|bn|billions?|trillion|lakhs?|crores?|dozens?)(?![a-z]))",
    re.I,
)


_POWER = re.compile(r"(?P<base>\d+(?:\.\d+)?)\^(?P<sign>[+-]{0,2})(?P<power>\d{1,3})(?![\d.])")
"""1.05^12: a power of a small number."""


_SLASHED = re.compile(r"[^\d/]?[1-9]\d?/[1-9]\d?[^\d/]?")


_IDIOM = re.compile(
    r"一(?:切|看|下|般|直|定|些|起|样|旦|律|致|共|边|点(?!\d|[一二三四五六七八九])|同|并|再|味|概|向|度|经|方面"
    r"|来|面)|万一|十(?:足|分(?!之))|四(?:川|处|周)"
    r"|(?:[统专单唯同])一|第[一二三四五六七八九十百]+|(?:星期|礼拜|周)[一二三四五六]|三(?:角|方)|五(?:金|台)"
    r"|千(?:万|方百计)(?=不|别|要|得|小)|两两|百(?:货|度|分点)"
)
"""Numerals that are part of ordinary words."""


_SCIENTIFIC = re.compile(r"\d+(?:\.\d+)?e[+-]?\d{1,2}(?![\w.])", re.I)


_EUROPEAN = re.compile(
    r"\d{1,3}(?:\.\d{3})+,\d{1,2}(?!\d)|\d{1,3}(?:\.\d{3}){2,}(?!\d)|\d+,\d{1,2}(?=\s?(?:mio|mn|mln|million|m\b"
    r"|bn|€|eur))",
    re.I,
)


_GLUED_TERM = re.compile(r"(?<![A-Za-z])(?:MEP|NOA|EEFL|AFL|NQL|DSO|limit|debt|cover|terms)$", re.I)
"""Terms that people write without a space before their value: MEP60."""


def find_numbers(text: str) -> list[Number]:
    """Every number in `text`, left to right, without overlaps."""
    words = {match.start(): match for match in NUMBER_WORDS.finditer(text)}
    idioms = {place for match in _IDIOM.finditer(text) for place in range(*match.span())}
    found: list[Number] = []
    position = 0
    while position < len(text):
        number = None
        character = text[position]
        if position in idioms or (character == "." and text[max(0, position - 2) : position] == ".."):
            pass
        elif position in words:
            number = number_in_words(words[position])
        elif character.isdigit() or character in ZH_DIGITS or character in ZH_UNITS or character in "几数上.负-":
            number = _number_at(text, position)
        if number is None:
            position = _past_digits(text, position) if character.isdigit() else position + 1
        else:
            found.append(number)
            position = number.end
    return _with_fractions(text, found)


def _past_digits(text: str, start: int) -> int:
    """The end of a run of digits that belongs to a name: "A380" has no 0 of its own."""
    while start < len(text) and text[start].isdigit():
        start += 1
    return start


def _with_fractions(text: str, numbers: list[Number]) -> list[Number]:
    """三分之二 and 五又三分之一 as one number each."""
    joined: list[Number] = []
    for number in numbers:
        last = joined[-1] if joined else None
        if (
            last
            and text[last.end : number.start] == "/"
            and _SLASHED.fullmatch(text, max(0, last.start - 1), number.end + 1)
        ):
            number = Number(last.start, number.end, last.value / number.value)
            joined.pop()
            if joined and text[joined[-1].end : number.start] == " " and joined[-1].value == int(joined[-1].value):
                number = Number(joined[-1].start, number.end, joined.pop().value + number.value)
        elif last and last.value and text[last.end : number.start] == "分之":
            number = Number(last.start, number.end, number.value / last.value)
            joined.pop()
            if joined and text[joined[-1].end : number.start] == "又":
                whole = joined.pop()
                part = number.value if whole.value >= 0 else -number.value
                number = Number(whole.start, number.end, whole.value + part)
        joined.append(number)
    return joined


def zh_value(numeral: str) -> Decimal | None:
    """Value of a Chinese or mixed numeral (三百五, 3万5千, 二〇二六), or None when it is not one."""
    number = _number_at(numeral, 0)
    return number.value if number is not None and number.end == len(numeral) else None


def en_value(words: str) -> Decimal | None:
    """Value of an English numeral in words (ninety, two and a half million), or None."""
    match = NUMBER_WORDS.fullmatch(words.strip())
    number = number_in_words(match) if match else None
    return number.value if number else None


def _number_at(text: str, start: int) -> Number | None:
    """The number that begins at `start`."""
    if text[start] in "负-":
        return _negative_at(text, start)
    if (
        text[start].isascii()
        and start
        and text[start - 1].isalpha()
        and text[start - 1].isascii()
        and not _GLUED_TERM.search(text[:start])
    ):
        is_currency = before_amount().search(text, max(0, start - 8), start)
        if not is_currency:
            return None  # part of an identifier
    if match := _SCIENTIFIC.match(text, start):
        return Number(start, match.end(), Decimal(match.group()))
    if match := _POWER.match(text, start):
        return _power(match)
    if match := _EUROPEAN.match(text, start):
        plain = match.group().replace(".", "").replace(",", ".")
        return _with_suffix(text, start, match.end(), Decimal(plain))
    if match := DIGITS.match(text, start):
        follows = text[match.end() : match.end() + 1]
        if not (follows and follows in ZH_UNITS) and not re.match(rf" ?[{ZH_MORE}]?[百千万亿]", text[match.end() :]):
            return _with_suffix(text, start, match.end(), decimal_of(match.group()))
    return zh_number_at(text, start)


def _power(match: re.Match[str]) -> Number | None:
    power = int(match["power"]) * (-1 if match["sign"].count("-") == 1 else 1)
    base = Decimal(match["base"])
    if not base or abs(power) > 200:
        return None
    return Number(match.start(), match.end(), base**power)


def _negative_at(text: str, start: int) -> Number | None:
    if text[start] == "-" and start and not text[start - 1].isspace() and text[start - 1] not in "(=:,，":
        return None
    if start + 1 >= len(text) or not (
        text[start + 1].isdigit() or text[start + 1] in ZH_DIGITS or text[start + 1] in ZH_SMALL
    ):
        return None
    number = _number_at(text, start + 1)
    if number is None:
        return None
    return Number(start, number.end, -number.value, number.is_approximate, number.has_scale, number.scale)


def _with_suffix(text: str, start: int, end: int, value: Decimal) -> Number | None:
    if (match := _WAN.match(text, end)) and _HAN.search(text):
        return Number(start, match.end(), value * 10**4, has_scale=True, scale=10**4)
    if match := _SUFFIX.match(text, end):
        scale = _SUFFIXES[match.group().strip(" -").lower()]
        return Number(start, match.end(), value * scale, has_scale=True, scale=scale)
    if end < len(text) and text[end] in "多余" and text[end + 1 : end + 2] not in ("", " "):
        return Number(start, end + 1, value, is_approximate=True)
    return Number(start, end, value)
