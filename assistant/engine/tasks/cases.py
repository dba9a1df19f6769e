"""Where a case stands, as far as this installation records it."""

from typing import Any

from assistant.engine.tasks.base import Task, from_slots
from assistant.engine.turn import Call, TurnContext
from assistant.engine.writer import Writer


class TrackCases(Task):
    name = "cases"
    tool = "track_case"
    intents = frozenset({"claim_status"})

    def wanted(self, turn: TurnContext) -> bool:
        return turn.intends("claim_status", above=0.5)

    def arguments(self, turn: TurnContext) -> dict[str, Any]:
        return from_slots(turn, buyer="buyer") if "buyer" in set(turn.dossier.changed()) else {}

    def write(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        words, language = writer.words, writer.turn.language
        if not result["cases"]:
            writer.draft.outcome = "needs_person"
            writer.say("boundary.claim_status")
            writer.hand_over("claim_status")
            writer.say("safe.keep", role="next")
            return
        writer.say("cases.lead", count=writer.count(len(result["cases"]), f"tool:{call.id}/cases"))
        for position, case in enumerate(result["cases"]):
            source = f"tool:{call.id}/cases/{position}"
            writer.say(
                "cases.line",
                role="working",
                own_line=True,
                cite=case["clause"],
                kind=words.shown_text(case["kind_name"][language], f"{source}/kind_name"),
                buyer=words.shown_text(case["buyer"], f"{source}/buyer"),
                status=words.shown_text(case["status_name"][language], f"{source}/status_name"),
            )
        writer.warnings(call.id, result)
        writer.say("cases.next", role="next")
        writer.notice("claim")
