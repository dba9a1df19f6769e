"""Reading a policy schedule: every parameter it names, with its value and the words it was read from."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from assistant.schedule.lexicon import Label, bases, entries
from assistant.schedule.model import Doubt, FoundTerm, ScheduleReading
from assistant.schedule.scope import Scope, scope_of, statement
from assistant.schedule.sheet import Sheet, sheet_of
from assistant.schedule.values import OF_TWO, Value, values_of
from knowledge.model import Document
from tools.money import UNSTATED

LONGEST_DOCUMENT_CHARS = 400_000
"""Only the beginning of a longer document is read: a schedule stands in front."""
ALLOWED_BASES = {
    "notice_basis": ("due_date", "mep_end"),
    "waiting_basis": ("due_date", "mep_end", "notice_complete", "claim_filed"),
    "claim_basis": ("due_date", "mep_end", "notice_complete", "loss_date"),
}
_SOUGHT = (
    "insured_pct", "max_terms_days", "mep_days", "notice_days", "notice_basis", "adverse_days", "collection_days",
    "waiting_days", "waiting_basis", "claim_months", "claim_basis", "discretionary_limit", "dcl_pct", "eefl", "afl",
    "nql", "max_liability", "min_premium", "premium_rate_pct", "limit_fee", "currency", "period_from", "period_to",
    "declaration_frequency", "countries",
)  # fmt: skip
SAME = {"claim_months": "claim_days", "max_liability": "max_liability_multiple"}
"""Parameters of which a policy has one or the other."""
_WITHIN = 60
_WORKING_COUNTRY = {"CNY": "CN", "USD": "US", "GBP": "GB"}


def read_schedule(document: Document) -> ScheduleReading:
    """The parameters of the policy that `document` states, in Chinese or English."""
    if len(document.text) > LONGEST_DOCUMENT_CHARS:
        document = replace(document, text=document.text[:LONGEST_DOCUMENT_CHARS])
    sheet = sheet_of(document)
    found = [term for position, label in enumerate(sheet.labels) for term in _terms_at(sheet, label, position)]
    terms = _compared(_in_policy_currency(_with_calendars(found, document)))
    stated = {term.parameter for term in terms}
    missing = tuple(name for name in _SOUGHT if not {name, SAME.get(name, name)} & stated)
    return ScheduleReading(terms=tuple(terms), missing=missing)


def _terms_at(sheet: Sheet, label: Label, position: int) -> Iterator[FoundTerm]:
    following = next(
        (other.start for other in sheet.labels[position + 1 :] if _ends_scope(other, label)), len(sheet.plain)
    )
    scope = scope_of(sheet, label, following)
    if label.entry.kind == "basis":
        yield from _stated_basis(sheet, label, scope)
        return
    values = values_of(sheet, label, scope)
    if label.strength == "after":
        values = values[:1]
    for number, value in enumerate(values):
        value = replace(value, parameter=_companion(sheet, label, position) or value.parameter)
        left, right = _alone(sheet, label, value, statement(sheet, label, value.start, value.end))
        term = _term(sheet, label, value, left, right)
        counts = label.entry.basis and not OF_TWO.search(sheet.plain, left, right)
        basis = _basis(sheet, label.entry.basis, value, left, right) if counts else ""
        if label.entry.basis and not basis:
            term = replace(term, doubts=(*term.doubts, "no_basis"))
        yield term
        if basis and not number:
            yield replace(term, parameter=label.entry.basis, section="", value=basis, doubts=())
        if value.is_working and value.parameter in ("notice_days", "adverse_days"):
            calendar = "calendar" if value.parameter == "notice_days" else "adverse_calendar"
            yield replace(term, parameter=calendar, section="", value="working", doubts=("working_days",))


def _ends_scope(other: Label, label: Label) -> bool:
    """Whether another name ends what belongs to `label`; a verb of another one within a labelled line does not."""
    if label.strength == "label":
        return other.strength in ("label", "vague")
    return other.strength != "after" and (other.entry.name != label.entry.name or other.strength != "cue")


def _alone(sheet: Sheet, label: Label, value: Value, statement_: tuple[int, int]) -> tuple[int, int]:
    """The statement without those of other parameters, where a table has lost its line breaks."""
    left, right = statement_
    others = [
        other
        for other in sheet.labels
        if other.strength == "label"
        and other.entry.name != label.entry.name
        and other.entry.kind not in label.entry.companions
    ]
    after = [other.start for other in others if max(value.end, label.end) <= other.start < right]
    before = [other.end for other in others if left <= other.start and other.end <= min(label.start, value.start)]
    is_companion = any(label.entry.kind in other.entry.companions for other in others if left <= other.start < right)
    if before and label.strength == "label" and not is_companion:
        left = label.start
    return left, min([right, *after])


def _companion(sheet: Sheet, label: Label, position: int) -> str:
    """What a share is that is named within the statement of another parameter: "limit CNY 200,000, percentage 70%"."""
    if not position:
        return ""
    before = sheet.labels[position - 1]
    between = sheet.plain[before.end : label.start]
    is_inside = bool(sheet.plain[sheet.line(label.start)[0] : label.start].strip(" -–0123456789.)）、"))
    if is_inside and len(between) <= _WITHIN and not re.search(r"。|\.\s", between):
        return before.entry.companions.get(label.entry.kind, "")
    return ""


def _term(sheet: Sheet, label: Label, value: Value, left: int, right: int) -> FoundTerm:
    quote = sheet.quote(left, right)
    passage = sheet.passage_at(quote)
    vague: tuple[Doubt, ...] = ("ambiguous",) if label.strength == "vague" else ()
    return FoundTerm(
        parameter=value.parameter,
        section=value.section,
        value=value.value,
        quote=quote,
        clause=passage.clause if passage else "",
        passage_id=passage.id if passage else "",
        doubts=tuple(dict.fromkeys((*value.doubts, *vague))),
        is_label=label.strength in ("label", "vague"),
    )


def _basis(sheet: Sheet, parameter: str, value: Value, left: int, right: int) -> str:
    """What the period counts from: the wording nearest to its value."""
    text = sheet.plain[left:right]
    found = [
        (match.start() + left, match.end() + left, name)
        for name, pattern in bases().items()
        for match in pattern.finditer(text)
    ]
    widest = [
        hit
        for hit in found
        if not any(other[0] <= hit[0] and hit[1] <= other[1] and other[:2] != hit[:2] for other in found)
    ]
    allowed = [hit for hit in widest if hit[2] in ALLOWED_BASES[parameter]]
    nearest = min(allowed, key=lambda hit: max(hit[0] - value.end, value.start - hit[1]), default=None)
    return nearest[2] if nearest else ""


def _stated_basis(sheet: Sheet, label: Label, scope: Scope) -> Iterator[FoundTerm]:
    at = Value(parameter=label.entry.name, value="", start=label.end, end=label.end)
    basis = _basis(sheet, label.entry.name, at, label.end, max(scope.end, sheet.line(label.end)[1]))
    if basis:
        left, right = statement(sheet, label, label.end, min(scope.end, len(sheet.plain) - 1))
        yield _term(sheet, label, replace(at, value=basis), left, right)


def _with_calendars(terms: Iterable[FoundTerm], document: Document) -> list[FoundTerm]:
    """Working days need a country: that of the policy's currency; without one the calendar is left to a person."""
    found = list(terms)
    codes = [term.value for term in found if term.parameter == "currency"]
    country = _WORKING_COUNTRY.get(codes[0]) if codes else "CN" if document.language == "zh" else None
    named = []
    for term in found:
        if term.parameter not in ("calendar", "adverse_calendar") or term.value != "working":
            named.append(term)
        elif country:
            named.append(replace(term, value=f"working:{country}"))
    return named


def _in_policy_currency(terms: Iterable[FoundTerm]) -> list[FoundTerm]:
    """Amounts without a currency are in the policy's own, where it states one."""
    found = list(terms)
    codes = {term.value for term in found if term.parameter == "currency"}
    if len(codes) != 1:
        return found
    code = codes.pop()
    return [
        replace(
            term,
            value={**term.value, "currency": code},
            doubts=tuple(doubt for doubt in term.doubts if doubt != "unit_unclear"),
        )
        if isinstance(term.value, dict) and term.value["currency"] == UNSTATED
        else term
        for term in found
    ]


def _compared(terms: Sequence[FoundTerm]) -> list[FoundTerm]:
    """One term for each value of a parameter; different values of one parameter are all kept, and marked."""
    kept: list[FoundTerm] = []
    for key in dict.fromkeys(_group(term) for term in terms):
        stated = [term for term in terms if _group(term) == key]
        if any(term.is_label for term in stated):
            stated = [term for term in stated if term.is_label]
        by_value: dict[str, FoundTerm] = {}
        for term in stated:
            known = by_value.get(f"{term.parameter} {term.value}")
            if known is None or len(term.doubts) < len(known.doubts):
                by_value[f"{term.parameter} {term.value}"] = term
        differs: tuple[Doubt, ...] = ("conflict",) if len(by_value) > 1 else ()
        kept += [replace(term, doubts=(*differs, *term.doubts)) for term in by_value.values()]
    order = {name: place for place, name in enumerate([*entries(), "max_liability_multiple"])}
    return sorted(_without_idle_doubts(kept), key=lambda term: (order.get(term.parameter, len(order)), term.section))


def _group(term: FoundTerm) -> str:
    twins = {other: name for name, other in SAME.items()}
    name = twins.get(term.parameter, term.parameter)
    return f"{name}.{term.section}"


def _without_idle_doubts(terms: Sequence[FoundTerm]) -> Iterator[FoundTerm]:
    """A basis that stands in a row of its own settles the doubt about it."""
    stated = {term.parameter for term in terms}
    for term in terms:
        entry = entries().get("claim" if term.parameter.startswith("claim_") else term.parameter)
        settled = entry is not None and entry.basis in stated
        yield replace(term, doubts=tuple(d for d in term.doubts if d != "no_basis")) if settled else term
