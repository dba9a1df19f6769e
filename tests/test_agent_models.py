"""Which chat model one setting names."""

from typing import Any

import pytest

from assistant.models import hosted_model
from assistant.settings import Settings
from tools.errors import ToolUnavailable


def settings(**values: Any) -> Settings:
    return Settings(_env_file=None, **values)


def test_the_embedded_engine_needs_no_model() -> None:
    assert hosted_model(settings()) is None


def test_an_openai_compatible_server_needs_only_its_address() -> None:
    model: Any = hosted_model(settings(model="openai:local", model_base_url="http://127.0.0.1:9/v1", model_timeout_s=5))
    assert model.model_name == "local"
    assert str(model.openai_api_base) == "http://127.0.0.1:9/v1"
    assert (model.temperature, model.request_timeout) == (0, 5)


def test_the_key_is_handed_on_and_never_shown() -> None:
    model: Any = hosted_model(settings(model="openai:gpt-5", model_api_key="sk-secret"))
    assert model.openai_api_key.get_secret_value() == "sk-secret"
    assert "sk-secret" not in repr(model)


@pytest.mark.parametrize("name", ["nonsense:x", "no-such-model", "bedrock", ":", "openai:gpt-5"])
def test_a_model_that_cannot_be_used_is_told_in_one_line(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ToolUnavailable) as caught:
        hosted_model(settings(model=name))
    message = str(caught.value)
    assert message.startswith(f"TCA_MODEL={name}:")
    assert "TCA_MODEL_API_KEY" in message
    assert "\n" not in message
