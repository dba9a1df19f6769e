"""Am I covered? The conditions that the facts settle, and those still open."""

import re
from typing import Any

from assistant.engine.cues import cues, has_cue
from assistant.engine.events import only_tells
from assistant.engine.facts import facts_of, tells_harm
from assistant.engine.tasks.base import Task, from_slots
from assistant.engine.turn import Call, TurnContext
from assistant.engine.writer import Writer

_HINTED = 0.2
_BARE_CHARS = {"zh": 8, "en": 24}
"""A question up to this long names no subject: "能赔吗?", "Am I covered?"."""


class CheckCoverage(Task):
    name = "coverage"
    tool = "check_coverage"
    intents = frozenset({"coverage_check"})
    slots = frozenset({"cause", "debt", "limit", "facts"})

    def wanted(self, turn: TurnContext) -> bool:
        stated = set(turn.dossier.changed())
        asks_of_it = turn.intends("coverage_check", above=_HINTED) or has_cue(turn.reading.text, "covered")
        if "facts" in stated and turn.own_case and asks_of_it:
            return True
        if tells_harm(turn.reading.text) and only_tells(turn.reading.text):
            return True
        is_asked = has_cue(turn.reading.text, "covered") and not has_cue(turn.reading.text, "hypothetical")
        if not super().wanted(turn) and not is_asked:
            return False
        return _names_no_subject(turn) or "facts" in stated or (turn.own_case and "cause" in stated)

    def is_named(self, turn: TurnContext) -> bool:
        return turn.own_case and "cause" in set(turn.dossier.changed()) and has_cue(turn.reading.text, "covered")

    def has_facts(self, turn: TurnContext) -> bool:
        """Facts about cover are told for its sake, where it is asked about or was before."""
        return "facts" in set(turn.dossier.changed()) and (self.wanted(turn) or self.name in turn.dossier.tasks)

    def arguments(self, turn: TurnContext) -> dict[str, Any]:
        facts = from_slots(turn, cause="cause", debt="debt", limit="limit", payment_terms_days="payment_terms_days")
        return {"facts": facts | facts_of(turn.dossier)}

    def _open(self, writer: Writer, result: dict[str, Any]) -> None:
        """The open conditions that are asked about, each with its clause."""
        asked = set(result["next_questions"][:2])
        for condition in result["conditions"]:
            if condition["state"] == "unknown" and asked & set(condition["facts"][:1]):
                name = writer.words.shown("condition", condition["id"])
                cite = condition["clause"]
                writer.say("coverage.condition_unknown", role="working", own_line=True, cite=cite, condition=name)

    def write(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        words = writer.words
        writer.say(f"coverage.{result['verdict']}")
        failed: list[str] = []
        for state in ("not_met", "met"):
            for condition in result["conditions"]:
                if condition["state"] == state and (state == "not_met" or writer.turn.persona != "visitor"):
                    if state == "not_met":
                        failed.append(condition["clause"])
                    writer.say(
                        f"coverage.condition_{state}",
                        role="working",
                        own_line=True,
                        cite=condition["clause"],
                        condition=words.shown("condition", condition["id"]),
                    )
        if result["verdict"] != "not_covered":
            self._open(writer, result)
        for clause in failed[:2]:
            writer.quote_clause(clause, role="working")
        writer.warnings(call.id, result)
        if result["verdict"] != "not_covered":
            for fact in result["next_questions"][:2]:
                if words.has(f"ask.{fact}"):
                    writer.ask(fact)
            if writer.draft.questions and not any(
                other.task not in (self.name, "knowledge") for other in writer.turn.plan.calls
            ):
                writer.draft.outcome = "needs_facts"
            writer.say("safe.step", role="next", cite="wt-2026:5.5")
        writer.card("coverage", result)
        writer.notice("coverage")
        writer.suggest("checklist", "deadline")


def _names_no_subject(turn: TurnContext) -> bool:
    """Whether a short question about cover says nothing of what is to be covered."""
    text, language = turn.reading.text.lower(), turn.reading.language
    for cause in turn.reading.of_kind("cause"):
        text = text.replace(cause.text.lower(), "")
    if len(text) > _BARE_CHARS[language] or has_cue(text, "subject"):
        return False
    empty = cues()["bare"][language]
    if language == "en":
        return not set(re.findall(r"[a-z']+", text)) - set(empty)
    for word in sorted(empty, key=len, reverse=True):
        text = text.replace(word, "")
    return not re.search(r"\w", text)
