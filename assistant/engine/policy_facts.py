"""The confirmed policy in a conversation: its terms as facts of the dossier, as arguments of tools, as citations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.answer import Language
from assistant.engine.dossier import Dossier, Slot
from assistant.engine.turn import Clauses
from assistant.schedule.in_use import PolicyInUse
from assistant.schedule.policy import PolicyTerm
from knowledge.model import Passage
from tools.money import UNSTATED

SLOT_BY_PARAMETER: Mapping[str, str] = {
    **{
        name: name
        for name in (
            "insured_pct",
            "mep_days",
            "notice_days",
            "notice_basis",
            "waiting_days",
            "waiting_basis",
            "claim_months",
            "claim_days",
            "claim_basis",
            "adverse_days",
            "adverse_calendar",
            "collection_days",
            "calendar",
            "max_terms_days",
            "period_from",
            "period_to",
            "eefl",
            "nql",
            "max_liability",
        )
    },
    "afl": "afl_remaining",
}
"""Where a term stands among the facts. What is left of a yearly amount is all of it, as far as the schedule tells."""
_CLOCKS = {
    name: name
    for name in (
        "mep_days",
        "notice_days",
        "notice_basis",
        "waiting_days",
        "waiting_basis",
        "claim_months",
        "claim_days",
        "claim_basis",
        "collection_days",
        "calendar",
        "adverse_days",
        "adverse_calendar",
    )
}
_ARGUMENTS: Mapping[str, Mapping[str, str]] = {
    "compute_deadlines": _CLOCKS,
    "claim_checklist": _CLOCKS,
    "check_coverage": {
        "waiting_days": "waiting_days",
        "max_terms_days": "max_terms_days",
        "policy_start": "period_from",
        "policy_end": "period_to",
    },
}
"""Arguments of each tool that come from the policy, beside those that its task passes anyway, and their slots."""
_DATED = ("due_date", "event_date")
_AMOUNTS = {"eefl": "eefl", "afl_remaining": "afl_remaining", "nql": "nql", "max_liability_remaining": "max_liability"}


@dataclass(frozen=True, kw_only=True)
class Used:
    """A policy term that a tool call rests on, or that it departs from."""

    slot: str
    value: Any
    """What was used."""
    term: PolicyTerm

    @property
    def differs(self) -> bool:
        """Whether the person gave another value than the policy."""
        return bool(self.value != self.term.value)


def policy_of(dossier: Dossier) -> PolicyInUse | None:
    """The policy that the conversation uses."""
    return PolicyInUse.from_dossier({"policy": dossier.policy})


def apply_policy(dossier: Dossier) -> None:
    """Put the policy's terms among the facts, wherever the person has not said otherwise."""
    dossier.forget([name for name, slot in dossier.slots.items() if slot.source == "schedule"])
    for name, term in terms_in_force(dossier).items():
        slot = SLOT_BY_PARAMETER.get(name)
        stated = {slot} | ({"claim_months", "claim_days"} if slot in ("claim_months", "claim_days") else set())
        if slot and not stated & set(dossier.slots):
            dossier.slots[slot] = Slot(value=term.value, source="schedule", turn=0, text=term.quote)


def terms_in_force(dossier: Dossier) -> dict[str, PolicyTerm]:
    """The policy's terms by parameter; where sections differ, the one this case belongs to, if that is known."""
    policy = policy_of(dossier)
    if policy is None:
        return {}
    found: dict[str, PolicyTerm] = {}
    for name in dict.fromkeys(term.parameter for term in policy.terms):
        by_section = {term.section: term for term in policy.of_parameter(name)}
        cause, market = dossier.get("cause"), dossier.get("market")
        wanted = ["political"] if cause == "political" else ["refusal"] if cause == "refusal" else []
        chosen = next((by_section[part] for part in (*wanted, market, "") if part in by_section), None)
        trade = [by_section[part] for part in ("domestic", "export") if part in by_section]
        if chosen is None and trade and all(term.value == trade[0].value for term in trade):
            chosen = trade[0]
        if chosen is not None:
            found[name] = chosen
    return found


def with_policy(tool: str, arguments: dict[str, Any], dossier: Dossier) -> dict[str, Any]:
    """The arguments of a call with what the policy adds; amounts in another currency than the debt's are left out."""
    filled = dict(arguments)
    wanted = _ARGUMENTS.get(tool, {})
    if tool == "claim_checklist" and not set(_DATED) & set(filled):
        return filled
    is_nested = tool == "check_coverage"
    inner = dict(filled.get("facts") or {}) if is_nested else filled
    for argument, slot in wanted.items():
        kept = dossier.slots.get(slot)
        if kept is not None and kept.source == "schedule" and argument not in inner:
            inner[argument] = kept.value
    if is_nested:
        if dossier.get("waiting_basis") not in (None, "due_date"):
            inner.pop("waiting_days", None)  # the check counts from the due date
        filled["facts"] = inner
    for argument, slot in _AMOUNTS.items():
        if argument in filled and _is_foreign(filled, argument, dossier.slots.get(slot)):
            filled.pop(argument)
    return filled


def used_terms(arguments: Mapping[str, Any], dossier: Dossier) -> Iterator[Used]:
    """The policy's terms among the arguments of a call, as used and as replaced by what the person said."""
    terms = {
        SLOT_BY_PARAMETER[name]: term for name, term in terms_in_force(dossier).items() if name in SLOT_BY_PARAMETER
    }
    renamed = {"policy_start": "period_from", "policy_end": "period_to", "max_liability_remaining": "max_liability"}
    given = {renamed.get(name, name): value for name, value in {**arguments, **(arguments.get("facts") or {})}.items()}
    for slot, value in ((slot, given[slot]) for slot in SLOT_BY_PARAMETER.values() if slot in given):
        kept = dossier.slots.get(slot)
        is_used = slot in terms and kept is not None and kept.value == value
        if is_used and kept and (kept.source == "schedule" or value != terms[slot].value):
            yield Used(slot=slot, value=value, term=terms[slot])


def with_policy_clauses(clauses: Clauses, dossier: Dossier) -> Clauses:
    """The clauses, and with them the passages of the policy in use."""
    policy = policy_of(dossier)
    return _PolicyClauses(clauses, policy) if policy else clauses


class _PolicyClauses:
    def __init__(self, clauses: Clauses, policy: PolicyInUse) -> None:
        self._clauses, self._policy = clauses, policy

    def clause(self, reference: str, language: Language) -> Passage | None:
        return self._clauses.clause(reference, language)

    def passage(self, passage_id: str) -> Passage | None:
        return self._policy.passage(passage_id) or self._clauses.passage(passage_id)


def _is_foreign(arguments: Mapping[str, Any], argument: str, slot: Slot | None) -> bool:
    if slot is None or slot.source != "schedule":
        return False
    case = next((arguments[name] for name in ("debt", "limit") if isinstance(arguments.get(name), Mapping)), None)
    stated = {str(item.get("currency") or UNSTATED) for item in (case, slot.value) if isinstance(item, Mapping)}
    return len(stated - {UNSTATED}) > 1
