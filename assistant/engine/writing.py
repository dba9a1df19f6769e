"""From results to a draft: the answer first, how it was worked out, what to do next, and only then questions."""

from assistant.engine.cues import has_cue
from assistant.engine.documents import write_document
from assistant.engine.suggesting import suggest_next
from assistant.engine.tasks import tasks
from assistant.engine.tasks.policy_terms import say_what_the_policy_gave
from assistant.engine.turn import Call, TurnContext
from assistant.engine.wording import Shown
from assistant.engine.writer import Writer
from assistant.evidence import Draft

_ROLE_ORDER = {"answer": 0, "working": 0, "notice": 1, "next": 2, "ask": 3}
"""Answers stay beside their own working; what to watch and what to do next follow once for all tasks."""


def write(turn: TurnContext) -> Draft:
    """The draft of this turn from its plan and results."""
    writer = Writer(turn)
    if turn.plan.boundary:
        _write_boundary(writer)
        return writer.draft
    writer.draft.outcome = turn.plan.outcome
    _restate(writer)
    if turn.plan.document:
        write_document(writer)
        writer.draft.sentences.sort(key=lambda sentence: _ROLE_ORDER[sentence.role])
        return writer.draft
    _point_out(writer)
    unmet = [name for name in turn.plan.tasks if name not in {call.task for call in turn.plan.calls}]
    for name in unmet if not turn.plan.contradictions else ():
        tasks()[name].explain_missing(writer)
    ordered = sorted(turn.plan.calls, key=lambda call: call.task == "knowledge")
    for call in ordered:
        _write_result(writer, call)
    say_what_the_policy_gave(writer)
    if has_cue(turn.reading.text, "send_in") and not has_cue(turn.reading.text, "question"):
        writer.say("cases.not_sent", role="next")
    for slot in turn.plan.asks:
        writer.ask(slot)
    suggest_next(writer)
    writer.draft.sentences.sort(key=lambda sentence: _ROLE_ORDER[sentence.role])
    return writer.draft


def _write_result(writer: Writer, call: Call) -> None:
    result = writer.turn.results.get(call.id)
    if result is None:
        return
    error = result.get("error")
    _head(writer, call)
    if error is None:
        tasks()[call.task].write(writer, call, result)
    elif error.get("field") is not None:
        words = writer.words
        writer.draft.outcome = "needs_facts"
        field = str(error["field"]).partition(".")[0]
        writer.say("error.input", field=words.shown("slot", field))
        if words.has(f"ask.{field}"):
            writer.ask(field)
    else:
        writer.say("error.unavailable")


def _head(writer: Writer, call: Call) -> None:
    """Which buyer a result is about, or which of two values it takes."""
    words = writer.words
    if call.party:
        writer.say("several.party", party=words.shown_text(call.party, f"user:{call.party}"))
    if call.given:
        name, value = call.given
        shown = words.parameter(name, value, f"user:{name}")
        writer.say("several.given", slot=words.shown("slot", name), value=shown)
        if words.has(f"ask.{name}"):
            writer.ask(name)


def _point_out(writer: Writer) -> None:
    """Facts that cannot all be true."""
    words, dossier = writer.words, writer.turn.dossier
    writer.draft.derived.append((100, "rule"))
    for clash in writer.turn.plan.contradictions:
        values = {name: words.parameter(name, dossier.get(name), f"user:{name}") for name in clash.slots}
        writer.say(f"contradiction.{clash.id}", values)


def _restate(writer: Writer) -> None:
    """Name the facts that this turn changed, so that a wrong reading is seen."""
    words, dossier = writer.words, writer.turn.dossier
    named = [name for name in writer.turn.plan.restate if name in dossier and words.has(f"slot.{name}")]
    if not named:
        return
    comma = "；" if words.language == "zh" else "; "
    bits = [
        words.text("restate.one", slot=words.name("slot", name), value=words.parameter(name, dossier.get(name)).text)
        for name in named
    ]
    sources = Shown(comma.join(bits), f"user:{dossier.turn}")
    writer.say("restate.lead", facts=sources)


def _write_boundary(writer: Writer) -> None:
    key = writer.turn.plan.boundary
    writer.draft.outcome = writer.turn.plan.outcome
    writer.say(key)
    if writer.turn.plan.outcome == "needs_person":
        writer.draft.handoff = (
            key.rpartition(".")[2],
            writer.words.text("handoff.summary", message=writer.turn.message[:200]),
        )
        writer.say("safe.keep", role="next")
    writer.suggest("cover", "premium_estimate", "checklist")
