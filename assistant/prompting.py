"""Prompts are Markdown files with `$names`; a missing or an unused value is a bug."""

import string
from pathlib import Path

_FOLDER = Path(__file__).parent / "prompts"


def render(name: str, **values: str) -> str:
    """The prompt `name` with its values filled in."""
    template = string.Template((_FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    unused = set(values) - set(template.get_identifiers())
    if unused:
        raise KeyError(f"prompt {name}: values not used: {sorted(unused)}")
    return template.substitute(values)
