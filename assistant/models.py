"""The chat model that one setting names."""

from typing import Any

from langchain_core.language_models import BaseChatModel

from assistant.settings import Settings

EMBEDDED = "embedded"


def hosted_model(settings: Settings) -> BaseChatModel | None:
    """The configured language model; None for the embedded engine.

    Raises:
        ValueError: LangChain does not know the provider, or its package is not installed.
    """
    if settings.model == EMBEDDED:
        return None
    from langchain.chat_models import init_chat_model  # takes seconds; only needed with a hosted model

    options: dict[str, Any] = {"timeout": settings.model_timeout_s, "temperature": 0}
    if settings.model_base_url:
        options["base_url"] = settings.model_base_url
    if settings.model_api_key:
        options["api_key"] = settings.model_api_key.get_secret_value()
    try:
        model: BaseChatModel = init_chat_model(settings.model, **options)
    except ImportError as error:
        raise ValueError(f"TCA_MODEL={settings.model}: {error}") from error
    return model
