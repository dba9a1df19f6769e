"""What a message must be before anyone reads it: text, of a sane length, without invisible control characters."""

import re
import unicodedata
from typing import Any, Literal

from assistant.answer import Language

Refusal = Literal["message_empty", "message_too_long"]

# Everything in category Cc but tab and newline, lone surrogates, byte-order marks, and the bidirectional overrides that
# make text read differently from what it says.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
_LONG_GAP = re.compile(r"\n{4,}")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LATIN_WORD = re.compile("[A-Za-z]{2,}")


class MessageRefused(ValueError):
    """The message cannot be taken.

    Attributes:
        code: `message_empty` or `message_too_long`.
        values: What the error text needs (`limit`, `length`).
    """

    def __init__(self, code: Refusal, **values: Any) -> None:
        self.code: Refusal = code
        self.values = values
        super().__init__(f"{code} {values}")


def clean_message(message: str, *, max_chars: int) -> str:
    """`message` in NFC, with plain newlines and no control characters.

    Raises:
        MessageRefused: Nothing readable is left, or it is longer than `max_chars`.
    """
    if len(message) > max_chars:
        raise MessageRefused("message_too_long", limit=max_chars, length=len(message))
    plain = message.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = unicodedata.normalize("NFC", _UNWANTED.sub("", plain))
    text = _LONG_GAP.sub("\n\n\n", text).strip()
    if not any(unicodedata.category(character)[0] in "LNPS" for character in text):
        raise MessageRefused("message_empty")
    return text


def error_language(message: str | None, accept_language: str | None) -> Language:
    """The language to explain an error in: the message's own, else the browser's first choice, else English."""
    if message:
        sample = message[:2_000]
        han, latin = len(_HAN.findall(sample)), len(_LATIN_WORD.findall(sample))
        if han or latin:
            return "zh" if 2 * han > latin else "en"
    return "zh" if (accept_language or "").strip().lower().startswith("zh") else "en"
