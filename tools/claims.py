"""What a claim needs by cause of loss: papers held and missing, why each matters, dates, likely reductions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from tools.clocks import Basis, Days, Deadlines, LossCause, Months, Row
from tools.deadlines import compute_deadlines
from tools.errors import ToolInputError
from tools.invoices import DateIn
from tools.names import contains_word, folded
from tools.results import Caution, Result, Scalar
from tools.tables import table


@dataclass(frozen=True, kw_only=True)
class Bilingual:
    """The same words in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Item:
    """One paper of the claim file."""

    id: str
    title: Bilingual
    why: Bilingual
    required: bool
    """False: helps, but the claim can go without."""
    held: bool
    substitutes: Bilingual | None
    """What may serve instead, for the insurer to accept or not."""
    clause: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Reduction:
    """Something in the facts for which claims are cut, suspended or refused."""

    id: str
    effect: str
    """reduced_or_refused, refused, suspended, deliveries_excluded, invoices_excluded or excess_excluded."""
    clause: str
    source: str
    values: Mapping[str, Scalar]


@dataclass(frozen=True, kw_only=True)
class Checklist(Result):
    """The claim file for one cause."""

    cause: LossCause
    clause: str
    items: tuple[Item, ...]
    missing: tuple[str, ...]
    """Ids of required items not held, in the order of the list."""
    deadlines: tuple[Row, ...]
    reductions: tuple[Reduction, ...]


class ClaimFacts(BaseModel):
    """What is known about how the policy was followed; leave out what is not known."""

    model_config = ConfigDict(extra="forbid")

    notice_days_late: Annotated[int, Field(ge=0, le=3650)] | None = Field(None, description="Days the notice was late.")
    claim_days_late: Annotated[int, Field(ge=0, le=3650)] | None = Field(None, description="Days the claim was late.")
    shipped_after_stop: bool | None = Field(None, description="Goods were shipped after stop-shipment.")
    over_limit: bool | None = Field(None, description="The balance was above the credit limit.")
    dcl_not_justified: bool | None = Field(None, description="A discretionary limit was used without proof on file.")
    wrong_entity: bool | None = Field(None, description="The invoiced company is not the one with the limit.")
    terms_too_long: bool | None = Field(None, description="Payment terms were longer than the policy allows.")
    no_proof_of_delivery: bool | None = Field(None, description="There is no proof of delivery.")
    unresolved_dispute: bool | None = Field(None, description="The buyer contests the debt.")
    not_declared: bool | None = Field(None, description="Turnover or shipments were not declared.")
    premium_unpaid: bool | None = Field(None, description="Premium is unpaid.")
    plan_without_consent: bool | None = Field(None, description="A repayment plan was agreed without consent.")
    not_disclosed: bool | None = Field(None, description="A material fact was not disclosed.")
    lost_recovery_rights: bool | None = Field(None, description="Rights against the buyer were given up or lost.")


def claim_checklist(
    cause: Annotated[str, Field(min_length=1, max_length=200)],
    held: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=100)] | None = None,
    facts: ClaimFacts | None = None,
    due_date: DateIn | None = None,
    event_date: DateIn | None = None,
    notice_complete_date: DateIn | None = None,
    claim_filed_date: DateIn | None = None,
    today: DateIn | None = None,
    terms_set: str = "typical",
    mep_days: Days | None = None,
    notice_days: Days | None = None,
    notice_basis: Basis | None = None,
    waiting_days: Days | None = None,
    waiting_basis: Basis | None = None,
    claim_months: Months | None = None,
    claim_basis: Basis | None = None,
) -> Checklist:
    """The papers a claim needs for its cause of loss, which are missing, why each matters, and the dates.

    Use it for "what papers do I need", "what is missing", "will the claim be cut". With `due_date` or `event_date` the
    deadlines come along.

    Args:
        cause: insolvency, protracted_default, refusal, letter_of_credit, political, pre_shipment, dispute or fraud, or
            words for one of them in Chinese or English.
        held: Papers already there: item ids, or words such as "发票" or "signed delivery note".
        facts: What is known about how the policy was followed; shows likely reductions.
        due_date: Original due date of the oldest unpaid invoice, ISO date.
        event_date: Day on which the insolvency or other event became known, ISO date.
        notice_complete_date: Day on which the overdue notice was complete, ISO date.
        claim_filed_date: Day on which the claim was filed, ISO date.
        today: Today, ISO date.
        terms_set: Packaged parameters for what is not stated, as in compute_deadlines.
        mep_days: Maximum extension period in days.
        notice_days: Days allowed for the overdue notice.
        notice_basis: `mep_end` or `due_date`.
        waiting_days: Waiting period in days.
        waiting_basis: `due_date`, `mep_end`, `notice_complete` or `claim_filed`.
        claim_months: Months allowed for the claim.
        claim_basis: `due_date`, `mep_end`, `notice_complete` or `loss_date`.
    """
    known_cause = _cause(cause)
    row = table("checklists")["causes"][known_cause]
    names = _item_names(row)
    matched, unmatched = _match(held or [], names)
    dates = None
    if due_date is not None or event_date is not None:
        dates = compute_deadlines(
            due_date=due_date,
            event_date=event_date,
            cause=known_cause,
            notice_complete_date=notice_complete_date,
            claim_filed_date=claim_filed_date,
            today=today,
            terms_set=terms_set,
            mep_days=mep_days,
            notice_days=notice_days,
            notice_basis=notice_basis,
            waiting_days=waiting_days,
            waiting_basis=waiting_basis,
            claim_months=claim_months,
            claim_basis=claim_basis,
        )
    items = tuple(_item(name, held=name in matched) for name in names)
    return Checklist(
        steps=dates.steps if dates else (),
        assumptions=dates.assumptions if dates else (),
        warnings=(*_cautions(known_cause, row, unmatched), *(dates.warnings if dates else ())),
        cause=known_cause,
        clause=row["clause"],
        items=items,
        missing=tuple(item.id for item in items if item.required and not item.held),
        deadlines=dates.rows if dates else (),
        reductions=tuple(_reductions(known_cause, facts or ClaimFacts(), _days_late(dates, matched))),
    )


def cause_of(text: str) -> LossCause | None:
    """The cause of loss that `text` names: `cause_of("客户破产了")  # "insolvency"`, or None."""
    causes = table("checklists")["causes"]
    needle = folded(text)
    if (name := needle.replace(" ", "_").replace("-", "_")) in causes:
        return name  # type: ignore[return-value]
    words = sorted(((folded(word), name) for name, row in causes.items() for word in row["words"]), key=_longest_first)
    found: LossCause | None = next((name for word, name in words if contains_word(needle, word)), None)
    return found


def _cause(text: str) -> LossCause:
    found = cause_of(text)
    if found is None:
        causes = ", ".join(table("checklists")["causes"])
        raise ToolInputError("cause", text, f"say what happened; use one of: {causes}.")
    return found


def _item_names(cause: Mapping[str, Any]) -> tuple[str, ...]:
    """Items of a cause: the core set without what the cause does not have, then its own."""
    core = [name for name in table("checklists")["core"] if name not in cause.get("without", ())]
    return (*core, *cause["add"])


def _item(name: str, *, held: bool) -> Item:
    row = table("checklists")["items"][name]
    return Item(
        id=name,
        title=Bilingual(zh=row["zh"], en=row["en"]),
        why=Bilingual(zh=row["why_zh"], en=row["why_en"]),
        required=row["required"],
        held=held,
        substitutes=Bilingual(zh=row["substitutes_zh"], en=row["substitutes_en"]) if "substitutes_zh" in row else None,
        clause=row["clause"],
        source=row["source"],
    )


def _match(held: Sequence[str], names: Sequence[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Ids of the items that `held` names, and what named none. The cause's own items are preferred to the core ones."""
    items = table("checklists")["items"]
    words = sorted(
        (
            (folded(word), name)
            for name in reversed(names)
            for word in (items[name]["zh"], items[name]["en"], *items[name]["words"])
        ),
        key=_longest_first,
    )
    found, unmatched = set(), []
    for text in held:
        needle = folded(text)
        name = next((name for name in names if name == needle.replace(" ", "_")), None)
        name = name or next((name for word, name in words if contains_word(needle, word)), None)
        if name is None:
            unmatched.append(text)
        else:
            found.add(name)
    return frozenset(found), tuple(unmatched)


def _longest_first(pair: tuple[str, str]) -> int:
    return -len(pair[0])


def _cautions(cause: LossCause, row: Mapping[str, Any], unmatched: Sequence[str]) -> Iterable[Caution]:
    if "caution" in row:
        yield Caution(id=row["caution"], values={"cause": cause, "clause": row["clause"]})
    for text in unmatched:
        yield Caution(id="paper_not_recognised", values={"paper": text})


def _reductions(cause: LossCause, facts: ClaimFacts, late: Mapping[str, int]) -> Iterable[Reduction]:
    """In the order in which claims are cut most often."""
    given: dict[str, Scalar] = facts.model_dump(exclude={"notice_days_late", "claim_days_late"})
    given["late_notice"] = facts.notice_days_late or late.get("overdue_notice") or late.get("adverse_notice")
    given["late_claim"] = facts.claim_days_late or late.get("claim")
    given["unresolved_dispute"] = facts.unresolved_dispute or cause == "dispute"
    for name, row in table("checklists")["reductions"].items():
        if given.get(name):
            values = {"days": given[name]} if name in {"late_notice", "late_claim"} else {}
            yield Reduction(id=name, effect=row["effect"], clause=row["clause"], source=row["source"], values=values)


def _days_late(dates: Deadlines | None, held: frozenset[str]) -> Mapping[str, int]:
    """Days late by duty; a notice that is on file was sent, and only its own date would show that it was late."""
    warnings = dates.warnings if dates else ()
    late = {str(item.values["duty"]): int(str(item.values["days"])) for item in warnings if item.id in _LATE}
    if "overdue_notice" in held:
        sent_late = {item.values["duty"] for item in warnings if item.id == "done_late"}
        return {duty: days for duty, days in late.items() if duty != "overdue_notice" or duty in sent_late}
    return late


_LATE = ("deadline_passed", "done_late")
