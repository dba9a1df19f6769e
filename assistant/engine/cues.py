"""Words that change what the plan does, beyond intents: `data/cues.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any


def has_cue(text: str, *path: str) -> bool:
    """Whether the message has one of the cue words at `path` of `data/cues.toml`, in either language."""
    table: Any = cues()
    for key in path:
        table = table[key]
    low = f" {text.lower()} "
    return any(cue in low for cues in table.values() for cue in cues)


@cache
def cues() -> Mapping[str, Any]:
    """The parsed file, by group."""
    with (Path(__file__).parent / "data" / "cues.toml").open("rb") as file:
        return tomllib.load(file)
