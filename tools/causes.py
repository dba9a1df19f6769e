"""The causes of loss: the words people use for them, and what each means for cover."""

from functools import cache
from typing import Literal

from tools.errors import ToolInputError
from tools.names import contains_word, folded
from tools.results import Caution
from tools.tables import table

LossCause = Literal[
    "protracted_default",
    "insolvency",
    "refusal",
    "letter_of_credit",
    "political",
    "pre_shipment",
    "dispute",
    "fraud",
]
_GENERAL = "protracted_default"
"""Whatever happened, the debt is unpaid: these words count only where no other cause is named."""


def cause_of(text: str) -> LossCause | None:
    """The cause of loss that `text` names: `cause_of("客户破产了")  # "insolvency"`, or None."""
    needle = folded(text)
    if (name := needle.replace(" ", "_").replace("-", "_")) in table("checklists")["causes"]:
        return name  # type: ignore[return-value]
    return next((cause for word, cause in _words() if _says(needle, word)), None)


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


def cause_cautions(cause: LossCause | None) -> tuple[Caution, ...]:
    """What the cause alone says about cover: it needs an endorsement, it suspends the claim, it is no real debt."""
    if cause is None or "caution" not in (row := table("checklists")["causes"][cause]):
        return ()
    return (Caution(id=row["caution"], values={"cause": cause, "clause": row["clause"]}),)


@cache
def _words() -> tuple[tuple[str, LossCause], ...]:
    """Longest first, the general cause last."""
    rows = table("checklists")["causes"].items()
    words = ((folded(word), name) for name, row in rows for word in row["words"])
    return tuple(sorted(words, key=lambda pair: (pair[1] == _GENERAL, -len(pair[0]))))


def _says(needle: str, word: str) -> bool:
    """Whether `word` is there and not denied: 没有破产, not insolvent."""
    denied = (f"{no} {word}" if no.isascii() else f"{no}{word}" for no in table("checklists")["denials"])
    return contains_word(needle, word) and not any(contains_word(needle, phrase) for phrase in denied)
