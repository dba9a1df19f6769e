"""English numerals in words: ninety, half a million, two and a half thousand."""

import re
from decimal import Decimal

from assistant.engine.reading.numeral_parts import Number

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


NUMBER_WORDS = re.compile(
    rf"(?<![a-z0-9])(?:(?:half|quarter)\s+(?:(?:of\s+)?an?\s+)?(?:hundred|thousand|million|billion)|(?:a"
    rf"|an)\s+(?:couple\s+of\s+|few\s+|half\s+)?"
    rf"(?:hundred|thousand|million|billion|dozen)(?:s)?|(?:{_WORD}))"
    rf"(?:(?:[\s-]+|\s+and\s+)(?:{_WORD}))*(?:\s+and\s+a\s+half(?:\s+(?:thousand|million|billion))?"
    rf"|\s+point(?:\s+(?:{_WORD}))+(?:\s+(?:thousand|million|billion))?)?(?![a-z])",
    re.I,
)


def number_in_words(match: re.Match[str]) -> Number | None:
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
