"""Writing systems: traditional to simplified characters, pinyin, other alphabets in plain Latin letters."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

from tools.tables import table

_KEPT = "乾"  # in names it is qián, as in 乾坤, and written so today; only in the sense of dry it became 干
_VOICED = "\u3099\u309a"  # marks of kana that change the consonant
_UMLAUTS = re.compile(r"([aou])e")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def has_chinese(text: str) -> bool:
    """Whether a Chinese character is in it."""
    return not text.isascii() and _HAN.search(text) is not None


def simplified(text: str) -> str:
    """Traditional characters replaced one by one; the same on both sides of every comparison."""
    return text.translate(_to_simplified())


def syllables(text: str) -> tuple[str, ...]:
    """Toneless pinyin, one entry for each Chinese character; a run of other characters is one entry.

    Places and trade words are read as a whole (厦门 → xia men); other characters by their usual sound.
    """
    sounds = _sounds()
    if _phrases().characters.isdisjoint(text):
        read = tuple([sounds.get(character, "") for character in text])
        if "" not in read:
            return read
    return tuple(_read(text))


@lru_cache(maxsize=16_384)
def pinyin(text: str) -> str:
    """Chinese characters as toneless pinyin without spaces; other characters as they are."""
    return "".join(syllables(text))


def latin(text: str) -> str:
    """Any alphabet in plain Latin letters without accents: Газпром → Gazprom, Müller → Muller, Ελλάς → Ellas."""
    if text.isascii():
        return text
    from anyascii import anyascii  # loads tables for the scripts it meets

    letters = (c for c in unicodedata.normalize("NFKD", text) if c in _VOICED or not unicodedata.combining(c))
    return anyascii(unicodedata.normalize("NFC", "".join(letters)))


def plain_vowels(word: str) -> str:
    """One spelling for umlauts: Müller, Mueller and Muller. Short words are left as they are."""
    has_any = len(word) >= 5 and ("ae" in word or "oe" in word or "ue" in word)
    return _UMLAUTS.sub(r"\1", word) if has_any else word


@lru_cache(maxsize=16_384)
def syllables_in(words: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Neighbouring pinyin syllables in all ways of cutting the words that are pinyin.

    `anning` → (an, ning); `xian` → (xi, an), although it may also be the one syllable xian.
    """
    pairs: dict[tuple[str, str], None] = {}
    before: list[str] = []
    for word in words:
        cuts = _cuts(word)
        if not cuts:
            continue
        pairs.update(dict.fromkeys((last, first) for last in before for first in cuts[0]))
        for start, firsts in cuts.items():
            pairs.update(dict.fromkeys((one, other) for one in firsts for other in cuts.get(start + len(one), ())))
        before = [one for start, firsts in cuts.items() for one in firsts if start + len(one) == len(word)]
    return tuple(pairs)


def _cuts(word: str) -> dict[int, list[str]]:
    """The syllables that start at each place of a word, on the ways that cut it without a rest."""
    known = _syllable_set()
    cuts: dict[int, list[str]] = {}
    open_ends = {len(word)}
    for start in range(len(word) - 1, -1, -1):
        ends = [end for end in range(start + 1, start + 7) if end in open_ends and word[start:end] in known]
        if ends:
            open_ends.add(start)
            cuts[start] = [word[start:end] for end in ends]
    if 0 not in cuts:
        return {}
    reached = {0}
    for start in sorted(cuts):
        if start in reached:
            reached.update(start + len(one) for one in cuts[start])
        else:
            del cuts[start]
    return cuts


def _read(text: str) -> Iterable[str]:
    sounds = _sounds()
    phrases = _phrases()
    for piece in phrases.pattern.split(text):
        if piece in phrases.sounds:
            yield from phrases.sounds[piece]
            continue
        other = ""
        for character in piece:
            sound = sounds.get(character)
            if sound is None:
                other += character
                continue
            if other:
                yield other
                other = ""
            yield sound
        if other:
            yield other


@cache
def _to_simplified() -> dict[int, str]:
    lines = resources.files("opencc").joinpath("dictionary/TSCharacters.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if "\t" in line)
    return {ord(old): new.split()[0] for old, new in pairs if len(old) == 1 and old not in _KEPT}


@cache
def _sounds() -> dict[str, str]:
    from pypinyin import pinyin_dict  # a large dictionary

    sounds = {
        chr(code): _toneless(readings.split(",")[0])
        for code, readings in pinyin_dict.pinyin_dict.items()
        if 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF
    }
    usual: dict[str, str] = table("name_words")["sounds"]
    return sounds | usual


class _Phrases(NamedTuple):
    sounds: dict[str, tuple[str, ...]]
    pattern: re.Pattern[str]
    characters: frozenset[str]
    """Every such word has one of them."""


@cache
def _phrases() -> _Phrases:
    """Places and trade words with characters that sound otherwise alone."""
    from pypinyin import Style, lazy_pinyin  # a large dictionary

    places = (place for province, cities in table("places")["provinces"].items() for place in (province, *cities))
    words = sorted({*places, *table("name_words")["generic"]["zh"]}, key=len, reverse=True)
    sounds = {word: tuple(s.replace("ü", "v") for s in lazy_pinyin(word, style=Style.NORMAL)) for word in words}
    alone = _sounds()
    odd = {word: read for word, read in sounds.items() if read != tuple(alone.get(c, c) for c in word)}
    changed = (
        character
        for word, read in odd.items()
        for character, sound in zip(word, read, strict=True)
        if alone[character] != sound
    )
    return _Phrases(odd, re.compile("(" + "|".join(odd) + ")"), frozenset(changed))


@cache
def _syllable_set() -> frozenset[str]:
    return frozenset(_sounds().values()) - {"n", "m", "ng", "hm", "hng", "e", "o"}


def _toneless(sound: str) -> str:
    decomposed = unicodedata.normalize("NFD", sound).replace("u\u0308", "v")
    return "".join(c for c in decomposed if not unicodedata.combining(c))
