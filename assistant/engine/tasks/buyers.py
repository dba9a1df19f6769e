"""Who the buyer is, and how it looks as a debtor."""

from typing import Any

from assistant.engine.cues import has_cue
from assistant.engine.tasks.base import Task, from_slots
from assistant.engine.tasks.deadlines import asked_duty
from assistant.engine.turn import Call, TurnContext
from assistant.engine.writer import Writer

_LIKELY, _CERTAIN = 0.35, 0.9
"""Confidence needed to look up a buyer that is named, and to ask for the name of one that is not."""


_MOST_OTHERS = 2
"""Companies looked up beside the one that a message is about."""
_VERDICTS = {"valid": "valid", "no_check_digit": "no_check_digit", "unrecognised": "unrecognised"}
"""How the form of a number is put, by the note of its check; the others are wrong."""


def asks_to_assess(turn: TurnContext) -> bool:
    """Whether the message, or one of several questions in it, asks how safe the buyer is."""
    if "debt" in set(turn.dossier.changed()) and not has_cue(turn.reading.text, "judge_buyer"):
        return False  # what is owed already is a matter of days and papers
    if turn.intends("buyer_assess") or ("buyer" in turn.dossier and has_cue(turn.reading.text, "judge_buyer")):
        return True
    return any(
        intent.name == "buyer_assess" and intent.confidence >= _LIKELY for asked in turn.questions() for intent in asked
    )


def _is_named_now(turn: TurnContext) -> bool:
    """Whether this turn says which company is meant, by name or by a choice among those found."""
    slots = turn.dossier.slots
    return any(name in slots and slots[name].turn == turn.dossier.turn for name in ("buyer", "identifier"))


def _others_named(turn: TurnContext) -> list[str]:
    """Further companies in the message, where it does not tell the facts of each."""
    if turn.dossier.spoken_of or "identifier" in set(turn.dossier.changed()):
        return []
    names = [entity.value for entity in turn.reading.of_kind("company")]
    return [name for name in dict.fromkeys(names) if name != turn.dossier.get("buyer")][:_MOST_OTHERS]


class LookUpBuyer(Task):
    name = "buyer"
    tool = "lookup_buyer"
    intents = frozenset({"buyer_lookup", "buyer_assess"})
    decisive = frozenset({"buyer", "identifier"})
    slots = frozenset({"buyer", "identifier"})

    def wanted(self, turn: TurnContext) -> bool:
        if "identifier" in set(turn.dossier.changed()):
            return True
        if has_cue(turn.reading.text, "none_of_them") and self.name in turn.dossier.last_tasks:
            return True
        if _is_named_now(turn) and (
            turn.intends("credit_limit_help") or has_cue(turn.reading.text, "look_up") or "to_assess" in turn.dossier
        ):
            return True
        if "entity_id" in turn.dossier and "buyer" not in set(turn.dossier.changed()) and asks_to_assess(turn):
            return False
        if asked_duty(turn) is not None and not self.decisive & set(turn.dossier.changed()):
            return False
        known = bool(self.decisive & set(turn.dossier.slots)) or has_cue(turn.reading.text, "this_company")
        return turn.intends("buyer_lookup", "buyer_assess", above=_LIKELY if known else _CERTAIN)

    def missing(self, turn: TurnContext) -> list[str]:
        return [] if {"buyer", "identifier"} & set(turn.dossier.slots) else ["buyer"]

    def insists(self, turn: TurnContext) -> bool:
        if has_cue(turn.reading.text, "this_company"):
            return True
        if has_cue(turn.reading.text, "none_of_them"):
            return True
        return not turn.is_answerable() and not has_cue(turn.reading.text, "how_to")

    def arguments(self, turn: TurnContext) -> dict[str, Any]:
        arguments = from_slots(turn, name="buyer", identifier="identifier")
        countries = turn.dossier.get("countries") if not _others_named(turn) else None
        if countries and turn.dossier.slots["countries"].turn == turn.dossier.turn:
            arguments["country"] = countries[0]
        return arguments

    def variants(self, turn: TurnContext) -> list[dict[str, Any]]:
        return [{"name": name} for name in _others_named(turn)]

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
            if asks_to_assess(writer.turn):
                writer.draft.outcome = "needs_facts"
                writer.say("buyer.none_to_assess")
                writer.ask("buyer")
        elif candidates:
            writer.say(
                "buyer.several" if len(candidates) > 1 else "buyer.one",
                count=writer.count(len(candidates), f"{at}/candidates"),
            )
            for position, item in enumerate(candidates):
                writer.line(self._described(writer, item), source=f"{at}/candidates/{position}")
        if result.get("ambiguous"):
            writer.draft.outcome = "needs_facts"
            if asks_to_assess(writer.turn):
                writer.say("buyer.then_assessed")
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
        is_still_to_assess = "to_assess" in turn.dossier and _is_named_now(turn)
        is_for_limit = "own_sales" in set(turn.dossier.changed())
        return "entity_id" in turn.dossier and (is_for_limit or asks_to_assess(turn) or is_still_to_assess)

    def missing(self, turn: TurnContext) -> list[str]:
        return [] if "entity_id" in turn.dossier else ["buyer"]

    def insists(self, turn: TurnContext) -> bool:
        return False  # who the buyer is, the look-up asks

    def arguments(self, turn: TurnContext) -> dict[str, Any]:
        return from_slots(turn, entity_id="entity_id", own_sales="own_sales", payment_terms_days="payment_terms_days")

    def write(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        words, at = writer.words, f"tool:{call.id}"
        if result["name"] and sum(done.task == self.name for done in writer.turn.plan.calls) > 1:
            writer.say("assessment.of", name=words.shown_text(result["name"], f"{at}/name"))
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
