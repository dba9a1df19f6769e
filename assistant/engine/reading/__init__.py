"""What a message says: its language, quantities with their roles, named things, intents.

`read` is deterministic and reads one message on its own; the dossier gives it its place in the conversation.
"""

from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt

from assistant.engine.reading.cues import find_flags
from assistant.engine.reading.entities import EntityFound, find_parties, find_things
from assistant.engine.reading.intents import IntentClassifier, find_intents
from assistant.engine.reading.language import find_language
from assistant.engine.reading.marks import marks_of
from assistant.engine.reading.model import Entity, Intent, Language, Quantity, Reading
from assistant.engine.reading.quantities import as_quantity, find_quantities
from assistant.engine.reading.roles import label
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
    facts = _facts(text, today, previous_language)
    intents = find_intents(text.plain, facts.flags, marks_of(facts), query_vector, classifier)
    unsure = classifier is not None and query_vector is not None and intents[0].confidence < classifier.unsure_below
    return replace(facts, intents=intents, flags=facts.flags | ({"unsure"} if unsure else set()))


def _facts(text: Text, today: date, previous_language: Language | None) -> Reading:
    """The reading without its intents."""
    parties = find_parties(text.plain)
    things = find_things(text.plain, parties)
    found = find_quantities(text.plain, today, [(party.start, party.end) for party in parties])
    language = find_language(text.plain, previous_language, [party.value for party in parties])
    hints = {hint for candidate in found for hint in candidate.hints if hint.startswith(("ambiguous", "assumed"))}
    quantities = tuple(
        as_quantity(
            item.candidate,
            text.span(item.candidate.start, item.candidate.end),
            text.message,
            item.role,
            item.confidence,
        )
        for item in label(text.plain, found)
    )
    return Reading(
        message=text.message,
        text=text.plain,
        language=language.language,
        script_traditional=text.is_traditional,
        mixed=language.is_mixed,
        quantities=quantities,
        entities=tuple(_entity(text, item) for item in sorted([*parties, *things], key=lambda item: item.start)),
        flags=frozenset(find_flags(text.plain) | hints),
    )


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
