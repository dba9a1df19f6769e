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
from assistant.engine.reading.mentions import find_mentions
from assistant.engine.reading.model import Entity, Intent, Language, Quantity, Reading
from assistant.engine.reading.quantities import as_quantity, find_all
from assistant.engine.reading.roles import counts_from_due_date, label
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
    facts = _facts(text, today, previous_language)
    intents = find_intents(text.plain, facts.flags, marks_of(facts), query_vector, classifier)
    unsure = classifier is not None and query_vector is not None and intents[0].confidence < classifier.unsure_below
    return replace(facts, intents=intents, flags=facts.flags | ({"unsure"} if unsure else set()))


def _facts(text: Text, today: date, previous_language: Language | None) -> Reading:
    """The reading without its intents."""
    parties = find_parties(text.plain)
    things = find_things(text.plain, parties)
    mentions = [EntityFound(start, end, "party", key) for start, end, key in find_mentions(text.plain)]
    everything = find_all(text.plain, today, [(party.start, party.end) for party in parties])
    found = [item for item in everything if item.kind != "recurring"]
    language = find_language(text.plain, previous_language, [party.value for party in parties])
    hints = {hint for candidate in found for hint in candidate.hints if hint.startswith(("ambiguous", "assumed"))}
    labelled = label(text.plain, found)
    quantities = tuple(
        as_quantity(
            item.candidate,
            text.span(item.candidate.start, item.candidate.end),
            text.message,
            item.role,
            item.confidence,
        )
        for item in labelled
    )
    spoken = find_currencies(text.plain, [(item.start, item.end) for item in found])
    quantities = _with_receivables(in_currency(quantities, spoken))
    if any(item.role == "notice_days" and counts_from_due_date(text.plain, item.candidate) for item in labelled):
        hints.add("notice_from_due_date")
    return Reading(
        message=text.message,
        text=text.plain,
        language=language.language,
        script_traditional=text.is_traditional,
        mixed=language.is_mixed,
        quantities=quantities,
        recurring=tuple(
            as_quantity(item, text.span(item.start, item.end), text.message, None, 0.0)
            for item in everything
            if item.kind == "recurring"
        ),
        entities=tuple(
            _entity(text, item)
            for item in sorted([*parties, *things, *mentions, *_entities_of(spoken)], key=lambda item: item.start)
        ),
        flags=frozenset(find_flags(text.plain) | hints),
    )


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
