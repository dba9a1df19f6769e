"""What can go wrong in the knowledge room, each with a message a person can act on."""

from pathlib import Path


class KnowledgeError(Exception):
    """Anything the knowledge room refuses or cannot do."""


class BrokenDocument(KnowledgeError):
    """A file that cannot be read as a document: names the file, the line where known, and the reason."""

    def __init__(self, path: Path | str, reason: str, line: int | None = None) -> None:
        self.path, self.reason, self.line = Path(path), reason, line
        place = f"{path}:{line}" if line else f"{path}"
        super().__init__(f"{place}: {reason}")


class UnreadableText(BrokenDocument):
    """A document whose text layer is missing or garbled, e.g. a scanned PDF."""

    def __init__(self, path: Path | str, reason: str, unreadable_share: float) -> None:
        self.unreadable_share = unreadable_share
        super().__init__(path, f"{reason} ({unreadable_share:.0%} of its characters are unreadable)")


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
