"""The folder of an index: versions beside each other and a pointer to the one in use.

```
current               the version in use; replaced atomically
writer.lock           held by the one process that writes; the system releases it when that process ends in any way
versions/<version>/   manifest.json is written last: a folder without one is an interrupted build
```
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from knowledge.errors import IndexLocked

VERSIONS_KEPT = 2
"""The one in use and the one before it, for readers that are just opening it."""

_NEXT = "current.next"


def current_version(root: Path) -> str:
    """The version in use, or an empty string."""
    try:
        return (root / "current").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


def version_folder(root: Path, version: str) -> Path:
    """Where a version lives."""
    return root / "versions" / version


def manifest_of(root: Path, version: str) -> dict[str, Any]:
    """What a version says about itself; empty when it is gone or incomplete."""
    try:
        manifest: dict[str, Any] = json.loads((version_folder(root, version) / "manifest.json").read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return manifest


@contextmanager
def writer(root: Path) -> Iterator[None]:
    """Be the only process that writes below `root`, or raise `IndexLocked` at once."""
    root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(root / "writer.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise IndexLocked(f"another process is building the index in {root}; try again when it has finished") from error
    try:
        yield
    finally:
        lock.release()


def complete(root: Path, version: str, manifest: dict[str, Any]) -> None:
    """Make a written folder a version: everything reaches the disk, the manifest last, by one rename."""
    folder = version_folder(root, version)
    for path in folder.rglob("*"):
        _flush(path)
    fresh = folder / "manifest.next"
    fresh.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    _flush(fresh)
    fresh.replace(folder / "manifest.json")
    _flush(folder)


def point_to(root: Path, version: str) -> None:
    """Make a complete version the one in use; readers see the old or the new one, nothing between."""
    fresh = root / _NEXT
    with fresh.open("w", encoding="ascii") as file:
        file.write(version)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(root / "current")
    _flush(root)


def superseded(root: Path, kept: int = VERSIONS_KEPT) -> list[str]:
    """Versions that may go: all but the one in use and the newest complete ones before it."""
    if not (root / "versions").is_dir():
        return []
    in_use = current_version(root)
    others = sorted(
        (folder for folder in (root / "versions").iterdir() if folder.name != in_use),
        key=lambda folder: folder.stat().st_mtime,
        reverse=True,
    )
    whole = [folder.name for folder in others if (folder / "manifest.json").exists()]
    stay = whole[: kept - 1]
    return [folder.name for folder in others if folder.name not in stay]


def remove_version(root: Path, version: str) -> None:
    """Delete a version's folder; its manifest first, so that half a folder never looks whole."""
    folder = version_folder(root, version)
    (folder / "manifest.json").unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def remove_leftovers(root: Path) -> None:
    """Delete what a writer that was killed left beside the versions."""
    (root / _NEXT).unlink(missing_ok=True)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
