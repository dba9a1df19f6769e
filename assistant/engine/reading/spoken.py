"""A currency said apart from the amounts: "all in euros", 都是欧元, 不是欧元,是美元."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from assistant.engine.reading.currencies import code_by_form
from assistant.engine.reading.lexicons import lexicon, starts_and_ends_as_word
from assistant.engine.reading.model import Quantity
from tools.money import UNSTATED

_NOT = re.compile(
    r"(?:不是|并非|而不是|别用|不要|不用|非|\b(?:not|isn'?t|rather than|instead of)(?: in| the)?)\s?$", re.I
)
_OTHER_USE = re.compile(
    r"汇率|兑换|折算|外汇|保单(?:货币|币种)|exchange rate|convert|currency risk|policy currency|\bfx\b", re.I
)
"""The message is about currencies, or about the policy's own: no amount takes it."""
_SHORT = 40
"""A longer message without any amount is about something else than the currency of amounts."""
_PART_OF_WORD = re.compile(r"区|zone|\s?area|\s?(?:bond|loan|account)", re.I)


@dataclass(frozen=True)
class CurrencySpoken:
    """A currency with its place in the normalised text; `corrects` when it replaces another one."""

    start: int
    end: int
    code: str
    corrects: bool = False


def find_currencies(text: str, amounts: Sequence[tuple[int, int]]) -> CurrencySpoken | None:
    """The currency that the message names outside its amounts; the last one when another is taken back."""
    if _OTHER_USE.search(text) or (not amounts and len(text) > _SHORT):
        return None
    meant: list[CurrencySpoken] = []
    denied = False
    for match in _pattern().finditer(text):
        start, end = match.span()
        if any(start < last and first < end for first, last in amounts) or not _is_name(text, start, end):
            continue
        if _NOT.search(text[:start]):
            denied = True
        else:
            meant.append(CurrencySpoken(start, end, code_by_form()[match.group().lower()]))
    if not meant or (len({item.code for item in meant}) > 1 and not denied):
        return None
    return replace(meant[-1], corrects=denied)


def in_currency(quantities: tuple[Quantity, ...], spoken: CurrencySpoken | None) -> tuple[Quantity, ...]:
    """The amounts in the currency said once for all of them, unless one of them carries it already."""
    if spoken is None or any(item.kind == "money" and item.unit == spoken.code for item in quantities):
        return quantities
    return tuple(
        replace(item, unit=spoken.code, explicit_currency=True)
        if item.kind == "money" and (item.unit == UNSTATED or spoken.corrects or item.text[:1] in "$¥")
        else item
        for item in quantities
    )


def _is_name(text: str, start: int, end: int) -> bool:
    """Whether the stretch stands alone as a currency: codes in capitals unless they are everyday ones."""
    written = text[start:end]
    if not starts_and_ends_as_word(text.lower(), start, end) or _PART_OF_WORD.match(text, end):
        return False
    is_code = len(written) == 3 and written.isascii()
    return not is_code or written.isupper() or written.lower() in lexicon("currency_forms")["spoken"]["codes"]


@cache
def _pattern() -> re.Pattern[str]:
    never = frozenset(lexicon("currency_forms")["spoken"]["never"])
    forms = [
        form for form in code_by_form() if form not in never and len(form) >= 2 and form.replace(" ", "").isalpha()
    ]
    return re.compile("|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)), re.I)
