"""`python -m ui.serve` says in one line why it cannot start."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("variable", ["TCA_API_PORT", "TCA_UI_PORT"])
def test_a_taken_port_is_named_before_anything_starts(variable: str, tmp_path: Path) -> None:
    with socket.socket() as taken, socket.socket() as free:
        for each in (taken, free):
            each.bind(("127.0.0.1", 0))
        taken.listen()
        port, other = (str(each.getsockname()[1]) for each in (taken, free))
        free.close()
        ports = {"TCA_API_PORT": other, "TCA_UI_PORT": other, variable: port}
        environment = {**os.environ, **ports, "TCA_DATA_DIR": str(tmp_path / "data")}
        done = subprocess.run(
            [sys.executable, "-m", "ui.serve"], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert port in done.stderr
    assert variable in done.stderr
    assert not (tmp_path / "data").exists()
