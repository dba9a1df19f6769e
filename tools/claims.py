"""What a claim needs by cause of loss: papers held and missing, why each matters, dates, likely reductions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from tools.causes import LossCause, cause_cautions, known_cause
from tools.claim_papers import WORDING, Item, Papers, Reader, papers_for
from tools.deadline_rows import Deadlines, Row
from tools.deadlines import ClockArguments, DeadlineArguments, compute_deadlines
from tools.reductions import ClaimFacts, Reduction, likely_reductions, open_warnings
from tools.results import Caution, Result
from tools.tables import table


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
    wording: Mapping[Reader, str] = field(default_factory=lambda: WORDING)
    """Which words of an item suit which reader: `why` for the owner, `check` for staff, `title` for a visitor."""


class ChecklistArguments(ClockArguments):
    """The cause, what is held and known, and what decides the dates."""

    cause: Annotated[str, Field(min_length=1, max_length=200)] = Field(
        description="insolvency, protracted_default, refusal, letter_of_credit, political, pre_shipment, dispute or "
        "fraud, or words for one of them in Chinese or English."
    )
    held: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=100)] | None = Field(
        None, description='Papers already there: item ids, or words such as "发票" or "signed delivery note".'
    )
    facts: ClaimFacts | None = Field(
        None, description="What is known about how the policy was followed; shows likely reductions."
    )

    def dates(self, cause: LossCause) -> Deadlines | None:
        """The deadlines of `cause`, or None when no date is known to count from."""
        event = self.event_date or self.insolvency_date
        is_dated = event or (self.today if cause == "insolvency" else self.due_date or self.due_dates)
        known = {name: getattr(self, name) for name in ClockArguments.model_fields}
        return compute_deadlines(DeadlineArguments(cause=cause, **known)) if is_dated else None


def claim_checklist(asked: ChecklistArguments) -> Checklist:
    """The papers a claim needs for its cause of loss, which are missing, why each matters, and the dates.

    Use it for "what papers do I need", "what is missing", "will the claim be cut". With `due_date` or `event_date` the
    deadlines come along.
    """
    cause, facts = known_cause(asked.cause), asked.facts or ClaimFacts()
    papers = papers_for(cause, asked.held or [])
    dates = asked.dates(cause)
    warnings = open_warnings(dates.warnings if dates else cause_cautions(cause), facts, papers.held)
    return Checklist(
        steps=dates.steps if dates else (),
        assumptions=dates.assumptions if dates else (),
        warnings=(*_on_papers(papers), *warnings),
        cause=cause,
        clause=table("checklists")["causes"][cause]["clause"],
        items=papers.items,
        missing=papers.missing,
        deadlines=dates.rows if dates else (),
        reductions=tuple(likely_reductions(cause, facts, warnings, papers.held)),
    )


def _on_papers(papers: Papers) -> Iterable[Caution]:
    for name, texts in (("paper_not_needed", papers.not_needed), ("paper_not_recognised", papers.not_recognised)):
        yield from (Caution(id=name, values={"paper": text}) for text in texts)
