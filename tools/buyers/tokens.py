"""The search tokens of company names: what a database looks names up by before they are compared exactly.

The first letter of a token says what it is:

`k` a whole reduced name · `w` a word · `a` and `z` a word's beginning and end (a typing error spares one of them) ·
`i` the initials of three words or more · `c` two neighbouring Chinese characters · `p` two neighbouring syllables.
"""

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise

from tools.buyers.names import CompanyName
from tools.buyers.scripts import latin, pinyin, syllables, syllables_in
from tools.tables import table

TOKENS = 2
"""Raise it when names are reduced otherwise or get other tokens; a registry of an older number is indexed anew."""


def index_tokens(names: Iterable[CompanyName]) -> set[str]:
    """What a company is found by: few tokens, because every one is stored."""
    tokens: set[str] = set()
    is_plain = True
    for name in names:
        words = name.core.split()
        is_plain = is_plain and all(map(str.isalnum, words))
        if name.is_chinese:
            tokens.update(_chinese_tokens(name))
            continue
        generic = generic_words()
        heard = [_heard(word) for word in words]
        tokens.add("k" + "".join(heard))
        for word, sound in zip(words, heard, strict=True):
            tokens.add("w" + sound)
            if len(sound) >= 5 and word not in generic:
                size = _half(len(sound))
                tokens.add("a" + sound[:size])
                tokens.add("z" + sound[-size:])
        if len(words) >= 3:
            tokens.add("i" + "".join(word[0] for word in words))
    return tokens if is_plain else {_plain(token) for token in tokens}


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
            tokens.add("i" + name.compact)
    return {_plain(token) for token in tokens if len(token) > 1}


@cache
def generic_words() -> frozenset[str]:
    """Latin words that many companies share."""
    return frozenset(table("legal_forms")["generic"]["latin"])


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


@lru_cache(maxsize=16_384)
def kernel_of(brand: str) -> str:
    """What remains of a Chinese name without trade words, or all of it when nothing would."""
    rest = brand
    for word in _generic_zh():
        if word in rest:
            rest = rest.replace(word, "")
    return rest or brand


def _chinese_tokens(name: CompanyName) -> list[str]:
    core, sounds = name.core, list(map(_sound, syllables(name.brand)))
    return [
        "k" + core,
        "k" + name.brand,
        "k" + _heard("".join(sounds)),
        *["c" + one + other for one, other in pairwise(core)],
        *["p" + one + other for one, other in pairwise(sounds)],
    ]


def _word_tokens(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        sound = _heard(word)
        yield "w" + sound
        if len(sound) >= 4 and word not in generic_words():
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
def _generic_zh() -> tuple[str, ...]:
    return tuple(sorted(table("legal_forms")["generic"]["zh"], key=len, reverse=True))


@cache
def _english_of_trades() -> tuple[tuple[str, str], ...]:
    pairs: dict[str, str] = table("legal_forms")["zh_en"]
    return tuple(sorted(pairs.items(), key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=4096)
def _translated(text: str) -> tuple[str, ...]:
    """Trade words in English, other characters in pinyin: 电子贸易 → electronics, trading."""
    words: list[str] = []
    while text:
        found = next((pair for pair in _english_of_trades() if text.startswith(pair[0])), None)
        size = len(found[0]) if found else 1
        words.append(found[1] if found else pinyin(text[0]))
        text = text[size:]
    return tuple(words)


def _plain(token: str) -> str:
    """Without a character at which a database would cut the token."""
    if token.isalnum():
        return token
    return "".join(c for c in latin(token) if c.isalnum()) or token[0]


_SOUNDS_ALIKE = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("ph", "f"), ("kh", "h"), ("ck", "k"), ("x", "ks"))
_LETTERS_ALIKE = bytes.maketrans(b"cqzyjw", b"kksiiv")
