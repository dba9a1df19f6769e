"""What a policy may cost: a range, what drives it, and how to lower it."""

from decimal import Decimal
from typing import Any

from assistant.engine.cues import cues, has_cue
from assistant.engine.dossier import as_slot_value, slot_of
from assistant.engine.tasks.base import Task, from_slots, place_bare
from assistant.engine.tasks.levers import is_lowering, write_levers
from assistant.engine.tasks.receivables import tells_lost_margin
from assistant.engine.turn import Call, TurnContext
from assistant.engine.wording import Shown
from assistant.engine.writer import Writer
from tools.money import UNSTATED


class EstimatePremium(Task):
    name = "premium"
    tool = "estimate_premium"
    intents = frozenset({"premium_estimate"})
    decisive = frozenset({"turnover"})
    natural = {"percent": "insured_pct", "duration": "payment_terms_days", "money": "turnover"}
    slots = frozenset(
        [
            "turnover",
            "cover_type",
            "sector",
            "countries",
            "payment_terms_days",
            "loss_ratio_pct",
            "insured_pct",
            "afl_pct",
            "largest_buyer_pct",
            "buyer_grade",
            "limits",
            "jurisdiction",
            "target",
        ]
    )

    def wanted(self, turn: TurnContext) -> bool:
        text = turn.reading.text
        is_other = has_cue(text, "payout") or has_cue(text, "least_price") or tells_lost_margin(turn)
        if is_other and "turnover" not in turn.dossier:
            return False
        return (
            super().wanted(turn)
            or is_lowering(turn)
            or ("turnover" in set(turn.dossier.changed()) and not turn.intends("receivables_metrics"))
        )

    def is_named(self, turn: TurnContext) -> bool:
        return is_lowering(turn)

    def insists(self, turn: TurnContext) -> bool:
        if has_cue(turn.reading.text, "in_general") and not turn.own_case and not turn.follows_up:
            return False
        return has_cue(turn.reading.text, "price") or has_cue(turn.reading.text, "how_much")

    def settle(self, turn: TurnContext) -> None:
        if "turnover" not in turn.dossier and "credit_sales" in set(turn.dossier.changed()):
            turn.dossier.set("turnover", turn.dossier.get("credit_sales"))
        place_bare(turn, "money", "turnover")
        place_bare(turn, "duration", "payment_terms_days")

    def missing(self, turn: TurnContext) -> list[str]:
        return [] if "turnover" in turn.dossier else ["turnover", "sector"]

    def arguments(self, turn: TurnContext) -> dict[str, Any]:
        arguments = from_slots(turn, **{name: name for name in sorted(self.slots)})
        currency = arguments.get("turnover", {}).get("currency")
        if turn.dossier.get("market") == "domestic":
            home = cues()["home_market"].get("CNY" if currency == UNSTATED else currency)
            if home and arguments.setdefault("countries", home) == home and home[0] in _TAXED_AT_HOME:
                arguments.setdefault("jurisdiction", _TAXED_AT_HOME[home[0]])
        if turn.dossier.get("market") == "export" and currency == "CNY":
            arguments.setdefault("jurisdiction", "CN_export")
        return arguments

    def variants(self, turn: TurnContext) -> list[dict[str, Any]]:
        stated = [
            as_slot_value(item, "insured_pct")
            for item in turn.reading.quantities
            if item.kind == "percent" and slot_of(item) in (None, "insured_pct")
        ]
        main = turn.dossier.get("insured_pct")
        if main not in stated or turn.intends("correction"):
            return []
        return [
            {"insured_pct": other}
            for other in dict.fromkeys(stated)
            if other != main and other and other > _LEAST_SHARE
        ]

    def write(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        first = next(made for made in writer.turn.plan.calls if made.task == self.name)
        if call is not first and _differ_in_share(call, first) and _are_priced(writer, call, first):
            self._compare(writer, call, result, first)
            return
        lowers = is_lowering(writer.turn) and _are_priced(writer, call)
        if not lowers or "turnover" in set(writer.turn.dossier.changed()):
            self._estimate(writer, call, result)
        if lowers:
            write_levers(writer, call, result)

    def _compare(self, writer: Writer, call: Call, result: dict[str, Any], first: Call) -> None:
        """The same business at another insured percentage."""
        words, at = writer.words, f"tool:{call.id}"
        writer.say(
            "premium.at_share",
            share=words.percent(call.arguments["insured_pct"], f"{at}/arguments/insured_pct"),
            low=words.money(result["low"], f"{at}/low"),
            high=words.money(result["high"], f"{at}/high"),
            mid=words.money(result["mid"], f"{at}/mid"),
        )
        mids = [words.money(writer.turn.results[one.id]["mid"], f"tool:{one.id}/mid") for one in (first, call)]
        amounts = [Decimal(str(writer.turn.results[one.id]["mid"]["amount"])) for one in (first, call)]
        if difference := abs(amounts[0] - amounts[1]):
            dearer, cheaper = mids if amounts[0] > amounts[1] else mids[::-1]
            gap = {"amount": difference, "currency": result["mid"]["currency"]}
            writer.draft.derived.append((difference, f"{at}/mid"))
            writer.say("premium.difference", dearer=dearer, cheaper=cheaper, gap=words.money(gap, f"{at}/mid"))

    def _estimate(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        words, at = writer.words, f"tool:{call.id}"
        turnover = words.money(call.arguments["turnover"], f"{at}/arguments/turnover")
        if result.get("low") is None:
            writer.say("premium.refer", turnover=turnover)
        else:
            writer.say(
                "premium.range",
                turnover=turnover,
                low=words.money(result["low"], f"{at}/low"),
                high=words.money(result["high"], f"{at}/high"),
                mid=words.money(result["mid"], f"{at}/mid"),
                rate=words.percent(result["rate_pct"], f"{at}/rate_pct"),
            )
        for reason in result.get("refer") or ():
            code = reason["id"] if isinstance(reason, dict) else str(reason)
            writer.say("premium.refer_reason", role="notice", own_line=True, reason=words.shown("refer", code))
        if result.get("clamped"):
            writer.say("premium.clamped", role="notice")
        self._factors(writer, call, result)
        self._extras(writer, call, result)
        writer.warnings(call.id, result)
        writer.assumed(call.id, result)
        writer.say("premium.next", role="next")
        writer.card("premium_estimate", {"arguments": call.arguments, **result})
        writer.notice("estimate")
        for slot in ("sector", "payment_terms_days"):
            if slot not in call.arguments:
                writer.ask(slot)
        writer.suggest("premium_lower", "premium_export", "premium_minimum")

    def _factors(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        """The factors that move the rate: those the user's facts set, and the unknown ones that are not neutral."""
        words = writer.words
        for position, factor in enumerate(result["factors"]):
            source = f"tool:{call.id}/factors/{position}"
            values = {
                "factor": words.shown("factor", factor["id"]),
                "value": words.number(factor["value"], f"{source}/value"),
            }
            if factor["id"] == "base":
                writer.say(
                    "premium.base",
                    role="working",
                    own_line=True,
                    input=words.shown("value", factor["input"]),
                    value=values["value"],
                )
            elif factor["input"] is not None:
                values["input"] = _factor_input(writer, factor, f"{source}/input")
                writer.say("premium.factor", values, role="working", own_line=True)
            elif factor["value"] != 1:
                writer.say("premium.factor_unknown", values, role="working", own_line=True)

    def _extras(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        words, at = writer.words, f"tool:{call.id}"
        if result.get("minimum_premium") is not None:
            writer.say(
                "premium.minimum",
                role="working",
                own_line=True,
                cite="wt-2026:6.3",
                minimum=words.money(result["minimum_premium"], f"{at}/minimum_premium"),
            )

    def explain_missing(self, writer: Writer) -> None:
        writer.quote_clause("guide-premium:1.1")
        writer.notice("estimate")


def _differ_in_share(call: Call, first: Call) -> bool:
    """Whether two estimates are of the same business at two insured percentages."""
    one, other = ({**made.arguments, "insured_pct": None} for made in (call, first))
    return one == other and "insured_pct" in call.arguments


def _are_priced(writer: Writer, *calls: Call) -> bool:
    return all(writer.turn.results.get(call.id, {}).get("low") is not None for call in calls)


_TAXED_AT_HOME = {"CN": "CN_domestic", "GB": "UK", "CH": "CH", "HK": "HK"}
_LEAST_SHARE = 50
"""A bare percentage below this is hardly an insured percentage."""
_IN_PERCENT = {"losses", "indemnity", "deductible", "spread"}


def _factor_input(writer: Writer, factor: dict[str, Any], source: str) -> Shown:
    """What a factor was read from, in words: a sector's name, countries, a percentage, days, an amount."""
    words, given = writer.words, factor["input"]
    if factor["id"] == "sector":
        return words.shown("sector", str(given))
    if factor["id"] == "country":
        return Shown(words.join([words.name("country", code.strip()) for code in str(given).split(",")]))
    if factor["id"] == "size":
        return words.money({"amount": given, "currency": "CNY"}, source)
    if factor["id"] == "terms":
        return words.parameter("payment_terms_days", given, source)
    if factor["id"] in _IN_PERCENT:
        return words.percent(given, source)
    return words.any(given, source)
