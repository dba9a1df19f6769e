"""What a message says: its language, quantities with their roles, named things, intents.

`read` is deterministic and reads one message on its own; the dossier gives it its place in the conversation.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from assistant.engine.reading.candidates import Candidate
from assistant.engine.reading.cues import find_flags
from assistant.engine.reading.entities import EntityFound, find_parties, find_things
from assistant.engine.reading.intents import IntentClassifier, find_intents
from assistant.engine.reading.language import LanguageFound, find_language
from assistant.engine.reading.marks import marks_of
from assistant.engine.reading.mentions import find_mentions
from assistant.engine.reading.model import Entity, Intent, Language, Quantity, Reading
from assistant.engine.reading.quantities import as_quantity, find_all, is_fragment
from assistant.engine.reading.role_model import learned_roles
from assistant.engine.reading.roles import Labelled, counts_from_due_date, label_by_cues, with_learned
from assistant.engine.reading.spoken import CurrencySpoken, find_currencies, in_currency
from assistant.engine.reading.text import Text, normalise

__all__ = ["Entity", "Intent", "IntentClassifier", "Quantity", "Reading", "read"]


def read(
    message: str,
    *,
    today: date,
    previous_language: Language | None = None,
    query_vector: npt.NDArray[np.float32] | None = None,
    classifier: IntentClassifier | None = None,
) -> Reading:
    """Read one message.

    Args:
        message: What the person typed.
        today: The day that relative dates are counted from.
        previous_language: Language of the turn before; fragments keep it.
        query_vector: The message's query embedding, from the embedder the classifier was trained with.
        classifier: Trained intents; without it only the intents that cue words show are given.
    """
    text = normalise(message)
    found = _find(text, today, previous_language)
    cued = label_by_cues(text.plain, found.candidates)
    facts = _reading(text, found, cued)
    intents = find_intents(text.plain, facts.flags, marks_of(facts), query_vector, classifier)
    if classifier is None or query_vector is None:
        return replace(facts, intents=intents)
    if is_fragment(text.plain, found.candidates):  # the conversation tells what it means
        return replace(facts, intents=intents, flags=facts.flags | {"fragment"})
    asked = {intent.name: intent.confidence for intent in intents}
    facts = _reading(text, found, with_learned(text.plain, found.candidates, cued, asked, learned_roles()))
    is_unsure = intents[0].confidence < classifier.unsure_below
    return replace(facts, intents=intents, flags=facts.flags | ({"unsure"} if is_unsure else set()))


@dataclass(frozen=True)
class _Found:
    """What stands in a message, before the quantities have their roles."""

    candidates: list[Candidate]
    recurring: list[Candidate]
    entities: list[EntityFound]
    spoken: CurrencySpoken | None
    language: LanguageFound


def _find(text: Text, today: date, previous_language: Language | None) -> _Found:
    parties = find_parties(text.plain)
    mentions = [EntityFound(start, end, "party", key) for start, end, key in find_mentions(text.plain)]
    everything = find_all(text.plain, today, [(party.start, party.end) for party in parties])
    candidates = [item for item in everything if item.kind != "recurring"]
    spoken = find_currencies(text.plain, [(item.start, item.end) for item in candidates])
    entities = [*parties, *find_things(text.plain, parties), *mentions, *_entities_of(spoken)]
    return _Found(
        candidates=candidates,
        recurring=[item for item in everything if item.kind == "recurring"],
        entities=sorted(entities, key=lambda item: item.start),
        spoken=spoken,
        language=find_language(text.plain, previous_language, [party.value for party in parties]),
    )


def _reading(text: Text, found: _Found, labelled: Sequence[Labelled]) -> Reading:
    """The reading without its intents."""
    hints = {hint for item in found.candidates for hint in item.hints if hint.startswith(("ambiguous", "assumed"))}
    if any(item.role == "notice_days" and counts_from_due_date(text.plain, item.candidate) for item in labelled):
        hints.add("notice_from_due_date")
    quantities = tuple(_with_role(_quantity(text, item.candidate), item) for item in labelled)
    return Reading(
        message=text.message,
        text=text.plain,
        language=found.language.language,
        script_traditional=text.is_traditional,
        mixed=found.language.is_mixed,
        quantities=_with_receivables(in_currency(quantities, found.spoken)),
        recurring=tuple(_quantity(text, item) for item in found.recurring),
        entities=tuple(_entity(text, item) for item in found.entities),
        flags=frozenset(find_flags(text.plain) | hints),
    )


def _quantity(text: Text, candidate: Candidate) -> Quantity:
    return as_quantity(candidate, text.span(candidate.start, candidate.end), text.message)


def _with_role(quantity: Quantity, labelled: Labelled) -> Quantity:
    return replace(quantity, role=labelled.role, role_confidence=labelled.confidence, is_guessed=labelled.is_guessed)


def _with_receivables(quantities: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
    """Receivables at the end of the period are the receivables too, where nothing else is."""
    if any(item.role == "receivables" for item in quantities):
        return quantities
    closing = (item for item in quantities if item.role == "closing_receivables")
    return (*quantities, *(replace(item, role="receivables") for item in closing))


def _entities_of(spoken: CurrencySpoken | None) -> list[EntityFound]:
    return [EntityFound(spoken.start, spoken.end, "currency", spoken.code)] if spoken else []


def _entity(text: Text, found: EntityFound) -> Entity:
    start, end = text.span(found.start, found.end)
    return Entity(
        kind=found.kind,
        value=found.value,
        span=(start, end),
        text=text.message[start:end],
        detail=found.detail,
        confidence=found.confidence,
    )
