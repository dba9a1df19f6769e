"""What one browser session holds: its language, its visitor token, its client of the chat API."""

import json
from functools import cache

import streamlit as st

from assistant.answer import Language, Persona
from assistant.settings import Settings
from ui.api_client import ApiClient, ApiProblem, ApiUnreachable
from ui.prose import plain
from ui.words import Words

TOKEN_COOKIE = "tca_ui_visitor"
_YEAR_S = 365 * 24 * 3600


@cache
def settings() -> Settings:
    """The installation's settings, read once."""
    return Settings()


def api_address() -> str:
    """Where the chat API listens."""
    host = "127.0.0.1" if settings().api_host in ("0.0.0.0", "::") else settings().api_host
    return f"http://{host}:{settings().api_port}"


def language() -> Language:
    """The interface's language: chosen, or the browser's."""
    if "language" not in st.session_state:
        asked = st.query_params.get("lang") or (st.context.locale or "zh")
        st.session_state.language = "zh" if asked.lower().startswith("zh") else "en"
    chosen: Language = st.session_state.language
    return chosen


def words() -> Words:
    """Labels in the interface's language."""
    return Words(language())


def persona() -> Persona:
    """Who is asking."""
    chosen: Persona = st.session_state.get("persona") or "owner"
    return chosen


def client() -> ApiClient:
    """This visitor's client; the token outlives the session in a cookie of this page."""
    if "client" not in st.session_state:
        keys = settings().api_keys
        st.session_state.client = ApiClient(
            api_address(),
            token=st.context.cookies.get(TOKEN_COOKIE) or None,
            api_key=keys[0].get_secret_value() if keys else None,
        )
    found: ApiClient = st.session_state.client
    found.language = language()
    return found


def keep_token() -> None:
    """Write a new visitor token into the browser's cookie, so that a reload finds the conversations again."""
    token = client().token
    if token and token != st.context.cookies.get(TOKEN_COOKIE) and token != st.session_state.get("kept_token"):
        st.session_state.kept_token = token
        cookie = json.dumps(f"{TOKEN_COOKIE}={token}; Path=/; Max-Age={_YEAR_S}; SameSite=Strict")
        st.html(f"<script>document.cookie = {cookie}</script>", unsafe_allow_javascript=True)


def read_document(document_id: str, document_language: Language) -> str | None:
    """The text of a cited document, kept for the session; None when the API cannot give it."""
    kept: dict[tuple[str, str], str | None] = st.session_state.setdefault("documents", {})
    key = (document_id, document_language)
    if key not in kept:
        try:
            kept[key] = client().document(document_id, document_language).text
        except (ApiProblem, ApiUnreachable):
            return None
    return kept[key]


def forget_documents() -> None:
    """Read cited documents again: one of them may have been replaced or removed."""
    st.session_state.pop("documents", None)


def say_error(error: ApiProblem | ApiUnreachable) -> None:
    """One clear line about what went wrong."""
    labels = words()
    if isinstance(error, ApiUnreachable):
        st.error(labels["error.down"].format(address=f"`{api_address()}`"), icon=":material/cloud_off:")
    elif error.code == "starting":
        st.info(labels["error.starting"], icon=":material/hourglass_top:")
    else:
        st.error(plain(error.detail), icon=":material/error:")
