"""Facts about cover that a message tells in everyday words: `data/facts.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from assistant.engine.cues import fits
from assistant.engine.dossier import Dossier


def told_facts(text: str) -> dict[str, Any]:
    """The facts that the normalised `text` tells, by their names in `check_coverage`."""
    found: dict[str, Any] = {}
    for entry in _entries():
        if entry["name"] not in found and _is_told(entry, text):
            found[entry["name"]] = entry["value"]
    return found


def note_facts(dossier: Dossier, text: str) -> None:
    """Put what `text` tells among the facts of the case; what was told before stands unless it is told otherwise."""
    if told := told_facts(text):
        dossier.set("facts", {**facts_of(dossier), **told})


def tells_harm(text: str) -> bool:
    """Whether `text` tells something that may cost the cover."""
    return any(entry.get("harms") and _is_told(entry, text) for entry in _entries())


def facts_of(dossier: Dossier) -> dict[str, Any]:
    """The facts told so far; conversations kept as bare names mean that they are true."""
    held = dossier.get("facts") or {}
    return dict(held) if isinstance(held, Mapping) else dict.fromkeys(held, True)


def _is_told(entry: Mapping[str, Any], text: str) -> bool:
    return fits({kind: entry[kind] for kind in ("zh", "en", "re") if kind in entry}, text)


@cache
def _entries() -> tuple[Mapping[str, Any], ...]:
    with (Path(__file__).parent / "data" / "facts.toml").open("rb") as file:
        return tuple(tomllib.load(file)["fact"])
