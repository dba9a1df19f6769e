"""How much is paid, and who keeps what is recovered later."""

from decimal import Decimal
from typing import Any

from assistant.engine.cues import has_cue
from assistant.engine.tasks.base import LOSS_CAUSES, Task, from_slots, place_bare
from assistant.engine.turn import Call, TurnContext
from assistant.engine.writer import Writer

STEP_CLAUSES = {
    "eligible_debt": "wt-2026:9.1",
    "receipts": "wt-2026:9.2",
    "limit_cap": "wt-2026:9.3",
    "insured_loss": "wt-2026:9.3",
    "threshold": "wt-2026:9.4",
    "below_threshold": "wt-2026:9.4",
    "nql": "wt-2026:9.4",
    "percentage": "wt-2026:9.5",
    "eefl": "wt-2026:9.5",
    "afl": "wt-2026:9.6",
    "max_liability": "wt-2026:9.7",
    "recovery_to_insurer": "wt-2026:10.2",
    "recovery_to_insured": "wt-2026:10.2",
}


class ComputeIndemnity(Task):
    name = "indemnity"
    tool = "compute_indemnity"
    intents = frozenset({"indemnity_calc"})
    decisive = frozenset({"debt", "limit", "losses"})
    natural = {"percent": "insured_pct"}
    slots = frozenset(
        [
            "debt",
            "limit",
            "insured_pct",
            "eefl",
            "afl_remaining",
            "nql",
            "max_liability",
            "receipts",
            "losses",
            "unpaid_premium",
        ]
    )

    def wanted(self, turn: TurnContext) -> bool:
        stated = set(turn.dossier.changed())
        if turn.main_intent == "recovery_split" or "recoveries" in stated:
            return False
        asks_amount = turn.intends("coverage_check") and has_cue(turn.reading.text, "how_much")
        return (
            super().wanted(turn)
            or asks_amount
            or ("limit" in stated and "debt" in turn.dossier)
            or "losses" in stated
            or self.is_named(turn)
        )

    def is_named(self, turn: TurnContext) -> bool:
        return has_cue(turn.reading.text, "payout") and not has_cue(turn.reading.text, "in_general")

    def settle(self, turn: TurnContext) -> None:
        place_bare(turn, "money", "debt", "limit")
        place_bare(turn, "percent", "insured_pct")

    def missing(self, turn: TurnContext) -> list[str]:
        dossier = turn.dossier
        if "losses" in dossier:
            return [] if "insured_pct" in dossier else ["insured_pct"]
        return [slot for slot in ("debt", "limit", "insured_pct") if slot not in dossier]

    def insists(self, turn: TurnContext) -> bool:
        if has_cue(turn.reading.text, "in_general") and not turn.own_case and not turn.follows_up:
            return False
        asks_on = self.is_named(turn) or (turn.follows_up and turn.main_intent in self.intents)
        return asks_on or self.has_facts(turn) or has_cue(turn.reading.text, "how_much")

    def arguments(self, turn: TurnContext) -> dict[str, Any]:
        names = [
            "limit",
            "insured_pct",
            "eefl",
            "afl_remaining",
            "nql",
            "receipts",
            "recoveries",
            "recovery_costs",
            "unpaid_premium",
        ]
        names.insert(0, "losses" if "losses" in turn.dossier else "debt")
        arguments = from_slots(turn, **{name: name for name in names}, max_liability_remaining="max_liability")
        if turn.dossier.get("cause") in LOSS_CAUSES:
            arguments["cause"] = turn.dossier.get("cause")
        if "receipts" in arguments:
            arguments["receipts"] = [{"amount": arguments["receipts"]}]
        return arguments

    def write(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        words, at = writer.words, f"tool:{call.id}"
        given = call.arguments
        if "debt" in given and "limit" in given:
            writer.say(
                "indemnity.result",
                indemnity=words.money(result["indemnity"], f"{at}/indemnity"),
                debt=words.money(given["debt"], f"{at}/arguments/debt"),
                limit=words.money(given["limit"], f"{at}/arguments/limit"),
                pct=words.percent(given["insured_pct"], f"{at}/arguments/insured_pct"),
            )
            own = words.money(result["own_share"], f"{at}/own_share")
            if result["uninsured"]["amount"] and not result["recovery_split"]:
                uninsured = words.money(result["uninsured"], f"{at}/uninsured")
                total = words.money(result["seller_loss"], f"{at}/seller_loss")
                writer.say("indemnity.own_total", total=total, own=own, uninsured=uninsured)
            else:
                writer.say("indemnity.own_share", own=own)
        else:
            writer.say("indemnity.result_plain", indemnity=words.money(result["indemnity"], f"{at}/indemnity"))
        writer.steps(call.id, result, STEP_CLAUSES)
        if given.get("cause") == "protracted_default":
            writer.say("indemnity.wait", role="notice", own_line=True, cite="wt-2026:8.1")
        _alternatives(writer, call, result)
        writer.warnings(call.id, result)
        writer.assumed(call.id, result)
        if result.get("recovery_split"):
            write_split(writer, call, result)
        writer.say("indemnity.next", role="next", cite="wt-2026:8.3")
        writer.card("indemnity", {"arguments": given, **result})
        writer.notice("claim")
        writer.notice("policy")
        writer.suggest("checklist", "deadline", "recovery")

    def explain_missing(self, writer: Writer) -> None:
        dossier = writer.turn.dossier
        writer.say("indemnity.rule", cite="wt-2026:9.3")
        writer.say("indemnity.rule_pct", cite="wt-2026:4.1")
        if dossier.get("cause") == "protracted_default":
            writer.quote_clause("wt-2026:8.1", role="next")
        writer.say("safe.step", role="next", cite="wt-2026:7.1")
        writer.notice("claim")


class ShareRecoveries(Task):
    name = "recovery"
    tool = "compute_indemnity"
    intents = frozenset({"recovery_split"})
    decisive = frozenset({"recoveries"})
    slots = frozenset({"recoveries", "recovery_costs", "debt", "limit", "insured_pct"})

    def wanted(self, turn: TurnContext) -> bool:
        return super().wanted(turn) or "recoveries" in set(turn.dossier.changed())

    def settle(self, turn: TurnContext) -> None:
        place_bare(turn, "money", "recoveries", "debt", "limit")
        place_bare(turn, "percent", "insured_pct")

    def missing(self, turn: TurnContext) -> list[str]:
        insured_by = "insured_pct" if "indemnity_paid" in turn.dossier and "limit" not in turn.dossier else "limit"
        return [slot for slot in ("recoveries", "debt", insured_by) if slot not in turn.dossier]

    def insists(self, turn: TurnContext) -> bool:
        return self.has_facts(turn) or turn.own_case or turn.follows_up

    def arguments(self, turn: TurnContext) -> dict[str, Any]:
        # without a percentage the split is shown down to the insured part only, which is the split at 100%
        arguments = {"insured_pct": 100, **ComputeIndemnity().arguments(turn)}
        return arguments if "limit" in arguments else {**arguments, "limit": _insured_part(turn)}

    def write(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        if "insured_pct" in writer.turn.dossier:
            write_split(writer, call, result)
            if "limit" not in writer.turn.dossier:
                _say_insured_part(writer, call)
            writer.steps(call.id, result, STEP_CLAUSES)
        else:
            split, at = result["recovery_split"], f"tool:{call.id}/recovery_split"
            writer.say(
                "recovery.insured_part",
                cite="wt-2026:10.2",
                insured=writer.words.money(split["insurer"], f"{at}/insurer"),
                rest=writer.words.money(split["insured"], f"{at}/insured"),
            )
            writer.ask("insured_pct")
        writer.quote_clause("wt-2026:10.2", role="next")
        writer.card("indemnity", {"arguments": call.arguments, **result})
        writer.notice("claim")
        writer.notice("policy")

    def explain_missing(self, writer: Writer) -> None:
        writer.quote_clause("wt-2026:10.2")
        writer.quote_clause("wt-2026:10.5", role="next")
        writer.notice("policy")


def _insured_part(turn: TurnContext) -> dict[str, Any]:
    """The part of the debt within the limit, by what was paid for it."""
    paid = turn.dossier.get("indemnity_paid")
    amount = round(Decimal(str(paid["amount"])) * 100 / Decimal(str(turn.dossier.get("insured_pct"))), 2)
    return {**paid, "amount": int(amount) if amount == int(amount) else float(amount)}


def _say_insured_part(writer: Writer, call: Call) -> None:
    words, at = writer.words, f"tool:{call.id}/arguments"
    writer.say(
        "recovery.by_payout",
        role="working",
        own_line=True,
        insured=words.money(call.arguments["limit"], f"{at}/limit"),
        paid=words.money(writer.turn.dossier.get("indemnity_paid"), "user:indemnity_paid"),
        share=words.percent(call.arguments["insured_pct"], f"{at}/insured_pct"),
    )


def write_split(writer: Writer, call: Call, result: dict[str, Any]) -> None:
    """Who keeps a recovery."""
    words, at, split = writer.words, f"tool:{call.id}/recovery_split", result["recovery_split"]
    writer.say(
        "recovery.split",
        cite="wt-2026:10.2",
        insurer=words.money(split["insurer"], f"{at}/insurer"),
        insured=words.money(split["insured"], f"{at}/insured"),
    )


def _alternatives(writer: Writer, call: Call, result: dict[str, Any]) -> None:
    for position, other in enumerate(result.get("alternatives", ())):
        key = f"indemnity.alternative.{other.get('id')}"
        if writer.words.has(key):
            source = f"tool:{call.id}/alternatives/{position}/indemnity"
            writer.say(key, role="notice", indemnity=writer.words.money(other["indemnity"], source))
