"""An answer on the page: its parts in order, then what it rests on and what to do next.

What is streamed, stored and reloaded is drawn by the same functions.
"""

from collections.abc import Callable
from html import escape

import streamlit as st

from assistant.answer import Answer, CardPart, Citation, Language, Part, TextPart
from ui.cards import draw_card
from ui.prose import clause_html, part_html, plain, sources_html
from ui.words import Words

ReadDocument = Callable[[str, Language], str | None]
"""The canonical text of a document in a language, or None when it cannot be read."""


def draw_answer(answer: Answer, read_document: ReadDocument, key: str) -> None:
    """The whole answer but for its buttons: parts, sources, assumptions, notices."""
    words = Words(answer.language)
    numbers = {citation.id: f"cite-{key}-{citation.id}" for citation in answer.citations}
    for position, part in enumerate(answer.parts):
        draw_part(part, words, f"{key}-{position}", numbers=numbers)
    draw_sources(answer.citations, numbers, read_document, words)
    draw_assumptions(answer, words)
    if answer.handoff:
        st.info(words["chat.handoff"] + plain(answer.handoff.summary), icon=":material/support_agent:")
    draw_notices(answer, words)


def draw_part(part: Part, words: Words, key: str, *, numbers: dict[int, str] | None = None) -> None:
    """One part: words with footnotes, or a card."""
    match part:
        case TextPart():
            st.html(part_html(part, numbers=numbers))
        case CardPart():
            draw_card(part.card, part.data, words, key)


def draw_sources(citations: list[Citation], numbers: dict[int, str], read_document: ReadDocument, words: Words) -> None:
    """A button for each cited clause, and the clauses themselves, hidden until asked for."""
    if not citations:
        return
    clauses = "".join(
        clause_html(item, read_document(item.document, item.language), numbers[item.id], words) for item in citations
    )
    st.html(sources_html(citations, numbers) + clauses)


def draw_assumptions(answer: Answer, words: Words) -> None:
    """What the figures take for granted."""
    if not answer.assumptions:
        return
    with st.expander(words["chat.assumptions"].format(n=len(answer.assumptions)), icon=":material/tune:"):
        items = "".join(
            f"<li>{escape(note.text or note.parameter)}"
            + (f'<span class="tca-chip">{escape(note.clause.partition(":")[2])}</span>' if note.clause else "")
            + "</li>"
            for note in answer.assumptions
        )
        st.html(f'<ul class="tca-text">{items}</ul>')


def draw_notices(answer: Answer, words: Words) -> None:
    """What the law and honesty require, in small print."""
    made = words["app.engine"].format(
        engine=words.get(f"engine.{answer.engine}", answer.engine), time=f"{answer.created_at:%Y-%m-%d %H:%M} UTC"
    )
    st.html(f'<div class="tca-fine">{escape(" ".join(answer.notices))}<br>{escape(made)}</div>')
