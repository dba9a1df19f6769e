"""By when: stop-shipment, notice, date of loss, claim."""

import re
from datetime import date, timedelta
from typing import Any

from assistant.engine.cues import cues, has_cue
from assistant.engine.events import knows_event, tells_bad_news, tells_default, tells_event
from assistant.engine.filling import unplaced
from assistant.engine.tasks.base import LOSS_CAUSES, Task, from_slots, place_bare
from assistant.engine.turn import FOREIGN_BELOW, FRAGMENT_CHARS, Call, TurnContext
from assistant.engine.wording import Shown, Wording
from assistant.engine.writer import Writer
from tools.tables import table

_WITHIN_OVERDUE = re.compile(r"逾期\s?\S{1,4}\s?(?:天|日|个月)(?:之|以)?内")
"""Days of being overdue are days from the due date."""
_NOTICES = ("overdue_notice", "adverse_notice")


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
            "insolvency_date",
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
        if has_cue(turn.reading.text, "consequence") and not self.decisive & set(dossier.changed()):
            return False
        if dossier.get("cause") == "insolvency" and "event_date" in set(dossier.changed()):
            return True
        if "days_late" in set(dossier.changed()) and (asked_duty(turn) or only_tells_of_delay(turn)):
            return True
        if "due_date" in set(dossier.changed()) and not turn.intends("late_interest", "indemnity_calc"):
            return True
        return super().wanted(turn) or self.is_named(turn) or tells_bad_news(turn) or _dates_event(turn)

    def has_facts(self, turn: TurnContext) -> bool:
        asks = asked_duty(turn) is not None or only_tells_of_delay(turn)
        return (
            super().has_facts(turn)
            or ("days_late" in set(turn.dossier.changed()) and asks)
            or tells_bad_news(turn)
            or _dates_event(turn)
        )

    def is_named(self, turn: TurnContext) -> bool:
        text = turn.reading.text
        is_dated = _is_dated(turn) or "days_late" in turn.dossier
        if is_dated and has_cue(text, "and_when"):
            return True
        if tells_default(turn) and not {"debt", "limit"} <= set(turn.dossier.changed()):
            return True
        is_short = len(text) <= FRAGMENT_CHARS[turn.reading.language]
        asks_time = asked_duty(turn) is not None or has_cue(text, "in_time")
        return asks_time and ((is_short and has_cue(text, "still")) or (turn.own_case and is_dated))

    def insists(self, turn: TurnContext) -> bool:
        text = turn.reading.text
        if has_cue(text, "in_general") or (has_cue(text, "reason") and not has_cue(text, "own_case")):
            return False
        if self.is_named(turn) or turn.own_case or has_cue(turn.reading.text, "which_day"):
            return True
        return turn.best_match() < FOREIGN_BELOW  # no passage answers it: it can only be about a case

    def settle(self, turn: TurnContext) -> None:
        dossier = turn.dossier
        is_event = dossier.get("cause") == "insolvency" or _dates_event(turn) or tells_bad_news(turn)
        slot = "event_date" if is_event else "due_date"
        if not has_cue(turn.reading.text, "payment_told"):
            place_bare(turn, "date", slot)
        if slot == "due_date" and slot not in dossier and "days_late" in dossier:
            late = dossier.slots["days_late"]
            dossier.set("due_date", (turn.today - timedelta(days=late.value)).isoformat(), late.text)
        place_bare(turn, "duration", "mep_days")
        if slot == "due_date" and slot not in dossier and (due := _due_by_terms(turn)):
            dossier.set("due_date", due.isoformat())
        text = turn.reading.text
        from_due = has_cue(text, "notice_from_due_date") or _WITHIN_OVERDUE.search(text)
        if "notice_days" in set(turn.dossier.changed()) and from_due:
            turn.dossier.set("notice_basis", "due_date")

    def missing(self, turn: TurnContext) -> list[str]:
        if tells_event(turn) or tells_bad_news(turn):
            return []
        if turn.dossier.get("cause") == "insolvency":
            return [] if {"event_date", "due_date"} & set(turn.dossier.slots) else ["event_date"]
        if {"due_date", "event_date"} & set(turn.dossier.slots):
            return []
        return [slot for slot in ("due_date", "mep_days") if slot not in turn.dossier]

    def arguments(self, turn: TurnContext) -> dict[str, Any]:
        names = self.slots - {"cause"}
        arguments = from_slots(turn, **{name: name for name in sorted(names)})
        cause = turn.dossier.get("cause")
        if cause in LOSS_CAUSES:
            arguments["cause"] = cause
        if arguments.get("insolvency_date") == arguments.get("event_date"):
            arguments.pop("insolvency_date", None)  # the tool says that it took one for the other
        if "event_date" not in arguments and (cause == "insolvency" or not _is_dated(turn)):
            arguments["event_date"] = turn.today.isoformat()
        return {**arguments, "today": turn.today.isoformat()}

    def write(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        words, at = writer.words, f"tool:{call.id}"
        self._lead(writer, call, result)
        for position, row in enumerate(result["rows"]):
            source = f"{at}/rows/{position}"
            values = _shown(words, row, source) | {
                "duty": words.shown("duty", row["duty"]),
                "formula": words.formula(row["formula"], f"{source}/formula"),
            }
            writer.say(f"deadlines.row{_tense(row)}", values, role="working", own_line=True, cite=row["clause"])
        if (due := _due_by_terms(writer.turn)) and call.arguments.get("due_date") == due.isoformat():
            terms = writer.turn.dossier.get("payment_terms_days")
            writer.say(
                "deadlines.due_by_terms",
                role="notice",
                own_line=True,
                start=words.date(str(_start_of_terms(writer.turn)), f"user:{writer.turn.dossier.turn}"),
                terms=words.parameter("payment_terms_days", terms, "user:payment_terms_days"),
                due=words.date(due, f"{at}/arguments/due_date"),
            )
        if "event_date" in call.arguments and "event_date" not in writer.turn.dossier:
            shown = words.date(call.arguments["event_date"], f"{at}/arguments/event_date")
            writer.say("deadlines.as_if_today", role="notice", date=shown)
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

    def _lead(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        """The date that was asked for; the first report that is due when none was named."""
        rows, duty = list(enumerate(result["rows"])), asked_duty(writer.turn)
        asked = [item for item in rows if item[1]["duty"] == duty and duty not in _NOTICES]
        notices = [item for item in rows if item[1]["duty"] in _NOTICES and item[1]["date"] == result.get("notice_by")]
        for position, row in (asked or notices)[:1]:
            key = f"deadlines.{row['duty']}{'_passed' if _tense(row) == '_passed' else ''}"
            template = writer.words.text_of(key)
            shown = _shown(writer.words, row, f"tool:{call.id}/rows/{position}")
            writer.say(key, {name: value for name, value in shown.items() if f"{{{name}}}" in template})

    def explain_missing(self, writer: Writer) -> None:
        is_insolvent = writer.turn.dossier.get("cause") == "insolvency"
        duty = asked_duty(writer.turn) or ("adverse_notice" if is_insolvent else "overdue_notice")
        # the waiting period is what delays the date of loss
        writer.quote_clause(
            "wt-2026:8.1" if duty == "date_of_loss" else table("deadline_sets")["duties"][duty]["clause"]
        )
        writer.say("safe.step", role="next", cite="wt-2026:5.5")
        writer.notice("policy")


def _start_of_terms(turn: TurnContext) -> str | None:
    """The day from which the terms of payment count: that of the invoice, else of the delivery."""
    start = turn.dossier.get("invoice_date") or turn.dossier.get("delivery_date")
    return str(start) if start else None


def _due_by_terms(turn: TurnContext) -> date | None:
    """The due date that the terms of payment give."""
    start, terms = _start_of_terms(turn), turn.dossier.get("payment_terms_days")
    return date.fromisoformat(start) + timedelta(days=int(terms)) if start and terms else None


def _is_dated(turn: TurnContext) -> bool:
    return bool({"due_date", "event_date"} & set(turn.dossier.slots))


def _dates_event(turn: TurnContext) -> bool:
    """Whether a message of the person's own case dates an event spoken of: "ours did, yesterday"."""
    dossier = turn.dossier
    is_open = knows_event(dossier) and not _is_dated(turn)
    return turn.own_case and is_open and bool(unplaced(dossier, turn.reading, "date"))


def asked_duty(turn: TurnContext) -> str | None:
    """The duty whose day the message asks for; None when it names none."""
    return next((duty for duty in cues()["asked_duty"] if has_cue(turn.reading.text, "asked_duty", duty)), None)


def only_tells_of_delay(turn: TurnContext) -> bool:
    """Whether the message tells of a late customer and asks nothing: what matters then is by when to report."""
    text = turn.reading.text
    asks = any(has_cue(text, cue) for cue in ("question", "how_much", "interest", "write"))
    is_told = "days_late" in set(turn.dossier.changed()) and has_cue(text, "own_case")
    return is_told and not asks and "interest" not in turn.dossier.tasks


def _tense(row: dict[str, Any]) -> str:
    if row["days_left"] is None:
        return ""
    return "_left" if row["days_left"] >= 0 else "_passed"


def _shown(words: Wording, row: dict[str, Any], source: str) -> dict[str, Shown]:
    shown = {"date": words.date(row["date"], f"{source}/date")}
    if row["days_left"] is not None:
        shown["days"] = words.number(abs(row["days_left"]), f"{source}/days_left")
    return shown
