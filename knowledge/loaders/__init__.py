"""Files into documents, a loader for each format."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from knowledge.errors import BrokenDocument, UnsupportedFormat
from knowledge.loaders.reading import Reading, Remark
from knowledge.loaders.text import assert_readable
from knowledge.model import Document
from knowledge.tokens import is_chinese


def _lazy(module: str, path: Path) -> Reading:
    """The text of a file by the loader in `knowledge.loaders.<module>`, imported when the first such file comes."""
    reading: Reading = import_module(f"knowledge.loaders.{module}").read(path)
    return reading


LOADERS: Mapping[str, Callable[[Path], Reading]] = {
    ".md": partial(_lazy, "text"),
    ".markdown": partial(_lazy, "text"),
    ".txt": partial(_lazy, "text"),
    ".html": partial(_lazy, "html"),
    ".htm": partial(_lazy, "html"),
    ".pdf": partial(_lazy, "pdf"),
    ".docx": partial(_lazy, "docx"),
    ".xlsx": partial(_lazy, "sheets"),
    ".csv": partial(_lazy, "sheets"),
}
"""Reader of the plain text of a file, by suffix."""


class UserDocument(NamedTuple):
    """A user's file as a document, and what was left out of it."""

    document: Document
    remarks: tuple[Remark, ...] = ()


def read_user_document(
    path: Path,
    *,
    owner: str | None,
    name: str = "",
    edition: str = "",
    in_force_from: date | None = None,
    in_force_to: date | None = None,
) -> UserDocument:
    """A user's own file as a document; its clauses are found by its own numbering.

    Raises:
        BrokenDocument: The file is of no known format, damaged, protected, scanned or garbled; it says which.
    """
    read = LOADERS.get(path.suffix.lower())
    if read is None:
        known = ", ".join(LOADERS)
        raise UnsupportedFormat(
            path,
            f"cannot read {path.suffix or 'a file without a suffix'}; use {known}",
            zh=f"不支持{path.suffix or '没有后缀的文件'}；请使用 {known}",
        )
    if not path.is_file():
        raise BrokenDocument(path, "no such file", zh="没有这个文件")
    text, remarks = read(path)
    text = re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t\u3000]+$", "", text, flags=re.MULTILINE)).strip() + "\n"
    assert_readable(path, text)
    document = Document(
        id=document_id(name or path.stem, edition),
        language="zh" if is_chinese(text) else "en",
        title=name or path.stem,
        kind="user",
        edition=edition,
        source=path.name,
        text=text,
        in_force_from=in_force_from,
        in_force_to=in_force_to,
        owner=owner,
    )
    return UserDocument(document, remarks)


def load_user_document(
    path: Path,
    *,
    owner: str | None,
    name: str = "",
    edition: str = "",
    in_force_from: date | None = None,
    in_force_to: date | None = None,
) -> Document:
    """The document of `read_user_document` alone."""
    return read_user_document(
        path, owner=owner, name=name, edition=edition, in_force_from=in_force_from, in_force_to=in_force_to
    ).document


def document_id(name: str, edition: str) -> str:
    """`My policy.pdf` in edition 2026 is `my-policy-2026`."""
    slug = re.sub(r"[^\w]+", "-", f"{name} {edition}".lower()).strip("-_")
    return slug or "document"
