"""The data files in `tools/data`: numbers that a person may change, each with its source and confidence."""

import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@cache
def table(name: str) -> dict[str, Any]:
    """The parsed `tools/data/{name}.toml`; fractions arrive as exact `Decimal`."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"), parse_float=Decimal)
