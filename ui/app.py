"""The web interface: `streamlit run ui/app.py`."""

from pathlib import Path

import streamlit as st

from ui import session
from ui.views import chat, documents, library, policy, toolbox

_HERE = Path(__file__).parent


def main() -> None:
    """One page of the interface, with what all pages share."""
    words = session.words()
    st.set_page_config(page_title=words["app.title"], page_icon=str(_HERE / "icon.svg"), layout="centered")
    st.html(f"<style>{(_HERE / 'style.css').read_text(encoding='utf-8')}</style>")
    pages = [
        st.Page(chat.page, title=words["app.chat"], icon=":material/chat:", url_path="chat", default=True),
        st.Page(library.page, title=words["app.library"], icon=":material/menu_book:", url_path="library"),
        st.Page(documents.page, title=words["app.documents"], icon=":material/folder_open:", url_path="documents"),
        st.Page(policy.page, title=words["app.policy"], icon=":material/policy:", url_path="policy"),
        st.Page(toolbox.page, title=words["app.toolbox"], icon=":material/calculate:", url_path="toolbox"),
    ]
    chosen = st.navigation(pages, position="top")
    with st.sidebar:
        st.markdown(f"### {words['app.title']}")
        st.segmented_control(
            words["app.language"],
            ["zh", "en"],
            format_func={"zh": "中文", "en": "English"}.__getitem__,
            key="language",
            required=True,
            label_visibility="collapsed",
        )
    chosen.run()
    session.keep_token()


main()
