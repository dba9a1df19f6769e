"""A policy as it is kept: what was read from its schedule, what a person confirmed, and who did so when."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field

from assistant.schedule.checking import checked_value, group_of, is_usable
from assistant.schedule.model import Doubt, FoundTerm, ScheduleReading, Section
from knowledge.model import Document, Language, Passage, Span
from knowledge.split import split
from tools.errors import ToolInputError

Status = Literal["proposed", "confirmed"]


class _Kept(BaseModel):
    model_config = ConfigDict(extra="ignore")


class PolicyTerm(_Kept):
    """One parameter of a policy."""

    key: str
    """The parameter, with the section it belongs to: `insured_pct.export`."""
    parameter: str
    section: Section = ""
    value: Any
    source: Literal["schedule", "user"] = "schedule"
    doubts: list[Doubt] = Field(default_factory=list)
    quote: str = ""
    """The schedule's own words; empty for a value that a person gave."""
    start: int = 0
    end: int = 0
    clause: str = ""
    passage_id: str = ""


class QuotedPassage(_Kept):
    """A passage of the schedule that a term is quoted from."""

    id: str
    clause: str
    heading: str
    text: str
    start: int
    end: int


class Act(_Kept):
    """Something that was done to a policy."""

    at: datetime
    by: str
    action: Literal["read", "confirmed"]
    edited: dict[str, Any] = Field(default_factory=dict)
    rejected: list[str] = Field(default_factory=list)


class Policy(_Kept):
    """A policy of one owner."""

    id: str = Field(default_factory=lambda: f"p_{uuid4().hex}")
    name: str
    status: Status = "proposed"
    document_id: str
    document_title: str
    edition: str
    language: Language
    terms: list[PolicyTerm]
    """What the schedule states: a proposal until it is confirmed."""
    missing: list[str]
    confirmed: list[PolicyTerm] = Field(default_factory=list)
    """What a person said yes to; only this is used."""
    passages: list[QuotedPassage] = Field(default_factory=list)
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC))
    confirmed_at: datetime | None = None
    confirmed_by: str | None = None
    history: list[Act] = Field(default_factory=list)

    @property
    def conflicts(self) -> list[str]:
        """Keys for which the schedule states more than one value."""
        return list(dict.fromkeys(term.key for term in self.terms if "conflict" in term.doubts))


class OpenConflict(ValueError):
    """A schedule that states two values was to be confirmed without a choice between them.

    Attributes:
        keys: The parameters to be settled, by a value in `terms` or by rejecting them.
    """

    def __init__(self, keys: Collection[str]) -> None:
        self.keys = sorted(keys)
        super().__init__(f"the schedule states more than one value for {', '.join(self.keys)}")


def proposed(document: Document, reading: ScheduleReading, *, by: str, name: str = "") -> Policy:
    """What was read from a document, as a policy that waits for confirmation."""
    passages = {passage.id: passage for passage in split(document)}
    quoted = {term.passage_id for term in reading.terms}
    return Policy(
        name=name or document.title,
        document_id=document.id,
        document_title=document.title,
        edition=document.edition,
        language=document.language,
        terms=[_kept(term, document) for term in reading.terms],
        missing=list(reading.missing),
        passages=[_quoted(passages[passage_id]) for passage_id in sorted(quoted & set(passages))],
        history=[Act(at=datetime.now(UTC), by=by, action="read")],
    )


def confirmed(policy: Policy, *, terms: Mapping[str, Any], rejected: Collection[str], by: str) -> Policy:
    """The policy with what a person said yes to: the values read, those edited, without those rejected.

    Raises:
        ToolInputError: An edit names no parameter or its value does not fit; names the way out.
        OpenConflict: Two values are stated for a parameter, and neither was chosen.
    """
    known = {term.key for term in policy.terms}
    for key in rejected:
        if key not in known:
            raise ToolInputError("rejected", key, f"only what was read can be rejected: {', '.join(sorted(known))}.")
    currency = next((term.value for term in policy.terms if term.parameter == "currency"), "")
    currency = str(terms.get("currency") or currency)
    edits = {key: checked_value(key, value, currency) for key, value in terms.items()}
    kept = [term for term in policy.terms if term.key not in rejected and term.key not in edits]
    accepted = [*(_edited(policy, key, value) for key, value in edits.items()), *kept]
    if unsettled := _unsettled(accepted):
        raise OpenConflict(unsettled)
    now = datetime.now(UTC)
    act = Act(at=now, by=by, action="confirmed", edited=dict(edits), rejected=sorted(rejected))
    return policy.model_copy(
        update={
            "status": "confirmed",
            "confirmed": [term for term in accepted if is_usable(term.parameter, term.value)],
            "confirmed_at": now,
            "confirmed_by": by,
            "history": [*policy.history, act],
        }
    )


def _unsettled(terms: Iterable[PolicyTerm]) -> set[str]:
    by_group: dict[str, list[PolicyTerm]] = {}
    for term in terms:
        by_group.setdefault(group_of(term.key), []).append(term)
    return {
        term.key
        for stated in by_group.values()
        if len(stated) > 1 and any("conflict" in term.doubts for term in stated)
        for term in stated
    }


def _edited(policy: Policy, key: str, value: Any) -> PolicyTerm:
    """A value that a person gave; where the schedule states that very value, it keeps its quote."""
    stated = next((term for term in policy.terms if term.key == key and term.value == value), None)
    if stated is not None:
        return stated.model_copy(update={"doubts": []})
    parameter, _, section = key.partition(".")
    return PolicyTerm.model_validate(
        {"key": key, "parameter": parameter, "section": section, "value": value, "source": "user"}
    )


def _kept(term: FoundTerm, document: Document) -> PolicyTerm:
    return PolicyTerm(
        key=term.key,
        parameter=term.parameter,
        section=term.section,
        value=term.value,
        doubts=list(term.doubts),
        quote=document.text[term.quote.start : term.quote.end],
        start=term.quote.start,
        end=term.quote.end,
        clause=term.clause,
        passage_id=term.passage_id,
    )


def _quoted(passage: Passage) -> QuotedPassage:
    span: Span = passage.span
    return QuotedPassage(
        id=passage.id,
        clause=passage.clause,
        heading=passage.heading,
        text=passage.text,
        start=span.start,
        end=span.end,
    )
