"""The same question as people type it: typos, full-width characters, other case, no punctuation, traditional script.

Figures and identifiers keep their value, so the expectations of a case still hold.
"""

import random
import re
from collections.abc import Callable
from functools import cache
from typing import Any, Literal, get_args

from evals.case import Case

Noise = Literal["typos", "width", "case", "punctuation", "traditional"]
KINDS: tuple[Noise, ...] = get_args(Noise)

_WORD = re.compile(r"(?<![\w.])[a-z]{5,}(?![\w.])")
_MARKS = re.compile(r"(?<!\d)[,.;:!?]|[,;:!?](?!\d)|[\uff0c\u3002\uff1b\uff1a\uff01\uff1f\u3001\u201c\u201d\"]|[.]$")
_HOMOPHONES = {"赔": "陪", "账": "帐", "的": "得", "做": "作", "限": "现", "像": "象", "拖": "托", "订": "定"}


def noisy(case: Case, kind: Noise) -> Case:
    """The case with every message changed; the same case and kind always give the same text."""
    dice = random.Random(f"{case.id}/{kind}")  # noqa: S311 - repeatable, not secret
    turns = tuple(turn.model_copy(update={"say": change(turn.say, kind, dice)}) for turn in case.turns)
    return case.model_copy(update={"turns": turns})


def change(text: str, kind: Noise, dice: random.Random) -> str:
    """`text` with one kind of noise."""
    changes: dict[Noise, Callable[[], str]] = {
        "typos": lambda: _typos(text, dice),
        "width": lambda: _full_width(text),
        "case": lambda: dice.choice((str.lower, str.upper))(text) if text.isascii() else text.lower(),
        "punctuation": lambda: " ".join(_MARKS.sub(" ", text).split()),
        "traditional": lambda: _traditional().convert(text),
    }
    return changes[kind]()


def _typos(text: str, dice: random.Random) -> str:
    """About one Latin word in six loses, doubles or swaps a letter; about one Chinese homophone in three is swapped."""

    def word(match: re.Match[str]) -> str:
        letters = match.group()
        if dice.random() > 1 / 6:
            return letters
        at = dice.randrange(1, len(letters) - 2)
        swapped = letters[:at] + letters[at + 1] + letters[at] + letters[at + 2 :]
        return dice.choice((letters[:at] + letters[at + 1 :], letters[:at] + letters[at] + letters[at:], swapped))

    text = _WORD.sub(word, text)
    return "".join(_HOMOPHONES[char] if char in _HOMOPHONES and dice.random() < 1 / 3 else char for char in text)


def _full_width(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "0" <= char <= "9" or char in "%,.:()" else char for char in text)


@cache
def _traditional() -> Any:
    from opencc import OpenCC  # reads its dictionaries

    return OpenCC("s2t")
