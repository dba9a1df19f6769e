"""My policy: what was read from a schedule, checked and confirmed by a person; and which policy the chat uses."""

from collections.abc import Sequence
from html import escape
from typing import Any

import streamlit as st

from knowledge.loaders import LOADERS
from ui import session
from ui.api_client import ApiProblem, ApiUnreachable, OwnPolicy, OwnPolicyTerm, Upload
from ui.words import Words

_MEGABYTE = 1_000_000


def page() -> None:
    """The form, and every policy with its terms."""
    words = session.words()
    st.html(f'<div class="tca-hero"><h1>{words["policy.title"]}</h1><p>{words["policy.intro"]}</p></div>')
    _form(words)
    try:
        policies = session.client().policies()
    except (ApiProblem, ApiUnreachable) as error:
        session.say_error(error)
        return
    if not policies:
        st.caption(words["policy.none"])
    for position, policy in enumerate(policies):
        with st.container(border=True, key=f"policy-{policy.id}"):
            _policy(policy, words, is_open=position == 0)


def draw_policy_choice(words: Words) -> None:
    """The policy that the next questions are answered with."""
    try:
        found = [policy for policy in session.client().policies() if policy.status == "confirmed"]
    except (ApiProblem, ApiUnreachable):
        return  # the chat says what is wrong
    if not found:
        return
    names = {policy.id: policy.name for policy in found}
    current = st.session_state.get("policy_id")
    st.selectbox(
        words["policy.used"],
        list(names),
        index=list(names).index(current) if current in names else None,
        format_func=names.__getitem__,
        placeholder=words["policy.no_policy"],
        key="policy_choice",
        on_change=_choose,
    )


def chosen_policy() -> str | None:
    """What to send with a question: a policy's id, an empty one to let go of it, None to leave it as it is."""
    chosen: str | None = st.session_state.get("policy_id")
    return chosen or ("" if st.session_state.get("has_chosen_policy") else None)


def _choose() -> None:
    # the widget's own state is lost when another page is opened
    st.session_state.policy_id = st.session_state.policy_choice
    st.session_state.has_chosen_policy = True


def _form(words: Words) -> None:
    with st.form("read-policy", clear_on_submit=True):
        file = st.file_uploader(
            words["policy.file"],
            type=[suffix.lstrip(".") for suffix in LOADERS],
            max_upload_size=session.settings().max_upload_bytes // _MEGABYTE,
        )
        name = st.text_input(words["policy.name"], max_chars=120)
        is_sent = st.form_submit_button(words["policy.read"], type="primary", icon=":material/fact_check:")
    if not is_sent:
        return
    if file is None:
        st.warning(words["documents.no_file"])
        return
    try:
        with st.spinner(words["policy.reading"]):
            session.client().read_policy(Upload(file.name, file.getvalue()), name)
    except (ApiProblem, ApiUnreachable) as error:
        session.say_error(error)
    session.forget_documents()


def _policy(policy: OwnPolicy, words: Words, *, is_open: bool) -> None:
    chips = [words[f"policy.{policy.status}"], {"zh": "中文", "en": "English"}[policy.language]]
    if policy.confirmed_at:
        chips.append(words["policy.confirmed_on"].format(day=words.day(policy.confirmed_at[:10])))
    st.html(
        f"<b>{escape(policy.name)}</b>"
        + "".join(f"<span class='tca-chip'>{escape(chip)}</span>" for chip in chips)
        + f"<div class='tca-fine'>{escape(policy.document_title)}</div>"
    )
    with st.expander(words["policy.terms"].format(n=len(policy.terms)), expanded=is_open):
        if policy.conflicting:
            names = [_name(key, words) for key in policy.conflicting]
            st.warning(words["policy.conflict"].format(names=words.values.join(names)), icon=":material/call_split:")
        if not policy.terms:
            st.info(words["policy.nothing_found"])
        rows = _rows(policy, words)
        edited = _table(rows, policy, words)
        left, right = st.columns([3, 1])
        if left.button(words["policy.confirm"], key=f"confirm-{policy.id}", type="primary", icon=":material/check:"):
            _confirm(policy, rows, edited)
        with right.popover("", icon=":material/delete:", type="tertiary", help=words["policy.remove"]):
            st.write(words["policy.remove_sure"])
            if st.button(words["policy.remove"], key=f"forget-{policy.id}", type="primary"):
                _remove(policy)


def _table(rows: list[dict[str, Any]], policy: OwnPolicy, words: Words) -> list[dict[str, Any]]:
    edited: Any = st.data_editor(
        [{name: value for name, value in row.items() if name != "key"} for row in rows],
        key=f"terms-{policy.id}-{policy.confirmed_at}",
        hide_index=True,
        num_rows="fixed",
        disabled=["term", "means", "quote", "doubts"],
        column_config={
            "keep": st.column_config.CheckboxColumn(words["policy.column_keep"], width="small"),
            "term": st.column_config.TextColumn(words["policy.column_term"]),
            "value": st.column_config.TextColumn(words["policy.column_value"], help=words["policy.column_value_help"]),
            "doubts": st.column_config.TextColumn(words["policy.column_doubts"], width="medium"),
            "quote": st.column_config.TextColumn(words["policy.column_quote"], width="large"),
            "means": st.column_config.TextColumn(words["policy.column_means"]),
        },
    )
    return list(edited)


def _rows(policy: OwnPolicy, words: Words) -> list[dict[str, Any]]:
    """What is confirmed where it is, else what was read; then what was not found, to be filled in by hand."""
    terms: Sequence[OwnPolicyTerm] = policy.confirmed if policy.status == "confirmed" else policy.terms
    stated = {term.key for term in terms}
    left_out = [term for term in policy.terms if term.key not in stated]
    rows = [_row(term, words, keep=True) for term in terms]
    rows += [_row(term, words, keep=False) for term in left_out]
    known = {row["key"] for row in rows}
    return rows + [
        {"key": key, "keep": False, "term": _name(key, words), "value": "", "doubts": "", "quote": "", "means": ""}
        for key in policy.missing
        if key not in known
    ]


def _row(term: OwnPolicyTerm, words: Words, *, keep: bool) -> dict[str, Any]:
    return {
        "key": term.key,
        "keep": keep,
        "term": _name(term.key, words),
        "value": _spelled(term.value),
        "doubts": "; ".join(words.values.name("doubt", doubt) for doubt in term.doubts),
        "quote": " ".join(term.quote.split()) or words["policy.by_hand"],
        "means": words.values.parameter(term.parameter, term.value).text,
    }


def _confirm(policy: OwnPolicy, rows: list[dict[str, Any]], edited: list[dict[str, Any]]) -> None:
    """Send what differs from what was read: values that were changed or added, and what is left out."""
    read = {(term.key, _spelled(term.value)) for term in policy.terms}
    kept: dict[str, list[str]] = {}
    for row, now in zip(rows, edited, strict=True):
        value = str(now["value"] or "").strip()
        if value and (now["keep"] or value != row["value"]):
            kept.setdefault(row["key"], []).append(value)
    counts = {key: sum(term.key == key for term in policy.terms) for key in {term.key for term in policy.terms}}
    terms = {
        key: values[0]
        for key, values in kept.items()
        if len(set(values)) == 1 and ((key, values[0]) not in read or counts[key] > 1)
    }
    rejected = [key for key in counts if key not in kept]
    try:
        session.client().confirm_policy(policy.id, terms=terms, rejected=rejected)
    except (ApiProblem, ApiUnreachable) as error:
        session.say_error(error)
        return
    st.session_state.policy_id, st.session_state.has_chosen_policy = policy.id, True
    st.toast(session.words()["policy.done"])
    st.rerun()


def _remove(policy: OwnPolicy) -> None:
    try:
        session.client().delete_policy(policy.id)
    except (ApiProblem, ApiUnreachable) as error:
        session.say_error(error)
        return
    st.rerun()


def _name(key: str, words: Words) -> str:
    parameter, _, section = key.partition(".")
    name = words.code("term", parameter)
    return f"{name} ({words.code('section', section)})" if section else name


def _spelled(value: Any) -> str:
    """A value as it can be typed: `EUR 5000`, `DE, FR`, `60`."""
    if isinstance(value, dict):
        return f"{value['currency']} {value['amount']}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
