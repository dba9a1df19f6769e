"""Legal forms in company names: taken off, and reduced to the group they belong to."""

from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from tools.buyers.scripts import latin
from tools.tables import table

_LONG_FORM = 11
"""Letters from which a spelled-out legal form may hold a typing error."""
_OPENING = 2
"""Letters of a spelled-out form that are taken to be right."""


def without_chinese_form(text: str) -> tuple[str, str]:
    """The name without its legal forms, and the group of the first: 华丰电子厂股份有限公司 → 华丰电子, jsc."""
    found = ""
    while hit := next((row for row in _chinese_forms().get(text[-1], ()) if text.endswith(row.ending)), None):
        if len(text) == len(hit.ending):
            break
        text, found = text[: -len(hit.ending)], found or hit.form
    return text, found


def without_form(words: list[str]) -> tuple[list[str], str]:
    """Drop legal forms from the end, then from the start, longest first; at least one word stays.

    A form inside the name, as in `quelmar gmbh deutschland`, is dropped where none stands at an edge.
    """
    found = ""
    while len(words) > 1 and (hit := _form_at_end(words)):
        words, found = words[: -hit.length], found or hit.form
    while len(words) > 1 and (hit := _form_at_start(words)):
        words, found = words[hit.length :], found or hit.form
    return (words, found) if found else _without_inner_form(words)


def split_at_form(words: list[str]) -> tuple[list[str], list[str]]:
    """The words up to the first legal form inside the name, and those after it: what a branch is called."""
    forms = _forms()
    for start in range(1, len(words)):
        for length in range(min(forms.longest, len(words) - start), 0, -1):
            if tuple(words[start : start + length]) in forms.by_words and words[start] not in _ambiguous_inside():
                return words[: start + length], words[start + length :]
    return words, []


class _Forms(NamedTuple):
    by_words: dict[tuple[str, ...], str]
    longest: int
    """Words of the longest form."""
    lengths: dict[str, set[int]]
    """How many words the forms have that end in a word."""
    first_words: frozenset[str]
    long: dict[tuple[str, int], list[tuple[str, str]]]
    """Spelled-out forms with their group, by their opening letters and their number of words."""
    leading: frozenset[str]


class _Hit(NamedTuple):
    length: int
    form: str


class _Ending(NamedTuple):
    ending: str
    form: str


@cache
def _chinese_forms() -> dict[str, list[_Ending]]:
    """Forms by their last character, longest first where one contains another."""
    by_last: dict[str, list[_Ending]] = {}
    for row in table("legal_forms")["zh"]:
        for word in row["words"]:
            by_last.setdefault(word[-1], []).append(_Ending(word, row["form"]))
    return {last: sorted(endings, key=lambda row: -len(row.ending)) for last, endings in by_last.items()}


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
    lengths: dict[str, set[int]] = {}
    long: dict[tuple[str, int], list[tuple[str, str]]] = {}
    for words, form in by_words.items():
        lengths.setdefault(words[-1], set()).add(len(words))
        whole = " ".join(words)
        if len(whole) >= _LONG_FORM:
            long.setdefault((whole[:_OPENING], len(words)), []).append((whole, form))
    return _Forms(
        by_words,
        max(map(len, by_words)),
        lengths,
        frozenset(words[0] for words in by_words),
        long,
        frozenset(latin(word).casefold() for word in data["leading"]["words"]),
    )


def _form_at_end(words: list[str]) -> _Hit | None:
    forms = _forms()
    known = forms.lengths.get(words[-1], ())
    for length in range(min(forms.longest, len(words) - 1), 0, -1):
        form = forms.by_words.get(tuple(words[-length:])) if length in known else None
        if form is None and (words[-length][:_OPENING], length) in forms.long:
            form = _misspelled_form(tuple(words[-length:]))
        if form is not None:
            return _Hit(length, form)
    return None


def _form_at_start(words: list[str]) -> _Hit | None:
    forms = _forms()
    is_known, opening = words[0] in forms.first_words, words[0][:_OPENING]
    for length in range(min(forms.longest, len(words) - 1), 0, -1):
        may_be_long = (opening, length) in forms.long
        if not is_known and not may_be_long:
            continue
        part = tuple(words[:length])
        form = forms.by_words.get(part)
        if form is None and may_be_long:
            form = _misspelled_form(part)
        if form is not None and _may_lead(" ".join(part)):
            return _Hit(length, form)
    return None


def _may_lead(text: str) -> bool:
    return len(text) >= _LONG_FORM or text in _forms().leading


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
def _misspelled_form(part: tuple[str, ...]) -> str | None:
    """A spelled-out form with a letter or two wrong, or cut off: `aktiengeselschaft`, `joint stock compan`."""
    text = " ".join(part)
    if len(text) < _LONG_FORM:
        return None
    known = _forms().long.get((text[:_OPENING], len(part)), ())
    if cut := next((form for whole, form in known if whole.startswith(text)), None):
        return cut  # a heading that was too narrow
    alike = [(OSA.normalized_similarity(whole, text, score_cutoff=_ALIKE), form) for whole, form in known]
    best, form = max(alike, default=(0.0, ""))
    return form if best >= _ALIKE else None


_ALIKE = 0.88
"""Likeness from which a spelled-out form counts as misspelled."""
