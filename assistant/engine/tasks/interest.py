"""What a late payer owes besides the invoice."""

from typing import Any

from assistant.engine.cues import has_cue
from assistant.engine.tasks.base import Task, from_slots, place_bare
from assistant.engine.tasks.deadlines import asked_duty, only_tells_of_delay
from assistant.engine.turn import Call, TurnContext
from assistant.engine.writer import Writer

_EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DK",
        "EE",
        "FI",
        "FR",
        "DE",
        "GR",
        "HU",
        "IE",
        "IT",
        "LV",
        "LT",
        "LU",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "ES",
        "SE",
    ]
)


_CERTAIN = 0.7
_DAYS_OF_YEAR = 365
_MOST_BY_DAY = 1
"""A rate above this, in per cent, is hardly one of a day."""


class LateInterest(Task):
    name = "interest"
    tool = "late_interest"
    intents = frozenset({"late_interest"})
    decisive = frozenset({"days_late"})
    natural = {"percent": "contract_rate_pct", "duration": "days_late", "money": "debt"}
    slots = frozenset(
        [
            "debt",
            "days_late",
            "due_date",
            "paid_date",
            "contract_rate_pct",
            "base_rate_pct",
            "lpr_pct",
            "regime",
            "is_sme",
        ]
    )

    def wanted(self, turn: TurnContext) -> bool:
        # days late alone may be about reporting or deliveries; with an amount, or in the middle of this, they are not
        is_about_report = asked_duty(turn) == "overdue_notice" or only_tells_of_delay(turn)
        if is_about_report and not has_cue(turn.reading.text, "interest"):
            return False
        is_about_cover = turn.intends("deadlines", "indemnity_calc", "claim_checklist", above=_CERTAIN)
        has_cover = bool({"limit", "insured_pct"} & set(turn.dossier.changed()))
        is_at_hand = ("debt" in turn.dossier and not has_cover) or self.name in turn.dossier.tasks
        return super().wanted(turn) or (
            is_at_hand and self.has_facts(turn) and asked_duty(turn) is None and not is_about_cover
        )

    def insists(self, turn: TurnContext) -> bool:
        if has_cue(turn.reading.text, "reason") and not has_cue(turn.reading.text, "interest"):
            return False
        stated = self.has_facts(turn) or "debt" in set(turn.dossier.changed())
        return stated or (has_cue(turn.reading.text, "how_much") and turn.intends("late_interest", above=_CERTAIN))

    def settle(self, turn: TurnContext) -> None:
        place_bare(turn, "money", "debt")
        place_bare(turn, "duration", "days_late")
        place_bare(turn, "percent", "contract_rate_pct")
        self._by_the_year(turn)
        place_bare(turn, "date", "due_date")

    def _by_the_year(self, turn: TurnContext) -> None:
        """A rate agreed by the day as the rate of a year, which the tool takes."""
        dossier = turn.dossier
        slot = dossier.slots.get("contract_rate_pct")
        if (
            slot
            and slot.turn == dossier.turn
            and slot.value <= _MOST_BY_DAY
            and has_cue(turn.reading.text, "by_the_day")
        ):
            dossier.set("contract_rate_pct", round(slot.value * _DAYS_OF_YEAR, 6), slot.text)

    def missing(self, turn: TurnContext) -> list[str]:
        gaps = [] if "debt" in turn.dossier else ["debt"]
        if not {"days_late", "due_date"} & set(turn.dossier.slots):
            gaps.append("days_late")
        if _regime(turn) is None:
            gaps.append("regime")
        return gaps

    def arguments(self, turn: TurnContext) -> dict[str, Any]:
        arguments = from_slots(
            turn, amount="debt", days="days_late", base_rate_pct="base_rate_pct", lpr_pct="lpr_pct",
            contract_rate_pct="contract_rate_pct",
        )  # fmt: skip
        if "days" not in arguments:
            arguments |= from_slots(turn, due_date="due_date", paid_date="paid_date")
        return {**arguments, "regime": _regime(turn), "today": turn.today.isoformat()}

    def write(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        words, at = writer.words, f"tool:{call.id}"
        shown = {
            "amount": words.money(call.arguments["amount"], f"{at}/arguments/amount"),
            "days": words.number(result["days"], f"{at}/days"),
            "regime": words.shown("regime", result["regime"]),
            "rate": words.percent(result["rate_pct"], f"{at}/rate_pct"),
            "interest": words.money(result["interest"], f"{at}/interest"),
        }
        if result.get("interest_high"):
            writer.say(
                "interest.range",
                shown,
                rate_high=words.percent(result["rate_high_pct"], f"{at}/rate_high_pct"),
                interest_high=words.money(result["interest_high"], f"{at}/interest_high"),
            )
        else:
            writer.say("interest.result", shown)
        if result["fixed_compensation"]["amount"]:
            writer.say(
                "interest.compensation",
                compensation=words.money(result["fixed_compensation"], f"{at}/fixed_compensation"),
                total=words.money(result["total"], f"{at}/total"),
            )
        writer.steps(call.id, result, {})
        writer.warnings(call.id, result)
        writer.assumed(call.id, result)
        writer.say("interest.not_insured", role="next", cite="wt-2026:11.10")
        writer.card("interest", {"arguments": call.arguments, **result})
        writer.notice("law")
        writer.suggest("dunning", "deadline")

    def explain_missing(self, writer: Writer) -> None:
        writer.say("interest.rule")
        writer.notice("law")


def _regime(turn: TurnContext) -> str | None:
    dossier = turn.dossier
    if stated := dossier.get("regime"):
        return str(stated)
    if "contract_rate_pct" in dossier:
        return "contract"
    countries = dossier.get("countries") or ()
    currency = (dossier.get("debt") or {}).get("currency")
    if currency == "GBP" or "GB" in countries:
        return "uk_statutory"
    if currency == "EUR" or _EU & set(countries):
        return "eu_directive"
    if (currency == "CNY" and "currency" not in dossier) or "CN" in countries:
        return "cn_sme" if dossier.get("is_sme") else "cn_sale"
    return "cn_sale" if currency == "CNY" else None
