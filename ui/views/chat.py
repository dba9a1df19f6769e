"""The chat page: conversations on the left, the talk in the middle."""

from base64 import b64encode
from datetime import date
from typing import NamedTuple

import streamlit as st
from pydantic import TypeAdapter

from assistant.answer import Answer, Attachment, ChatRequest, Part
from knowledge.loaders import LOADERS
from ui import session
from ui.api_client import ApiProblem, ApiUnreachable, Exchange
from ui.blocks import draw_answer, draw_part
from ui.prose import plain
from ui.views.dossier import draw_dossier
from ui.views.policy import chosen_policy, draw_policy_choice
from ui.words import Words

_PART: TypeAdapter[Part] = TypeAdapter(Part)


def page() -> None:
    """Draw the conversation and answer what is asked."""
    words = session.words()
    is_served = True
    try:
        _open_from_address()
        _sidebar(words)
    except (ApiProblem, ApiUnreachable) as error:
        session.say_error(error)
        is_served = False
    turns = _turns()
    asked = _said(words) or st.session_state.pop("asked", None)
    if is_served and not turns and not asked:
        _welcome(words)
    for position, turn in enumerate(turns):
        _exchange(turn, is_last=position == len(turns) - 1 and not asked)
    if asked:
        _ask(asked, words)


class _Said(NamedTuple):
    """What was typed, and the files that came with it."""

    message: str
    attachments: list[Attachment]


def _said(words: Words) -> _Said | None:
    given = st.chat_input(
        words["chat.placeholder"],
        key="message",
        accept_file="multiple",
        file_type=[suffix.lstrip(".") for suffix in LOADERS],
        # a file travels as base64, which is a third longer
        max_upload_size=session.settings().max_upload_bytes * 3 // 4 // 1_000_000,
    )
    if given is None:
        return None
    files = [Attachment(name=file.name, content_base64=b64encode(file.getvalue()).decode()) for file in given["files"]]
    if files:
        session.forget_documents()
    names = ", ".join(file.name for file in files)
    return _Said(given["text"] or words["chat.sent_files"].format(names=names), files)


def _turns() -> list[Exchange]:
    turns: list[Exchange] = st.session_state.setdefault("turns", [])
    return turns


def _open_from_address() -> None:
    """The conversation that the page's address names, after a reload or from a bookmark."""
    wanted = st.query_params.get("c")
    if not wanted or wanted == st.session_state.get("conversation_id"):
        return
    try:
        _show(wanted)
    except ApiProblem as error:
        if error.status != 404:
            raise
        _start_new()
        st.toast(session.words()["error.gone"])


def _show(conversation_id: str) -> None:
    stored = session.client().conversation(conversation_id)
    st.session_state.conversation_id = stored.id
    st.session_state.turns = stored.turns
    st.query_params["c"] = stored.id


def _start_new() -> None:
    st.session_state.conversation_id = None
    st.session_state.turns = []
    st.query_params.pop("c", None)


def _sidebar(words: Words) -> None:
    with st.sidebar:
        st.button(words["app.new"], icon=":material/add:", width="stretch", type="primary", on_click=_start_new)
        st.caption(words["app.history"])
        summaries = session.client().conversations(limit=30)
        if not summaries:
            st.caption(words["app.no_history"])
        for summary in summaries:
            _conversation_line(summary.id, summary.title, words)
        st.space("small")
        draw_policy_choice(words)
        draw_dossier(st.session_state.get("conversation_id"), words)
        with st.expander(words["app.settings"], icon=":material/settings:"):
            st.segmented_control(
                words["app.persona"],
                ["owner", "support"],
                format_func=lambda name: words[f"persona.{name}"],
                default=session.persona(),
                key="persona",
                required=True,
            )
            st.date_input(words["app.today"], value=None, key="today", help=words["app.today_help"])


def _conversation_line(conversation_id: str, title: str, words: Words) -> None:
    is_open = conversation_id == st.session_state.get("conversation_id")
    left, right = st.columns([6, 1], vertical_alignment="center", gap="xsmall")
    shown = title if len(title) <= 22 else f"{title[:21]}…"
    if left.button(
        f"**{plain(shown)}**" if is_open else plain(shown),
        key=f"open-{conversation_id}",
        type="tertiary",
        help=None,
    ):
        _show(conversation_id)
        st.rerun()
    with right.popover("", icon=":material/more_horiz:", type="tertiary"):
        st.write(words["app.delete_sure"])
        if st.button(words["app.delete"], key=f"delete-{conversation_id}", icon=":material/delete:"):
            session.client().delete(conversation_id)
            if is_open:
                _start_new()
            st.rerun()


def _welcome(words: Words) -> None:
    st.html(f'<div class="tca-hero"><h1>{words["chat.hero"]}</h1><p>{words["chat.intro"]}</p></div>')
    st.caption(words["chat.try"])
    for position, example in enumerate(words.several("chat.examples")):
        st.button(
            example, key=f"example-{position}", icon=":material/arrow_outward:", on_click=_ask_next, args=(example,)
        )


def _ask_next(message: str) -> None:
    st.session_state.asked = _Said(message, [])


def _exchange(turn: Exchange, *, is_last: bool) -> None:
    with st.chat_message("user", avatar=":material/person:"):
        st.text(turn.message)
    with st.chat_message("assistant", avatar=":material/verified_user:"):
        draw_answer(turn.answer, session.read_document, turn.answer.id)
        _feedback(turn.answer)
        if is_last:
            _next_steps(turn.answer)


def _next_steps(answer: Answer) -> None:
    """Replies to what was asked, then follow-up questions; a click sends one."""
    words = Words(answer.language)
    replies = [reply for question in answer.questions for reply in words.several(f"reply.{question.slot}")]
    for caption, kind, offers in (
        (words["chat.missing"], "reply", replies),
        (words["chat.more"], "suggestion", answer.suggestions),
    ):
        if offers:
            st.caption(caption)
            with st.container(horizontal=True, gap="small"):
                for position, offer in enumerate(offers):
                    key = f"{kind}-{answer.id}-{position}"
                    st.button(plain(offer), key=key, on_click=_ask_next, args=(offer,))


def _feedback(answer: Answer) -> None:
    key = f"thumb-{answer.id}"

    def keep() -> None:
        thumb = st.session_state.get(key)
        if thumb is not None:
            session.client().give_feedback(answer.id, "up" if thumb else "down")
            st.toast(Words(answer.language)["chat.thanks"])

    st.feedback("thumbs", key=key, on_change=keep)


def _ask(said: _Said, words: Words) -> None:
    message = said.message
    today: date | None = st.session_state.get("today")
    request = ChatRequest(
        message=message,
        conversation_id=st.session_state.get("conversation_id"),
        persona=session.persona(),
        today=today,
        policy_id=chosen_policy(),
        attachments=said.attachments,
    )
    with st.chat_message("user", avatar=":material/person:"):
        st.text(message)
    try:
        with st.chat_message("assistant", avatar=":material/verified_user:"):
            answer = _stream(request, words)
    except (ApiProblem, ApiUnreachable) as error:
        session.say_error(error)
        return
    if answer is not None:
        _turns().append(Exchange(message=message, answer=answer))
        st.session_state.conversation_id = answer.conversation_id
        st.query_params["c"] = answer.conversation_id
        st.rerun()


def _stream(request: ChatRequest, words: Words) -> Answer | None:
    """Draw the events as they come; the answer, or None when it ended in an error (which is shown)."""
    status = st.status(words["chat.thinking"])
    labels, shown = words, 0
    for event in session.client().ask(request):
        match event.kind:
            case "answer.start":
                labels = Words(event.data["language"])
            case "tool.start":
                name = event.data["name"]
                status.update(label=labels.get(f"tool.{name}", name))
                status.write(labels.get(f"tool.{name}", name))
            case "part":
                draw_part(_PART.validate_python(event.data), labels, f"stream-{shown}")
                shown += 1
            case "answer.end":
                status.update(label=labels["chat.done"], state="complete")
                return Answer.model_validate(event.data["answer"])
            case "error":
                status.update(state="error")
                st.error(words["chat.stopped"].format(detail=plain(event.data.get("detail", ""))))
    return None
