"""Money and counts."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from assistant.engine.reading.candidates import Candidate, from_number, numeral
from assistant.engine.reading.currencies import (
    after_amount,
    ambiguous_forms,
    before_amount,
    code_by_form,
    hundredths,
    scaled_forms,
)
from assistant.engine.reading.numeral_parts import Number
from tools.money import UNSTATED

_COUNT_NOUN = re.compile(
    r"\s?(?:(?P<measure>个|家|位|名|张|笔|份|批|人|次|条|项|票|单|种|票货|台|件|箱|柜|吨|岁|套|期)(?P<zh>限额"
    r"|额度|买方|买家|客户|公司|发票|订单|合同|案子|案件"
    r"|信用限额|债务人|国家|国|市场)?"
    r"|(?P<en>(?:credit |open |unpaid |overdue |named |new |active |foreign |insured |different "
    r"|separate )*(?:limits?|buyers?|customers?|clients?|invoices?|companies|company|claims?|countries"
    r"|shipments?|orders?|employees|people|persons|staff|"
    r"instal?ments?|debtors?|accounts?|policies|documents?|units|containers|tons?|tonnes|sellers?|suppliers?|kg"
    r"|pages?|items?|questions?|things?|of (?:them|our|my|the|us)|cases|contracts|reminders?)\b))",
    re.I,
)


_DIGIT = r"[1-9一二两三四五六七八九]"


_SMALL_CHANGE = re.compile(
    rf"(?=.*?[角毛分]|(?<=块){_DIGIT}(?![0-9.]))(?:(?P<tenth>{_DIGIT})(?:角|毛|(?<=块.)(?![\d.万千百十个家天])))?"
    rf"(?:(?P<hundredth>{_DIGIT})分(?!之))?"
)


_PART_AFTER = re.compile(r"\s?(?:又|零|and)?\s?", re.I)


def find_amounts(text: str, numbers: Sequence[Number]) -> list[Candidate]:
    """Money and counts; a number with neither currency nor noun stays `bare`."""
    found: list[Candidate] = []
    for number in numbers:
        if found and number.start < found[-1].end:
            continue  # the 5 of 三块五 belongs to the amount before
        before = before_amount().search(text, max(found[-1].end if found else 0, number.start - 20), number.start)
        after = _after(text, number, before)
        if before or after:
            found.append(_with_part(text, _money(text, number, before, after), numbers))
        elif (noun := _COUNT_NOUN.match(text, number.end)) and not (
            number.scale >= 1000 and (noun["en"] or "").startswith(("of ", "limit", "claim"))
        ):
            found.append(
                from_number(number, number.end, "number", (noun["zh"] or noun["measure"] or noun["en"]).strip().lower())
            )
        elif not _is_word(text, number):
            kind: Literal["money", "number"] = "money" if number.has_scale and number.scale >= 1000 else "number"
            unit = UNSTATED if kind == "money" else ""
            found.append(
                replace(
                    from_number(number, number.end, kind, unit),
                    hints=frozenset({"bare"} if kind == "number" else set()),
                )
            )
    return found


def _after(text: str, number: Number, before: re.Match[str] | None) -> re.Match[str] | None:
    """The currency behind a number, unless it belongs to the next amount: €2k of €14k, £3k £7k."""
    after = after_amount().match(text, number.end)
    if after is None or not (figure := re.compile(r" ?\d").match(text, after.end())):
        return after
    is_sign_of_next = not after["form"][-1].isalnum() and len(figure.group()) == 1
    return None if before or is_sign_of_next or after.group().lstrip().startswith("of ") else after


_MINUS = re.compile(
    r"\b(?:worth|equity|profit|ebitda|cash flow) (?:(?:is|was|of|at) )?(?P<sign>minus|negative) $",
    re.I,
)


_SCALE_AFTER = re.compile(r"\s?(?:(?P<m>millions?|mn|mio|mln)|(?P<b>billions?|bn)|(?P<k>thousand))(?![a-z])", re.I)
"""75 USD million."""


def _money(text: str, number: Number, before: re.Match[str] | None, after: re.Match[str] | None) -> Candidate:
    start, end = number.start, number.end
    form = ""
    if after:
        end, form = after.end(), after["form"].lower()
    if before:
        sign = before.group().strip(" :").lower().replace(" $", "$")
        start = before.start()
        if not form or sign not in ("$", "¥") or code_by_form()[form] == "CNY":
            form = sign if not form or form in ambiguous_forms() else form
    has_change = after and number.scale < 10**4 and code_by_form()[form] in ("CNY", "HKD", "TWD", "USD")
    small = _SMALL_CHANGE.match(text, end) if has_change else None
    if small and (cents := _small_change(small)):
        end, number = small.end(), replace(number, value=number.value + cents)
    scale = scaled_forms().get(form, 1)
    if after and scale == number.scale == 1 and (late := _SCALE_AFTER.match(text, end)):
        end, scale = late.end(), 10**6 if late["m"] else 10**9 if late["b"] else 10**3
    number = _scaled(number, scale)
    if before and (minus := _MINUS.search(text, max(0, before.start() - 30), before.start())):
        start, number = minus.start("sign"), replace(number, value=-number.value)
    hints = {"ambiguous_currency"} if form in ("$", "¥", "dollar", "dollars") else set()
    return replace(
        from_number(number, end, "money", code_by_form()[form]),
        start=start,
        explicit_currency=True,
        hints=frozenset(hints),
    )


def _scaled(number: Number, scale: int) -> Number:
    low, high = (None if end is None else end * scale for end in (number.low, number.high))
    return replace(number, value=number.value * scale, low=low, high=high) if scale > 1 else number


def _with_part(text: str, whole: Candidate, numbers: Sequence[Number]) -> Candidate:
    """Thirteen dollars and forty-five cents, 两美元又三美分: the hundredths named after the amount are part of it."""
    part = next((number for number in numbers if number.start >= whole.end), None)
    if (
        part is None
        or not isinstance(whole.value, Decimal)
        or whole.value != int(whole.value)
        or not 0 < part.value < 100
    ):
        return whole
    unit = hundredths().match(text, part.end)
    if unit is None or not _PART_AFTER.fullmatch(text, whole.end, part.start):
        return whole
    return replace(whole, end=unit.end(), value=whole.value + part.value / 100)


def _small_change(match: re.Match[str]) -> Decimal:
    """三块五 is 3.5, 50元6角三分 is 50.63."""
    tenth, hundredth = (numeral(match[name]) if match[name] else None for name in ("tenth", "hundredth"))
    return (tenth or Decimal(0)) / 10 + (hundredth or Decimal(0)) / 100


_NOT_A_NUMBER = re.compile(r"[一二两三四五六七八九十百千万亿点]{1,2}|one|two|zero", re.I)


def _is_word(text: str, number: Number) -> bool:
    """A single numeral inside an ordinary word: 一下, 万一, 十分, 千万; "one" as a pronoun."""
    written = text[number.start : number.end]
    if not _NOT_A_NUMBER.fullmatch(written):
        return False
    if number.is_word:
        return True
    return len(written) == 1 or written in ("千万", "百万", "一一", "三五", "一二", "一点", "万一")
