"""What is my waiting period? Answered from the confirmed policy, in the schedule's own words."""

from typing import Any

from assistant.answer import Evidence
from assistant.engine.cues import has_cue
from assistant.engine.policy_facts import policy_of, terms_in_force, used_terms
from assistant.engine.tasks.base import Task
from assistant.engine.turn import TurnContext
from assistant.engine.wording import Shown
from assistant.engine.writer import Writer
from assistant.evidence import Sentence
from assistant.schedule.in_use import PolicyInUse
from assistant.schedule.lexicon import find_labels
from assistant.schedule.policy import PolicyTerm
from tools.policy import policy_terms

_DERIVED = {
    "claim": ("claim_months", "claim_days"),
    "period": ("period_from", "period_to"),
    "declaration": ("declaration_frequency", "declaration_day"),
    "max_liability": ("max_liability", "max_liability_multiple"),
}
_WITH_BASIS = {
    "notice_days": "notice_basis",
    "waiting_days": "waiting_basis",
    "claim_months": "claim_basis",
    "claim_days": "claim_basis",
}


class PolicyTerms(Task):
    """Speaks from the policy in use; it calls no tool, so its words are those of `explain_missing`."""

    name = "policy_terms"
    tool = ""
    intents = frozenset[str]()

    def wanted(self, turn: TurnContext) -> bool:
        # without a policy only a question for one's own terms is answered by what is missing
        is_own = has_cue(turn.reading.text, "own_term") and not has_cue(turn.reading.text, "own_document")
        return bool((turn.dossier.policy or is_own) and asked_parameters(turn))

    def has_facts(self, turn: TurnContext) -> bool:
        return True

    def explain_missing(self, writer: Writer) -> None:
        policy = policy_of(writer.turn.dossier)
        names = asked_parameters(writer.turn)
        for name in names:
            stated = _stated(policy, name, writer) if policy else []
            if stated and policy:
                _tell(writer, policy, stated)
            else:
                _tell_typical(writer, name, has_policy=policy is not None)
        writer.notice("policy")
        writer.suggest("deadline", "checklist")


def asked_parameters(turn: TurnContext) -> list[str]:
    """The policy parameters whose value the message asks for."""
    text = turn.reading.text.lower()
    if not has_cue(text, "asks_value") or (has_cue(text, "asks_meaning") and not has_cue(text, "own_term")):
        return []
    given = {item.role for item in turn.reading.quantities}
    labels = [label for label in find_labels(text) if label.strength in ("label", "vague")]
    names = [label.entry.name for label in labels if label.entry.kind != "basis" and label.entry.name not in given]
    return list(dict.fromkeys(names))[:3]


def say_what_the_policy_gave(writer: Writer) -> None:
    """Name the terms of the policy that the results rest on, each with its quote, and where the person's own differ."""
    policy = policy_of(writer.turn.dossier)
    if policy is None:
        return
    told: set[str] = set()
    for call in writer.turn.plan.calls:
        if "error" in writer.turn.results.get(call.id, {"error": None}):
            continue
        for used in used_terms(call.arguments, writer.turn.dossier):
            if used.slot in told:
                continue
            if not told:
                writer.say("schedule.lead", role="notice", name=Shown(policy.name))
            told.add(used.slot)
            parameter, value = _name(writer, used.term), writer.words.parameter(used.term.parameter, used.term.value)
            if used.differs:
                own = writer.words.parameter(used.term.parameter, used.value)
                _cited(writer, policy, used.term, "schedule.differs", parameter=parameter, value=value, used=own)
            else:
                key = "schedule.one" if used.term.source == "schedule" else "schedule.one_given"
                _cited(writer, policy, used.term, key, parameter=parameter, value=value)


def _stated(policy: PolicyInUse, name: str, writer: Writer) -> list[PolicyTerm]:
    """The terms that answer for a name: that of the case's own section, or each section's."""
    in_force = terms_in_force(writer.turn.dossier)
    found: list[PolicyTerm] = []
    for parameter in _DERIVED.get(name, (name,)):
        sections = policy.of_parameter(parameter)
        own = in_force.get(parameter)
        found += [own] if own is not None and not len(sections) > 1 else list(sections)
    return found


def _tell(writer: Writer, policy: PolicyInUse, stated: list[PolicyTerm]) -> None:
    for term in stated:
        key = "schedule.answer" if term.source == "schedule" else "schedule.answer_given"
        value = writer.words.parameter(term.parameter, term.value)
        basis = _basis(policy, term)
        if basis is not None:
            words = writer.words.text("schedule.counted", value=value.text, basis=writer.words.name("value", basis))
            value = Shown(words)
        _cited(writer, policy, term, key, role="answer", parameter=_name(writer, term), value=value)
    quoted: set[tuple[int, int]] = set()
    for term in stated:
        place = policy.quoted(term)
        if place is None or (term.start, term.end) in quoted:
            continue
        quoted.add((term.start, term.end))
        words = " ".join(term.quote.split())
        number = writer.draft.cite(*place)
        evidence = (Evidence(start=0, end=len(words), source=f"citation:{number}"),)
        writer.add(Sentence(text=words, role="working", evidence=evidence, own_line=True))


def _tell_typical(writer: Writer, name: str, *, has_policy: bool) -> None:
    """Say what is missing, and what is typical; a typical value is never the person's own."""
    parameter = Shown(writer.words.name("term", _DERIVED.get(name, (name,))[0]))
    writer.say("schedule.not_stated" if has_policy else "schedule.needed", parameter=parameter)
    terms = policy_terms().terms
    typical = next((each for each in _DERIVED.get(name, (name,)) if each in terms), None)
    if typical is None:
        return
    shown = writer.words.parameter(typical, terms[typical].value, f"assumption:{typical}")
    writer.draft.derived.append((shown.text, f"assumption:{typical}"))
    writer.say("schedule.typical", cite=terms[typical].clause or "", value=shown)


def _cited(
    writer: Writer, policy: PolicyInUse, term: PolicyTerm, key: str, *, role: str = "notice", **values: Shown
) -> None:
    sentence = writer.words.sentence(key, values, role=role, own_line=role == "notice")
    place = policy.quoted(term)
    if place is None:
        writer.add(sentence)
        return
    number = writer.draft.cite(*place)
    whole = Evidence(start=0, end=len(sentence.text), source=f"citation:{number}")
    writer.add(
        Sentence(text=sentence.text, role=role, evidence=(*sentence.evidence, whole), own_line=sentence.own_line)
    )


def _basis(policy: PolicyInUse, term: PolicyTerm) -> Any:
    found = policy.of_parameter(_WITH_BASIS.get(term.parameter, ""))
    return found[0].value if found else None


def _name(writer: Writer, term: PolicyTerm) -> Shown:
    name = writer.words.name("term", term.parameter)
    if not term.section:
        return Shown(name)
    section = writer.words.name("section", term.section)
    return Shown(writer.words.text("schedule.of_section", parameter=name, section=section))
