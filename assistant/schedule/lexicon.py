"""The names of parameters in `labels.toml`, ready to be looked for."""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal, NamedTuple

Kind = Literal[
    "percent", "days", "claim", "money", "liability", "currency", "period", "date", "declaration", "countries",
    "calendar", "basis",
]  # fmt: skip
Strength = Literal["label", "vague", "cue", "after"]
_TABLES = frozenset({"section", "basis", "wording"})


@dataclass(frozen=True, kw_only=True)
class Entry:
    """How one parameter is named, and what its value is like."""

    name: str
    kind: Kind
    low: float | None = None
    high: float | None = None
    per_section: bool = False
    may_be_nil: bool = False
    basis: str = ""
    companions: dict[str, str] = field(default_factory=dict)


class Label(NamedTuple):
    """One place where a parameter is named."""

    start: int
    end: int
    entry: Entry
    strength: Strength


@cache
def entries() -> dict[str, Entry]:
    """Every parameter that is looked for, by name."""
    return {
        name: Entry(
            name=name,
            kind=row["kind"],
            low=row.get("low"),
            high=row.get("high"),
            per_section=row.get("per", False),
            may_be_nil=row.get("nil", False),
            basis=row.get("basis", ""),
            companions=row.get("companions", {}),
        )
        for name, row in _data().items()
        if name not in _TABLES
    }


def find_labels(plain: str) -> list[Label]:
    """Where parameters are named in `plain` (lower case); the longest name wins, names only spoken of are left out."""
    found = sorted(
        (
            Label(match.start(), match.end(), *_meanings()[_form_key(match.group())])
            for match in _label_pattern().finditer(plain)
        ),
        key=lambda label: label.start,
    )
    return [label for label in found if not _is_mention(plain, label)]


def names_parameter(text: str) -> bool:
    """Whether `text` begins with the name of a parameter."""
    return _label_pattern().match(text.lower()) is not None


@cache
def wording(name: str) -> re.Pattern[str]:
    """A pattern of the `[wording]` table."""
    return re.compile(_data()["wording"][name], re.I)


@cache
def bases() -> dict[str, re.Pattern[str]]:
    """What periods count from, each with its pattern."""
    return {name: re.compile(pattern, re.I) for name, pattern in _data()["basis"].items()}


@cache
def sections() -> dict[str, re.Pattern[str]]:
    """Words of each section of a policy."""
    return {
        name: re.compile("|".join([*map(re.escape, row["zh"]), *(rf"\b{re.escape(form)}\b" for form in row["en"])]))
        for name, row in _data()["section"].items()
    }


def _is_mention(plain: str, label: Label) -> bool:
    if label.strength == "after":
        return False
    before = plain[max(0, label.start - 40) : label.start]
    return bool(wording("mention_before").search(before) or wording("mention_after").match(plain, label.end))


@cache
def _label_pattern() -> re.Pattern[str]:
    forms = sorted(_forms(), key=len, reverse=True)
    return re.compile("|".join(map(_written, forms)))


def _written(form: str) -> str:
    """A form as it may stand on a page: broken or justified between Chinese characters, blanks of any width."""
    if form.isascii():
        body = r"\s+".join(re.escape(word).replace(r"\-", r"-\s?") for word in form.split())
        edge_left = r"(?<![a-z])" if form[0].isalpha() else ""
        edge_right = r"(?![a-z])" if form[-1].isalpha() else ""
        return f"{edge_left}{body}{edge_right}"
    return r"\s{0,2}".join(re.escape(character) for character in form if not character.isspace())


def _form_key(written: str) -> str:
    if not written.isascii():
        return re.sub(r"\s+", "", written)
    return re.sub(r"-\s", "-", " ".join(written.split()))


@cache
def _meanings() -> dict[str, tuple[Entry, Strength]]:
    return {_form_key(form): meaning for form, meaning in _forms().items()}


@cache
def _forms() -> dict[str, tuple[Entry, Strength]]:
    found: dict[str, tuple[Entry, Strength]] = {}
    kinds: tuple[tuple[str, Strength], ...] = (
        ("after_", "after"),
        ("vague_", "vague"),
        ("cues_", "cue"),
        ("", "label"),
    )
    for prefix, strength in kinds:
        for name, entry in entries().items():
            for language in ("zh", "en"):
                for form in _data()[name].get(f"{prefix}{language}", ()):
                    found[form.lower().replace("（", "(").replace("）", ")")] = (entry, strength)
    return found


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("labels.toml").read_text(encoding="utf-8"))
