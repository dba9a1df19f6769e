"""What a loader gives: the text of a file, and what it could not read of it."""

from typing import Literal, NamedTuple


class Remark(NamedTuple):
    """A sentence for the user, in both languages."""

    en: str
    zh: str

    def told(self, language: Literal["zh", "en"]) -> str:
        """The sentence in one language."""
        return self.zh if language == "zh" else self.en


class Reading(NamedTuple):
    """The text of a file."""

    text: str
    remarks: tuple[Remark, ...] = ()
    """What was left out or read only in part."""
