"""Ways in which people and papers write a company's name other than the register does."""

import random
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from tools.buyers.names import parse_name
from tools.buyers.scripts import has_chinese
from tools.tables import table

Noise = Callable[[random.Random, str], str]


class Noisy(NamedTuple):
    """A damaged name and the kind of damage."""

    text: str
    kind: str


def noisy(rng: random.Random, name: str) -> Noisy:
    """The name with one kind of noise, or in one case of four with two kinds."""
    kinds = CHINESE_NOISE if has_chinese(name) else LATIN_NOISE
    kind = rng.choice(list(kinds))
    text = kinds[kind](rng, name)
    if rng.random() < 0.25:
        second = rng.choice(list(_HARMLESS))
        return Noisy(_HARMLESS[second](rng, text), f"{kind}+{second}")
    return Noisy(text, kind)


def _full_width(_rng: random.Random, name: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" if c == " " else c for c in name)


def _without_form(_rng: random.Random, name: str) -> str:
    """The legal form at the end left out, as far as the list of endings below knows it."""
    for ending in _FORM_ENDINGS:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name[: -len(ending)].rstrip(" ,")
    return name


def _other_form(rng: random.Random, name: str) -> str:
    bare = _without_form(rng, name)
    if has_chinese(name):
        return bare + rng.choice(("有限公司", "有限责任公司", "公司"))
    return f"{bare} {rng.choice(('Ltd', 'Limited', 'Ltd.', 'Co., Ltd.', 'Inc.', 'LLC'))}"


def _typo(rng: random.Random, name: str) -> str:
    """One letter of the first word, not its first, dropped, doubled, swapped with its neighbour or replaced."""
    size = len(name.split()[0])
    place = rng.randrange(1, max(2, size - 1))
    letter = rng.choice("abcdefghijklmnoprstuvwyz")
    return rng.choice(
        (
            name[:place] + name[place + 1 :],
            name[:place] + name[place] + name[place:],
            name[:place] + name[place + 1 : place + 2] + name[place] + name[place + 2 :],
            name[:place] + letter + name[place + 1 :],
        )
    )


def _abbreviated(_rng: random.Random, name: str) -> str:
    for long, brief in _SHORT_WORDS:
        name = name.replace(long, brief)
    return name


def _punctuated(rng: random.Random, name: str) -> str:
    return rng.choice(
        (
            name.replace(" ", "-", 1),
            name.replace(".", ""),
            name.replace(" ", ", ", 1),
            f'"{name}"',
            name.replace(" ", "  "),
        )
    )


def _words_moved(_rng: random.Random, name: str) -> str:
    words = _without_form(_rng, name).split()
    return " ".join([*words[1:], words[0]])


def _glued(_rng: random.Random, name: str) -> str:
    return name.replace(" ", "", 1)


def _split_word(rng: random.Random, name: str) -> str:
    first = name.split()[0]
    if len(first) < 6:
        return name.replace(" ", "", 1)
    place = rng.randrange(3, len(first) - 2)
    return name[:place] + " " + name[place:]


def _scanned(rng: random.Random, name: str) -> str:
    """One character that a scanner confuses."""
    hits = [(old, new) for old, new in _SCANNED if old in name[1:]]
    if not hits:
        return name
    old, new = rng.choice(hits)
    return name[0] + name[1:].replace(old, new, 1)


def _accented(rng: random.Random, name: str) -> str:
    letters = {"a": "á", "e": "é", "o": "ö", "u": "ü", "i": "í", "c": "ç", "n": "ñ"}
    places = [i for i, c in enumerate(name.split()[0]) if c in letters]
    if not places:
        return name
    place = rng.choice(places)
    return name[:place] + letters[name[place]] + name[place + 1 :]


def _cyrillic(_rng: random.Random, name: str) -> str:
    """The words in Cyrillic letters, one by one, as a Russian paper would write a foreign name."""
    return "".join(_TO_CYRILLIC.get(c, c) for c in _without_form(_rng, name).lower())


def _cut_off(_rng: random.Random, name: str) -> str:
    """The last word before the legal form left out, as in a heading that was too narrow."""
    words = _without_form(_rng, name).split()
    return " ".join(words[:-1]) if len(words) > 2 else " ".join(words)


def _homophone(rng: random.Random, name: str) -> str:
    """One character of the brand written with another of the same sound."""
    from pypinyin import Style, lazy_pinyin  # loads a large dictionary

    place = len(parse_name(name).place)
    place += rng.randrange(2)
    sound = lazy_pinyin(name[place], style=Style.NORMAL)
    start = rng.randrange(0x4E00, 0x9000)
    for code in range(start, start + 0x1800):
        if chr(code) != name[place] and lazy_pinyin(chr(code), style=Style.NORMAL) == sound:
            return name[:place] + chr(code) + name[place + 1 :]
    return name


def _look_alike_character(rng: random.Random, name: str) -> str:
    """One character of the brand replaced by another, as a scanner does: the sound changes with it."""
    place = len(parse_name(name).place) + rng.randrange(2)
    return name[:place] + chr(ord(name[place]) + rng.choice((-2, -1, 1, 2))) + name[place + 1 :]


def _missing_character(rng: random.Random, name: str) -> str:
    """A character of the trade words left out."""
    bare = _without_form(rng, name)
    place = rng.randrange(len(parse_name(name).place) + 2, len(bare)) if len(bare) > 6 else len(bare) - 1
    return name[:place] + name[place + 1 :]


def _traditional(_rng: random.Random, name: str) -> str:
    return str(_converter().convert(name))


def _pinyin(_rng: random.Random, name: str) -> str:
    return _sounds(_without_form(_rng, name), "")


def _pinyin_words(_rng: random.Random, name: str) -> str:
    """As exporters write it: place, brand and trade each one word in pinyin, with Co., Ltd."""
    parsed = parse_name(name)
    words = [_sounds(part, "").capitalize() for part in (parsed.place, parsed.brand) if part]
    return " ".join([*words, "Co., Ltd."])


def _pinyin_syllables(_rng: random.Random, name: str) -> str:
    return _sounds(_without_form(_rng, name), " ").title()


def _pinyin_and_english(_rng: random.Random, name: str) -> str:
    """Place and brand in pinyin, the trade in English where the list of trades has a word for it."""
    parsed = parse_name(name)
    rest, english = parsed.brand, ""
    for row in table("demo_names")["trades"]:
        if rest.endswith(row["zh"]):
            rest, english = rest.removesuffix(row["zh"]), row["en"]
            break
    words = [_sounds(part, "").capitalize() for part in (parsed.place, rest) if part]
    return " ".join([*words, english, "Co., Ltd."]).replace("  ", " ")


def _without_place(_rng: random.Random, name: str) -> str:
    return name.removeprefix(parse_name(name).place)


def _bracketed_place(_rng: random.Random, name: str) -> str:
    size = len(parse_name(name).place)
    return f"{name[size : size + 2]}（{name[:size]}）{name[size + 2 :]}" if size else name


def _with_city_word(_rng: random.Random, name: str) -> str:
    size = len(parse_name(name).place)
    return f"{name[:size]}市{name[size:]}" if size else name


def _spaced(rng: random.Random, name: str) -> str:
    place = rng.randrange(2, 5)
    return name[:place] + " " + name[place:]


def _sounds(text: str, between: str) -> str:
    from pypinyin import Style, lazy_pinyin  # loads a large dictionary

    return between.join(lazy_pinyin(text, style=Style.NORMAL))


@cache
def _converter() -> Any:
    from opencc import OpenCC  # reads its dictionaries from disk

    return OpenCC("s2t")


_FORM_ENDINGS = (
    *("股份有限公司", "有限责任公司", "有限公司", " Co., Ltd.", " GmbH & Co. KG", " Sp. z o.o.", " S.A. de C.V."),
    *(" Private Limited", " Pvt. Ltd.", " Pte. Ltd.", " Pty Ltd", " Sdn. Bhd.", " Limited", " Ltd.", " Ltd", " GmbH"),
    *(
        " S.r.l.",
        " S.p.A.",
        " S.A.S.",
        " S.A.",
        " S.L.",
        " B.V.",
        " N.V.",
        " Inc.",
        " LLC",
        " AG",
        " AB",
        " A/S",
        " Oy",
    ),
    *(
        " ApS",
        " plc",
        " PLC",
        " Corp.",
        " Inc",
        " KG",
        " SA",
        " SAS",
        " SARL",
        " Lda.",
        " Ltda.",
        " A.Ş.",
        " JSC",
        " K.K.",
    ),
)
_SHORT_WORDS = (
    *(
        ("Machinery", "Mach."),
        ("Electronics", "Elec."),
        ("Chemicals", "Chem."),
        ("Trading", "Trdg."),
        ("Building", "Bldg."),
    ),
    *(("International", "Int'l"), ("Industries", "Ind."), ("Group", "Grp"), ("Holdings", "Hldgs"), ("Systems", "Sys.")),
    *(("Import Export", "Imp. & Exp."), ("Medical", "Med."), ("Technology", "Tech."), ("Foods", "Fds")),
)
_SCANNED = (
    *(("l", "1"), ("o", "0"), ("rn", "m"), ("m", "rn"), ("s", "5"), ("i", "l"), ("e", "c"), ("cl", "d"), ("d", "cl")),
    *(("h", "b"), ("u", "ii"), ("v", "y"), ("w", "vv"), ("B", "8"), ("I", "l")),
)
_TO_CYRILLIC = {
    **dict(zip("abvgdezijklmnoprstufhcy", "абвгдезижклмнопрстуфхки", strict=True)),
    **{"q": "к", "w": "в", "x": "кс"},
}
CHINESE_NOISE: dict[str, Noise] = {
    "without_form": _without_form,
    "other_form": _other_form,
    "without_place": _without_place,
    "bracketed_place": _bracketed_place,
    "with_city_word": _with_city_word,
    "traditional": _traditional,
    "pinyin": _pinyin,
    "pinyin_words": _pinyin_words,
    "pinyin_syllables": _pinyin_syllables,
    "pinyin_and_english_trade": _pinyin_and_english,
    "homophone": _homophone,
    "look_alike_character": _look_alike_character,
    "missing_character": _missing_character,
    "spaced": _spaced,
}
LATIN_NOISE: dict[str, Noise] = {
    "without_form": _without_form,
    "other_form": _other_form,
    "upper_case": lambda _rng, name: name.upper(),
    "lower_case": lambda _rng, name: name.lower(),
    "full_width": _full_width,
    "typo": _typo,
    "scanned": _scanned,
    "abbreviated": _abbreviated,
    "punctuated": _punctuated,
    "words_moved": _words_moved,
    "glued": _glued,
    "split_word": _split_word,
    "accented": _accented,
    "cyrillic": _cyrillic,
    "last_word_cut": _cut_off,
}
_HARMLESS: dict[str, Noise] = {
    "upper_case": lambda _rng, name: name.upper(),
    "full_width": _full_width,
    "without_form": _without_form,
}
