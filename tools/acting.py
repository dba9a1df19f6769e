"""On whose behalf tools work: set by the door that knows who is calling, never by an argument."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_owner: ContextVar[str | None] = ContextVar("owner", default=None)
_files: ContextVar[Callable[[str], bytes | None] | None] = ContextVar("files", default=None)


@contextmanager
def acting_for(owner: str, files: Callable[[str], bytes | None] | None = None) -> Iterator[None]:
    """Inside the block, cases and documents are those of `owner`.

    Args:
        owner: Who is asking.
        files: Gives the bytes of a file that came with the conversation, by its name.
    """
    owner_token, files_token = _owner.set(owner), _files.set(files)
    try:
        yield
    finally:
        _owner.reset(owner_token)
        _files.reset(files_token)


def acting_owner() -> str | None:
    """Who is asking; None when no door has said so."""
    return _owner.get()


def attached_file(name: str) -> bytes | None:
    """A file that came with the conversation; None when there is no such file."""
    files = _files.get()
    return files(name) if files else None
