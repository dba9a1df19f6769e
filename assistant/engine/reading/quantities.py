"""Typed quantities of a message: money, shares, time spans, dates, counts and ratios."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from functools import cache

from assistant.engine.reading.amounts import find_amounts
from assistant.engine.reading.candidates import Candidate
from assistant.engine.reading.date_parts import DateFound
from assistant.engine.reading.dates import find_dates
from assistant.engine.reading.durations import find_durations
from assistant.engine.reading.lexicons import lexicon
from assistant.engine.reading.model import Quantity
from assistant.engine.reading.moments import find_moments
from assistant.engine.reading.numeral_parts import Number
from assistant.engine.reading.numerals import find_numbers
from assistant.engine.reading.ranges import join_ranges
from assistant.engine.reading.shares import find_ordinals, find_percents, find_ratios
from assistant.engine.reading.timeline import is_month_first, with_moments

_APPROXIMATE_BEFORE = re.compile(
    r"(?:大概|大约|约|差不多|将近|接近|左右|估计|估摸|around|about|approx(?:imately)?\.?|roughly|circa|ca\."
    r"|some|nearly|almost|say"
    r"|~|≈)\s?(?:是|有|of|the)?\s?$",
    re.I,
)


_APPROXIMATE_AFTER = re.compile(r"\s?(?:元|块)?\s?(?:左右|上下|出头|or so|ish\b|-ish\b|roughly|approximately)", re.I)


_MORE_BEFORE = re.compile(
    r"(?:超过|高于|大于|多于|不少于|不低于|至少|起码|\bover|\babove|more than|at least|exceed(?:s|ing)?|exceeds"
    r"|upwards of"
    r"|minimum of|>=?)\s?$",
    re.I,
)


_LESS_BEFORE = re.compile(
    r"(?:不到|低于|小于|少于|不超过|不足|至多|最多|\bunder|\bbelow|less than|at most|up to|not more than"
    r"|maximum of|\bmax|<=?)\s?$",
    re.I,
)


_MEANINGLESS = re.compile(
    r"\b(?:and|or|is|it's|its|about|around|roughly|maybe|the|a|then|ok|okay|yes|no|so|say|well|in|on|at|for|please)\b"
    r"|[\W_\u25a1]+|[的了吧呢啊哦嗯是和与及大概约左右就那好]+",
    re.I,
)


def find_quantities(text: str, today: date, masked: Sequence[tuple[int, int]] = ()) -> list[Candidate]:
    """Every quantity in normalised `text`; stretches in `masked` (names, identifiers) are not read."""
    return [item for item in find_all(text, today, masked) if item.kind != "recurring"]


def find_all(text: str, today: date, masked: Sequence[tuple[int, int]] = ()) -> list[Candidate]:
    """Every quantity, and what comes back ("every Monday"), which is no fact of a case but no date either."""
    text = _blank(text, [*masked, *(match.span() for match in _not_quantities().finditer(text))])
    taken: list[Candidate] = []
    plain_dates, numbers = find_dates(text, today), find_numbers(text)
    cut = [(hit.start, hit.end) for hit in plain_dates if any(item.start < hit.start < item.end for item in numbers)]
    if cut:  # "50万8月1日": the 8 belongs to the day
        numbers = find_numbers(_blank(text, cut))
    dates = [_from_date(hit) for hit in plain_dates]
    for candidates in (
        find_percents(text, numbers),
        find_ordinals(text),
        dates,
        _durations(text, numbers),
        find_ratios(text),
        find_amounts(text, numbers),
    ):
        taken.extend(new for new in candidates if all(new.end <= old.start or new.start >= old.end for old in taken))
    now = datetime.combine(today, time.min)
    moments = find_moments(text, now, numbers, plain_dates, month_first=is_month_first(text))
    taken = sorted(with_moments(text, taken, moments), key=lambda candidate: candidate.start)
    return [_qualified(text, candidate) for candidate in join_ranges(text, taken)]


def is_fragment(text: str, candidates: Sequence[Candidate]) -> bool:
    """Whether a message is nothing but quantities: "£10,000, 60 days", "90%吧"."""
    return bool(candidates) and not _MEANINGLESS.sub("", _blank(text, [(c.start, c.end) for c in candidates]))


def as_quantity(candidate: Candidate, span: tuple[int, int], message: str) -> Quantity:
    """The quantity with its place in the original message, its role still to come."""
    return Quantity(
        kind=candidate.kind,
        value=candidate.value,
        unit=candidate.unit,
        span=span,
        text=message[slice(*span)],
        low=candidate.low,
        high=candidate.high,
        alternatives=candidate.alternatives,
        explicit_currency=candidate.explicit_currency,
        approximate=candidate.is_approximate,
        modifier=candidate.modifier,
    )


@cache
def _not_quantities() -> re.Pattern[str]:
    return re.compile("|".join(lexicon("not_quantities")["patterns"]))


def _blank(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + "\u25a1" * (end - start) + text[end:]
    return text


def _from_date(hit: DateFound) -> Candidate:
    hints = {"ambiguous_date"} if hit.is_ambiguous else set()
    if hit.alternatives and not hit.is_ambiguous:
        hints.add("assumed_date")
    return Candidate(
        hit.start, hit.end, "date", hit.value, hit.grain, hit.low, hit.high, hit.alternatives,
        is_approximate=hit.is_approximate, hints=frozenset(hints),
    )  # fmt: skip


def _durations(text: str, numbers: Sequence[Number]) -> list[Candidate]:
    return [
        Candidate(
            hit.start, hit.end, "duration", hit.value, hit.unit, hit.low, hit.high, is_approximate=hit.is_approximate,
            hints=frozenset({"terms_form"} if hit.is_terms else set()),
        )
        for hit in find_durations(text, numbers)
    ]  # fmt: skip


def _qualified(text: str, candidate: Candidate) -> Candidate:
    before, after = text[max(0, candidate.start - 16) : candidate.start], text[candidate.end : candidate.end + 12]
    approximate = candidate.is_approximate or bool(
        _APPROXIMATE_BEFORE.search(before) or _APPROXIMATE_AFTER.match(after)
    )
    modifier = candidate.modifier
    if _LESS_BEFORE.search(before) or re.match(r"\s?(?:以下|以内|or less|or under|or below)", after):
        modifier = "less_than"
    elif _MORE_BEFORE.search(before) or re.match(r"\s?(?:以上|开外|plus\b|or more|\+)", after):
        modifier = "more_than"
    return replace(candidate, is_approximate=approximate, modifier=modifier)
