"""Legal forms in company names: taken off, and reduced to the group they belong to."""

from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from tools.buyers.scripts import latin
from tools.tables import table

_LONG_FORM = 11
"""Letters from which a spelled-out legal form may hold a typing error."""
_WORDS_AT_MOST = 6


def without_chinese_form(text: str) -> tuple[str, str]:
    """The name without its legal form, and the form's group: 华丰电子股份有限公司 → 华丰电子, jsc."""
    for ending, group in _chinese_forms():
        if text.endswith(ending) and len(text) > len(ending):
            return text[: -len(ending)], group
    return text, ""


def without_form(words: list[str]) -> tuple[list[str], str]:
    """Drop legal forms from the end, then from the start, longest first; at least one word stays.

    A form inside the name, as in `quelmar gmbh deutschland`, is dropped where none stands at an edge.
    """
    found = ""
    while len(words) > 1 and (hit := _form_in(words, at_end=True)):
        words, found = words[: -hit.length], found or hit.form
    while len(words) > 1 and (hit := _form_in(words, at_end=False)):
        words, found = words[hit.length :], found or hit.form
    return (words, found) if found else _without_inner_form(words)


def split_at_form(words: list[str]) -> tuple[list[str], list[str]]:
    """The words up to the first legal form inside the name, and those after it: what a branch is called."""
    forms = _forms()
    for start in range(1, len(words)):
        for length in range(min(_WORDS_AT_MOST, len(words) - start), 0, -1):
            if tuple(words[start : start + length]) in forms.by_words and words[start] not in _ambiguous_inside():
                return words[: start + length], words[start + length :]
    return words, []


class _Forms(NamedTuple):
    by_words: dict[tuple[str, ...], str]
    last_words: frozenset[str]
    first_words: frozenset[str]
    long: dict[str, str]
    """Spelled-out forms that may hold a typing error, with their group."""
    long_openings: frozenset[str]
    leading: frozenset[str]


class _Hit(NamedTuple):
    length: int
    form: str


@cache
def _chinese_forms() -> tuple[tuple[str, str], ...]:
    return tuple((word, row["form"]) for row in table("legal_forms")["zh"] for word in row["words"])


@cache
def _forms() -> _Forms:
    data = table("legal_forms")
    by_words: dict[tuple[str, ...], str] = {}
    for row in data["latin"]:
        for word in row["words"]:
            words = tuple(latin(word).casefold().split())
            by_words[words] = row["form"]
            if len(words) == 1 and word.isascii() and 2 <= len(word) <= 4:
                by_words.setdefault(tuple(word), row["form"])  # S. A., G m b H
    long = {" ".join(w): form for w, form in by_words.items() if len(" ".join(w)) >= _LONG_FORM}
    return _Forms(
        by_words,
        frozenset(words[-1] for words in by_words),
        frozenset(words[0] for words in by_words),
        long,
        frozenset(whole[:3] for whole in long),
        frozenset(latin(word).casefold() for word in data["leading"]["words"]),
    )


def _form_in(words: list[str], *, at_end: bool) -> _Hit | None:
    forms = _forms()
    edge_known = words[-1] in forms.last_words if at_end else words[0] in forms.first_words
    for length in range(min(_WORDS_AT_MOST, len(words) - 1), 0, -1):
        part = words[-length:] if at_end else words[:length]
        form = forms.by_words.get(tuple(part)) if edge_known else None
        if form is None and part[0][:3] in forms.long_openings:
            form = _misspelled_form(" ".join(part))
        if form is not None and (at_end or _may_lead(part)):
            return _Hit(length, form)
    return None


def _may_lead(part: list[str]) -> bool:
    text = " ".join(part)
    return text in _forms().leading or len(text) >= _LONG_FORM


def _without_inner_form(words: list[str]) -> tuple[list[str], str]:
    for place in range(1, len(words) - 1):
        if words[place] in _inner():
            return [*words[:place], *words[place + 1 :]], _forms().by_words[(words[place],)]
    return words, ""


@cache
def _inner() -> frozenset[str]:
    return frozenset(table("legal_forms")["inner"]["words"])


@cache
def _ambiguous_inside() -> frozenset[str]:
    """Forms of two letters are too often words: `as`, `co`, `sa`."""
    return frozenset(words[0] for words in _forms().by_words if len(words[0]) <= 2)


@lru_cache(maxsize=4096)
def _misspelled_form(text: str) -> str | None:
    """A spelled-out form with a letter or two wrong: `aktiengeselschaft`, `joynt stock company`."""
    if len(text) < _LONG_FORM:
        return None
    likeness = {
        whole: OSA.normalized_similarity(whole, text) for whole in _forms().long if whole.count(" ") == text.count(" ")
    }
    if cut := next((whole for whole in likeness if whole.startswith(text)), ""):
        return _forms().long[cut]  # a heading that was too narrow
    best = max(likeness, key=likeness.__getitem__, default="")
    return _forms().long[best] if likeness and likeness[best] >= 0.88 else None
