"""A message that asks several things at once, cut into its questions."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from assistant.engine.reading.model import Language


def questions_in(text: str, language: Language) -> list[str]:
    """The questions of a message, in its order; none when it asks one thing or nothing."""
    form = _form()
    pieces = [piece.strip() for piece in re.split(form["cut"], text)]
    long_enough = [piece for piece in pieces if len(piece) >= form["shortest"][language]]
    found = [piece for piece in long_enough if re.search(form["asking"], piece, re.IGNORECASE)]
    return found if len(found) > 1 else []


@cache
def _form() -> Mapping[str, Any]:
    with (Path(__file__).parents[1] / "data" / "questions.toml").open("rb") as file:
        return tomllib.load(file)
