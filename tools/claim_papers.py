"""The papers of a claim file by cause of loss: why each matters, what may replace it, and which are held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tools.causes import LossCause
from tools.held_papers import papers_named
from tools.tables import table


@dataclass(frozen=True, kw_only=True)
class Bilingual:
    """The same words in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Item:
    """One paper of the claim file."""

    id: str
    title: Bilingual
    why: Bilingual
    """Why it matters, for the insured."""
    check: Bilingual
    """What a claims handler looks for in it, for the staff of an insurer or broker."""
    required: bool
    """False: helps, but the claim can go without."""
    held: bool
    substitutes: Bilingual | None
    """What may serve instead, for the insurer to accept or not."""
    clause: str
    source: str


Reader = Literal["owner", "support", "visitor"]
WORDING: Mapping[Reader, str] = {"owner": "why", "support": "check", "visitor": "title"}
"""Which words of an `Item` each reader gets for the same row."""


@dataclass(frozen=True, kw_only=True)
class Papers:
    """The file of one cause, and what was said to be held but does not count in it."""

    items: tuple[Item, ...]
    not_needed: tuple[str, ...]
    """Papers of other causes."""
    not_recognised: tuple[str, ...]

    @property
    def held(self) -> frozenset[str]:
        return frozenset(item.id for item in self.items if item.held)

    @property
    def missing(self) -> tuple[str, ...]:
        """Ids of required items not held, in the order of the list."""
        return tuple(item.id for item in self.items if item.required and not item.held)


def papers_for(cause: LossCause, held: Sequence[str]) -> Papers:
    """What a claim for `cause` needs, with what `held` names marked."""
    names = _item_names(table("checklists")["causes"][cause])
    named = [part for text in held for part in papers_named(text, names)]
    found = {part.paper for part in named}
    return Papers(
        items=tuple(_item(name, held=name in found) for name in names),
        not_needed=tuple(part.text for part in named if part.paper is not None and part.paper not in names),
        not_recognised=tuple(part.text for part in named if part.paper is None),
    )


def _item_names(cause: Mapping[str, Any]) -> tuple[str, ...]:
    """Items of a cause: the core set without what the cause does not have, then its own."""
    core = [name for name in table("checklists")["core"] if name not in cause.get("without", ())]
    return (*core, *cause["add"])


def _item(name: str, *, held: bool) -> Item:
    row = table("checklists")["items"][name]
    return Item(
        id=name,
        title=Bilingual(zh=row["zh"], en=row["en"]),
        why=Bilingual(zh=row["why_zh"], en=row["why_en"]),
        check=Bilingual(**table("paper_checks")[name]),
        required=row["required"],
        held=held,
        substitutes=Bilingual(zh=row["substitutes_zh"], en=row["substitutes_en"]) if "substitutes_zh" in row else None,
        clause=row["clause"],
        source=row["source"],
    )
