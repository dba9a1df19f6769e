"""What can go wrong in the knowledge room, each with a message a person can act on."""

from pathlib import Path


class KnowledgeError(Exception):
    """Anything the knowledge room refuses or cannot do."""


class BrokenDocument(KnowledgeError):
    """A file that cannot be read as a document: names the file, the line where known, and the reason."""

    def __init__(self, path: Path | str, reason: str, line: int | None = None, *, zh: str = "") -> None:
        self.path, self.reason, self.line = Path(path), reason, line
        self.zh = zh or reason
        """The reason in Chinese, for readers of Chinese."""
        place = f"{path}:{line}" if line else f"{path}"
        super().__init__(f"{place}: {reason}")


class UnreadableText(BrokenDocument):
    """A document whose text layer is missing or garbled, e.g. a scanned PDF."""

    def __init__(self, path: Path | str, reason: str, unreadable_share: float, *, zh: str = "") -> None:
        self.unreadable_share = unreadable_share
        super().__init__(
            path,
            f"{reason} ({unreadable_share:.0%} of its characters are unreadable)",
            zh=f"{zh}（{unreadable_share:.0%}的字符无法识别）" if zh else "",
        )


class UnsupportedFormat(BrokenDocument):
    """A file type without a loader."""


class IndexMissing(KnowledgeError):
    """There is no built index in the folder."""


class IndexLocked(KnowledgeError):
    """Another process is writing the index."""


class UnknownEmbedder(KnowledgeError):
    """The embedder's name is not one of ours, or its library is not installed."""


class EmbedderMismatch(KnowledgeError):
    """The index holds another model's vectors; mixing them would be meaningless."""


class IndexNotWritten(KnowledgeError):
    """The disk is full, or the folder may not be written; the index in use stays as it was."""


class VectorsMissing(KnowledgeError, FileNotFoundError):
    """A version's vectors are gone: a newer version has taken its place."""


class UnusableVectors(KnowledgeError):
    """An embedder gave vectors that are no numbers or have no length."""


class StoreFailed(KnowledgeError):
    """The vector store cannot be reached, or refuses to write."""
