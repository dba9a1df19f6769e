"""Which papers a claim needs, what is held, what is missing."""

from typing import Any

from assistant.engine.cues import has_cue
from assistant.engine.tasks.base import Task, from_slots
from assistant.engine.turn import Call, TurnContext
from assistant.engine.writer import Writer


class ClaimChecklist(Task):
    name = "checklist"
    tool = "claim_checklist"
    intents = frozenset({"claim_checklist"})
    decisive = frozenset({"held"})
    slots = frozenset({"cause", "held"})

    def wanted(self, turn: TurnContext) -> bool:
        stated = set(turn.dossier.changed())
        return super().wanted(turn) or ("held" in stated and "checklist" in turn.dossier.tasks)

    def missing(self, turn: TurnContext) -> list[str]:
        return [] if "cause" in turn.dossier else ["cause"]

    def insists(self, turn: TurnContext) -> bool:
        return has_cue(turn.reading.text, "still_missing")

    def arguments(self, turn: TurnContext) -> dict[str, Any]:
        arguments = from_slots(
            turn, cause="cause", held="held", due_date="due_date", mep_days="mep_days", event_date="event_date"
        )
        if "due_date" in arguments or "event_date" in arguments:
            arguments["today"] = turn.today.isoformat()
        return arguments

    def write(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        words, language = writer.words, writer.turn.language
        needed = [item for item in result["items"] if item["required"]]
        missing = [item for item in needed if not item["held"]]
        cause = words.shown("cause", call.arguments["cause"])
        count = writer.count(len(needed), f"tool:{call.id}/items")
        if len(missing) < len(needed):
            short = writer.count(len(missing), f"tool:{call.id}/missing")
            writer.say("checklist.missing", cause=cause, needed=count, missing=short)
        else:
            writer.say("checklist.lead", cause=cause, needed=count)
        brief = writer.turn.persona == "visitor"
        for position, item in enumerate(result["items"]):
            if not item["required"] or item["held"]:
                continue
            source = f"tool:{call.id}/items/{position}"
            key = "checklist.item_brief" if brief else "checklist.item"
            shown = {"title": words.shown_text(item["title"][language], f"{source}/title")}
            if not brief:
                shown["why"] = words.shown_text(item["why"][language], f"{source}/why")
            writer.say(key, shown, role="working", own_line=True, cite=item.get("clause") or "")
        held = [item["title"][language] for item in needed if item["held"]]
        if held:
            writer.say(
                "checklist.held", role="working", items=words.shown_text(words.join(held), f"tool:{call.id}/items")
            )
        writer.warnings(call.id, result)
        writer.say("checklist.next", role="next", cite="wt-2026:8.4")
        writer.card("checklist", {"arguments": call.arguments, **result})
        writer.notice("claim")
        writer.suggest("deadline", "missing_paper", "indemnity")

    def explain_missing(self, writer: Writer) -> None:
        writer.quote_clause("wt-2026:8.4")
        writer.notice("claim")
