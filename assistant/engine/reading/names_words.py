"""Words and patterns around company names in Latin letters, from `data/company_names.toml` and the tools' tables."""

import re
from functools import cache

from assistant.engine.reading.lexicons import lexicon
from tools.tables import table

LETTER = r"A-Za-z\u00c0-\u024f\u1e00-\u1eff"
"""Latin letters, inside a class of characters."""


def english() -> dict[str, list[str]]:
    """The word lists for English sentences."""
    words: dict[str, list[str]] = lexicon("company_names")["en"]
    return words


@cache
def forms() -> re.Pattern[str]:
    """Legal forms, marks and words for a company that a name ends with, by group."""
    words = english()
    before, after = rf"(?<![{LETTER}0-9&'])", rf"(?![{LETTER}0-9]|-[{LETTER}])"
    return re.compile(
        rf"{before}(?:(?P<form>{_any_of(words['forms'])})|(?P<mark>{_any_of(words['marks'])})|(?P<kind>{_any_of(words['kinds'])}))"
        rf"{after}",
        re.I,
    )


@cache
def starts() -> re.Pattern[str]:
    """Names whose legal form stands first."""
    word = rf"[A-Z0-9\u00c0-\u00de][{LETTER}0-9&'.\-]*"
    return re.compile(rf"(?<![{LETTER}0-9])(?:{_any_of(english()['starts'])})\s+{word}(?:\s+(?:&\s+)?{word}){{0,5}}")


@cache
def capitalised() -> re.Pattern[str]:
    """Runs of capitalised words."""
    word = rf"(?:[A-Z\u00c0-\u00de][{LETTER}0-9&'.\-]*|\d[A-Z][{LETTER}]*)"
    joining = _any_of([word for word in english()["joining"] if word not in ("for", "i", "do", "al", "+")])
    return re.compile(rf"(?<![{LETTER}0-9'/.]){word}(?:\s+(?:(?:{joining})\s+){{0,2}}{word}){{0,6}}")


@cache
def small_words() -> re.Pattern[str]:
    """Runs of words in small letters."""
    word = r"[a-z\u00df-\u024f][a-z\u00df-\u024f&'.\-]+"
    return re.compile(rf"(?<![{LETTER}0-9]){word}(?: (?:& )?{word}){{0,4}}(?![{LETTER}0-9])")


@cache
def cues_before() -> re.Pattern[str]:
    """What a name follows."""
    weak = set(english()["weak"])
    strong = [cue for cue in english()["before"] if cue not in weak]
    return re.compile(rf"(?<![{LETTER}])(?P<strong>{_any_of(strong)})\s*$", re.I)


@cache
def leading_cue() -> re.Pattern[str]:
    """What a name follows at the start of a run of words."""
    strong = [
        cue
        for cue in english()["before"]
        if cue not in (*english()["weak"], "is", "if", "does", "about", "whether", "trust")
    ]
    return re.compile(rf"(?:[a-z]+ ){{0,3}}?(?:{_any_of(strong)})\s+")


@cache
def cues_apart() -> re.Pattern[str]:
    """What a name follows with other words between: a limit of 80,000 on."""
    pairs = (pair.split() for pair in english()["apart"])
    either = "|".join(rf"{one}\b[^.?!;]{{0,28}}\b{other}" for one, other in pairs)
    return re.compile(rf"\b(?:{either})\s+$", re.I)


@cache
def judged() -> re.Pattern[str]:
    """What is said of a company and of nothing else."""
    return re.compile(rf"\s*(?:{_any_of(english()['judged'])}|is \d+ days)\b", re.I)


@cache
def weak_cues() -> re.Pattern[str]:
    """What a name of several words may follow."""
    return re.compile(rf"(?<![{LETTER}])(?:{_any_of(english()['weak'])})\s+$", re.I)


@cache
def following() -> re.Pattern[str]:
    """What follows a name at the start of a sentence."""
    return re.compile(rf"(?:\s+(?:{_any_of(english()['following'])})|'s)\b", re.I)


@cache
def branch() -> re.Pattern[str]:
    """A branch after the name of its company."""
    return re.compile(rf",?\s+(?:[A-Z][{LETTER}]+\s+){{1,2}}(?i:{_any_of(english()['branches'])})\b")


@cache
def openings() -> frozenset[str]:
    """Words that open a sentence before a name."""
    return frozenset(english()["leading"]) | function_words()


@cache
def stops() -> frozenset[str]:
    """Words before a name in messages without capitals."""
    return frozenset(english()["leading"]) | frozenset(english()["stops"]) | function_words()


@cache
def function_words() -> frozenset[str]:
    """Words of the grammar."""
    return frozenset(lexicon("words")["language"]["en"])


@cache
def neutral_words() -> frozenset[str]:
    """Abbreviations of the trade."""
    return frozenset(lexicon("words")["language"]["neutral"])


@cache
def never_names() -> frozenset[str]:
    """Words that are no names."""
    return frozenset(english()["not_names"]) | frozenset(english()["leading"])


@cache
def trade_words() -> frozenset[str]:
    """Words of the trades in company names."""
    return frozenset(table("name_words")["generic"]["latin"])


@cache
def places() -> frozenset[str]:
    """Countries, cities and adjectives of both."""
    countries = {
        form.lower() for row in table("countries")["countries"].values() for form in (row["en"], *row.get("words", ()))
    }
    cities = {str(city).lower() for cities in table("places")["cities"].values() for city in cities}
    adjectives = {word for words in lexicon("entities")["nationality"].values() for word in words}
    return frozenset(countries | cities | set(table("places")["cities"]) | adjectives)


def _any_of(words: list[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))
