"""Cards: one function draws one kind of tool result."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from ui.cards import buyers, duties, figures
from ui.words import Words

_DRAW: dict[str, Callable[[dict[str, Any], Words, str], None]] = {
    "premium_estimate": figures.premium,
    "indemnity": figures.indemnity,
    "interest": figures.interest,
    "receivables": figures.receivables,
    "deadlines": duties.deadlines,
    "checklist": duties.checklist,
    "coverage": duties.coverage,
    "draft": duties.draft,
    "buyer": buyers.candidates,
    "assessment": buyers.assessment,
}


def draw_card(card: str, data: dict[str, Any], words: Words, key: str) -> None:
    """Draw a result; a kind that this interface does not know yet is shown as its data.

    Args:
        card: Kind of card.
        data: The tool's result.
        words: Labels, in the answer's language.
        key: Unique on the page.
    """
    draw = _DRAW.get(card)
    with st.container(border=True, key=f"card-{card}-{key}"):
        if draw is None:
            st.json(data, expanded=1)
        else:
            draw(data, words, key)
