"""Chinese numerals: 三百五, 3万5千, 一亿两千万, 十几万."""

import re
from decimal import Decimal

from assistant.engine.reading.numeral_parts import DIGITS, Number, decimal_of
from assistant.engine.reading.numerals_zh_words import (
    ANOTHER,
    COUNTED_BIG,
    DOZEN,
    NEXT_SUM,
    NO_TAIL,
    ROUNDABOUT,
    SHORT,
    SPREAD_BEFORE,
    ZH_BIG,
    ZH_DIGITS,
    ZH_MORE,
    ZH_SMALL,
)

_FORMAL = "壹贰叁肆伍陆柒捌玖拾佰仟俩仨"


def zh_number_at(text: str, start: int) -> Number | None:
    scan = _ZhScan(text, start)
    scan.run()
    number = scan.number()
    near = text[max(0, start - 1) : start] + text[start + 1 : start + 2]
    is_counting = re.match(r"[俩仨]+[月礼星周年]", text[start : start + 3])
    if (
        number
        and number.end == start + 1
        and text[start] in _FORMAL
        and not (is_counting or set(near) & set("又之分负"))
    ):
        return None  # 陆地, 收拾: formal digits alone are ordinary characters
    if number and number.scale < 1000 and DOZEN.match(text, number.end):
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
        self.pair_at = -1
        """Where two neighbouring digits stand for a range: 七八百."""

    def run(self) -> None:
        while self.position < len(self.text) and self._step():
            pass

    def number(self) -> Number | None:
        if self.position == self.start or not (self.saw_digit or self.total or self.section):
            return None
        value = self._value()
        low = high = None
        if self.pair_at >= 0:
            low, high = self._without(self.pair_at + 1), self._without(self.pair_at)
            value = (low + high) / 2
        elif self.spread:
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

    def _without(self, place: int) -> Decimal:
        """The value of the numeral without one of its characters."""
        scan = _ZhScan(self.text[:place] + self.text[place + 1 : self.position], self.start)
        scan.run()
        return scan._value()

    def _is_spread(self, digits: list[int], follows: str) -> bool:
        """两三百, 十五六家, 三千二三: two digits of one place, not two of a row of digits."""
        if not 0 < digits[0] < digits[1]:
            return False
        if follows and follows in SPREAD_BEFORE:
            return True
        return digits[1] - digits[0] <= 2 and (self.last_unit == 10 or self.last_unit >= 100 and not self.after_zero)

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
        if character in ZH_BIG:
            return self._big(ZH_BIG[character])
        if character in "几数上" and self._guess(character):
            return True
        if character == "个":
            return self._counted()
        if character in ZH_MORE and self.position > self.start and self._more():
            return True
        if character == "点" and self.saw_digit:
            return self._fraction()
        return character == " " and self._bridged()

    def _arabic(self) -> bool:
        match = DIGITS.match(self.text, self.position)
        if self.pending is not None or match is None or (self.position > self.start and not self.last_unit):
            return False
        if self.last_unit and (ANOTHER.match(self.text, match.end()) or self._starts_anew()):
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
        if self.last_unit >= 10**4 and (
            (len(run) == 1 and ANOTHER.match(self.text, self.position + 1))  # 额度20万九成
            or NO_TAIL.match(self.text, self.position)
            or self._starts_anew()
        ):
            return False
        if len(digits) == 2 and self._is_spread(digits, follows):
            self.pair_at, self.pending = self.position, Decimal(digits[0])
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
        if self.pending is None and self.position > self.start and self.last_unit and not self.after_zero:
            below = self.last_unit < 10**4 or NO_TAIL.match(self.text, self.position) or self._starts_anew()
            if below:
                return False  # 三百一十万十个月
        if self.pending is None and unit > 10 and self.position == self.start:
            follows = self.text[self.position + 1 : self.position + 2]
            if not (follows and follows in "万亿") and not SHORT.match(self.text, self.position):
                return False
        self.section += (self.pending or Decimal(1)) * unit
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
            or (
                character == "上"
                and follows == "十"
                and self.text[self.position + 2 : self.position + 3] not in ("万", "亿")
            )
        ):
            return False
        self.pending, self.is_approximate, self.saw_digit = Decimal(1), True, True
        if character in "几数":
            self.spread, self.pending = (2, 9), Decimal(2)
        self.position += 1
        return True

    def _counted(self) -> bool:
        """两个亿, 个把月."""
        if self.position == self.start and (about := ROUNDABOUT.match(self.text, self.position)):
            self.pending, self.is_approximate, self.saw_digit = Decimal(1), True, True
            self.position = about.end()
            return True
        if self.pending is None and self.last_unit != 10 or not COUNTED_BIG.match(self.text, self.position):
            return False
        self.position += 1
        return True

    def _starts_anew(self) -> bool:
        """Whether a sum of the same order begins here: 40万55万."""
        following = NEXT_SUM.match(self.text, self.position)
        return following is not None and ZH_BIG[following["unit"]] == self.last_unit

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
