"""Plain text and Markdown in UTF-8, UTF-16 or GB18030; and the check that a text can be read at all."""

import re
import unicodedata
from pathlib import Path

from knowledge.errors import BrokenDocument, UnreadableText
from knowledge.loaders.reading import Reading

MOST_UNREADABLE = 0.05
"""Above this share of unreadable characters a text layer is garbled; clean documents stay far below 1%."""

_CID = re.compile(r"\(cid:\d+\)")


def read(path: Path) -> Reading:
    """The file's text with unified line ends."""
    return Reading(decoded(path, path.read_bytes()))


def decoded(path: Path, data: bytes) -> str:
    """Bytes as text: a byte-order mark decides, then UTF-8, then GB18030."""
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    if b"\0" in data and encodings != ["utf-16"]:
        raise BrokenDocument(path, "not a text file: it contains NUL bytes")
    for encoding in encodings:
        try:
            return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise BrokenDocument(path, f"not readable as {' or '.join(encodings)} text")


def assert_readable(path: Path, text: str) -> None:
    """Refuse a document without text, or one whose characters are mostly replacement or private-use marks."""
    if not text.strip():
        raise UnreadableText(path, "there is no text in it; a scanned document needs text recognition first", 1.0)
    share = unreadable_share(text)
    if share > MOST_UNREADABLE:
        raise UnreadableText(path, "its text is garbled; export it again or use text recognition", share)


def unreadable_share(text: str) -> float:
    """Share of characters that no reader could make sense of."""
    codes = sum(len(match.group()) for match in _CID.finditer(text))
    visible = [character for character in _CID.sub("", text) if not character.isspace()]
    bad = sum(1 for c in visible if c == "\ufffd" or unicodedata.category(c) in ("Co", "Cn", "Cc", "Cs"))
    total = len(visible) + codes
    return (bad + codes) / total if total else 1.0
