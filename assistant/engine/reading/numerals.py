"""Numbers as people write them: digits, 万 and 亿, words, k and m."""

import re
from dataclasses import dataclass
from decimal import Decimal

from assistant.engine.reading.currencies import before_amount

ARABIC = (
    r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d{1,3}(?:[ '\u00a0]\d{3})*[ '\u00a0](?:000|500)(?![\d,])"
    r"|\d+(?:\.\d+)?|\.\d+)"
)

_ZH_DIGITS = {
    c: i
    for i, cs in enumerate(("零〇", "一壹", "二两贰俩", "三叁仨", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for c in cs
}
_ZH_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_ZH_BIG = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
_ZH_UNITS = _ZH_SMALL | _ZH_BIG
_ZH_MORE = "多余来几"
_FORMAL = "壹贰叁肆伍陆柒捌玖拾佰仟俩仨"
_SUFFIXES = {
    "k": 10**3, "thousand": 10**3, "grand": 10**3, "hundred": 100, "m": 10**6, "mn": 10**6, "mm": 10**6, "mio": 10**6,
    "mil": 10**6, "mln": 10**6, "million": 10**6, "millions": 10**6, "b": 10**9, "bn": 10**9, "bln": 10**9, "tln": 10**12, "billion": 10**9,
    "billions": 10**9, "tn": 10**12, "trillion": 10**12, "lakh": 10**5, "lakhs": 10**5, "crore": 10**7, "crores": 10**7,
    "dozen": 12,
    "dozens": 12,
}  # fmt: skip
_SUFFIX = re.compile(
    r"(?:(?:k|mn|mm|mio|mil|mln|m|bn|b|tn)(?![a-z0-9²³/])| (?:k|bln|tln|mln|(?-i:M))(?![\w/])"
    r"|[ -]?(?:thousand|grand|hundred|mn|mio|mln|millions?|bn|billions?|trillion|lakhs?|crores?|dozens?)(?![a-z]))",
    re.I,
)
_LEADING = re.compile(ARABIC)
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

_ONES = {
    w: i
    for i, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    w: 10 * i for i, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_MULTIPLES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_WORD = "|".join(sorted({*_ONES, *_TENS, *_MULTIPLES, "fourty", "ninty"}, key=len, reverse=True))
_WORDS = re.compile(
    rf"(?<![a-z0-9])(?:(?:half|quarter)\s+(?:(?:of\s+)?an?\s+)?(?:hundred|thousand|million|billion)|(?:a"
    rf"|an)\s+(?:couple\s+of\s+|few\s+|half\s+)?"
    rf"(?:hundred|thousand|million|billion|dozen)(?:s)?|(?:{_WORD}))"
    rf"(?:(?:[\s-]+|\s+and\s+)(?:{_WORD}))*(?:\s+and\s+a\s+half(?:\s+(?:thousand|million|billion))?"
    rf"|\s+point(?:\s+(?:{_WORD}))+(?:\s+(?:thousand|million|billion))?)?(?![a-z])",
    re.I,
)


@dataclass(frozen=True)
class Number:
    """A number found in text; `has_scale` says that 万, k, million or the like was written."""

    start: int
    end: int
    value: Decimal
    is_approximate: bool = False
    has_scale: bool = False
    scale: int = 1
    low: Decimal | None = None
    high: Decimal | None = None
    is_word: bool = False


def find_numbers(text: str) -> list[Number]:
    """Every number in `text`, left to right, without overlaps."""
    words = {match.start(): match for match in _WORDS.finditer(text)}
    idioms = {place for match in _IDIOM.finditer(text) for place in range(*match.span())}
    found: list[Number] = []
    position = 0
    while position < len(text):
        number = None
        character = text[position]
        if position in idioms:
            pass
        elif position in words:
            number = _from_words(words[position])
        elif character.isdigit() or character in _ZH_DIGITS or character in _ZH_UNITS or character in "几数上.负-":
            number = _number_at(text, position)
        if number is None:
            position += 1
        else:
            found.append(number)
            position = number.end
    return _with_fractions(text, found)


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
    match = _WORDS.fullmatch(words.strip())
    number = _from_words(match) if match else None
    return number.value if number else None


def _number_at(text: str, start: int) -> Number | None:
    """The number that begins at `start`."""
    if text[start] in "负-":
        return _negative_at(text, start)
    if text[start].isascii() and start and text[start - 1].isalpha() and text[start - 1].isascii():
        is_currency = before_amount().search(text, max(0, start - 8), start)
        if not is_currency:
            return None  # part of an identifier
    if match := _SCIENTIFIC.match(text, start):
        return Number(start, match.end(), Decimal(match.group()))
    if match := _EUROPEAN.match(text, start):
        plain = match.group().replace(".", "").replace(",", ".")
        return _with_suffix(text, start, match.end(), Decimal(plain))
    if match := _LEADING.match(text, start):
        follows = text[match.end() : match.end() + 1]
        if not (follows and follows in _ZH_UNITS) and not re.match(rf" ?[{_ZH_MORE}]?[百千万亿]", text[match.end() :]):
            return _with_suffix(text, start, match.end(), _decimal(match.group()))
    return _zh_at(text, start)


def _negative_at(text: str, start: int) -> Number | None:
    if text[start] == "-" and start and not text[start - 1].isspace() and text[start - 1] not in "(=:,，":
        return None
    if start + 1 >= len(text) or not (
        text[start + 1].isdigit() or text[start + 1] in _ZH_DIGITS or text[start + 1] in _ZH_SMALL
    ):
        return None
    number = _number_at(text, start + 1)
    if number is None:
        return None
    return Number(start, number.end, -number.value, number.is_approximate, number.has_scale, number.scale)


def _with_suffix(text: str, start: int, end: int, value: Decimal) -> Number | None:
    if match := _SUFFIX.match(text, end):
        scale = _SUFFIXES[match.group().strip(" -").lower()]
        return Number(start, match.end(), value * scale, has_scale=True, scale=scale)
    if end < len(text) and text[end] in "多余" and text[end + 1 : end + 2] not in ("", " "):
        return Number(start, end + 1, value, is_approximate=True)
    return Number(start, end, value)


def _zh_at(text: str, start: int) -> Number | None:
    scan = _ZhScan(text, start)
    scan.run()
    number = scan.number()
    near = text[max(0, start - 1) : start] + text[start + 1 : start + 2]
    if number and number.end == start + 1 and text[start] in _FORMAL and not set(near) & set("又之分负"):
        return None  # 陆地, 收拾: formal digits alone are ordinary characters
    if (
        number
        and text[number.end : number.end + 1] == "打"
        and text[number.end + 1 : number.end + 2] not in ("折", "电", "开", "官")
    ):
        return Number(start, number.end + 1, number.value * 12)
    return number


class _ZhScan:
    """One pass over a Chinese numeral: `total` down to the last 万, `section` below it, `pending` not yet placed."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = self.position = start
        self.total = self.section = Decimal(0)
        self.pending: Decimal | None = None
        self.last_unit = 0
        self.biggest = 1
        self.after_zero = self.is_approximate = self.saw_digit = False
        self.spread: tuple[int, int] | None = None
        self.keeps_base = False

    def run(self) -> None:
        while self.position < len(self.text) and self._step():
            pass

    def number(self) -> Number | None:
        if self.position == self.start or not (self.saw_digit or self.total or self.section):
            return None
        value = self._value()
        low = high = None
        if self.spread:
            first, second = self.spread
            low, high = value, value * second / first
            value = low if self.keeps_base else (low + high) / 2
        return Number(
            self.start,
            self.position,
            value,
            self.is_approximate or low is not None,
            self.biggest >= 100,
            self.biggest,
            low,
            high,
        )

    def _value(self) -> Decimal:
        if self.pending is None:
            return self.total + self.section
        short = (
            self.last_unit >= 100 and not self.after_zero and self.pending < 10 and self.pending == int(self.pending)
        )
        # 三百五 is 350 and 一万二 is 12,000, but 三百零五 is 305
        return self.total + self.section + (self.pending * self.last_unit / 10 if short else self.pending)

    def _step(self) -> bool:
        character = self.text[self.position]
        if character.isdigit() and character.isascii() or character == ".":
            return self._arabic()
        if character in _ZH_DIGITS:
            return self._digits()
        if character in _ZH_SMALL:
            return self._small(_ZH_SMALL[character])
        if character in _ZH_BIG:
            return self._big(_ZH_BIG[character])
        if character in "几数上" and self._guess(character):
            return True
        if character in _ZH_MORE and self.position > self.start and self._more():
            return True
        if character == "点" and self.saw_digit:
            return self._fraction()
        return character == " " and self._bridged()

    def _arabic(self) -> bool:
        match = _LEADING.match(self.text, self.position)
        if self.pending is not None or match is None or (self.position > self.start and not self.last_unit):
            return False
        self.pending, self.position, self.saw_digit = _decimal(match.group()), match.end(), True
        return True

    def _digits(self) -> bool:
        if self.pending is not None:
            return False
        run = ""
        while self.position + len(run) < len(self.text) and self.text[self.position + len(run)] in _ZH_DIGITS:
            run += self.text[self.position + len(run)]
        digits = [_ZH_DIGITS[c] for c in run]
        follows = self.text[self.position + len(run) : self.position + len(run) + 1]
        if (
            len(digits) == 2
            and digits[0]
            and digits[1] > digits[0]
            and follows
            and follows in _ZH_UNITS | {"个": 0, "成": 0}
        ):
            self.spread, self.pending = (digits[0], digits[1]), Decimal(digits[0])
        elif digits[0] == 0 and self.last_unit and len(digits) > 1:
            self.after_zero, self.pending = True, Decimal(int("".join(map(str, digits))))
        elif digits == [0] and self.last_unit:
            self.after_zero = True
        else:
            self.pending = Decimal(int("".join(map(str, digits))))
        self.position += len(run)
        self.saw_digit = True
        return True

    def _small(self, unit: int) -> bool:
        if (
            self.pending is None
            and self.position > self.start
            and self.last_unit
            and self.last_unit < 10**4
            and not self.after_zero
        ):
            return False
        if self.pending is None and unit > 10 and self.position == self.start:
            follows = self.text[self.position + 1 : self.position + 2]
            if not (follows and follows in "万亿"):
                return False
        self.section += (Decimal(1) if self.pending is None else self.pending) * unit
        self.saw_digit, self.pending, self.last_unit, self.after_zero = True, None, unit, False
        self.biggest = max(self.biggest, unit)
        self.position += 1
        return True

    def _big(self, unit: int) -> bool:
        amount = self.section + (self.pending or 0)
        if not amount and not self.total:
            return False
        if amount and self.total and self.total < unit:
            self.total = (self.total + amount) * unit
        elif amount:
            self.total += amount * unit
        else:
            self.total *= unit
        self.section, self.pending, self.last_unit, self.after_zero = Decimal(0), None, unit, False
        self.biggest = max(self.biggest, unit if self.biggest in (1, 10, 100, 1000) else self.biggest * unit)
        self.position += 1
        return True

    def _guess(self, character: str) -> bool:
        """几十万, 数百万, 上千万: an order of magnitude, kept as a range."""
        follows = self.text[self.position + 1 : self.position + 2]
        if (
            self.position > self.start
            or not (follows and follows in "十百千万亿")
            or (character == "上" and follows == "亿")
        ):
            return False
        self.pending, self.is_approximate, self.saw_digit = Decimal(1), True, True
        if character in "几数":
            self.spread, self.pending = (2, 9), Decimal(2)
        self.position += 1
        return True

    def _more(self) -> bool:
        """两百来万, 一百多万, 十几万: the stated number, roughly."""
        character, follows = self.text[self.position], self.text[self.position + 1 : self.position + 2]
        if character == "来" and not (follows and follows in "万亿天个家元块"):
            return False
        if character == "几" and not self.after_zero:
            if self.last_unit != 10 or self.pending is not None:
                return False
            base = int(self.section)
            self.spread, self.keeps_base = (base, base + 9), True
        elif self.last_unit == 0 and self.pending is not None and follows not in ("万", "亿"):
            return False
        self.is_approximate = True
        self.position += 1
        return True

    def _fraction(self) -> bool:
        match = re.compile(r"[零〇一二两三四五六七八九0-9]+").match(self.text, self.position + 1)
        if match is None:
            return False
        digits = "".join(str(_ZH_DIGITS.get(c, c)) for c in match.group())
        if self.pending is not None and self.last_unit >= 100 and not self.after_zero and self.pending < 10:
            self.section, self.pending = self.section + self.pending * self.last_unit / 10, None  # 两千三点一
        self.pending = (self.pending or Decimal(0)) + self.section % 1 + Decimal(f"0.{digits}")
        self.after_zero = True  # a decimal part is never shorthand for the next unit
        self.position = match.end()
        return True

    def _bridged(self) -> bool:
        """One space between digits and 万: "500 万"."""
        follows = self.text[self.position + 1 : self.position + 2]
        if not follows or follows not in "百千万亿" or self.pending is None:
            return False
        self.position += 1
        return True


def _from_words(match: re.Match[str]) -> Number | None:
    words = re.findall(r"[a-z]+", match.group().lower())
    total, current, approximate, scale = Decimal(0), None, False, 1
    fraction: list[str] | None = None
    for index, word in enumerate(words):
        word = {
            "fourty": "forty",
            "ninty": "ninety",
            "hundreds": "hundred",
            "thousands": "thousand",
            "millions": "million",
        }.get(word, word)
        if word in ("a", "an"):
            current = current if current is not None else Decimal(1)
            if index and words[index - 1] == "and":
                current = current if current else Decimal(0)
        elif word == "half":
            after_and = index >= 2 and words[index - 2] == "and"
            current = (current or Decimal(0)) + Decimal("0.5") if after_and else Decimal("0.5")
            if after_and and total and current == Decimal("0.5") + 0:
                total, current = total + Decimal(scale) / 2, None
        elif word == "quarter":
            current = Decimal("0.25")
        elif word in ("couple", "few"):
            current, approximate = Decimal(2 if word == "couple" else 3), True
        elif word == "point":
            fraction = []
        elif word == "dozen":
            current = (current or Decimal(1)) * 12
        elif fraction is not None and word in _ONES:
            fraction.append(str(_ONES[word]))
        elif word in _ONES or word in _TENS:
            current = (current or Decimal(0)) + (_ONES.get(word) or _TENS.get(word) or 0)
        elif word in _MULTIPLES:
            if fraction is not None:
                current, fraction = (current or Decimal(0)) + Decimal("0." + "".join(fraction)), None
            multiple = _MULTIPLES[word]
            scale = max(scale, multiple)
            if multiple == 100:
                current = (current or Decimal(1)) * 100
            else:
                total, current = total + (current if current is not None else Decimal(1)) * multiple, None
    if fraction is not None:
        current = (current or Decimal(0)) + Decimal("0." + "".join(fraction))
    value = total + (current or Decimal(0))
    return Number(match.start(), match.end(), value, approximate, scale >= 1000, scale, is_word=True)


def _decimal(digits: str) -> Decimal:
    return Decimal(re.sub(r"[,' \u00a0]", "", digits))
