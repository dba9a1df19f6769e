"""The chat model that one setting names."""

from typing import Any

from langchain_core.language_models import BaseChatModel

from assistant.settings import Settings
from tools.errors import ToolUnavailable

EMBEDDED = "embedded"
_NO_KEY = "none"
"""What a server of one's own gets: clients insist on a key, such servers ask for none."""

_WAY_OUT = (
    "(TCA_MODEL is `embedded` or `provider:model`; TCA_MODEL_API_KEY holds the key, TCA_MODEL_BASE_URL the address of "
    "a server of your own.)"
)


def hosted_model(settings: Settings) -> BaseChatModel | None:
    """The configured language model; None for the embedded engine.

    Raises:
        ToolUnavailable: LangChain does not know the provider, its package is not installed, or a key is missing; the
            message names the setting in one line.
    """
    if settings.model == EMBEDDED:
        return None
    from langchain.chat_models import init_chat_model  # takes seconds; only needed with a hosted model

    options: dict[str, Any] = {"timeout": settings.model_timeout_s, "temperature": 0}
    if settings.model_base_url:
        options["base_url"] = settings.model_base_url
    if settings.model_api_key:
        options["api_key"] = settings.model_api_key.get_secret_value()
    elif settings.model_base_url:
        options["api_key"] = _NO_KEY
    try:
        model: BaseChatModel = init_chat_model(settings.model, **options)
    except Exception as error:  # noqa: BLE001 - each provider's package refuses its settings in its own way
        raise ToolUnavailable(f"TCA_MODEL={settings.model}: {_first_line(error)} {_WAY_OUT}") from error
    return model


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
