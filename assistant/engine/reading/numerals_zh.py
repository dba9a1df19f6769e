"""Chinese numerals: 三百五, 3万5千, 一亿两千万, 十几万."""

import re
from decimal import Decimal

from assistant.engine.reading.numeral_parts import DIGITS, Number, decimal_of

ZH_DIGITS = {
    c: i
    for i, cs in enumerate(("零〇", "一壹", "二两贰俩", "三叁仨", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for c in cs
}


ZH_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}


_ZH_BIG = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}


ZH_UNITS = ZH_SMALL | _ZH_BIG


ZH_MORE = "多余来几"


_ANOTHER = re.compile(
    r" ?(?:%|‰|成(?![立为本员])|折|天|个?工作日|个?月(?!\d)|年|周|个?星期|[张笔家份批](?![欧美日港]))"
)
"""What follows a number that cannot be the tail of a sum."""


_SHORT = re.compile(r"(?<![老数])[百千][二三四五六七八九](?![十百千万亿分之年月日号个家天%成折倍])")
"""千三 is 1,300 to a trader, as 一千三 is."""


_FORMAL = "壹贰叁肆伍陆柒捌玖拾佰仟俩仨"


def zh_number_at(text: str, start: int) -> Number | None:
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
        if character in ZH_DIGITS:
            return self._digits()
        if character in ZH_SMALL:
            return self._small(ZH_SMALL[character])
        if character in _ZH_BIG:
            return self._big(_ZH_BIG[character])
        if character in "几数上" and self._guess(character):
            return True
        if character in ZH_MORE and self.position > self.start and self._more():
            return True
        if character == "点" and self.saw_digit:
            return self._fraction()
        return character == " " and self._bridged()

    def _arabic(self) -> bool:
        match = DIGITS.match(self.text, self.position)
        if self.pending is not None or match is None or (self.position > self.start and not self.last_unit):
            return False
        if self.last_unit and _ANOTHER.match(self.text, match.end()):
            return False  # 限额40万90%: the share is a number of its own
        self.pending, self.position, self.saw_digit = decimal_of(match.group()), match.end(), True
        return True

    def _digits(self) -> bool:
        if self.pending is not None:
            return False
        run = ""
        while self.position + len(run) < len(self.text) and self.text[self.position + len(run)] in ZH_DIGITS:
            run += self.text[self.position + len(run)]
        digits = [ZH_DIGITS[c] for c in run]
        follows = self.text[self.position + len(run) : self.position + len(run) + 1]
        if self.last_unit >= 10**4 and len(run) == 1 and _ANOTHER.match(self.text, self.position + len(run)):
            return False  # 额度20万九成
        if (
            len(digits) == 2
            and digits[0]
            and digits[1] > digits[0]
            and follows
            and follows in ZH_UNITS | {"个": 0, "成": 0}
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
            if not (follows and follows in "万亿") and not _SHORT.match(self.text, self.position):
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
        match = re.compile(r"[零〇一二三四五六七八九0-9]+").match(self.text, self.position + 1)
        if match is None:
            return False
        digits = "".join(str(ZH_DIGITS.get(c, c)) for c in match.group())
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
