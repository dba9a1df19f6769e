"""Numbers as people write them: digits, 万 and 亿, words, k and m."""

import re
from collections.abc import Iterator
from decimal import Decimal

from assistant.engine.reading.currencies import before_amount
from assistant.engine.reading.numeral_parts import DIGITS, Number, decimal_of
from assistant.engine.reading.numerals_en import NUMBER_WORDS, number_in_words
from assistant.engine.reading.numerals_zh import zh_number_at
from assistant.engine.reading.numerals_zh_words import ZH_DIGITS, ZH_MORE, ZH_SMALL, ZH_UNITS

_SUFFIXES = {
    "k": 10**3, "thousand": 10**3, "grand": 10**3, "hundred": 100, "m": 10**6, "mn": 10**6, "mm": 10**6, "mio": 10**6,
    "mil": 10**6, "mill": 10**6,
    "mln": 10**6, "million": 10**6, "millions": 10**6, "b": 10**9, "bn": 10**9, "bln": 10**9,
    "tln": 10**12, "billion": 10**9,
    "billions": 10**9, "tn": 10**12, "trillion": 10**12, "lakh": 10**5, "lakhs": 10**5, "crore": 10**7, "crores": 10**7,
    "dozen": 12,
    "dozens": 12,
}  # fmt: skip


_WAN = re.compile(
    r"个? ?(?P<thousand>k)?w(?P<tail>[1-9](?![\d.,%‰成天日月年号家个]))?(?![a-z0-9])(?! ?(?:组件"
    r"|灯|功率|瓦|电|光伏|机组|储能))",
    re.I,
)
"""120w is 120万 to people who type Chinese, 3kw 3千万 and 2w6 2万6; elsewhere it is watts."""


_ENGLISH = re.compile(r"[a-z]{4}", re.I)
_HAN = re.compile(r"[\u4e00-\u9fff]")


_SUFFIX = re.compile(
    r"(?:(?:k|mn|mm|mio|mil|mln|m|bn|b|tn)(?![a-z0-9²³])(?!/(?:s|h|min|sec)\b)| (?:k|bln|tln|mln|(?-i:M))(?![\w/])"
    r"|(?<=[.,]\d) m(?![\w/²³])"
    r"|(?<=[.,]\d\d) m(?![\w/²³])"  # 7,3 m; a whole number of m may be months
    r"|[ -]?(?:thousand|grand|hundred|mn|mio|mill?|mln|millions?"
    r"|bn|billions?|trillion|lakhs?|crores?|dozens?)(?![a-z]))",
    re.I,
)


_POWER = re.compile(r"(?P<base>\d+(?:\.\d+)?)\^(?P<sign>[+-]{0,2})(?P<power>\d{1,3})(?![\d.])")
"""1.05^12: a power of a small number."""


_SLASHED = re.compile(r"[^\d/]?[1-9]\d?/[1-9]\d?[^\d/]?")


_IDIOM = re.compile(
    r"一(?:块(?!钱|[\d零一二三四五六七八九])|切|看|下|般|直|定|些|起|样|旦|律|致|共|边|点(?!\d|[一二三四五六七八九])|同|并|再|味|概|向|度|经|方面"
    r"|来|面)|万一|十(?:足|分(?!之))|四(?:川|处|周)"
    r"|(?:[统专单唯同])一|第[一二三四五六七八九十百]+|(?:星期|礼拜|周)[一二三四五六]|三(?:角|方)|五(?:金|台)"
    r"|千(?:万|方百计)(?=不|别|要|得|小)|两两|陆陆续续|零(?:零|售|散|星|碎|食|部件)|统一|本周一|双十一|百(?:货|度|分点)"
)
"""Numerals that are part of ordinary words."""


_RUN = re.compile(r"\d+(?:[.,]\d+)*")


_RUN_TOGETHER = re.compile(r"\d{1,3}(?:,\d{3})+(?=,\d{3} ?(?:天|%|个月|days?\b))")
"""5,200,120天: the days are no thousandth part of the sum."""


_MAY_BE_NEGATIVE = re.compile(r"(?:利润?|净资产|权益|现金流|EBITDA|profit|equity|net worth)$", re.I)


_LARGE_AFTER = re.compile(rf" ?[{ZH_MORE}]?[百千万亿]|个[多几]?亿")


_MISREAD = re.compile(r"[OolI](?=[\dOolI.,万千%])")
"""1OO万: letters among the digits, which nobody should guess."""


_AMPLE = re.compile(r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?(?:k|m|mn|bn)\b", re.I)
"""Enough of a figure to take the R before it for rand: R2m, R640,000."""


_SCIENTIFIC = re.compile(r"\d+(?:\.\d+)?e[+-]?\d{1,2}(?![\w.])", re.I)


_EUROPEAN = re.compile(
    r"\d{1,3}(?:\.\d{3})+,\d{1,2}(?!\d)|\d{1,3}(?:\.\d{3}){2,}(?!\d)|\d+,\d{1,2}(?=\s?(?:mio|mn|mln|million|m\b"
    r"|bn|€|eur))|\d{1,3},\d(?=k\b)|0,\d{1,2}(?=\s?%)",
    re.I,
)


_SPACED = re.compile(r"\d{1,3}(?: \d{3})+(?![\d%]|[.,]\d| ?(?:days?|months?)\b)")
"""350 000 after a currency's code, where no list of figures is likely."""


_GLUED_TERM = re.compile(r"(?<![A-Za-z])(?:MEP|NOA|EEFL|AFL|NQL|DSO|LPR|limit|debt|cover|terms)$", re.I)
"""Terms that people write without a space before their value: MEP60."""


_GLUED_VALUE = re.compile(r"\d{1,3}(?:\.\d+)?(?:%|天|个月|个工作日| ?days?\b)")
"""WP150天: a value whose unit says that it is none of a name."""


def find_numbers(text: str) -> list[Number]:
    """Every number in `text`, left to right, without overlaps."""
    words = {number.start: number for number in _in_words(text)}
    idioms = {place for match in _IDIOM.finditer(text) for place in range(*match.span())}
    found: list[Number] = []
    position = 0
    while position < len(text):
        number = None
        character = text[position]
        if position in idioms or (character == "." and text[max(0, position - 2) : position] == ".."):
            pass
        elif position in words:
            number = words[position]
        elif character.isdigit() or character in ZH_DIGITS or character in ZH_UNITS or character in "几数上个.负-":
            number = _number_at(text, position)
        if number is None:
            position = _past_digits(text, position) if character.isdigit() else position + 1
        else:
            found.append(number)
            position = number.end
    return _with_fractions(text, found)


def _in_words(text: str) -> Iterator[Number]:
    position = 0
    while match := NUMBER_WORDS.search(text, position):
        number = number_in_words(match)
        if number:
            yield number
        position = number.end if number else match.end()


def _past_digits(text: str, start: int) -> int:
    """The end of a run of digits that belongs to a name: "A380" has no 0 of its own, "R1,200" no 200."""
    run = _RUN.match(text, start)
    return run.end() if run else start + 1


def _with_fractions(text: str, numbers: list[Number]) -> list[Number]:
    """三分之二 and 五又三分之一 as one number each."""
    joined: list[Number] = []
    for number in numbers:
        last = joined[-1] if joined else None
        if (
            last
            and text[last.end : number.start] == "/"
            and _SLASHED.fullmatch(text, max(0, last.start - 1), number.end + 1)
            and (last.value < number.value or last.value < 10)  # 90/10 is a split
            and not re.match(r" ?-?(?:days?\b|d\b|天|个月)", text[number.end :])  # 30/60 days: either
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
        and not _GLUED_VALUE.match(text, start)
    ):
        is_currency = before_amount().search(text, max(0, start - 8), start)
        if not is_currency or (is_currency.group() == "R" and not _AMPLE.match(text, start)):
            return None  # part of an identifier
    if match := _SCIENTIFIC.match(text, start):
        return Number(start, match.end(), Decimal(match.group()))
    if match := _POWER.match(text, start):
        return _power(match)
    if match := _EUROPEAN.match(text, start):
        plain = match.group().replace(".", "").replace(",", ".")
        return _with_suffix(text, start, match.end(), Decimal(plain))
    if (match := _SPACED.match(text, start)) and before_amount().search(text, max(0, start - 8), start):
        return _with_suffix(text, start, match.end(), decimal_of(match.group()))
    if match := _RUN_TOGETHER.match(text, start):
        return Number(start, match.end(), decimal_of(match.group()))
    if match := DIGITS.match(text, start):
        follows = text[match.end() : match.end() + 1]
        if _MISREAD.match(text, match.end()):
            return None
        if not (follows and follows in ZH_UNITS) and not _LARGE_AFTER.match(text, match.end()):
            return _with_suffix(text, start, match.end(), decimal_of(match.group()))
    return zh_number_at(text, start)


def _power(match: re.Match[str]) -> Number | None:
    power = int(match["power"]) * (-1 if match["sign"].count("-") == 1 else 1)
    base = Decimal(match["base"])
    if not base or abs(power) > 200:
        return None
    return Number(match.start(), match.end(), base**power)


def _negative_at(text: str, start: int) -> Number | None:
    is_apart = not start or text[start - 1].isspace() or text[start - 1] in "(=:,，"
    if text[start] == "-" and not is_apart and not _MAY_BE_NEGATIVE.search(text[:start]):
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
    if (match := _WAN.match(text, end)) and (_HAN.search(text) or not _ENGLISH.search(text)):
        scale = 10**7 if match["thousand"] else 10**4
        tail = int(match["tail"] or 0) * scale // 10
        return Number(start, match.end(), value * scale + tail, has_scale=True, scale=scale)
    if match := _SUFFIX.match(text, end):
        scale = _SUFFIXES[match.group().strip(" -").lower()]
        return Number(start, match.end(), value * scale, has_scale=True, scale=scale)
    if end < len(text) and text[end] in "多余" and text[end + 1 : end + 2] not in ("", " "):
        return Number(start, end + 1, value, is_approximate=True)
    return Number(start, end, value)
