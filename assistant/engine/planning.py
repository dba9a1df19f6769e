"""From what is known to what is done: tool calls, or the smallest question."""

from assistant.engine.cues import cues, has_cue
from assistant.engine.dossier import Dossier, slot_of
from assistant.engine.reading.model import Reading
from assistant.engine.tasks import Task, tasks
from assistant.engine.turn import FRAGMENT_CHARS, Call, Plan, TurnContext

_SURE = 0.5
_REFUSALS = ("adversarial",)
_TALK = {
    "greeting": "boundary.greeting",
    "thanks": "boundary.thanks",
    "capabilities": "boundary.capabilities",
}
_PEOPLE = {"handoff_request": "boundary.handoff", "complaint": "boundary.complaint"}
_CERTAIN = 0.9
_MOST_CALLS = 4
_MANNER = {*_TALK, "correction", "what_if", "follow_up", "language_switch", "undo"}
"""Intents that say how a message relates to the conversation, not what it is about."""
_NEAR = 0.65
"""A second task is done when its confidence is at least this share of the strongest one's."""


def plan(turn: TurnContext) -> Plan:
    """Decide what this turn does. Fills bare quantities of the message into the dossier on the way."""
    _note_cues(turn)
    boundary = _boundary(turn)
    if boundary is not None:
        return boundary
    chosen = _chosen(turn)
    made = Plan(tasks=[task.name for task in chosen])
    for task in chosen:
        task.settle(turn)
        if missing := task.missing(turn):
            if not task.insists(turn):
                made.tasks.remove(task.name)
                continue
            made.asks += [slot for slot in missing if slot not in made.asks]
        else:
            made.calls.append(_call(made, task, turn))
    if "knowledge" not in made.tasks and (not made.calls or _needs_reading(turn, chosen)):
        made.tasks.append("knowledge")
        made.calls.append(_call(made, tasks()["knowledge"], turn))
    made.outcome = "needs_facts" if made.asks and not _computes(made) else "answered"
    if turn.follows_up:
        made.restate = [name for name in turn.dossier.changed() if name not in ("held",)]
    return made


def natural_slots(dossier: Dossier) -> dict[str, str]:
    """Slot that a bare quantity of each kind means in the work at hand."""
    found: dict[str, str] = {}
    for name in dossier.tasks:
        found = {**tasks()[name].natural, **found} if name in tasks() else found
    return found


def is_follow_up(reading: Reading, dossier: Dossier) -> bool:
    """Whether the message makes sense only after the turn before: a correction, a what-if, an answer to a question."""
    if not dossier.turn:
        return False
    names = {intent.name for intent in reading.intents if intent.confidence >= _SURE}
    if names & {"correction", "what_if", "follow_up", "language_switch"}:
        return True
    if len(reading.text) > FRAGMENT_CHARS[reading.language]:
        return False
    fed = {slot for name in dossier.tasks if name in tasks() for slot in tasks()[name].slots}
    natural = natural_slots(dossier)
    states_a_fact = any(slot_of(item) in fed or item.kind in natural for item in reading.quantities)
    names_currency = any(entity.kind == "currency" for entity in reading.entities) and bool(dossier.tasks)
    return bool(dossier.awaiting) or has_cue(reading.text, "follow_up") or states_a_fact or names_currency


def follow_on(turn: TurnContext) -> list[Call]:
    """Calls that the results so far make possible: a buyer found for certain is assessed when that was asked."""
    for call in turn.plan.calls:
        result = turn.results.get(call.id, {})
        if call.tool == "lookup_buyer" and "entity_id" not in turn.dossier:
            candidates = result.get("candidates") or []
            if len(candidates) == 1 or (candidates and not result.get("ambiguous") and candidates[0]["match"] >= 0.97):
                turn.dossier.set("entity_id", candidates[0]["entity_id"], source="tool")
                task = tasks()["assessment"]
                if task.wanted(turn):
                    call = _call(turn.plan, task, turn)
                    turn.plan.calls.append(call)
                    turn.plan.tasks.append(task.name)
                    return [call]
    return []


def _call(made: Plan, task: Task, turn: TurnContext) -> Call:
    return Call(id=f"t{len(made.calls) + 1}", task=task.name, tool=task.tool, arguments=task.arguments(turn))


def _computes(made: Plan) -> bool:
    return any(call.task != "knowledge" for call in made.calls)


def _boundary(turn: TurnContext) -> Plan | None:
    """Turns that need no evidence: refusals, small talk, other subjects, requests for a person."""
    if turn.has_new_documents and has_cue(turn.reading.text, "only_a_file"):
        return Plan(boundary="file.ready")
    top = turn.reading.intents[0] if turn.reading.intents else None
    if "adversarial" in turn.reading.flags or (turn.intends(*_REFUSALS, above=_SURE) and not turn.is_answerable()):
        return Plan(boundary="boundary.refused", outcome="refused")
    if top is None:
        return None
    has_facts = any(item.role for item in turn.reading.quantities)
    for name, key in _PEOPLE.items():
        if top.name == name and top.confidence >= _SURE:
            return Plan(boundary=key, outcome="needs_person")
    if top.name in _TALK and top.confidence >= _SURE and not has_facts:
        return Plan(boundary=_TALK[top.name])
    doubtful = top.confidence < _CERTAIN
    leans_back = turn.dossier.topic and len(turn.reading.text) <= FRAGMENT_CHARS[turn.reading.language]
    if top.name == "out_of_scope" and top.confidence >= _SURE and not turn.follows_up and not turn.brings_files():
        if leans_back and has_cue(turn.reading.text, "pronoun"):
            return None
        if doubtful and turn.is_answerable():
            return None
        return Plan(boundary="boundary.out_of_scope", outcome="out_of_scope")
    return None


def _chosen(turn: TurnContext) -> list[Task]:
    every = tasks()
    wanted = [task for task in every.values() if task.wanted(turn)]
    if {"answer_in_en", "answer_in_zh"} & turn.reading.flags and not any(task.has_facts(turn) for task in wanted):
        return [every[name] for name in turn.dossier.last_tasks if name in every]
    if turn.follows_up and not any(task.has_facts(turn) for task in wanted):
        changed = set(turn.dossier.changed())
        again = [every[name] for name in turn.dossier.tasks if name in every and every[name].slots & changed]
        wanted = again or wanted
    if has_cue(turn.reading.text, "how_much") and every["indemnity"] in wanted:
        others = [task for task in wanted if task.name not in ("coverage", "indemnity") and task.has_facts(turn)]
        return [every["indemnity"], *others]
    strongest = max((item.confidence for item in turn.reading.intents if item.name not in _MANNER), default=0.0)
    wanted = [
        task for task in wanted if task.has_facts(turn) or turn.follows_up or _strength(turn, task) >= _NEAR * strongest
    ]
    if _is_urgent(turn):
        wanted += [every[name] for name in ("deadlines", "checklist") if every[name] not in wanted]
    if not wanted and "buyer" in set(turn.dossier.changed()):
        wanted = [every["buyer"]]
    if turn.own_case and "cause" in set(turn.dossier.changed()) and not wanted:
        wanted = [every["deadlines"]]
    if not turn.premium_estimates:
        wanted = [task for task in wanted if task.name != "premium"]
    return sorted(wanted, key=lambda task: -_strength(turn, task))[:_MOST_CALLS]


def _strength(turn: TurnContext, task: Task) -> float:
    return max((intent.confidence for intent in turn.reading.intents if intent.name in task.intents), default=0.0)


def _is_urgent(turn: TurnContext) -> bool:
    cause_now = "cause" in set(turn.dossier.changed())
    return cause_now and turn.own_case and has_cue(turn.reading.text, "urgent")


def _needs_reading(turn: TurnContext, chosen: list[Task]) -> bool:
    """Whether passages help beside the computed results: a question of substance came with the case."""
    of_substance = turn.intends("knowledge", "glossary", "comparison", "credit_limit_help", above=0.4)
    return bool(chosen) and (of_substance or has_cue(turn.reading.text, "urgent"))


def _note_cues(turn: TurnContext) -> None:
    text = turn.reading.text
    turn.own_case = turn.own_case or has_cue(text, "own_case") or any(item.role for item in turn.reading.quantities)
    for market in ("domestic", "export"):
        if has_cue(text, market):
            turn.dossier.set("market", market)
    if has_cue(text, "sme"):
        turn.dossier.set("is_sme", True)
    facts = [name for name in cues()["fact"] if has_cue(text, "fact", name)]
    if facts:
        turn.dossier.set("facts", facts)
