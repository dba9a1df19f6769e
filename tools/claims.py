"""What a claim needs by cause of loss: papers held and missing, why each matters, dates, likely reductions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from tools.claim_papers import WORDING, Item, Papers, Reader, known_cause, papers_for
from tools.clocks import Deadlines, LossCause, Row
from tools.deadlines import ClockArguments, DeadlineArguments, compute_deadlines
from tools.reductions import ClaimFacts, Reduction, days_late, likely_reductions
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
        if self.due_date is None and self.event_date is None:
            return None
        known = {name: getattr(self, name) for name in ClockArguments.model_fields}
        return compute_deadlines(DeadlineArguments(cause=cause, **known))


def claim_checklist(asked: ChecklistArguments) -> Checklist:
    """The papers a claim needs for its cause of loss, which are missing, why each matters, and the dates.

    Use it for "what papers do I need", "what is missing", "will the claim be cut". With `due_date` or `event_date` the
    deadlines come along.
    """
    cause = known_cause(asked.cause)
    papers = papers_for(cause, asked.held or [])
    dates = asked.dates(cause)
    late = days_late(dates, papers.held)
    return Checklist(
        steps=dates.steps if dates else (),
        assumptions=dates.assumptions if dates else (),
        warnings=(*_cautions(cause, papers), *(dates.warnings if dates else ())),
        cause=cause,
        clause=table("checklists")["causes"][cause]["clause"],
        items=papers.items,
        missing=papers.missing,
        deadlines=dates.rows if dates else (),
        reductions=tuple(likely_reductions(cause, asked.facts or ClaimFacts(), late)),
    )


def _cautions(cause: LossCause, papers: Papers) -> Iterable[Caution]:
    row = table("checklists")["causes"][cause]
    if "caution" in row:
        yield Caution(id=row["caution"], values={"cause": cause, "clause": row["clause"]})
    for text in papers.not_recognised:
        yield Caution(id="paper_not_recognised", values={"paper": text})
