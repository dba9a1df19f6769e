"""Plain text and Markdown in UTF-8, UTF-16 or GB18030; and the check that a text can be read at all."""

import re
import unicodedata
from collections import Counter
from pathlib import Path

from knowledge.errors import BrokenDocument, UnreadableText
from knowledge.loaders.reading import Reading
from knowledge.tokens import simplified

MOST_UNREADABLE = 0.05
"""Above this share of unreadable characters a text layer is garbled; clean documents stay far below 1%."""

_FEWEST_LETTERS = 200
_MOST_RARE, _LEAST_LIKENESS = 0.2, 0.7
_ENGLISH = dict(
    zip(
        "etaoinshrdlcumwfgypbvkjxqz",
        (12.7, 9.1, 8.2, 7.5, 7.0, 6.7, 6.3, 6.1, 6.0, 4.3, 4.0, 2.8, 2.8, 2.4, 2.4, 2.2, 2.0, 2.0, 1.9, 1.5, 1.0, 0.8,
         0.15, 0.15, 0.1, 0.07),
        strict=True,
    )
)  # fmt: skip
"""Percentages of the letters of English text."""
_CID = re.compile(r"\(cid:\d+\)")


def read(path: Path) -> Reading:
    """The file's text with unified line ends."""
    return Reading(decoded(path, path.read_bytes()))


def decoded(path: Path, data: bytes, *, declared: str = "") -> str:
    """Bytes as text: a byte-order mark decides; then UTF-8, what is declared, UTF-16 without a mark, GB18030."""
    for encoding in _candidates(data, declared):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if encoding == "gb18030" and _is_western(text):
            text = data.decode("cp1252", errors="replace")
        return text.replace("\r\n", "\n").replace("\r", "\n")
    if b"\0" in data:
        raise BrokenDocument(path, "not a text file: it contains NUL bytes", zh="不是文本文件：含有空字节")
    raise BrokenDocument(
        path, "not readable as UTF-8, UTF-16 or GB18030 text", zh="不是UTF-8、UTF-16或GB18030编码的文本"
    )


def _candidates(data: bytes, declared: str) -> list[str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    if b"\0" not in data:
        return ["utf-8-sig", *([declared] if declared else []), "gb18030"]
    zeros = Counter(position % 2 for position, byte in enumerate(data) if byte == 0)
    if len(data) % 2 or min(zeros[0], zeros[1]) > 0.05 * zeros.total():
        return []
    return ["utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"]


def _is_western(text: str) -> bool:
    """Western text read as GB18030: lone Chinese characters inside English words, `insurer’s` as `insurer抯`."""
    han = re.findall(r"[\u4e00-\u9fff]+", text)
    lone = sum(1 for run in han if len(run) == 1)
    glued = len(re.findall(r"[A-Za-z][\u4e00-\u9fff](?![\u4e00-\u9fff])", text))
    return bool(han) and lone == len(han) and glued >= 0.5 * len(han) and len(han) < 0.05 * len(text)


def assert_readable(path: Path, text: str) -> None:
    """Refuse a document without text, or one whose characters are mostly replacement or private-use marks."""
    if not text.strip():
        raise UnreadableText(
            path,
            "there is no text in it; a scanned document needs text recognition first",
            1.0,
            zh="文件里没有文字；扫描件请先做文字识别（OCR）",
        )
    share = unreadable_share(text)
    if share > MOST_UNREADABLE:
        raise UnreadableText(
            path,
            "its text is garbled; export it again or use text recognition",
            share,
            zh="文字是乱码；请重新导出，或做文字识别（OCR）",
        )


def garbled_share(text: str) -> float:
    """Share of letters that are no plausible writing, where a font maps letters to wrong ones; 0 for sound texts."""
    han = [character for character in simplified(text) if "\u4e00" <= character <= "\u9fff"]
    latin = Counter(character for character in text.lower() if "a" <= character <= "z")
    total = sum(latin.values()) + len(han)
    bad = 0
    if len(han) >= _FEWEST_LETTERS and (rare := sum(map(_is_rare, han))) > _MOST_RARE * len(han):
        bad += rare
    if latin.total() >= _FEWEST_LETTERS and _likeness(latin) < _LEAST_LIKENESS:
        bad += latin.total()
    return bad / total if total else 0.0


def _is_rare(character: str) -> bool:
    """Outside the 3,755 common characters of GB 2312, which make up over 98% of ordinary Chinese."""
    try:
        return not 0xB0 <= character.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return True


def _likeness(letters: Counter[str]) -> float:
    """Cosine between the letter counts and those of English; names and other European languages stay above 0.8."""
    counts = [letters[letter] for letter in _ENGLISH]
    product = sum(count * share for count, share in zip(counts, _ENGLISH.values(), strict=True))
    lengths = sum(count**2 for count in counts) * sum(share**2 for share in _ENGLISH.values())
    return product / lengths**0.5 if lengths else 1.0


def unreadable_share(text: str) -> float:
    """Share of characters that no reader could make sense of."""
    codes = sum(len(match.group()) for match in _CID.finditer(text))
    visible = [character for character in _CID.sub("", text) if not character.isspace()]
    bad = sum(1 for c in visible if c == "\ufffd" or unicodedata.category(c) in ("Co", "Cn", "Cc", "Cs"))
    total = len(visible) + codes
    return (bad + codes) / total if total else 1.0
