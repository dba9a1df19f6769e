"""Settings come from the environment, with defaults that need none of it."""

import pytest
from pydantic import ValidationError

from assistant.guards import MessageRefused, clean_message, error_language
from assistant.settings import Settings


def settings(**values: object) -> Settings:
    return Settings(_env_file=None, **values)  # type: ignore[arg-type,call-arg]


def test_the_defaults_are_local_and_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MODEL", "TCA_MODEL", "TCA_API_KEYS"):
        monkeypatch.delenv(name, raising=False)
    assert settings().model == "embedded"
    assert settings().api_keys == ()
    assert settings().database.startswith("sqlite:////")


@pytest.mark.parametrize("name", ["MODEL", "TCA_MODEL"])
def test_the_model_is_one_setting_under_two_names(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "ollama:qwen3")
    assert settings().model == "ollama:qwen3"


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TCA_API_KEYS", "one, two,")
    monkeypatch.setenv("TCA_WIDGET_ORIGINS", "https://a.example,https://b.example")
    assert [key.get_secret_value() for key in settings().api_keys] == ["one", "two"]
    assert settings().widget_origins == ("https://a.example", "https://b.example")
    assert "one" not in repr(settings().api_keys)


def test_a_port_that_cannot_be_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TCA_API_PORT", "99999")
    with pytest.raises(ValidationError):
        settings()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("  hello \r\n world ", "hello \n world"),
        ("a\x00b\x07c", "abc"),
        ("\ufeff欠款\u202e120万", "欠款120万"),
        ("cafe\u0301", "café"),
        ("a\n\n\n\n\n\nb", "a\n\n\nb"),
        ("x\ud800y", "xy"),
        ("👍", "👍"),
    ],
)
def test_messages_are_normalised(given: str, expected: str) -> None:
    assert clean_message(given, max_chars=100) == expected


def test_a_message_at_the_limit_passes_and_one_over_it_does_not() -> None:
    assert len(clean_message("a" * 100, max_chars=100)) == 100
    with pytest.raises(MessageRefused) as refused:
        clean_message("a" * 101, max_chars=100)
    assert refused.value.values == {"limit": 100, "length": 101}


@pytest.mark.parametrize(
    ("message", "accepted", "expected"),
    [
        ("客户破产了", "en-GB", "zh"),
        ("The buyer is insolvent", "zh-CN", "en"),
        ("ACME Ltd 欠款怎么办", None, "zh"),
        ("12345", "zh-CN,zh;q=0.9", "zh"),
        (None, None, "en"),
        ("", "fr", "en"),
    ],
)
def test_errors_are_told_in_the_language_of_the_message(
    message: str | None, accepted: str | None, expected: str
) -> None:
    assert error_language(message, accepted) == expected
