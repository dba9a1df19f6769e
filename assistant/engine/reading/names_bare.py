"""Company names in Latin letters that have no legal form: what stands around them shows that they are names."""

import re
from collections.abc import Iterator

from assistant.engine.reading.names_chinese import (
    Name,
    ends_with_lead,
    ends_with_naming,
    starts_with_following,
    starts_with_judgement,
)
from assistant.engine.reading.names_opening import SENTENCE_START, is_all_capitals, is_own_name, without_opening
from assistant.engine.reading.names_words import (
    capitalised,
    cues_apart,
    cues_before,
    english,
    following,
    function_words,
    judged,
    leading_cue,
    neutral_words,
    never_names,
    places,
    small_words,
    stops,
    trade_words,
    weak_cues,
)
from assistant.engine.reading.spelling import is_known

_LIKELY, _PERHAPS, _HARDLY = 0.7, 0.6, 0.55
_BRAND = 6
"""Letters from which a capitalised word that is none of the language is taken for a brand."""
_NEAR = 80
"""Characters before a name that tell what it is."""
_ENDED = re.compile(r"(?<=[a-z]{3})\.\s")
_AFTER = re.compile(r"\s*(?:$|[?？!,，;；]|\.(?:\s|$)|-\s)")


def bare_names(text: str) -> Iterator[Name]:
    """Capitalised words where a name stands: after look up, before has stopped paying, between Chinese words."""
    for match in capitalised().finditer(text):
        start = match.start()
        end = _trimmed(text, start, start + len(_ENDED.split(match.group(), maxsplit=1)[0]))
        opened = without_opening(text, start)
        if opened is None or opened >= end:
            continue
        start = opened
        words = text[start:end].split()
        if not _may_be_name(words, text) or is_own_name(text[:start]):
            continue
        confidence = _confidence(text, start, end, words)
        if confidence:
            yield start, end, confidence
    yield from _small(text)
    yield from _small_trade(text)


def _confidence(text: str, start: int, end: int, words: list[str]) -> float:
    """How sure it is that capitalised words without a form are a name; 0 where nothing speaks for it."""
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    is_long = len(words) > 1
    if _is_han(before.rstrip(" :")[-1:]) or _is_han(after.lstrip()[:1]):
        return (_LIKELY if is_long else _PERHAPS) if _stands_in_chinese(before, after, words) else 0.0
    if is_all_capitals(text):
        return 0.0
    is_new = len(words[0]) >= _BRAND and words[0][1:].islower() and not is_known(words[0].lower())
    if cues_before().search(before) or (is_new and cues_apart().search(before)):
        return _LIKELY if is_long else _HARDLY
    if weak_cues().search(before):
        return _LIKELY if is_long else 0.0
    if SENTENCE_START.search(before) and is_long and (following().match(after) or _AFTER.match(after)):
        return _LIKELY
    is_heard = re.search(r"(?:^|heard |that )$", before, re.I)
    return _HARDLY if is_new and is_heard and judged().match(after) else 0.0


def _stands_in_chinese(before: str, after: str, words: list[str]) -> bool:
    is_telling = len(words) > 1 or (
        len(words[0]) >= _BRAND and words[0][1:].islower() and not is_known(words[0].lower())
    )
    before, after = before.rstrip(" :"), after.lstrip()
    if ends_with_naming(before) or starts_with_judgement(after):
        return True
    led = ends_with_lead(before)
    followed = starts_with_following(after) or not after[:1].isalnum()
    return led or followed if is_telling else led and followed


def _small_trade(text: str) -> Iterator[Name]:
    """Names in small letters that end with a trade, after words that announce one: look up hollowreed solar."""
    for match in small_words().finditer(text):
        at = match.start()
        while cue := leading_cue().match(text, at, match.end()):
            at = cue.end()
        words = text[at : match.end()].split()
        trade = next((place for place, word in enumerate(words) if word in trade_words()), 0)
        if not trade or at == match.start():
            continue
        while trade + 1 < len(words) and words[trade + 1] in trade_words() - stops():
            trade += 1
        brand = words[0]
        is_brand = len(brand) >= _BRAND and brand.isalpha() and brand not in places() | stops() and not is_known(brand)
        if is_brand and not any(word in stops() for word in words[: trade + 1]):
            yield at, at + len(" ".join(words[: trade + 1])), _HARDLY


def _small(text: str) -> Iterator[Name]:
    """Names in small letters between Chinese words: 查一下hollowreed solar."""
    if text.isascii():
        return
    for match in small_words().finditer(text):
        words = match.group().split()
        if any(word in function_words() or is_known(word) and word not in trade_words() for word in words):
            continue
        before = text[max(0, match.start() - _NEAR) : match.start()].rstrip(" :")
        after = text[match.end() : match.end() + _NEAR].lstrip()
        is_announced = ends_with_naming(before) and (len(words) > 1 or not before.endswith(("客户", "买方", "买家")))
        is_led = is_announced or starts_with_judgement(after)
        is_trade = len(words) > 1 and words[-1] in trade_words() and ends_with_lead(before)
        if (is_led or is_trade) and _may_be_name(words, text):
            yield match.start(), match.start() + len(match.group().rstrip(".,'")), _HARDLY


def _trimmed(text: str, start: int, end: int) -> int:
    """The end without closing punctuation and plain words."""
    words = list(re.finditer(r"\S+", text[start:end]))
    while words and words[-1].group().lower().strip(".,'") in (function_words() | never_names()):
        words.pop()
    if not words:
        return start
    end = start + words[-1].end()
    return end - (len(text[start:end]) - len(text[start:end].rstrip(".,'")))


def _may_be_name(words: list[str], text: str) -> bool:
    lows = [word.lower().strip(".,'") for word in words]
    if all(low in never_names() or low in function_words() or low in neutral_words() for low in lows):
        return False
    if lows[0] in function_words() or re.search(r"'(?:s|d|re|ll|ve|m)$|n't$", lows[0]):
        return False
    if all(
        low in places() | never_names() | trade_words() | frozenset(english()["joining"])
        or re.fullmatch(r"[A-Z]{2,3}", word)
        for low, word in zip(lows, words, strict=True)
    ):
        return False
    if all(re.fullmatch(r"[A-Z]{2,4}|and|&", word) for word in words) or any(
        re.search(r"\d{4}", word) for word in words
    ):
        return False
    is_code = len(words) == 1 and (len(lows[0]) < 3 or re.fullmatch(r"[A-Z]{2,4}|[\d.,]+[kKmM]?", words[0]))
    return not is_code and not (len(words) == 1 and lows[0] in places() | trade_words())


def _is_han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"
