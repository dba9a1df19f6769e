"""The search tokens of company names: what a database looks names up by before they are compared exactly.

The first letter of a token says what it is:

`k` a whole reduced name · `w` a word · `a` and `z` a word's beginning and end (a typing error spares one of them) ·
`i` the initials of three words or more · `p` two neighbouring syllables.

Pairs of syllables are stored where the kernel of a Chinese name has a part in them: its trade words tell too little.
"""

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise

from tools.buyers.chinese_names import cut_trades
from tools.buyers.latin_names import generic_words, reduced_word
from tools.buyers.model import CompanyName
from tools.buyers.places import place_of
from tools.buyers.scripts import pinyin, syllables, syllables_in
from tools.tables import table

TOKENS = 4
"""Raise it when names are reduced otherwise or get other tokens; a registry of an older number is indexed anew."""


def index_tokens(names: Iterable[CompanyName]) -> set[str]:
    """What a company is found by: few tokens, because every one is stored."""
    tokens: set[str] = set()
    for name in names:
        tokens.update(_chinese_tokens(name) if name.is_chinese else _latin_tokens(name.core.split()))
    return tokens


def query_tokens(name: CompanyName) -> set[str]:
    """What to look for: the stored tokens of the name, and those of its other spellings and of the other script."""
    if name.is_chinese:
        tokens = set(_chinese_tokens(name))
        for spelling in romanised(name):
            tokens.add("k" + _heard(spelling.replace(" ", "")))
            tokens.update(_word_tokens(spelling.split()))
    else:
        words = name.core.split()
        joined = ["".join(pair) for pair in pairwise(words)]
        tokens = {"k" + "".join(map(_heard, words)), "k" + _heard(name.compact), *_word_tokens([*words, *joined])}
        tokens.update("p" + _sound(one) + _sound(other) for one, other in syllables_in(tuple(words)))
        if len(words) >= 3:
            tokens.add("w" + _heard("".join(word[0] for word in words)))
        if len(words) == 1 and 3 <= len(name.compact) <= 6:
            tokens |= {"i" + name.compact, "i" + name.compact[:-1]}  # the last letter may stand for "company"
    for side in name.sides:
        tokens |= query_tokens(side)
    return {token for token in tokens if len(token) > 1}


@lru_cache(maxsize=4096)
def romanised(name: CompanyName) -> tuple[str, ...]:
    """A Chinese name in Latin words: pinyin, with and without its place, its trade words in English or not."""
    kernel = kernel_of(name.brand)
    before, _, after = name.brand.partition(kernel)
    words = [*_translated(before), pinyin(kernel), *_translated(after)]
    place = [pinyin(name.place)] if name.place else []
    brand = " ".join(words)
    spellings = (
        " ".join((*place, brand)),
        brand,
        " ".join((*place, pinyin(kernel), pinyin(before + after))).strip(),
        pinyin(name.compact),
        pinyin(name.brand),
    )
    return tuple(dict.fromkeys(spellings))


def kernel_of(brand: str) -> str:
    """What remains of a Chinese name without trade words, or all of it when nothing would."""
    return cut_trades(brand).rest or brand


def _chinese_tokens(name: CompanyName) -> list[str]:
    """The brand by its sound, and the pairs of syllables in which its kernel has a part."""
    sounds = list(map(_sound, syllables(name.core)))
    start, end = 0, len(sounds)
    brand = sounds[len(name.place) :]
    if len(sounds) == len(name.core):  # no run of letters or digits in it
        kernel = kernel_of(name.brand)
        place = name.brand.find(kernel)
        if place >= 0:
            start = max(0, len(name.place) + place - 1)
            end = len(name.place) + place + len(kernel) + 1
    return ["k" + _heard("".join(brand)), *["p" + one + other for one, other in pairwise(sounds[start:end])]]


def _latin_tokens(words: list[str]) -> list[str]:
    heard = [_heard(word) for word in words]
    tokens = ["k" + "".join(heard)]
    if len(words) >= 3:
        tokens.append("i" + "".join([word[0] for word in words]))
    for word, sound in zip(words, heard, strict=True):
        tokens.append("w" + sound)
        if len(sound) >= 5 and not _is_common(word):
            size = _half(len(sound))
            tokens += ("a" + sound[:size], "z" + sound[-size:])
    return tokens


def _is_common(word: str) -> bool:
    return word in generic_words() or bool(place_of(word))


def _word_tokens(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        sound = _heard(word)
        yield "w" + sound
        if len(sound) >= 4 and not _is_common(word):
            for size in {_half(len(sound) - 1), _half(len(sound) + 1)}:  # a letter more or less than is stored
                yield "a" + sound[:size]
                yield "z" + sound[-size:]


def _half(length: int) -> int:
    """Letters in the token of a word's beginning or end: no more than half, so that one mistake spares the other."""
    return max(3, min(5, length // 2))


@lru_cache(maxsize=65_536)
def _heard(word: str) -> str:
    """One spelling for letters that alphabets and ears confuse: Gasprom, Gazprom; Elektronik, Electronic."""
    for old, new in _SOUNDS_ALIKE:
        word = word.replace(old, new)
    return word.encode().translate(_LETTERS_ALIKE).decode()  # bytes: a third of the time of text


@lru_cache(maxsize=4096)
def _sound(syllable: str) -> str:
    """A pinyin syllable as it stands in a reduced name, where `ue` became `u`."""
    return syllable.replace("ue", "u")


@cache
def english_of_trades() -> dict[str, tuple[str, ...]]:
    """Chinese trade words, longest first, and their English words as names are reduced."""
    pairs: dict[str, str] = table("name_words")["zh_en"]
    return {word: tuple(map(reduced_word, pairs[word].split())) for word in sorted(pairs, key=len, reverse=True)}


@lru_cache(maxsize=4096)
def _translated(text: str) -> tuple[str, ...]:
    """Trade words in English, other characters in pinyin: 电子贸易 → electronics, trading."""
    words: list[str] = []
    while text:
        found = next((word for word in english_of_trades() if text.startswith(word)), text[0])
        words += english_of_trades().get(found) or (pinyin(found),)
        text = text[len(found) :]
    return tuple(words)


_SOUNDS_ALIKE = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("ph", "f"), ("kh", "h"), ("ck", "k"), ("x", "ks"))
_LETTERS_ALIKE = bytes.maketrans(b"cqzyjw", b"kksiiv")
