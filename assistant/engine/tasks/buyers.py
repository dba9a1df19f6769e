"""Who the buyer is, and how it looks as a debtor."""

from typing import Any

from assistant.engine.cues import has_cue
from assistant.engine.tasks.base import Task, from_slots
from assistant.engine.turn import Call, TurnContext
from assistant.engine.writer import Writer

_LIKELY, _CERTAIN = 0.35, 0.9
"""Confidence needed to look up a buyer that is named, and to ask for the name of one that is not."""


_VERDICTS = {"valid": "valid", "no_check_digit": "no_check_digit", "unrecognised": "unrecognised"}
"""How the form of a number is put, by the note of its check; the others are wrong."""


class LookUpBuyer(Task):
    name = "buyer"
    tool = "lookup_buyer"
    intents = frozenset({"buyer_lookup", "buyer_assess"})
    decisive = frozenset({"buyer", "identifier"})
    slots = frozenset({"buyer", "identifier"})

    def wanted(self, turn: TurnContext) -> bool:
        if "identifier" in set(turn.dossier.changed()):
            return True
        known = bool(self.decisive & set(turn.dossier.slots)) or has_cue(turn.reading.text, "this_company")
        return turn.intends("buyer_lookup", "buyer_assess", above=_LIKELY if known else _CERTAIN)

    def missing(self, turn: TurnContext) -> list[str]:
        return [] if {"buyer", "identifier"} & set(turn.dossier.slots) else ["buyer"]

    def insists(self, turn: TurnContext) -> bool:
        if has_cue(turn.reading.text, "this_company"):
            return True
        return not turn.is_answerable() and not has_cue(turn.reading.text, "how_to")

    def arguments(self, turn: TurnContext) -> dict[str, Any]:
        arguments = from_slots(turn, name="buyer", identifier="identifier")
        countries = turn.dossier.get("countries")
        if countries and turn.dossier.slots["countries"].turn == turn.dossier.turn:
            arguments["country"] = countries[0]
        return arguments

    def write(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        words, at, candidates = writer.words, f"tool:{call.id}", result["candidates"]
        check = result.get("identifier_check")
        is_person = any(warning["id"] == "natural_person_not_looked_up" for warning in result["warnings"])
        if check and not is_person:
            writer.say(
                f"buyer.identifier_{_VERDICTS.get(check['note'], 'invalid')}",
                kind=words.shown("identifier", str(check["kind"])),
                identifier=words.shown_text(str(call.arguments.get("identifier", "")), f"{at}/arguments/identifier"),
            )
        if not candidates and not is_person:
            writer.say("buyer.none")
        elif candidates:
            writer.say(
                "buyer.several" if len(candidates) > 1 else "buyer.one",
                count=writer.count(len(candidates), f"{at}/candidates"),
            )
            for position, item in enumerate(candidates):
                writer.line(self._described(writer, item), source=f"{at}/candidates/{position}")
        if result.get("ambiguous"):
            writer.draft.outcome = "needs_facts"
            writer.ask("buyer_choice")
        writer.warnings(call.id, result)
        writer.say("buyer.meaning", role="next", cite="wt-2026:3.3")
        writer.card("buyer", {"arguments": call.arguments, **result})
        writer.notice("registry")
        writer.suggest("assess", "limit")

    def _described(self, writer: Writer, item: dict[str, Any]) -> str:
        words = writer.words
        bits = [item["name"], *item.get("other_names", ())[:1]]
        place = [words.name("country", item["country"])] + ([item["city"]] if item.get("city") else [])
        status = words.name("buyer_status", str(item["status"]))
        ids = [f"{words.name('identifier', kind)} {value}" for kind, value in _identifiers(item)]
        comma, open_, close = ("，", "（", "）") if words.language == "zh" else (", ", " (", ")")
        return (
            f"{bits[0]}"
            + (f"{open_}{bits[1]}{close}" if len(bits) > 1 else "")
            + comma
            + comma.join([*place, status, *ids])
        )

    def explain_missing(self, writer: Writer) -> None:
        writer.quote_clause("wt-2026:3.3")


def _identifiers(item: dict[str, Any]) -> list[tuple[str, str]]:
    found = item.get("identifiers") or {}
    return [(kind, value) for kind, value in found.items() if value] if isinstance(found, dict) else []


class AssessBuyer(Task):
    name = "assessment"
    tool = "assess_buyer"
    intents = frozenset({"buyer_assess"})
    decisive = frozenset({"own_sales"})
    slots = frozenset({"entity_id", "own_sales", "payment_terms_days"})

    def wanted(self, turn: TurnContext) -> bool:
        return super().wanted(turn) and "entity_id" in turn.dossier

    def arguments(self, turn: TurnContext) -> dict[str, Any]:
        return from_slots(turn, entity_id="entity_id", own_sales="own_sales", payment_terms_days="payment_terms_days")

    def write(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        words, at = writer.words, f"tool:{call.id}"
        if result["outcome"] == "insufficient_data":
            writer.say("assessment.insufficient", coverage=words.percent(result["coverage_pct"], f"{at}/coverage_pct"))
        elif result["score"] is not None and result["grade"] is not None:
            writer.say(
                "assessment.grade",
                grade=words.number(result["grade"], f"{at}/grade"),
                score=words.number(result["score"], f"{at}/score"),
                pd=words.percent(result["pd_12m_pct"], f"{at}/pd_12m_pct"),
                coverage=words.percent(result["coverage_pct"], f"{at}/coverage_pct"),
            )
        for stop in result.get("hard_stops", ()):
            writer.say("assessment.hard_stop", role="working", own_line=True, stop=words.shown("hard_stop", str(stop)))
        if result.get("recommended_limit"):
            writer.say(
                "assessment.limit",
                limit=words.money(result["recommended_limit"], f"{at}/recommended_limit"),
            )
        writer.steps(call.id, result, {})
        writer.warnings(call.id, result)
        writer.assumed(call.id, result)
        if result["outcome"] != "natural_person":
            writer.say("assessment.meaning", role="next")
        writer.card("assessment", {"arguments": call.arguments, **result})
        writer.notice("registry")
        writer.suggest("limit", "red_flags")
