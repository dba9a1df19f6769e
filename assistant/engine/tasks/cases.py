"""Where a case stands, as far as this installation records it."""

from typing import Any

from assistant.engine.cues import cues, has_cue
from assistant.engine.tasks.base import Task, from_slots
from assistant.engine.turn import Call, TurnContext
from assistant.engine.writer import Writer


def speaks_of_filings(turn: TurnContext) -> bool:
    """Whether what the person has sent in is asked about, or is to be taken back."""
    text = turn.reading.text
    is_own = has_cue(text, "own_filings") or has_cue(text, "withdraw_filing")
    return is_own and not has_cue(text, "how_to")


class TrackCases(Task):
    name = "cases"
    tool = "track_case"
    intents = frozenset({"claim_status"})

    def wanted(self, turn: TurnContext) -> bool:
        return turn.intends("claim_status", above=0.5) or speaks_of_filings(turn)

    def arguments(self, turn: TurnContext) -> dict[str, Any]:
        named = from_slots(turn, buyer="buyer") if "buyer" in set(turn.dossier.changed()) else {}
        kinds = [kind for kind in cues()["filing_kind"] if has_cue(turn.reading.text, "filing_kind", kind)]
        return named | ({"kind": kinds[0]} if len(kinds) == 1 and speaks_of_filings(turn) else {})

    def write(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        words, language = writer.words, writer.turn.language
        if has_cue(writer.turn.reading.text, "withdraw_filing"):
            writer.say("cases.withdraw", role="next")
        if not result["cases"]:
            writer.draft.outcome = "needs_person"
            writer.say("cases.none" if speaks_of_filings(writer.turn) else "boundary.claim_status")
            writer.hand_over("claim_status")
            if call.arguments.get("kind") != "credit_limit":
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
