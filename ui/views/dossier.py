"""What the assistant is working with: the facts of the open conversation, to be corrected or taken out."""

from datetime import date
from typing import Any

import streamlit as st

from ui import session
from ui.api_client import ApiProblem, Fact
from ui.words import Words

_EDITED = ("money", "percent", "days", "months", "count", "date")


def draw_dossier(conversation_id: str | None, words: Words) -> None:
    """An expander with the facts; nothing while there are none."""
    if not conversation_id:
        return
    try:
        dossier = session.client().dossier(conversation_id)
    except ApiProblem:
        return  # a conversation without a first answer has no facts yet
    if not dossier.facts:
        return
    with st.expander(words["dossier.title"].format(n=len(dossier.facts)), icon=":material/fact_check:"):
        if dossier.party:
            st.caption(words["dossier.party"].format(party=dossier.party))
        for fact in dossier.facts:
            _line(conversation_id, fact, words)


def _line(conversation_id: str, fact: Fact, words: Words) -> None:
    left, right = st.columns([6, 1], vertical_alignment="center", gap="xsmall")
    origin = words.get(f"dossier.source_{fact.source}", fact.source)
    left.markdown(f"{fact.label}: **{fact.shown}**", help=f"{origin} {fact.said}".strip())
    with right.popover("", icon=":material/edit:", type="tertiary", key=f"fact-{fact.name}"):
        with st.form(f"edit-{fact.name}", border=False):
            value = _field(fact) if fact.kind in _EDITED else None
            saved = fact.kind in _EDITED and st.form_submit_button(words["dossier.save"], icon=":material/check:")
            removed = st.form_submit_button(words["dossier.remove"], icon=":material/delete:")
        if saved or removed:
            _change(conversation_id, {fact.name: value} if saved else {}, [fact.name] if removed else [])


def _field(fact: Fact) -> Any:
    if fact.kind == "money":
        amount = st.number_input(fact.label, value=float(fact.value["amount"]), min_value=0.0, step=1000.0)
        currency = st.text_input("ISO 4217", value=fact.value["currency"], max_chars=3)
        return {"amount": amount, "currency": currency.upper()}
    if fact.kind == "date":
        chosen = st.date_input(fact.label, value=date.fromisoformat(fact.value))
        return chosen.isoformat() if isinstance(chosen, date) else fact.value
    if fact.kind == "percent":
        return st.number_input(fact.label, value=float(fact.value), min_value=0.0, max_value=100.0)
    return st.number_input(fact.label, value=int(fact.value), min_value=0, step=1)


def _change(conversation_id: str, changed: dict[str, Any], removed: list[str]) -> None:
    try:
        session.client().change_dossier(conversation_id, set=changed, remove=removed)
    except ApiProblem as error:
        session.say_error(error)
        return
    st.rerun()
