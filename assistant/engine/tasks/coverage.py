"""Am I covered? The conditions that the facts settle, and those still open."""

from typing import Any

from assistant.engine.tasks.base import Task, from_slots
from assistant.engine.turn import Call, TurnContext
from assistant.engine.writer import Writer

_CAUSES = {"letter_of_credit": "lc_default"}


class CheckCoverage(Task):
    name = "coverage"
    tool = "check_coverage"
    intents = frozenset({"coverage_check"})
    slots = frozenset({"cause", "debt", "limit"})

    def wanted(self, turn: TurnContext) -> bool:
        return super().wanted(turn) and turn.own_case

    def arguments(self, turn: TurnContext) -> dict[str, Any]:
        facts = from_slots(turn, cause="cause", debt="debt", limit="limit", payment_terms_days="payment_terms_days")
        if "cause" in facts:
            facts["cause"] = _CAUSES.get(facts["cause"], facts["cause"])
        facts |= dict.fromkeys(turn.dossier.get("facts") or (), True)
        return {"facts": facts}

    def write(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        words = writer.words
        writer.say(f"coverage.{result['verdict']}")
        for state in ("not_met", "met"):
            for condition in result["conditions"]:
                if condition["state"] == state and (state == "not_met" or writer.turn.persona != "visitor"):
                    writer.say(
                        f"coverage.condition_{state}",
                        role="working",
                        own_line=True,
                        cite=condition["clause"],
                        condition=words.shown("condition", condition["id"]),
                    )
        writer.warnings(call.id, result)
        if result["verdict"] != "not_covered":
            for fact in result["next_questions"][:2]:
                if words.has(f"ask.{fact}"):
                    writer.ask(fact)
            if writer.draft.questions:
                writer.draft.outcome = "needs_facts"
            writer.say("safe.step", role="next", cite="wt-2026:5.5")
        writer.card("coverage", result)
        writer.notice("coverage")
        writer.suggest("checklist", "deadline")
