"""The page that searches the documents."""

import re
from html import escape

import streamlit as st

from assistant.answer import Language
from ui import session
from ui.api_client import ApiProblem, ApiUnreachable, Passage
from ui.prose import excerpt_html
from ui.words import Words

_LANGUAGES: tuple[Language | None, ...] = (None, "zh", "en")


def page() -> None:
    """Search clauses and guidance."""
    words = session.words()
    st.html(f'<div class="tca-hero"><h1>{words["library.title"]}</h1><p>{words["library.intro"]}</p></div>')
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    query = left.text_input(
        words["app.library"], placeholder=words["library.placeholder"], label_visibility="collapsed"
    )
    chosen = right.selectbox(
        words["library.language"],
        _LANGUAGES,
        format_func={None: words["library.both"], "zh": "中文", "en": "English"}.__getitem__,
        label_visibility="collapsed",
    )
    if not query.strip():
        return
    try:
        passages = session.client().search(query, chosen)
    except (ApiProblem, ApiUnreachable) as error:
        session.say_error(error)
        return
    if not passages:
        st.info(words["library.none"])
    for position, passage in enumerate(passages):
        _passage(passage, words, position)


def _passage(passage: Passage, words: Words, position: int) -> None:
    with st.container(border=True, key=f"hit-{position}"):
        where = words["cite.where"].format(clause=passage.clause, edition=passage.edition)
        quote = escape(passage.quote)
        text = escape(passage.text).replace(quote, f"<mark>{quote}</mark>", 1)
        text = re.sub(r"\n{3,}", "\n\n", text)
        st.html(
            f"<b>{escape(passage.title)}</b><span class='tca-chip'>{escape(where)}</span>"
            f"<div class='tca-fine'>{escape(passage.heading)}</div><div class='tca-hit'>{text}</div>"
        )
        with st.popover(words["library.open"], type="tertiary"):
            document = session.read_document(passage.document, passage.language)
            excerpt = excerpt_html(document, passage.quote, passage.start, passage.end)
            st.html(f"<div class='tca-hit'>{excerpt}</div>")
