"""Labels of the web interface in one language; names of coded values come from the assistant's own wording."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from assistant.answer import Language
from assistant.engine.wording import Wording, number

_FOLDER = Path(__file__).parent / "wording"


class Words:
    """The interface in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.values = Wording(language)
        self._labels = _labels(language)

    def __getitem__(self, key: str) -> str:
        """The label `key`, such as `chat.placeholder`."""
        section, _, name = key.partition(".")
        label: str = self._labels[section][name]
        return label

    def get(self, key: str, default: str) -> str:
        """The label `key`, or `default` when there is none."""
        section, _, name = key.partition(".")
        return str(self._labels.get(section, {}).get(name, default))

    def several(self, key: str) -> list[str]:
        """The labels in the list `key`; none when there is no such list."""
        section, _, name = key.partition(".")
        return [str(item) for item in self._labels[section].get(name, ())]

    def code(self, group: str, code: object) -> str:
        """The name of a coded value in any of the assistant's groups, `electronics_ict` → `Electronics`."""
        return self.values.name(group, str(code))

    def money(self, value: dict[str, Any] | None) -> str:
        """`CNY 900,000`, or a dash."""
        return self.values.money(value).text if value else "–"

    def day(self, value: str) -> str:
        """`30 May 2026`."""
        return self.values.date(value).text

    def number(self, value: Any) -> str:
        """A figure with grouped digits."""
        return number(value)


@cache
def _labels(language: Language) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
