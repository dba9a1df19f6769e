"""The folder of an index: versions beside each other and a pointer to the one in use.

```
current               the version in use; replaced atomically
versions/<version>/   manifest.json is written last: a folder without one is an interrupted build
```
"""

import json
import os
import shutil
from pathlib import Path
from typing import Any

KEPT_VERSIONS = 2
"""The one in use and the one before it, for readers that are just opening it."""


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


def point_to(root: Path, version: str) -> None:
    """Make a complete version the one in use; readers see the old or the new one, nothing between."""
    fresh = root / f"current.{os.getpid()}"
    with fresh.open("w", encoding="ascii") as file:
        file.write(version)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(root / "current")


def remove_old_versions(root: Path) -> list[str]:
    """Delete all but the newest complete versions; returns what was removed."""
    in_use = current_version(root)
    others = sorted(
        (folder for folder in (root / "versions").iterdir() if folder.name != in_use),
        key=lambda folder: folder.stat().st_mtime,
        reverse=True,
    )
    complete = [folder for folder in others if (folder / "manifest.json").exists()]
    keep = complete[: KEPT_VERSIONS - 1]
    removed = [folder for folder in others if folder not in keep]
    for folder in removed:
        shutil.rmtree(folder, ignore_errors=True)
    return [folder.name for folder in removed]
