"""By when: stop-shipment, notice, date of loss, claim."""

from typing import Any

from assistant.engine.cues import has_cue
from assistant.engine.tasks.base import LOSS_CAUSES, Task, from_slots, place_bare
from assistant.engine.turn import Call, TurnContext
from assistant.engine.writer import Writer


class Deadlines(Task):
    name = "deadlines"
    tool = "compute_deadlines"
    intents = frozenset({"deadlines"})
    decisive = frozenset({"due_date", "event_date"})
    natural = {"duration": "mep_days", "date": "due_date"}
    slots = frozenset(
        [
            "due_date",
            "event_date",
            "mep_days",
            "notice_days",
            "waiting_days",
            "claim_months",
            "notice_basis",
            "waiting_basis",
            "terms_set",
            "cause",
        ]
    )

    def wanted(self, turn: TurnContext) -> bool:
        dossier = turn.dossier
        if dossier.get("cause") == "insolvency" and "event_date" in set(dossier.changed()):
            return True
        if "due_date" in set(dossier.changed()) and not turn.intends("late_interest", "indemnity_calc"):
            return True
        return super().wanted(turn)

    def insists(self, turn: TurnContext) -> bool:
        return turn.own_case or has_cue(turn.reading.text, "which_day")

    def settle(self, turn: TurnContext) -> None:
        slot = "event_date" if turn.dossier.get("cause") == "insolvency" else "due_date"
        place_bare(turn, "date", slot)
        place_bare(turn, "duration", "mep_days")
        if "notice_days" in set(turn.dossier.changed()) and has_cue(turn.reading.text, "notice_from_due_date"):
            turn.dossier.set("notice_basis", "due_date")

    def missing(self, turn: TurnContext) -> list[str]:
        if turn.dossier.get("cause") == "insolvency":
            return [] if {"event_date", "due_date"} & set(turn.dossier.slots) else ["event_date"]
        return [] if {"due_date", "event_date"} & set(turn.dossier.slots) else ["due_date", "mep_days"]

    def arguments(self, turn: TurnContext) -> dict[str, Any]:
        names = self.slots - {"cause"}
        arguments = from_slots(turn, **{name: name for name in sorted(names)})
        cause = turn.dossier.get("cause")
        if cause in LOSS_CAUSES:
            arguments["cause"] = cause
        if cause == "insolvency" and "event_date" not in arguments:
            arguments["event_date"] = turn.today.isoformat()
        return {**arguments, "today": turn.today.isoformat()}

    def write(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        words, at = writer.words, f"tool:{call.id}"
        if result.get("notice_by"):
            writer.say("deadlines.notice_by", date=words.date(result["notice_by"], f"{at}/notice_by"))
        for position, row in enumerate(result["rows"]):
            source = f"{at}/rows/{position}"
            key = (
                "deadlines.row"
                if row["days_left"] is None
                else "deadlines.row_left"
                if row["days_left"] >= 0
                else "deadlines.row_passed"
            )
            values = {
                "duty": words.shown("duty", row["duty"]),
                "date": words.date(row["date"], f"{source}/date"),
                "formula": words.formula(row["formula"], f"{source}/formula"),
            }
            if row["days_left"] is not None:
                left = row["days_left"]
                values["days"] = words.number(abs(left), f"{source}/days_left")
            writer.say(key, values, role="working", own_line=True, cite=row["clause"])
        writer.warnings(call.id, result)
        writer.assumed(call.id, result)
        protective = result.get("earliest_protective_date")
        if protective and protective != result.get("notice_by") and result["oldest_due_date"]:
            if protective <= writer.turn.today.isoformat():
                writer.say("deadlines.report_today", role="next")
            else:
                shown = words.date(protective, f"{at}/earliest_protective_date")
                writer.say("deadlines.protective", role="next", date=shown)
        writer.say("deadlines.next", role="next", cite="wt-2026:7.1")
        writer.card("deadlines", {"arguments": call.arguments, **result})
        writer.notice("policy")
        writer.suggest("checklist", "indemnity", "extension")

    def explain_missing(self, writer: Writer) -> None:
        if writer.turn.dossier.get("cause") == "insolvency":
            writer.quote_clause("wt-2026:7.2")
        else:
            writer.quote_clause("wt-2026:7.1")
        writer.say("safe.step", role="next", cite="wt-2026:5.5")
        writer.notice("policy")
