"""The page of one's own documents: add files, see what there is, remove one."""

from collections.abc import Sequence
from html import escape
from typing import Any

import streamlit as st

from knowledge.loaders import LOADERS
from ui import session
from ui.api_client import ApiProblem, ApiUnreachable, FileReport, OwnDocument, Upload
from ui.prose import plain
from ui.words import Words

_MEGABYTE = 1_000_000
_ICONS = {
    "added": ":material/check_circle:",
    "replaced": ":material/published_with_changes:",
    "unchanged": ":material/radio_button_unchecked:",
    "failed": ":material/error:",
}


def page() -> None:
    """The form, what became of the last files, and the list."""
    words = session.words()
    st.html(f'<div class="tca-hero"><h1>{words["documents.title"]}</h1><p>{words["documents.intro"]}</p></div>')
    _form(words)
    for report in st.session_state.get("upload_reports", ()):
        _report(report, words)
    try:
        documents = session.client().own_documents()
    except (ApiProblem, ApiUnreachable) as error:
        session.say_error(error)
        return
    st.subheader(words["documents.list"].format(n=len(documents)))
    if not documents:
        st.caption(words["documents.none"])
    for document in documents:
        _document(document, words)


def _form(words: Words) -> None:
    with st.form("add-documents", clear_on_submit=True):
        files = st.file_uploader(
            words["documents.files"],
            type=[suffix.lstrip(".") for suffix in LOADERS],
            accept_multiple_files=True,
            max_upload_size=session.settings().max_upload_bytes // _MEGABYTE,
        )
        left, right = st.columns([3, 1])
        fields = {
            "policy": left.text_input(words["documents.policy"], max_chars=120, help=words["documents.policy_help"]),
            "edition": right.text_input(words["documents.edition"], max_chars=40),
        }
        left, right = st.columns(2)
        first = left.date_input(words["documents.from"], value=None)
        last = right.date_input(words["documents.to"], value=None)
        is_sent = st.form_submit_button(words["documents.add"], type="primary", icon=":material/upload_file:")
    if not is_sent:
        return
    if not files:
        st.session_state.upload_reports = []
        st.warning(words["documents.no_file"])
        return
    fields |= {"in_force_from": first.isoformat() if first else "", "in_force_to": last.isoformat() if last else ""}
    _send(files, fields, words)


def _send(files: Sequence[Any], fields: dict[str, str], words: Words) -> None:
    """One request a file, so that the bar moves and a slow file does not hold the others back."""
    reports: list[FileReport] = []
    bar = st.progress(0.0)
    for number, file in enumerate(files):
        bar.progress(number / len(files), words["documents.reading"].format(name=plain(file.name)))
        try:
            reports += session.client().add_document(Upload(file.name, file.getvalue()), fields)
        except ApiProblem as error:
            reports.append(FileReport.refused(file.name, error.detail))
        except ApiUnreachable as error:
            session.say_error(error)
            break
    bar.empty()
    session.forget_documents()
    st.session_state.upload_reports = reports


def _report(report: FileReport, words: Words) -> None:
    show = st.error if report.state == "failed" else st.success
    show(plain(report.said(words.language)), icon=_ICONS[report.state])
    for remark in report.remarks:
        st.warning(plain(remark.get(words.language, "")), icon=":material/info:")


def _document(document: OwnDocument, words: Words) -> None:
    with st.container(border=True, key=f"own-{document.id}-{document.language}"):
        left, right = st.columns([8, 1], vertical_alignment="center")
        left.html(
            f"<b>{escape(document.title)}</b>"
            + "".join(f"<span class='tca-chip'>{escape(chip)}</span>" for chip in _chips(document, words))
            + f"<div class='tca-fine'>{escape(document.source)}</div>"
        )
        with right.popover("", icon=":material/delete:", type="tertiary", help=words["documents.remove"]):
            st.write(words["documents.remove_sure"].format(title=plain(document.title)))
            if st.button(words["documents.remove"], key=f"remove-{document.id}-{document.language}", type="primary"):
                _remove(document)


def _chips(document: OwnDocument, words: Words) -> list[str]:
    chips = [
        words["documents.passages"].format(n=document.passages),
        {"zh": "中文", "en": "English"}[document.language],
    ]
    if document.edition:
        chips.insert(0, document.edition)
    if document.in_force_from or document.in_force_to:
        first = words.day(document.in_force_from) if document.in_force_from else "…"
        last = words.day(document.in_force_to) if document.in_force_to else "…"
        chips.append(f"{first} – {last}")
    return chips


def _remove(document: OwnDocument) -> None:
    try:
        session.client().remove_document(document.id)
    except (ApiProblem, ApiUnreachable) as error:
        session.say_error(error)
        return
    session.forget_documents()
    st.session_state.upload_reports = []
    st.rerun()
