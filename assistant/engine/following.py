"""How a message leans on the turns before: what it follows up on, and which earlier work it returns to."""

from assistant.engine.cues import cues, has_cue
from assistant.engine.dossier import Dossier, slot_of
from assistant.engine.events import knows_event
from assistant.engine.filling import taken_back
from assistant.engine.reading.model import Reading
from assistant.engine.tasks import Task, tasks
from assistant.engine.turn import FRAGMENT_CHARS, TurnContext

_SURE, _CLEAR, _CERTAIN = 0.5, 0.6, 0.95
_LEANING = {"correction", "what_if", "follow_up", "language_switch", "undo"}
_SLOT_OF_ENTITY = {
    "country": "countries",
    "sector": "sector",
    "cover_type": "cover_type",
    "cause": "cause",
    "document_held": "held",
}
_VAGUE = {*_LEANING, "out_of_scope", "greeting", "thanks", "knowledge", "comparison", "letter_draft"}
"""Intents that a fragment such as "to the US" is given for want of a better one."""
_OF_SUBSTANCE = {"premium_lower", "glossary", "credit_limit_help", "complaint", "handoff_request", "claim_status"}
"""What is asked of the subject and not of the case: no return to earlier work."""


def natural_slots(dossier: Dossier) -> dict[str, str]:
    """Slot that a bare quantity of each kind means in the work at hand."""
    found: dict[str, str] = {}
    for name in dossier.tasks:
        found = {**tasks()[name].natural, **found} if name in tasks() else found
    if knows_event(dossier) and "due_date" not in dossier and found.get("date") == "due_date":
        found["date"] = "event_date"
    return found


def fed_slots(dossier: Dossier) -> frozenset[str]:
    """Slots that the work at hand uses."""
    return frozenset(slot for name in dossier.tasks if name in tasks() for slot in tasks()[name].slots)


def is_follow_up(reading: Reading, dossier: Dossier) -> bool:
    """Whether the message makes sense only after the turn before: a correction, a what-if, an answer to a question."""
    if not dossier.turn:
        return False
    names = {intent.name for intent in reading.intents if intent.confidence >= _SURE}
    if names & _LEANING or "undo" in reading.flags:
        return True
    is_known = {entity.value for entity in reading.of_kind("party")} & {key for p in dossier.parties for key in p.keys}
    if len(reading.text) > FRAGMENT_CHARS[reading.language] and not is_known:
        return False
    fed = fed_slots(dossier)
    natural = natural_slots(dossier)
    states_a_fact = any(slot_of(item) in fed or item.kind in natural for item in reading.quantities)
    names_currency = any(entity.kind == "currency" for entity in reading.entities) and bool(dossier.tasks)
    return (
        bool(dossier.awaiting)
        or has_cue(reading.text, "follow_up")
        or states_a_fact
        or names_currency
        or _names_a_fact(reading, dossier, fed)
        or bool(recalled(reading, dossier) or taken_back(dossier, reading))
    )


def again(turn: TurnContext) -> list[Task]:
    """The work that the changed facts feed: what was done last, else the latest that they feed."""
    changed, every = set(turn.dossier.changed()), tasks()
    last = [every[name] for name in turn.dossier.tasks if name in every and every[name].slots & changed]
    earlier = [every[name] for name in turn.dossier.done if name in every and every[name].slots & changed]
    if turn.dossier.has_turned and not changed:
        return [every[name] for name in turn.dossier.tasks if name in every and not every[name].missing(turn)]
    return last or earlier[:1]


def recalled(reading: Reading, dossier: Dossier) -> list[Task]:
    """Earlier work that a short message names: "and our own share?", "停运日呢"."""
    if len(reading.text) > FRAGMENT_CHARS[reading.language]:
        return []
    asked = {intent.name for intent in reading.intents if intent.confidence >= _CLEAR} - _VAGUE
    certain = {intent.name for intent in reading.intents if intent.confidence >= _CERTAIN}
    named = [
        name
        for name in dossier.done
        if name in cues()["recall"]
        and has_cue(reading.text, "recall", name)
        and not asked & _OF_SUBSTANCE
        and not certain & _intents_of_others(name)
    ]
    return [tasks()[name] for name in named[:1]]


def _intents_of_others(name: str) -> set[str]:
    """The intents that call for a computation other than this one."""
    own = tasks()[name].intents
    return {intent for task in tasks().values() if task.name != "knowledge" for intent in task.intents} - own


def _names_a_fact(reading: Reading, dossier: Dossier, fed: frozenset[str]) -> bool:
    """Whether a fragment names a thing that the work at hand turns on, and asks for nothing else."""
    own = {intent for name in dossier.tasks if name in tasks() for intent in tasks()[name].intents}
    asked = {intent.name for intent in reading.intents if intent.confidence >= _CLEAR}
    named = {_SLOT_OF_ENTITY.get(entity.kind) for entity in reading.entities}
    points = any(entity.kind == "party" for entity in reading.entities) and bool(dossier.parties)
    return bool(named & fed or points) and not asked - own - _VAGUE
