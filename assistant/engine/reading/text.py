"""The message in one width and one script, with the way back to the original characters."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

from assistant.engine.reading.model import Span
from assistant.engine.reading.spelling import as_meant, corrections

_KEPT = frozenset("，。；：？！（）½¼¾⅓⅔…　")
_GROUPED = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))")
_NUMERAL = "零〇一二两三四五六七八九十百千万亿兆几余壹贰叁肆伍陆柒捌玖拾佰仟萬億幾點点兩餘負负"
_SPACED = re.compile(
    rf"(?<=[{_NUMERAL}分之又成])[ \t]+(?=[{_NUMERAL}分之又成折])|(?<=\d)[ \t]+(?=[百千万亿萬億余餘成折]"
    rf"|[个個]百|分 *之)"
    rf"|(?<=[百佰千萬万] )?(?<=之)[ \t]+(?=\d)|(?<=[百佰千万萬])[ \t]+(?=分 *之)|(?<=百)[ \t]+(?=分[点點])"
    rf"|(?<=分)[ \t]+(?=[点點之])"
    rf"|(?<=[个個])[ \t]+(?=百 *分)|(?<=\d分)[ \t]+(?=之)|(?<=又)[ \t]+(?=\d)"
)
"""Spaces inside one numeral ("两千 四 百", "百 分 之 5"): they are dropped."""
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
_SPELLINGS = {
    "−": "-",
    "–": "-",
    "—": "-",
    "～": "~",
    "〜": "~",
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "′": "'",
    "　": " ",
}


@dataclass(frozen=True)
class Text:
    """`plain` is what the grammar reads; `origin[i]` is where its i-th character stood in `message`."""

    message: str
    plain: str
    origin: tuple[int, ...]
    is_traditional: bool

    def span(self, start: int, end: int) -> Span:
        """The stretch of the original message that `plain[start:end]` came from."""
        return (self.origin[start], self.origin[end - 1] + 1) if end > start else (self.origin[start],) * 2


def normalise(message: str) -> Text:
    """Half-width, simplified text of a message; full-width digits grouped as １，２００ become 1,200."""
    characters: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(message):
        for piece in _folded(character):
            characters.append(piece)
            origin.append(index)
    text = "".join(characters)
    if gaps := {place for match in _SPACED.finditer(text) for place in range(*match.span())}:
        text = "".join(character for place, character in enumerate(text) if place not in gaps)
        origin = [where for place, where in enumerate(origin) if place not in gaps]
    if "，" in text and re.search(r"[０-９]", message):
        text = _GROUPED.sub(",", text)
    simplified = _simplified(text)
    plain, places = _spelled(as_meant(simplified), origin)
    return Text(message, plain, (*places, len(message)), simplified != text)


def _spelled(text: str, origin: list[int]) -> tuple[str, list[int]]:
    """The text with slips of the keyboard put right; the letters of a mended word point into the word as written."""
    pieces, places, at = [], [], 0
    for start, end, word in corrections(text):
        pieces += [text[at:start], word]
        places += origin[at:start] + [origin[min(start + place, end - 1)] for place in range(len(word) - 1)]
        places.append(origin[end - 1])
        at = end
    return "".join((*pieces, text[at:])), places + origin[at:]


def _folded(character: str) -> str:
    if character in _SPELLINGS:
        return _SPELLINGS[character]
    if character in _KEPT or character.isascii():
        return character
    if character in _INVISIBLE:
        return ""
    return unicodedata.normalize("NFKC", character)


def _simplified(text: str) -> str:
    if text.isascii():
        return text
    converted: str = _converter().convert(text)
    if len(converted) == len(text):
        return converted
    return "".join(one if len(one) == 1 else old for old in text for one in (_converter().convert(old),))


@cache
def _converter() -> Any:
    from opencc import OpenCC  # reads its dictionaries: only when there is Chinese to convert

    return OpenCC("t2s")
