"""Example utterances: what they ask for, and what each of their quantities means."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

import yaml

from assistant.engine.reading.model import Span

_MARKED = re.compile(r"\{([a-z_]+):([^{}]+)\}")


@dataclass(frozen=True)
class Example:
    """One utterance and everything it asks for, main intent first."""

    text: str
    intents: tuple[str, ...]
    language: Literal["zh", "en"]
    own: bool | None = None
    """Whether the person speaks of a case of their own; None where nobody said."""
    duty: str = ""
    """The duty whose day is asked for."""
    roles: tuple[tuple[Span, str], ...] = ()
    """Where each quantity stands in `text`, and what it means."""

    @property
    def is_marked(self) -> bool:
        """Whether the meaning of every quantity was noted, of none too."""
        return self.own is not None


def load_examples() -> list[Example]:
    """The utterances of `assistant/engine/data/intents/*.yaml`; an intent is added by adding a file."""
    folder = resources.files("assistant.engine") / "data" / "intents"
    found: list[Example] = []
    for file in sorted((item for item in folder.iterdir() if item.name.endswith(".yaml")), key=lambda item: item.name):
        data = yaml.safe_load(file.read_text("utf-8"))
        groups = data if isinstance(data, list) else [{"intents": [file.name.removesuffix(".yaml")], **data}]
        for group in groups:
            found.extend(examples_in(group))
    return found


def examples_in(group: dict[str, Any]) -> Iterator[Example]:
    """The utterances of one group: lines of `zh` and `en` with the same intents, `own` and `duty`."""
    languages: tuple[Literal["zh", "en"], ...] = ("zh", "en")
    for language in languages:
        for line in group.get(language, "").splitlines():
            if line.strip():
                text, roles = unmarked(line.strip())
                yield Example(
                    text=text,
                    intents=tuple(group["intents"]),
                    language=language,
                    own=group.get("own"),
                    duty=group.get("duty", ""),
                    roles=roles,
                )


def unmarked(line: str) -> tuple[str, tuple[tuple[Span, str], ...]]:
    """A line without its `{role:words}` marks, and where they stood.

    `欠{debt:120万}` is `欠120万` with ((1, 5), "debt").
    """
    text, at, roles = "", 0, []
    for match in _MARKED.finditer(line):
        text += line[at : match.start()]
        roles.append(((len(text), len(text) + len(match[2])), match[1]))
        text += match[2]
        at = match.end()
    return text + line[at:], tuple(roles)
