"""English numerals in words: ninety, half a million, two and a half thousand."""

import re
from collections.abc import Iterable, Sequence
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


_MULTIPLES = {
    "hundred": 100,
    "thousand": 10**3,
    "grand": 10**3,
    "million": 10**6,
    "mil": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}


_AS_MEANT = {
    "fourty": "forty",
    "ninty": "ninety",
    "hundreds": "hundred",
    "thousands": "thousand",
    "millions": "million",
    "quarters": "quarter",
}


def _either(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_FIRST = _either({*_ONES, *_TENS, *_MULTIPLES, "fourty", "ninty"} - {"grand", "mil"})
"""A grand total is no number, a hundred grand is."""


_WORD = _either({*_ONES, *_TENS, *_MULTIPLES, "fourty", "ninty"})


_LARGE = r"(?:hundred|thousand|grand|million|mil|billion)"


NUMBER_WORDS = re.compile(
    rf"(?<![a-z0-9])(?:(?:(?:a\s+)?(?:half|quarter)|three\s+quarters)\s+(?:(?:of\s+)?an?\s+)?{_LARGE}|(?:a"
    rf"|an)\s+(?:couple\s+of\s+|few\s+|half\s+)?"
    rf"(?:hundred|thousand|million|billion|dozen)(?:s)?|(?:a\s+)?(?:couple\s+of|few)\s+(?:grand|mil)"
    rf"|(?:a\s+)?couple(?:\s+of)?(?=\s+(?:days|weeks|months|years|quarters)\b(?!\s+(?:ago|back|later|from)))"
    rf"|(?:{_FIRST}))"
    rf"(?:(?:[\s-]+|\s+and\s+)(?:{_WORD})|(?:\s|-)odd(?=\s))*"
    rf"(?:\s+and\s+a\s+half(?:\s+(?:thousand|grand|million|mil|billion))?"
    rf"|\s+point(?:\s+(?:{_WORD}))+(?:\s+(?:thousand|million|billion))?)?(?![a-z]|'s\b)",
    re.I,
)


def number_in_words(match: re.Match[str]) -> Number | None:
    """The number of the words that belong together: of "nine and one" the nine."""
    pieces = list(re.finditer(r"[a-z]+", match.group().lower()))
    words = [_AS_MEANT.get(piece.group(), piece.group()) for piece in pieces]
    words = words[: _joined(words)]
    total, current, approximate, scale = Decimal(0), None, False, 1
    fraction: list[str] | None = None
    for index, word in enumerate(words):
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
            current = Decimal("0.75" if words[:index] == ["three"] else "0.25")
        elif word in ("couple", "few"):
            current, approximate = Decimal(2 if word == "couple" else 3), True
        elif word == "odd":
            approximate = True
        elif word == "point":
            fraction = []
        elif word == "dozen":
            current = (current or Decimal(1)) * 12
        elif fraction is not None and word in _ONES:
            fraction.append(str(_ONES[word]))
        elif index and word in _TENS and words[index - 1] in _ONES:
            current = (current or Decimal(0)) * 100 + _TENS[word]
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
    end = match.start() + pieces[len(words) - 1].end()
    return Number(match.start(), end, value, approximate, scale >= 1000, scale, is_word=True)


def _follows(before: str, word: str) -> bool:
    """Whether `word`, a numeral below a hundred, may stand after `before` in one number."""
    if before in _ONES:
        return 0 < _ONES[before] < 10 and word in _TENS
    return before not in _TENS or 0 < _ONES.get(word, 0) < 10


def _joined(words: Sequence[str]) -> int:
    """How many of the words are one number: units follow tens, and "and" follows a hundred or more.

    Spoken sums leave the hundred out: "one eighty" is 180.
    """
    for index, word in enumerate(words):
        before = words[index - 1] if index else ""
        if word == "point":
            return len(words)
        if word not in _ONES and word not in _TENS:
            continue
        if before == "and":
            if words[index - 2] not in _MULTIPLES:
                return index - 1
        elif not _follows(before, word):
            return index
    return len(words)
