"""One eval case: what a person says, turn by turn, and how the assistant must behave."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.answer import Language, Outcome, Persona

CASES = Path(__file__).parent / "cases"
TODAY = date(2026, 11, 23)
"""The user's day in every case that names none, so that relative dates have one answer."""

Split = Literal["dev", "test"]
Value = date | bool | int | float | str


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Expect(_Shape):
    """What an answer must show; what is left out is not judged, except `tools`."""

    outcome: Outcome | tuple[Outcome, ...] | None = None
    tools: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Tools that must run, each with the arguments that matter (`evals.values.agree`). Reading documents is free."""
    may: tuple[str, ...] = ()
    """Tools that may run or not."""
    not_tools: tuple[str, ...] = ()
    figures: tuple[Value, ...] = ()
    """Numbers, percentages and dates that the text must show, in any form: 900000 is met by 90万."""
    absent_figures: tuple[Value, ...] = ()
    cites: tuple[str, ...] = ()
    """Any one of these: `wt-2026:7.1`, a whole document `guide-law`, or a chapter `wt-2026:8.*`."""
    asks: tuple[str, ...] = ()
    """Slots that must be asked for; `debt|limit` is met by either."""
    asks_none: bool = False
    language: Language | None = None
    """When it differs from the case's."""
    text_any: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()
    """Cards that must be shown, such as `draft`."""
    handoff: bool | None = None


class Turn(_Shape):
    """One message; without `expect` it only sets the scene."""

    say: str
    today: date | None = None
    expect: Expect | None = None


class Case(_Shape):
    """A conversation and what is expected of it. `say` and `expect` beside each other are a single turn."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    language: Language
    persona: Persona = "owner"
    split: Split = "dev"
    tags: tuple[str, ...]
    """The first one is the class that the report counts under."""
    turns: tuple[Turn, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _single_turn(cls, data: Any) -> Any:
        if isinstance(data, dict) and "say" in data:
            turn = {key: data[key] for key in ("say", "today", "expect") if key in data}
            return {key: value for key, value in data.items() if key not in turn} | {"turns": [turn]}
        return data


class CaseFile(_Shape):
    """A file of cases with what they share."""

    language: Language | None = None
    persona: Persona = "owner"
    tags: tuple[str, ...] = ()
    cases: tuple[dict[str, Any], ...]

    def read(self) -> Iterator[Case]:
        for item in self.cases:
            shared = {"persona": self.persona} | ({"language": self.language} if self.language else {})
            yield Case.model_validate(shared | item | {"tags": [*self.tags, *item.get("tags", ())]})


def load(folder: Path = CASES, *, split: Literal["dev", "test", "all"] = "all", only: Iterable[str] = ()) -> list[Case]:
    """The cases of a folder, by file and order; `only` keeps those with one of these ids or tags.

    Raises:
        ValueError: A file is not a case file, or two cases share an id.
    """
    cases = [case for path in sorted(folder.glob("*.yaml")) for case in read_file(path)]
    ids = [case.id for case in cases]
    if twice := {name for name in ids if ids.count(name) > 1}:
        raise ValueError(f"these ids are used twice: {', '.join(sorted(twice))}")
    wanted = set(only)
    return [
        case
        for case in cases
        if split in ("all", case.split) and (not wanted or case.id in wanted or wanted & set(case.tags))
    ]


def read_file(path: Path) -> list[Case]:
    """The cases of one file; none when it has no `cases` (the questions of another runner).

    Raises:
        ValueError: It is not a case file; the message names it.
    """
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_ExactLoader)
        if not isinstance(data, dict) or "cases" not in data:
            return []
        return list(CaseFile.model_validate(data).read())
    except (ValueError, yaml.YAMLError) as error:
        raise ValueError(f"{path.name}: {error}") from error


class _ExactLoader(yaml.SafeLoader):
    """Plain YAML; `on`, `off`, `yes` and `no` stay words, and a key written twice is refused."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if twice := {key for key in keys if keys.count(key) > 1}:
            raise ValueError(f"line {node.start_mark.line + 1} has {', '.join(sorted(twice))} twice")
        return super().construct_mapping(node, deep)


_ExactLoader.yaml_implicit_resolvers = {
    letter: [
        (tag, pattern) for tag, pattern in resolvers if not (tag == "tag:yaml.org,2002:bool" and letter in "yYnNoO")
    ]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def as_number(value: Value) -> Decimal | date:
    """An expected figure as the ledger reads one; text such as `0.3%` or `120万` is read."""
    from assistant.verify import figures  # the same reading as the ledger's

    if isinstance(value, date):
        return value
    if isinstance(value, str):
        found = figures(value)
        if len(found) != 1:
            raise ValueError(f"an expected figure must be one number or date, got {value!r}")
        return found[0].value
    return Decimal(str(value))
