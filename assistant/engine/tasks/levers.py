"""What would lower a premium, in words: one change at a time, and the fewest that meet a budget."""

from typing import Any

from assistant.engine.turn import Call, TurnContext
from assistant.engine.wording import Shown
from assistant.engine.writer import Writer

_MOST_LEVERS = 4


def is_lowering(turn: TurnContext) -> bool:
    """Whether the person wants to pay less for business that is known."""
    dossier = turn.dossier
    return "turnover" in dossier and (turn.intends("premium_lower") or "target" in set(dossier.changed()))


def write_levers(writer: Writer, call: Call, result: dict[str, Any]) -> None:
    """The strongest change of each kind, after what meets the budget, if one is known."""
    words, at = writer.words, f"tool:{call.id}"
    if result["cheapest"] is not None:
        _budget(writer, call, result["cheapest"])
    best: dict[str, int] = {}
    for position, lever in enumerate(result["what_if"]):
        best.setdefault(lever["id"], position)
    if not best:
        writer.say("lever.none", mid=words.money(result["mid"], f"{at}/mid"))
        return
    writer.say("lever.lead", mid=words.money(result["mid"], f"{at}/mid"))
    for position in list(best.values())[:_MOST_LEVERS]:
        lever, source = result["what_if"][position], f"{at}/what_if/{position}"
        change = _change(writer, lever["id"], lever["value"], f"{source}/value")
        writer.say(
            "lever.one",
            role="working",
            own_line=True,
            change=change,
            mid=words.money(lever["mid"], f"{source}/mid"),
            saving=words.money(lever["saving"], f"{source}/saving"),
            share=words.percent(lever["saving_pct"], f"{source}/saving_pct"),
        )
    writer.say("lever.next", role="next")


def _budget(writer: Writer, call: Call, cheapest: dict[str, Any]) -> None:
    words, source = writer.words, f"tool:{call.id}/cheapest"
    target = words.money(call.arguments["target"], f"tool:{call.id}/arguments/target")
    due = words.money(cheapest["due"], f"{source}/due")
    if not cheapest["changes"]:
        writer.say("lever.met", target=target, due=due)
        return
    changed = cheapest["changes"].items()
    texts = [_change(writer, name, value, f"{source}/changes/{name}").text for name, value in changed]
    key = "lever.reached" if cheapest["reaches_target"] else "lever.missed"
    writer.say(key, target=target, due=due, changes=Shown(words.join(texts), f"{source}/changes"))


def _change(writer: Writer, name: str, value: Any, source: str) -> Shown:
    """One change: "insured percentage 80%"."""
    words = writer.words
    if name == "drop_countries":
        shown = words.parameter("countries", [code.strip() for code in str(value).split(",")], source)
    elif isinstance(value, bool):
        return words.shown("lever_change", name)
    else:
        shown = words.parameter(name, value, source)
    return Shown(words.text(f"lever_change.{name}", value=shown.text), shown.source)
