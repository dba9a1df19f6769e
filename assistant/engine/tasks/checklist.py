"""Which papers a claim needs, what is held, what is missing."""

from datetime import date
from typing import Any

from assistant.engine.cues import has_cue
from assistant.engine.facts import facts_of
from assistant.engine.tasks.base import Task, from_slots
from assistant.engine.turn import Call, TurnContext
from assistant.engine.writer import Writer

_FACTS = {"is_delivered_after_stop": "shipped_after_stop", "has_unapproved_repayment_plan": "plan_without_consent"}
"""What the conversation calls a fact, and what the checklist calls it."""
_SAID = ("adverse_notice", "overdue_notice", "claim")


class ClaimChecklist(Task):
    name = "checklist"
    tool = "claim_checklist"
    intents = frozenset({"claim_checklist"})
    decisive = frozenset({"held"})
    slots = frozenset({"cause", "held"})

    def wanted(self, turn: TurnContext) -> bool:
        stated = set(turn.dossier.changed())
        is_at_hand = "held" in stated and "checklist" in turn.dossier.tasks
        return super().wanted(turn) or is_at_hand or self.is_named(turn)

    def is_named(self, turn: TurnContext) -> bool:
        text = turn.reading.text
        if has_cue(text, "open_claim"):
            return True
        is_about_claims = turn.own_case or turn.follows_up or _cause(turn) is not None
        return is_about_claims and has_cue(text, "papers") and not has_cue(text, "other_papers")

    def missing(self, turn: TurnContext) -> list[str]:
        return [] if _cause(turn) else ["cause"]

    def insists(self, turn: TurnContext) -> bool:
        return has_cue(turn.reading.text, "still_missing") or self.is_named(turn)

    def arguments(self, turn: TurnContext) -> dict[str, Any]:
        arguments = {"cause": _cause(turn)} | from_slots(
            turn, held="held", due_date="due_date", mep_days="mep_days", event_date="event_date"
        )
        if "due_date" in arguments or "event_date" in arguments:
            arguments["today"] = turn.today.isoformat()
        facts = {
            _FACTS[name]: True for name, value in facts_of(turn.dossier).items() if name in _FACTS and value is True
        }
        return {**arguments, **({"facts": facts} if facts else {})}

    def write(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        if self._is_aside(writer.turn) and not any(item["held"] for item in result["items"]):
            self._titles(writer, call, result)
        else:
            self._papers(writer, call, result)
        self._reductions(writer, call, result)
        self._dates(writer, call, result)
        writer.warnings(call.id, result)
        writer.say("checklist.next", role="next", cite="wt-2026:8.4")
        writer.card("checklist", {"arguments": call.arguments, **result})
        writer.notice("claim")
        writer.suggest("deadline", "missing_paper", "indemnity")

    def _is_aside(self, turn: TurnContext) -> bool:
        """Whether the papers come along with an event that was told: who did not ask for them is given their names."""
        asked = self.is_named(turn) or turn.intends(*self.intents)
        return not asked and turn.persona != "support" and len(turn.plan.calls) > 1

    def _titles(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        words, source = writer.words, f"tool:{call.id}/items"
        titles = [item["title"][writer.turn.language] for item in result["items"] if item["required"]]
        writer.say(
            "checklist.folded",
            cite="wt-2026:8.4",
            cause=words.shown("cause", call.arguments["cause"]),
            needed=writer.count(len(titles), source),
            items=words.shown_text(words.join(titles), source),
        )

    def _papers(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
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
        for position, item in enumerate(result["items"]):
            if item["required"] and not item["held"]:
                shown = item if len(missing) < len(needed) else {**item, "substitutes": None}
                self._paper(writer, shown, result["wording"][writer.turn.persona], f"tool:{call.id}/items/{position}")
        held = [item["title"][language] for item in needed if item["held"]]
        if held:
            writer.say(
                "checklist.held", role="working", items=words.shown_text(words.join(held), f"tool:{call.id}/items")
            )

    def _paper(self, writer: Writer, item: dict[str, Any], said: str, source: str) -> None:
        """One missing paper in the words of the reader; who is gathering papers also hears what may stand in for it."""
        words, language = writer.words, writer.turn.language
        instead = item["substitutes"] if said != "title" else None
        texts = {"title": item["title"], said: item[said], **({"substitutes": instead} if instead else {})}
        shown = {name: words.shown_text(text[language], f"{source}/{name}") for name, text in texts.items()}
        key = f"checklist.item_{said}{'_or' if instead else ''}"
        writer.say(key, shown, role="working", own_line=True, cite=item.get("clause") or "")

    def _reductions(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        """For what the claim may be cut on the facts given; what a date shows is said by the dates."""
        for position, item in enumerate(result["reductions"]):
            source = f"tool:{call.id}/reductions/{position}/values"
            days = {name: writer.words.number(value, f"{source}/{name}") for name, value in item["values"].items()}
            writer.say(f"reduction.{item['id']}", days, role="working", own_line=True, cite=item["clause"])

    def _dates(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        """The days that are still to come; the passed ones are warned of."""
        if any(other.task == "deadlines" for other in writer.turn.plan.calls):
            return
        for position, row in enumerate(result["deadlines"]):
            if row["duty"] in _SAID and (row["days_left"] is None or row["days_left"] >= 0):
                date = writer.words.date(row["date"], f"tool:{call.id}/deadlines/{position}/date")
                writer.say(f"deadlines.{row['duty']}", role="working", own_line=True, cite=row["clause"], date=date)

    def explain_missing(self, writer: Writer) -> None:
        writer.quote_clause("wt-2026:8.4")
        writer.notice("claim")


def _cause(turn: TurnContext) -> str | None:
    """The cause of loss that was told; an invoice past its due date is a default as long as nothing else is known."""
    dossier, due = turn.dossier, turn.dossier.get("due_date")
    is_late = "days_late" in dossier or (due is not None and date.fromisoformat(due) < turn.today)
    return dossier.get("cause") or ("protracted_default" if is_late else None)
