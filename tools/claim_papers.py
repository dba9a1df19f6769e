"""The papers of a claim file by cause of loss: why each matters, what may replace it, and which are held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tools.clocks import LossCause
from tools.errors import ToolInputError
from tools.names import contains_word, folded
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
    """The file of one cause, and what was said to be held but is no paper of it."""

    items: tuple[Item, ...]
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
    matched, unmatched = _match(held, names)
    return Papers(items=tuple(_item(name, held=name in matched) for name in names), not_recognised=unmatched)


def cause_of(text: str) -> LossCause | None:
    """The cause of loss that `text` names: `cause_of("客户破产了")  # "insolvency"`, or None."""
    causes = table("checklists")["causes"]
    needle = folded(text)
    if (name := needle.replace(" ", "_").replace("-", "_")) in causes:
        return name  # type: ignore[return-value]
    words = sorted(((folded(word), name) for name, row in causes.items() for word in row["words"]), key=_longest_first)
    found: LossCause | None = next((name for word, name in words if contains_word(needle, word)), None)
    return found


def known_cause(text: str) -> LossCause:
    """The cause that `text` names.

    Raises:
        ToolInputError: It names none.
    """
    found = cause_of(text)
    if found is None:
        causes = ", ".join(table("checklists")["causes"])
        raise ToolInputError("cause", text, f"say what happened; use one of: {causes}.")
    return found


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


def _match(held: Sequence[str], names: Sequence[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Ids of the items that `held` names, and what named none. The cause's own items are preferred to the core ones."""
    items = table("checklists")["items"]
    words = sorted(
        (
            (folded(word), name)
            for name in reversed(names)
            for word in (items[name]["zh"], items[name]["en"], *items[name]["words"])
        ),
        key=_longest_first,
    )
    found, unmatched = set(), []
    for text in held:
        needle = folded(text)
        name = next((name for name in names if name == needle.replace(" ", "_")), None)
        name = name or next((name for word, name in words if contains_word(needle, word)), None)
        if name is None:
            unmatched.append(text)
        else:
            found.add(name)
    return frozenset(found), tuple(unmatched)


def _longest_first(pair: tuple[str, str]) -> int:
    return -len(pair[0])
