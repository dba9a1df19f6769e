"""What a person may ask next: led by what was answered, without what has just been answered."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from assistant.engine.writer import Writer


def suggest_next(writer: Writer) -> None:
    """Drop the suggestions that this turn has answered; after a passage alone, suggest by where it stands."""
    draft, table = writer.draft, _table()
    cited = {f"{item.document}:{item.clause}" for item in draft.citations}
    done = {call.task for call in writer.turn.plan.calls} | set(writer.turn.plan.tasks)
    answered = {key for key, task in table["answered_by"].items() if task in done}
    answered |= {key for key, references in table["answered_from"].items() if cited & set(references)}
    if not draft.suggestions and draft.citations:
        lead = draft.citations[0]
        writer.suggest(*(key for key in _after(f"{lead.document}:{lead.clause}") if key not in answered))
    said = {writer.words.text(f"suggest.{key}") for key in answered} | {writer.turn.message.strip()}
    draft.suggestions[:] = [text for text in draft.suggestions if text not in said]


def _after(reference: str) -> list[str]:
    """The suggestions of the longest name that the reference begins with."""
    table: dict[str, list[str]] = _table()["after"]
    whole = reference.replace(":", ".").split(".")
    fitting = [name for name in table if not name or whole[: len(parts := name.replace(":", ".").split("."))] == parts]
    return table[max(fitting, key=len)]


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "data" / "suggestions.toml").read_text(encoding="utf-8"))
