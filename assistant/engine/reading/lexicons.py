"""The word lists in `assistant/engine/data`, loaded once."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def lexicon(name: str) -> dict[str, Any]:
    """The parsed `assistant/engine/data/{name}.toml`."""
    return tomllib.loads((resources.files("assistant.engine") / "data" / f"{name}.toml").read_text("utf-8"))


def starts_and_ends_as_word(text: str, start: int, end: int) -> bool:
    """Whether a Latin stretch stands alone; Chinese needs no boundary."""
    return not (_is_latin(text, start) and _is_latin(text, start - 1)) and not (
        _is_latin(text, end - 1) and _is_latin(text, end)
    )


def _is_latin(text: str, index: int) -> bool:
    return 0 <= index < len(text) and text[index].isalpha() and text[index] < "\u0250"
