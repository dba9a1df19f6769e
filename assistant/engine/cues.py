"""Words that change what the plan does, beyond intents: `data/cues.toml`."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any


def has_cue(text: str, *path: str) -> bool:
    """Whether the message has one of the cue words at `path` of `data/cues.toml`, or fits one of its patterns."""
    table: Any = cues()
    for key in path:
        table = table[key]
    return fits(table, text)


def fits(table: Mapping[str, Sequence[str]], text: str) -> bool:
    """Whether the text has one of the words, or fits one of the patterns under `re`; words are edged with blanks."""
    low = f" {text.lower()} "
    return any(re.search(cue, low) if kind == "re" else cue in low for kind, group in table.items() for cue in group)


@cache
def cues() -> Mapping[str, Any]:
    """The parsed file, by group."""
    with (Path(__file__).parent / "data" / "cues.toml").open("rb") as file:
        return tomllib.load(file)
