"""Typed quantities of a message: money, shares, time spans, dates, counts and ratios."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from assistant.engine.reading.currencies import after_amount, ambiguous_forms, before_amount, code_by_form
from assistant.engine.reading.dates import DateFound, find_dates
from assistant.engine.reading.durations import find_durations
from assistant.engine.reading.model import Quantity, Value
from assistant.engine.reading.numerals import ARABIC, Number, find_numbers, zh_value
from tools.money import UNSTATED

_PERCENT_AFTER = re.compile(r"\s?(?:%|percent(?:age)?\b|percents\b|per ?cent\b|pct\b|个?百分点|个点(?!子))", re.I)
_PERMILLE_AFTER = re.compile(r"\s?(?:‰|per mill?e\b|bps?\b|basis points?\b|个基点)", re.I)
_ZH_NUMERAL = rf"(?:{ARABIC}|[零〇一二两三四五六七八九十百点]+)"
_ZH_PERCENT = re.compile(
    rf"(?<![一二两三四五六七八九十\d百千万亿])(?P<base>[百佰千仟万萬]|百万|万万|千万)分之(?P<of>百(?![分万])"
    rf"|{_ZH_NUMERAL}(?P<k>k)?)"
    rf"(?P<to>(?:至|到|-|~){_ZH_NUMERAL})?"
    rf"|(?P<tenths>(?:\d+(?:\.\d+)?|[零一二两三四五六七八九十]+(?:点[零一二三四五六七八九]+)?|几|半))成"
    rf"(?P<half>半|[一二三四五六七八九\d])?(?![立为本员功交熟分就果效长都人])|(?P<pair>对半|一半|五五开"
    rf"|(?<=打)对折|半价)"
)
_BASES = {"百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "万万": 10**8}
_FRACTION = re.compile(
    r"(?P<b>[二三四五六七八九十]|\d{1,2})分之(?P<a>[一二两三四五六七八九]|\d{1,2})|(?<!and )\b(?P<en>half of"
    r"|a half(?! (?:hundred"
    r"|thousand|million|billion|year|month|day|quarter))|two thirds?|one third|a third|three quarters|a quarter of)\b",
    re.I,
)
_RATIO = re.compile(
    rf"(?P<n>{ARABIC}|[一二两三四五六七八九十百]+)\s?(?:倍|times (?=the|our|my|annual|premium)|[x×](?=\s?(?:the"
    rf"|保费|premium)))"
    rf"|(?<!\d)(?P<left>\d+(?:\.\d+)?)\s?[:：比]\s?(?P<right>\d+(?:\.\d+)?)(?!\d|:)",
    re.I,
)
_ORDINAL = re.compile(
    r"第(?P<zh>\d+|[一二三四五六七八九十百]+)(?P<noun>个|家|笔|张|条|种|项|份|批|位|次|期|名|类|点|章|款|步)?"
    r"|\b(?P<en>first|second|third"
    r"|fourth|fifth|last|\d{1,2}(?:st|nd|rd|th)) (?P<en_noun>one|buyer|customer|client|invoice|company|debtor"
    r"|claim|case|shipment|supplier)\b",
    re.I,
)
_ORDINAL_WORDS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
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
_RANGE_JOIN = re.compile(r"\s?(?:-|~|至|到|to|and|与|和|或|or)\s?", re.I)
_BETWEEN = re.compile(r"(?:between|from|在|介于|从)\s?$", re.I)
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
_MASKED = re.compile(
    r"https?://\S+|\S+@\S+\.\w+|\bwt-\d{4}\S*|\b(?=[A-Z0-9-]*\d)[A-Z]{1,5}-\d[\w-]*|\b[A-Z]{2}\d{6,}\b"
    r"|\b[A-Z0-9]{18,20}\b"
    r"|(?i:\b(?:clause|section|article|endorsement|inv(?:oice)?\s?(?:no\.?|number|#)|no\.|company (?:no\.?"
    r"|number)|vat (?:no\.?|number)|number|phone|tel)\s?:?\s?#?[A-Z]{0,3}[\d.-]+)|(?:编号|发票号|单号|电话|注册号"
    r"|税号)[:：]?\s?[A-Z\d-]+|\b1[3-9]\d{9}\b|#\d+|\b[EGS]\d{1,2}\b"
    r"|(?i:(?:\binvoice|\binv|\bbuyer|\bcase|\bloss|\bclaim|\bshipment|发票|客户|买方|案件"
    r"|损失)\s?\d{1,2}\s?(?=[:：=]))"
    r"|\b\d{1,2}\.\d{1,2}\.\d{1,3}\b",
)


_DIGIT = r"[1-9一二两三四五六七八九]"
_SMALL_CHANGE = re.compile(
    rf"(?=.*?[角毛分]|(?<=块){_DIGIT}(?![0-9.]))(?:(?P<tenth>{_DIGIT})(?:角|毛|(?<=块.)(?![\d.万千百十个家天])))?"
    rf"(?:(?P<hundredth>{_DIGIT})分(?!之))?"
)


@dataclass(frozen=True)
class Candidate:
    """A quantity in coordinates of the normalised text, before roles are known."""

    start: int
    end: int
    kind: Literal["money", "percent", "duration", "date", "number", "ratio"]
    value: Value | None
    unit: str
    low: Value | None = None
    high: Value | None = None
    alternatives: tuple[Value, ...] = ()
    explicit_currency: bool = False
    is_approximate: bool = False
    modifier: Literal["more_than", "less_than"] | None = None
    hints: frozenset[str] = field(default_factory=frozenset)
    """Flags for the reading, and `bare`: a plain number whose kind its role decides."""

    @property
    def is_range_end(self) -> bool:
        return self.low is not None and self.high is not None and self.kind != "date"


def find_quantities(text: str, today: date, masked: Sequence[tuple[int, int]] = ()) -> list[Candidate]:
    """Every quantity in normalised `text`; stretches in `masked` (names, identifiers) are not read."""
    text = _blank(text, [*masked, *(match.span() for match in _MASKED.finditer(text))])
    taken: list[Candidate] = []
    dates = [_from_date(hit) for hit in find_dates(text, today)]
    numbers = find_numbers(text)
    for candidates in (
        _percents(text, numbers),
        _ordinals(text),
        dates,
        _durations(text, numbers),
        _ratios(text),
        _plain(text, numbers),
    ):
        taken.extend(new for new in candidates if all(new.end <= old.start or new.start >= old.end for old in taken))
    taken.sort(key=lambda candidate: candidate.start)
    return [_qualified(text, candidate) for candidate in _joined(text, taken)]


def as_quantity(
    candidate: Candidate, span: tuple[int, int], message: str, role: str | None, confidence: float
) -> Quantity:
    """The finished quantity with its place in the original message."""
    return Quantity(
        kind=candidate.kind,
        value=candidate.value,
        unit=candidate.unit,
        span=span,
        text=message[slice(*span)],
        low=candidate.low,
        high=candidate.high,
        alternatives=candidate.alternatives,
        role=role,
        role_confidence=confidence,
        explicit_currency=candidate.explicit_currency,
        approximate=candidate.is_approximate,
        modifier=candidate.modifier,
    )


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


def _percents(text: str, numbers: Sequence[Number]) -> list[Candidate]:
    found = []
    for match in _ZH_PERCENT.finditer(text):
        value = _zh_percent(match)
        if value is not None:
            high = _numeral(match["to"][1:]) if match["to"] else None
            found.append(
                Candidate(
                    match.start(),
                    match.end(),
                    "percent",
                    value if high is None else (value + high) / 2,
                    "%",
                    None if high is None else value,
                    high,
                )
            )
    for number in numbers:
        if after := _PERCENT_AFTER.match(text, number.end):
            found.append(_from_number(number, after.end(), "percent", "%"))
        elif after := _PERMILLE_AFTER.match(text, number.end):
            divisor = 10 if "‰" in after.group() or "mil" in after.group().lower() else 100
            found.append(replace(_from_number(number, after.end(), "percent", "%"), value=number.value / divisor))
    for match in re.finditer(
        rf"(?P<n>{ARABIC}|[一二两三四五六七八九]+(?:点[一二三四五六七八九]+)?)折(?![旧腾线叠])", text
    ):
        if (value := _numeral(match["n"])) is not None:
            found.append(Candidate(match.start(), match.end(), "percent", value * 10 if value < 10 else value, "%"))
    found.sort(key=lambda candidate: candidate.start - candidate.end)
    return found


def _zh_percent(match: re.Match[str]) -> Decimal | None:
    if match["pair"]:
        return Decimal(50)
    if match["tenths"]:
        tenths, half = Decimal("0.5") if match["tenths"] == "半" else _numeral(match["tenths"]), match["half"]
        if tenths is None or tenths > 20:
            return None
        return tenths * 10 + (5 if half == "半" else (_numeral(half) or 0) if half else 0)
    share = Decimal(100) if match["of"] == "百" else _numeral(match["of"].removesuffix("k"))
    return None if share is None else share * (1000 if match["k"] else 1) * 100 / _BASES[match["base"]]


def _ordinals(text: str) -> list[Candidate]:
    found = []
    for match in _ORDINAL.finditer(text):
        word = (match["en"] or "").lower()
        value = (
            _numeral(match["zh"]) if match["zh"] else Decimal(_ORDINAL_WORDS.get(word) or int(re.sub(r"\D", "", word)))
        )
        if text[match.end() : match.end() + 2] != "季度" and text[match.end() : match.end() + 1] != "季":
            found.append(Candidate(match.start(), match.end(), "number", value, "ordinal"))
    return found


def _durations(text: str, numbers: Sequence[Number]) -> list[Candidate]:
    return [
        Candidate(
            hit.start, hit.end, "duration", hit.value, hit.unit, hit.low, hit.high, is_approximate=hit.is_approximate,
            hints=frozenset({"terms_form"} if hit.is_terms else set()),
        )
        for hit in find_durations(text, numbers)
    ]  # fmt: skip


def _ratios(text: str) -> list[Candidate]:
    found = []
    for match in _RATIO.finditer(text):
        if match["n"]:
            value = _numeral(match["n"])
        else:
            right = Decimal(match["right"])
            value = Decimal(match["left"]) / right if right else None
        if value is not None:
            found.append(Candidate(match.start(), match.end(), "ratio", value, "times"))
    words = {
        "half of": (1, 2),
        "a half": (1, 2),
        "third": (1, 3),
        "two third": (2, 3),
        "three quarters": (3, 4),
        "a quarter of": (1, 4),
    }
    for match in _FRACTION.finditer(text):
        if match["en"]:
            name = match["en"].lower()
            upper, lower = next(
                pair for key, pair in sorted(words.items(), key=lambda item: -len(item[0])) if key in name
            )
            value = Decimal(upper) / Decimal(lower)
        else:
            bottom, top = _numeral(match["b"]), _numeral(match["a"])
            value = top / bottom if top is not None and bottom else None
        if value is not None:
            found.append(Candidate(match.start(), match.end(), "ratio", value, "share"))
    return found


def _plain(text: str, numbers: Sequence[Number]) -> list[Candidate]:
    """Money and counts; a number with neither currency nor noun stays `bare`."""
    found: list[Candidate] = []
    for number in numbers:
        if found and number.start < found[-1].end:
            continue  # the 5 of 三块五 belongs to the amount before
        before = before_amount().search(text, max(found[-1].end if found else 0, number.start - 20), number.start)
        after = after_amount().match(text, number.end)
        if before or after:
            found.append(_money(text, number, before, after))
        elif noun := _COUNT_NOUN.match(text, number.end):
            found.append(
                _from_number(
                    number, number.end, "number", (noun["zh"] or noun["measure"] or noun["en"]).strip().lower()
                )
            )
        elif not _is_word(text, number):
            kind: Literal["money", "number"] = "money" if number.has_scale and number.scale >= 1000 else "number"
            unit = UNSTATED if kind == "money" else ""
            found.append(
                replace(
                    _from_number(number, number.end, kind, unit),
                    hints=frozenset({"bare"} if kind == "number" else set()),
                )
            )
    return found


def _money(text: str, number: Number, before: re.Match[str] | None, after: re.Match[str] | None) -> Candidate:
    start, end = number.start, number.end
    form = ""
    if after:
        end, form = after.end(), after["form"].lower()
    if before:
        sign = before.group().strip(" :").lower()
        start = before.start()
        if not form or sign not in ("$", "¥") or code_by_form()[form] == "CNY":
            form = sign if not form or form in ambiguous_forms() else form
    small = _SMALL_CHANGE.match(text, end) if after and code_by_form()[form] in ("CNY", "HKD", "TWD", "USD") else None
    if small and (cents := _small_change(small)):
        end, number = small.end(), replace(number, value=number.value + cents)
    hints = {"ambiguous_currency"} if form in ("$", "¥", "dollar", "dollars") else set()
    return replace(
        _from_number(number, end, "money", code_by_form()[form]),
        start=start,
        explicit_currency=True,
        hints=frozenset(hints),
    )


def _small_change(match: re.Match[str]) -> Decimal:
    """三块五 is 3.5, 50元6角三分 is 50.63."""
    tenth, hundredth = (_numeral(match[name]) if match[name] else None for name in ("tenth", "hundredth"))
    return (tenth or Decimal(0)) / 10 + (hundredth or Decimal(0)) / 100


def _from_number(number: Number, end: int, kind: Literal["money", "percent", "number"], unit: str) -> Candidate:
    return Candidate(
        number.start, end, kind, number.value, unit, number.low, number.high, is_approximate=number.is_approximate
    )


_NOT_A_NUMBER = re.compile(r"[一二两三四五六七八九十百千万亿点]{1,2}|one|two|zero", re.I)


def _is_word(text: str, number: Number) -> bool:
    """A single numeral inside an ordinary word: 一下, 万一, 十分, 千万; "one" as a pronoun."""
    written = text[number.start : number.end]
    if not _NOT_A_NUMBER.fullmatch(written):
        return False
    if number.is_word:
        return True
    return len(written) == 1 or written in ("千万", "百万", "一一", "三五", "一二", "一点", "万一")


def _joined(text: str, candidates: list[Candidate]) -> list[Candidate]:
    """Ranges: two neighbours joined by a dash, "to" or 到 become one quantity with two ends."""
    joined: list[Candidate] = []
    for candidate in candidates:
        if joined and (merged := _range(text, joined[-1], candidate)):
            joined[-1] = merged
        else:
            joined.append(candidate)
    return joined


def _range(text: str, left: Candidate, right: Candidate) -> Candidate | None:
    link = text[left.end : right.start]
    match = _RANGE_JOIN.fullmatch(link)
    if match is None or left.is_range_end or right.is_range_end or left.kind == "ratio" or right.unit == "ordinal":
        return None
    word = link.strip().lower()
    if (
        word in ("and", "与", "和", "或", "or")
        and not (word == "and" and _BETWEEN.search(text[: left.start]))
        and not (word in ("与", "和") and _BETWEEN.search(text[: left.start]))
    ):
        return None
    if word == "to" and "bare" in left.hints and "bare" in right.hints and not _BETWEEN.search(text[: left.start]):
        return None
    return _range_of(text, left, right)


def _range_of(text: str, left: Candidate, right: Candidate) -> Candidate | None:
    low, high = left.value, right.value
    if left.kind == "date" or right.kind == "date":
        if not (isinstance(low, date) and isinstance(high, date)):
            return None
        if right.alternatives and right.unit == "day":  # the second date takes the year of the first
            high = next(
                (day for day in sorted((high, *right.alternatives)) if isinstance(day, date) and day >= low), high
            )
        if high < low:
            return None
        return Candidate(left.start, right.end, "date", low, "range", low, right.high or high)
    if not isinstance(low, Decimal) or not isinstance(high, Decimal):
        return None
    if "bare" in left.hints and right.kind == "duration":
        low *= 7 if re.search(r"周|星期|礼拜|weeks?|wks?", text[right.start : right.end], re.I) else 1
    if "bare" in left.hints and right.kind in ("money", "percent", "duration", "number"):
        plain = Decimal(_scale_of(text, right))
        low *= plain if right.kind == "money" and low < high and low * plain <= high * 10 else 1
    elif left.kind == "money" and right.kind == "money" and not left.explicit_currency and left.unit == UNSTATED:
        pass
    elif left.kind == "money" and left.explicit_currency and right.kind == "money" and right.unit == UNSTATED:
        right = replace(right, unit=left.unit, explicit_currency=True)
        low = low * _scale_of(text, right) if low < high / 1000 else low
    elif left.kind == "money" and "bare" in right.hints:
        right = replace(
            right, kind="money", unit=left.unit, explicit_currency=left.explicit_currency, hints=frozenset()
        )
    elif left.kind != right.kind or left.unit != right.unit:
        return None
    if high < low:
        return None
    return replace(right, start=left.start, value=(low + high) / 2, low=low, high=high, is_approximate=True)


def _scale_of(text: str, candidate: Candidate) -> int:
    return next((number.scale for number in find_numbers(text[candidate.start : candidate.end])), 1)


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


def _numeral(written: str) -> Decimal | None:
    if written and written[0].isdigit() and written.replace(",", "").replace(".", "", 1).isdigit():
        return Decimal(written.replace(",", ""))
    return zh_value(written)
