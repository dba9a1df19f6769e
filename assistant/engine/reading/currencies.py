"""Which words and signs name a currency."""

import re
from collections.abc import Iterable
from functools import cache

from assistant.engine.reading.lexicons import lexicon
from tools.tables import table


@cache
def code_by_form() -> dict[str, str]:
    """Lower-case written form to ISO 4217 code."""
    forms: dict[str, str] = {}
    for code, row in table("currencies")["currencies"].items():
        forms |= {form.lower(): code for form in (*row["zh"], *row["en"], *row["symbols"], code)}
    own = lexicon("currency_forms")
    for code, more in own["forms"].items():
        forms |= {form.lower(): code for form in (*more, code)}
    forms |= {form.lower(): code for form, code in own["capitals"].items()}
    forms |= {form: "CNY" if form[1:] == "rmb" else form[1:].upper() for form in scaled_forms()}
    return {form: code for form, code in forms.items() if form not in own["never"]["forms"]}


@cache
def scaled_forms() -> dict[str, int]:
    """MEUR and KUSD: a currency's code that counts in millions or thousands."""
    row = lexicon("currency_forms")["scaled"]
    return {f"{letter}{code}": scale for letter, scale in row["letters"].items() for code in row["codes"]}


def ambiguous_forms() -> frozenset[str]:
    """Signs that more than one currency uses; the code we give is the commonest meaning."""
    return frozenset({"$", "¥", "dollar", "dollars", "kr", "元", "块", "buck", "bucks"})


@cache
def before_amount() -> re.Pattern[str]:
    """Matches a currency that ends where an amount begins."""
    only_after = frozenset(lexicon("currency_forms")["never"]["before"])
    forms = _alternatives(code_by_form().keys() - only_after, glued=True)
    capitals = "|".join(lexicon("currency_forms")["capitals"])
    return re.compile(rf"(?:{forms})[\s:]*$|(?<![A-Za-z])(?-i:{capitals})$", re.I)


@cache
def after_amount() -> re.Pattern[str]:
    """Matches a currency that begins where an amount ends."""
    return re.compile(
        rf"\s?-?(?:of )?(?P<form>{_alternatives(code_by_form(), glued=False)})(?P<odd>整|钱(?!包))?", re.I
    )


@cache
def hundredths() -> re.Pattern[str]:
    """Matches the hundredth part of a unit of money: cents, pence, 美分."""
    return re.compile(rf"\s?-?(?:{'|'.join(lexicon('currency_forms')['parts']['hundredths'])})(?![a-z之])", re.I)


def _alternatives(forms: Iterable[str], *, glued: bool) -> str:
    return "|".join(_bounded(form, glued=glued) for form in sorted(forms, key=lambda form: (-len(form), form)))


def _bounded(form: str, *, glued: bool) -> str:
    escaped = re.escape(form)
    if form.endswith("$") and len(form) > 2:  # "US $" in capitals; "us $22k" is what they paid us
        escaped = rf"{escaped}|(?-i:{re.escape(form[:-1].strip().upper())}) \$"
        escaped = rf"(?<![a-z])(?:{escaped})"
    elif form[0].isascii() and form[0].isalpha():
        escaped = rf"(?<![a-z]){escaped}"
    if not glued and form[-1].isascii() and form[-1].isalpha():
        escaped = rf"{escaped}(?![a-z])"
    if form == "元":
        escaped += "(?!素|旦|月|件)"
    elif form in ("块", "欧", "刀", "圆"):
        escaped += "(?![地洲盟美式头形桌])"
    return escaped
