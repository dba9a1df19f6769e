"""A confirmed policy as a conversation holds it: its terms, and the passages that they are quoted from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.schedule.policy import Policy, PolicyTerm, QuotedPassage
from knowledge.model import Passage, Span


@dataclass(frozen=True, kw_only=True)
class PolicyInUse:
    """What answers may rest on."""

    id: str
    name: str
    document_id: str
    title: str
    edition: str
    language: str
    terms: tuple[PolicyTerm, ...]
    passages: tuple[QuotedPassage, ...]

    @classmethod
    def of(cls, policy: Policy) -> "PolicyInUse":
        """The confirmed part of a policy; nothing else of it is used."""
        cited = {term.passage_id for term in policy.confirmed}
        return cls(
            id=policy.id,
            name=policy.name,
            document_id=policy.document_id,
            title=policy.document_title,
            edition=policy.edition,
            language=policy.language,
            terms=tuple(policy.confirmed),
            passages=tuple(passage for passage in policy.passages if passage.id in cited),
        )

    def as_json(self) -> dict[str, Any]:
        """As it is kept in a conversation's dossier."""
        return {
            **{name: getattr(self, name) for name in ("id", "name", "document_id", "title", "edition", "language")},
            "terms": [term.model_dump(mode="json") for term in self.terms],
            "passages": [passage.model_dump(mode="json") for passage in self.passages],
        }

    @classmethod
    def from_dossier(cls, dossier: Mapping[str, Any]) -> "PolicyInUse | None":
        """The policy that a conversation's dossier holds."""
        kept = dossier.get("policy")
        if not kept:
            return None
        return cls(
            **{name: kept[name] for name in ("id", "name", "document_id", "title", "edition", "language")},
            terms=tuple(map(PolicyTerm.model_validate, kept["terms"])),
            passages=tuple(map(QuotedPassage.model_validate, kept["passages"])),
        )

    def of_parameter(self, parameter: str) -> tuple[PolicyTerm, ...]:
        """The values of one parameter: one, or one a section."""
        return tuple(term for term in self.terms if term.parameter == parameter)

    def passage(self, passage_id: str) -> Passage | None:
        """A passage of the schedule, to be cited."""
        kept = next((item for item in self.passages if item.id == passage_id), None)
        return self._passage(kept, kept.start, kept.text) if kept else None

    def quoted(self, term: PolicyTerm) -> tuple[Passage, Span] | None:
        """The passage and the span that a term is read from; None for a value that a person gave."""
        kept = next((item for item in self.passages if item.id == term.passage_id), None)
        if kept is None or not term.quote:
            return None
        if kept.start <= term.start and term.end <= kept.end:
            return self._passage(kept, kept.start, kept.text), Span(start=term.start, end=term.end)
        # a heading may stand in the passage before its value: then the quote itself is what is cited
        return self._passage(kept, term.start, term.quote), Span(start=term.start, end=term.end)

    def _passage(self, kept: QuotedPassage, start: int, text: str) -> Passage:
        language: Any = self.language
        return Passage(
            id=kept.id,
            document_id=self.document_id,
            language=language,
            clause=kept.clause,
            heading=kept.heading,
            text=text,
            span=Span(start=start, end=start + len(text)),
            kind="user",
            title=self.title,
            edition=self.edition,
            source=self.title,
            confidence="",
        )
