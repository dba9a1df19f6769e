"""From what is known to what is done: tool calls, or the smallest question."""

from collections.abc import Mapping
from typing import Any

from assistant.engine.ageing import ageing_in
from assistant.engine.choosing import remember_candidates
from assistant.engine.contradictions import contradictions
from assistant.engine.cues import has_cue
from assistant.engine.documents import about, document_asked, feeding
from assistant.engine.dossier import NOTHING, currency_for
from assistant.engine.events import is_urgent, tells_event
from assistant.engine.facts import note_facts
from assistant.engine.following import again, recalled
from assistant.engine.invoice_numbers import invoice_number
from assistant.engine.policy_facts import apply_policy, with_policy
from assistant.engine.tasks import Task, tasks
from assistant.engine.tasks.buyers import asks_to_assess
from assistant.engine.tasks.cases import speaks_of_filings
from assistant.engine.turn import FRAGMENT_CHARS, Call, Plan, TurnContext
from assistant.engine.versions import Version, versions

_SURE = 0.5
_REFUSALS = ("adversarial",)
_TALK = {
    "greeting": "boundary.greeting",
    "thanks": "boundary.thanks",
    "capabilities": "boundary.capabilities",
}
_PEOPLE = {"handoff_request": "boundary.handoff", "complaint": "boundary.complaint"}
_LIKELY = 0.6
_RATHER = 0.45
_PLAIN = 0.85
"""Confidence from which work that was done before is asked for again, not only followed up."""
_MOST_CALLS = 4
_MANNER = {*_TALK, "correction", "what_if", "follow_up", "language_switch", "undo"}
"""Intents that say how a message relates to the conversation, not what it is about."""
_NOT_CUT = frozenset({"adversarial", "answer_in_en", "answer_in_zh"})
"""Flags of a message that is one thing, however it is put."""
_AFTER_EVENT = {"told": ("coverage", "deadlines", "checklist"), "urgent": ("deadlines", "checklist"), "": ()}
"""What belongs together in one answer once something has happened to a buyer."""
_NOWHERE = 0.05
"""Score of the best passage below which a message without facts is about something else."""
_NEAR = 0.65
"""A second task is done when its confidence is at least this share of the strongest one's."""


def plan(turn: TurnContext) -> Plan:
    """Decide what this turn does. Fills bare quantities of the message into the dossier on the way."""
    _note_cues(turn)
    boundary = _boundary(turn)
    if boundary is not None:
        return boundary
    apply_policy(turn.dossier)  # the market and the cause of this turn decide which section's terms count
    document = document_asked(turn)
    chosen = feeding(turn, document) if document else _chosen(turn)
    made = Plan(tasks=[task.name for task in chosen], document=document)
    for task in chosen:
        _plan_task(made, task, turn)
    if document:
        made.calls = [about(turn, call) for call in made.calls]
        return made
    is_told = "policy_terms" in made.tasks or bool(made.contradictions)
    is_fact = bool(made.asks) and _only_states(turn)
    if "knowledge" not in made.tasks and not (is_told or is_fact) and (not made.calls or _needs_reading(turn, chosen)):
        made.tasks.append("knowledge")
        made.calls.append(_call(made, tasks()["knowledge"], turn))
    if made.asks and not _computes(made) and _is_elsewhere(turn):
        return Plan(boundary="boundary.out_of_scope", outcome="out_of_scope")
    made.outcome = "needs_facts" if made.asks and not _computes(made) else "answered"
    if turn.follows_up:
        unsaid = {"held", *turn.dossier.options, *(("countries",) if turn.dossier.has_turned else ())}
        made.restate = [name for name in turn.dossier.changed() if name not in unsaid]
    return made


def _plan_task(made: Plan, task: Task, turn: TurnContext) -> None:
    """The calls of one task, or what it needs to know first."""
    for version in versions(turn.dossier, task):
        apply_policy(turn.dossier)
        task.settle(turn)
        clashes = [item for item in contradictions(turn.dossier, turn.today) if set(item.slots) & task.slots]
        if clashes:
            made.contradictions += [item for item in clashes if item not in made.contradictions]
            made.asks += [item.asks for item in clashes if item.asks not in made.asks]
        elif missing := task.missing(turn):
            if task.insists(turn) or (turn.follows_up and task.name in turn.dossier.tasks):
                made.asks += [slot for slot in missing if slot not in made.asks]
            elif task.name in made.tasks:
                made.tasks.remove(task.name)
                made.left_open.append(task.name)
        elif task.tool:
            made.calls.append(_call(made, task, turn, version=version))
            for variant in task.variants(turn):
                made.calls.append(_call(made, task, turn, variant))


def follow_on(turn: TurnContext) -> list[Call]:
    """Calls that the results so far make possible: buyers found for certain are assessed when that was asked."""
    if any(call.tool == "assess_buyer" for call in turn.plan.calls):
        return []
    task, made = tasks()["assessment"], list[Call]()
    for call in [call for call in turn.plan.calls if call.tool == "lookup_buyer"]:
        result = turn.results.get(call.id, {})
        candidates = result.get("candidates") or []
        if result.get("ambiguous") or not candidates:
            remember_candidates(turn.dossier, candidates)
            if asks_to_assess(turn):
                turn.dossier.set("to_assess", True, source="tool")
        else:
            entity_id = candidates[0]["entity_id"]
            if "entity_id" not in turn.dossier:
                turn.dossier.set("entity_id", entity_id, source="tool")
            if task.wanted(turn):
                made.append(_call(turn.plan, task, turn, {"entity_id": entity_id}))
                turn.plan.calls.append(made[-1])
    turn.plan.tasks += [task.name] if made else []
    return made


def _call(
    made: Plan,
    task: Task,
    turn: TurnContext,
    variant: Mapping[str, Any] = NOTHING,
    *,
    version: Version | None = None,
) -> Call:
    version = version or Version()
    return Call(
        id=f"t{len(made.calls) + 1}",
        task=task.name,
        tool=task.tool,
        arguments={**with_policy(task.tool, task.arguments(turn), turn.dossier), **variant},
        party=version.party,
        given=(version.slot, version.value) if version.slot else None,
    )


def _only_states(turn: TurnContext) -> bool:
    """Whether a short follow-up gives a fact and asks nothing: "the limit is 600k"."""
    is_short = len(turn.reading.text) <= FRAGMENT_CHARS[turn.reading.language]
    stated = set(turn.dossier.changed())
    return turn.follows_up and is_short and bool(stated) and not has_cue(turn.reading.text, "question")


def _is_elsewhere(turn: TurnContext) -> bool:
    """Whether facts would be asked for in vain: none was given, and no passage comes near the message."""
    says_something = turn.own_case or turn.follows_up or turn.reading.quantities or turn.reading.entities
    return not says_something and turn.best_match() < _NOWHERE


def _computes(made: Plan) -> bool:
    return any(call.task != "knowledge" for call in made.calls)


def _boundary(turn: TurnContext) -> Plan | None:
    """Turns that need no evidence: refusals, small talk, other subjects, requests for a person."""
    if turn.has_new_documents and has_cue(turn.reading.text, "only_a_file"):
        return Plan(boundary="file.ready")
    for about_us in ("identity", "origin"):
        if has_cue(turn.reading.text, about_us):
            return Plan(boundary=f"boundary.{about_us}")
    top = turn.reading.intents[0] if turn.reading.intents else None
    is_refused = "adversarial" in turn.reading.flags
    if not is_refused and turn.intends(*_REFUSALS, above=_LIKELY):
        is_refused = not (has_cue(turn.reading.text, "proper") or turn.is_answerable())
    if is_refused:
        return Plan(boundary="boundary.refused", outcome="refused")
    if top is None:
        return None
    has_facts = any(item.role for item in turn.reading.quantities)
    for name, key in _PEOPLE.items():
        if top.name == name and top.confidence >= _SURE:
            return Plan(boundary=key, outcome="needs_person")
    is_about_buyer = "buyer" in turn.dossier and has_cue(turn.reading.text, "judge_buyer")
    is_subject = is_about_buyer or has_cue(turn.reading.text, "about_data")
    if top.name in _TALK and top.confidence >= _SURE and not has_facts and not is_subject:
        return Plan(boundary=_TALK[top.name])
    leans_back = turn.dossier.topic and len(turn.reading.text) <= FRAGMENT_CHARS[turn.reading.language]
    if top.name == "out_of_scope" and top.confidence >= _SURE and not turn.follows_up and not turn.brings_files():
        if leans_back and has_cue(turn.reading.text, "pronoun"):
            return None
        if not turn.is_foreign(turn.best_match()):
            return None
        return Plan(boundary="boundary.out_of_scope", outcome="out_of_scope")
    return None


def _chosen(turn: TurnContext) -> list[Task]:
    every = tasks()
    if speaks_of_filings(turn):
        return [every["cases"]]
    wanted = [task for task in every.values() if task.wanted(turn)]
    if every["policy_terms"] in wanted:
        return [task for task in wanted if task.has_facts(turn)][:_MOST_CALLS]
    if {"answer_in_en", "answer_in_zh"} & turn.reading.flags and not any(task.has_facts(turn) for task in wanted):
        return [every[name] for name in turn.dossier.last_tasks if name in every]
    if not any(task.has_facts(turn) for task in wanted):
        is_named = any(task.is_named(turn) for task in wanted)
        if turn.follows_up and not _is_asked_anew(turn, wanted) and (fed := again(turn)):
            wanted = fed
        elif not is_named and (
            back := [task for task in recalled(turn.reading, turn.dossier) if not task.missing(turn)]
        ):
            return back
    if has_cue(turn.reading.text, "how_much") and every["indemnity"] in wanted:
        others = [
            task
            for task in wanted
            if task.name not in ("coverage", "indemnity") and (task.has_facts(turn) or task.is_named(turn))
        ]
        return _with_asked_beside(turn, [every["indemnity"], *others])
    strongest = max((item.confidence for item in turn.reading.intents if item.name not in _MANNER), default=0.0)
    is_answer = set(turn.dossier.awaiting) & set(turn.dossier.changed())
    answers_us = bool(is_answer) and any(task.has_facts(turn) for task in wanted)
    least = _LIKELY if answers_us else 0.0 if turn.follows_up else _NEAR * strongest
    wanted = [task for task in wanted if task.has_facts(turn) or task.is_named(turn) or _strength(turn, task) >= least]
    wanted += [every[name] for name in _AFTER_EVENT[_event(turn)] if every[name] not in wanted]
    if not wanted and "buyer" in set(turn.dossier.changed()):
        wanted = [every["buyer"]]
    if every["assessment"] in wanted and every["buyer"] in wanted:
        wanted.remove(every["assessment"])  # it follows once the look-up has settled who the buyer is
    if every["assessment"] in wanted and "own_sales" in set(turn.dossier.changed()):
        wanted = [task for task in wanted if task.name != "premium" or task.has_facts(turn)]
    if turn.own_case and "cause" in set(turn.dossier.changed()) and not wanted:
        wanted = [every["deadlines"]]
    if not turn.premium_estimates:
        wanted = [task for task in wanted if task.name != "premium"]
    # after an event the days come before the papers
    first = "deadlines" if _event(turn) else ""
    wanted = sorted(wanted, key=lambda task: (task.name != first, -_strength(turn, task)))
    return _with_asked_beside(turn, wanted)[:_MOST_CALLS]


def _with_asked_beside(turn: TurnContext, chosen: list[Task]) -> list[Task]:
    """Also the tasks that one of several questions in the message asks for, where nothing is missing for them."""
    if turn.reading.flags & _NOT_CUT or not any(task.has_facts(turn) for task in chosen):
        return chosen
    asked = {intent.name for intents in turn.questions() for intent in intents if intent.confidence >= _LIKELY}
    beside = [
        task
        for task in tasks().values()
        if task.tool and task.name != "knowledge" and task not in chosen and asked & task.intents
    ]
    return [*chosen, *(task for task in beside if not task.missing(turn))]


def _is_asked_anew(turn: TurnContext, wanted: list[Task]) -> bool:
    """Whether a follow-up asks for other work than was done, and its facts are there."""
    return not turn.dossier.dropped and any(
        task.name != "knowledge"
        and (task.name not in turn.dossier.tasks or _strength(turn, task) >= _PLAIN)
        and (task.is_named(turn) or (_strength(turn, task) >= _RATHER and turn.main_intent in task.intents))
        and not task.missing(turn)
        for task in wanted
    )


def _strength(turn: TurnContext, task: Task) -> float:
    return max((intent.confidence for intent in turn.reading.intents if intent.name in task.intents), default=0.0)


def _event(turn: TurnContext) -> str:
    """How an event came up in this turn: told and nothing asked, with the question what to do now, or not at all."""
    if tells_event(turn):
        return "told"
    return "urgent" if is_urgent(turn) else ""


def _needs_reading(turn: TurnContext, chosen: list[Task]) -> bool:
    """Whether passages help beside the computed results: a question of substance came with the case."""
    if speaks_of_filings(turn):
        return False
    of_substance = turn.intends("knowledge", "glossary", "comparison", "credit_limit_help", above=0.4)
    is_open = not turn.own_case and any(task.name == "coverage" for task in chosen)
    return bool(chosen) and (is_open or of_substance or has_cue(turn.reading.text, "urgent"))


def _note_cues(turn: TurnContext) -> None:
    text = turn.reading.text
    turn.own_case = turn.own_case or has_cue(text, "own_case") or any(item.role for item in turn.reading.quantities)
    for market in ("domestic", "export"):
        if has_cue(text, market):
            turn.dossier.set("market", market)
    if has_cue(text, "no_losses") and "loss_ratio_pct" not in set(turn.dossier.changed()):
        turn.dossier.set("loss_ratio_pct", 0)
    if has_cue(text, "sme"):
        turn.dossier.set("is_sme", True)
    if number := invoice_number(turn.message):
        turn.dossier.set("invoice", number, number)
    note_facts(turn.dossier, text)
    if amounts := ageing_in(turn.reading, currency_for(turn.dossier, turn.reading.language)):
        turn.dossier.forget(["loss", "days_late", "losses", "debt"])  # what its columns were taken for
        turn.dossier.set("ageing", amounts)
