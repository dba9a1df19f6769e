"""One turn as the engine sees it: what was said, what is known, and who is asking."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, runtime_checkable

from assistant.answer import Language, Persona
from assistant.engine.contradictions import Contradiction
from assistant.engine.cues import has_cue
from assistant.engine.dossier import Dossier
from assistant.engine.reading.model import Intent, Reading
from knowledge.glossary import load_glossary
from knowledge.model import Passage

FRAGMENT_CHARS = {"zh": 24, "en": 60}
"""A message up to this long may lean on the turn before."""
FOREIGN_BELOW, DOUBT_WEIGHT = 0.2, 0.65
"""A question is foreign when its best passage scores below the first, plus the classifier's doubt times the second.

Chosen on the dev halves of the question sets (evals/questions); docs/retrieval.md has what the test halves say."""
_OF_OURS = (
    "buyer_assess", "buyer_lookup", "claim_checklist", "claim_status", "coverage_check", "deadlines", "indemnity_calc",
    "late_interest", "premium_estimate", "receivables_metrics", "recovery_split",
)  # fmt: skip
_PLAINLY_OURS = 0.98
"""So sure a reading as one of our subjects outweighs a strange wording."""
_BARE_CHARS = 10
"""A Chinese message up to this long that names no term leaves its subject out."""
PLAINLY = 0.8
"""Calibrated score from which a passage outweighs a classifier's doubt about the subject."""


@runtime_checkable
class Clauses(Protocol):
    """Where clauses are read from (`knowledge.search.KnowledgeIndex` is one)."""

    def clause(self, reference: str, language: Language) -> Passage | None: ...

    def passage(self, passage_id: str) -> Passage | None: ...


@dataclass(frozen=True, kw_only=True)
class Call:
    """A tool call that the plan asks for, and the task it serves."""

    id: str
    task: str
    tool: str
    arguments: dict[str, Any]
    party: str = ""
    """The buyer it is about, when several are."""
    given: tuple[str, Any] | None = None
    """A slot and the value taken for it, when the message left two open."""


@dataclass(kw_only=True)
class Plan:
    """What this turn will do."""

    boundary: str = ""
    """A wording key such as `boundary.out_of_scope`; when set, nothing is looked up."""
    outcome: str = "answered"
    calls: list[Call] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)
    """Slots to ask for, most decisive first."""
    restate: list[str] = field(default_factory=list)
    """Slots this turn changed, to be restated."""
    contradictions: list[Contradiction] = field(default_factory=list)
    """Facts that cannot all be true; what rests on them is not computed."""
    document: str = ""
    """Kind of document that was asked for; the calls then feed it."""
    left_open: list[str] = field(default_factory=list)
    """Tasks left for want of facts that were not asked for: a fact told next takes them up."""


@dataclass(kw_only=True)
class TurnContext:
    """Everything the engine may use in one turn."""

    message: str
    reading: Reading
    dossier: Dossier
    language: Language
    persona: Persona
    today: date
    clauses: Clauses
    premium_estimates: bool = True
    plan: Plan = field(default_factory=Plan)
    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Tool results of this turn by call id."""

    own_case: bool = False
    """Whether the person speaks of a case of their own rather than of the subject in general."""
    has_new_documents: bool = False
    """Whether documents came with the message."""
    follows_up: bool = False
    """Whether the message makes sense only after the turn before."""

    questions: Callable[[], tuple[tuple[Intent, ...], ...]] = tuple
    """Intents of every question in a message that asks several; read only when asked."""

    best_match: Callable[[], float] = lambda: 0.0
    """Score of the passage that fits the message best; searched for only when asked."""

    def brings_files(self) -> bool:
        """Whether files came with the message."""
        return self.has_new_documents or "ledger_file" in self.dossier.changed()

    def is_answerable(self) -> bool:
        """Whether some passage plainly answers the message."""
        return self.best_match() >= PLAINLY

    def is_foreign(self, score: float, *, alone: bool = True) -> bool:
        """Whether a best passage of this score means that the subject is not ours.

        The classifier's doubt counts where the message was searched for `alone`: a fragment looks strange to it.
        """
        if self.intends(*_OF_OURS, above=_PLAINLY_OURS):
            return False
        doubts = [item.confidence for item in self.reading.intents if alone and item.name == "out_of_scope"]
        return score < FOREIGN_BELOW + DOUBT_WEIGHT * max(doubts, default=0.0)

    def points_back(self) -> bool:
        """Whether a short message names no subject of its own but means the one before: "when does it end?"."""
        text = self.reading.text
        if not self.dossier.topic or len(text) > FRAGMENT_CHARS[self.reading.language]:
            return False
        follows_reading = self.dossier.last_tasks == ["knowledge"]
        is_bare = self.reading.language == "zh" and len(text) <= _BARE_CHARS and follows_reading
        return (is_bare or has_cue(text, "pronoun")) and not load_glossary().mentioned(text)

    def intends(self, *names: str, above: float = 0.35) -> bool:
        """Whether the message carries one of these intents."""
        return any(intent.name in names and intent.confidence >= above for intent in self.reading.intents)

    @property
    def main_intent(self) -> str:
        return self.reading.intents[0].name if self.reading.intents else ""
