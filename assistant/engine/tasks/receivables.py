"""Ratios and ageing from totals that the user names."""

from typing import Any

from assistant.engine.cues import cues, has_cue
from assistant.engine.tasks.base import Task, from_slots, place_bare
from assistant.engine.turn import Call, TurnContext
from assistant.engine.writer import Writer
from assistant.letters import letter_draft
from tools.tables import table

_SHOWN = 3
_TOTALS = {
    name: name for name in ["receivables", "credit_sales", "current_assets", "current_liabilities", "inventory", "loss"]
} | {"opening_ar": "opening_receivables", "current_ar": "current_receivables", "net_margin_pct": "margin_pct"}
_READING_CLAUSES = {
    "working_capital_ratio": "guide-receivables:2.1",
    "quick_ratio": "guide-receivables:2.3",
    "average_days_delinquent": "guide-receivables:2.5",
    "cei_pct": "guide-receivables:2.6",
}
_SAID = (
    "working_capital_ratio", "quick_ratio", "dso_days", "best_possible_dso_days", "average_days_delinquent", "cei_pct",
    "extra_sales", "provision",
)  # fmt: skip


class AnalyseReceivables(Task):
    name = "receivables"
    tool = "analyse_receivables"
    intents = frozenset({"receivables_metrics"})
    decisive = frozenset(
        {"current_assets", "current_liabilities", "receivables", "credit_sales", "loss", "ledger_file", "ageing"}
    )
    slots = frozenset({*_TOTALS.values(), "period_days", "mep_days", "ledger_file", "ageing"})

    def wanted(self, turn: TurnContext) -> bool:
        return self.has_facts(turn) and (tells_lost_margin(turn) or not turn.intends("premium_estimate"))

    def settle(self, turn: TurnContext) -> None:
        changed = set(turn.dossier.changed())
        if "receivables" in turn.dossier and "credit_sales" not in turn.dossier and "turnover" in changed:
            turn.dossier.set("credit_sales", turn.dossier.get("turnover"))
        for known, open_ in (("receivables", "credit_sales"), ("current_assets", "current_liabilities")):
            if known in turn.dossier:
                place_bare(turn, "money", open_)
        place_bare(turn, "percent", "margin_pct")
        if "credit_sales" in changed and "period_days" not in turn.dossier:
            days = next((int(days) for days in cues()["period"] if has_cue(turn.reading.text, "period", days)), None)
            if days:
                turn.dossier.set("period_days", days)

    def missing(self, turn: TurnContext) -> list[str]:
        known = set(turn.dossier.slots)
        for pair in (
            ("current_assets", "current_liabilities"),
            ("receivables", "credit_sales"),
            ("loss", "margin_pct"),
        ):
            if set(pair) & known and not set(pair) <= known:
                return [slot for slot in pair if slot not in known]
        return []

    def arguments(self, turn: TurnContext) -> dict[str, Any]:
        given = from_slots(turn, **_TOTALS, days="period_days", ageing="ageing")
        if "ledger_file" in turn.dossier:
            given |= from_slots(turn, ledger_file="ledger_file", mep_days="mep_days")
            given["today"] = turn.today.isoformat()
        return given

    def write(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        words, at = writer.words, f"tool:{call.id}"
        for name in _SAID:
            if result.get(name) is not None:
                writer.say(f"receivables.{name}", value=words.any(result[name], f"{at}/{name}"))
        for reading in result.get("readings", ()):
            key = f"reading.{reading['metric']}.{reading['band']}"
            if words.has(key):
                _know_bounds(writer, reading["metric"])
                writer.say(key, cite=_READING_CLAUSES.get(reading["metric"], ""))
        self._to_report(writer, result, at)
        writer.steps(call.id, result, {})
        writer.warnings(call.id, result)
        if "ledger_file" not in call.arguments and not has_cue(writer.turn.reading.text, "yearly"):
            self._period(writer, result, at)
        writer.card("receivables", {"arguments": call.arguments, **result})
        self._letters(writer, result, at)
        writer.suggest("dso", "dunning")

    def _period(self, writer: Writer, result: dict[str, Any], at: str) -> None:
        """Say which period was taken where none was told: DSO depends on it."""
        for position, item in enumerate(result["assumptions"]):
            if item["parameter"] == "days":
                days = writer.words.number(item["value"], f"{at}/assumptions/{position}/value")
                writer.say("receivables.period_taken", role="notice", days=days)

    def _to_report(self, writer: Writer, result: dict[str, Any], at: str) -> None:
        for position, report in enumerate(result.get("to_report", ())[:_SHOWN]):
            source = f"{at}/to_report/{position}"
            writer.say(
                "receivables.to_report_late" if report["status"] == "late" else "receivables.to_report",
                own_line=True,
                cite=report["clause"],
                buyer=writer.words.shown_text(report["buyer"], f"{source}/buyer"),
                date=writer.words.date(report["notice_by"], f"{source}/notice_by"),
                exposure=writer.words.money(report["exposure"], f"{source}/exposure"),
            )

    def _letters(self, writer: Writer, result: dict[str, Any], at: str) -> None:
        for position, letter in enumerate(result.get("letters", ())[:_SHOWN]):
            if letter["buyer"]:
                buyer = writer.words.shown_text(letter["buyer"], f"{at}/letters/{position}/buyer")
                writer.say("receivables.letter", buyer=buyer)
            else:
                writer.say("receivables.letter_unnamed")
            writer.card("draft", letter_draft(letter, writer.turn.language))


def tells_lost_margin(turn: TurnContext) -> bool:
    """Whether a loss stands beside the margin that has to earn it back: no price is asked then."""
    return {"loss", "margin_pct"} <= set(turn.dossier.changed())


def _know_bounds(writer: Writer, metric: str) -> None:
    """The bounds of the bands that a reading names are figures of the table, not of the result."""
    for row in table("receivables")["bands"][metric]["rows"]:
        for bound in ("below", "up_to"):
            if bound in row:
                writer.draft.derived.append((row[bound], f"table:{metric}"))
