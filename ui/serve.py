"""Serve everything on this machine: brings the index up to date, then runs the chat API and the web interface.

Both run as child processes with their logs in the data folder; Ctrl-C, or the end of either, stops both.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import NamedTuple, NoReturn

import httpx

from assistant.settings import Settings

READY_S = 120.0
_STOP_S = 10.0
_QUESTIONS = (
    "客户破产了,欠款120万,限额100万,赔偿比例90%,能赔多少?",
    "年营业额5000万人民币,做电子产品内销,保费大概多少?",
    "Oldest invoice due 1 March 2026, MEP 60 days: what is the last day to report it?",
)


class Part(NamedTuple):
    """One child process."""

    name: str
    command: Sequence[str]
    address: str
    ready_url: str
    log: Path


class Stopped(Exception):
    """Somebody asked us to stop."""


def main() -> None:
    """Run until stopped."""
    settings = Settings()
    _refuse_taken_ports(settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    running: list[tuple[Part, subprocess.Popen[bytes]]] = []
    try:
        _bring_index_up_to_date()
        running += [(part, _start(part)) for part in _parts(settings)]
        _wait_until_ready(running)
        _greet([part for part, _ in running])
        _watch(running)
    except Stopped:
        print("\nStopping")
    finally:
        _end([process for _, process in running])


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def _parts(settings: Settings) -> list[Part]:
    logs = settings.data_dir / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    host = _reachable(settings.api_host)
    api = f"http://{host}:{settings.api_port}"
    ui = f"http://{host}:{settings.ui_port}"
    app = str(Path(__file__).with_name("app.py"))
    streamlit = [
        *(sys.executable, "-m", "streamlit", "run", app),
        *("--server.address", settings.api_host, "--server.port", str(settings.ui_port)),
        *("--server.headless", "true", "--browser.gatherUsageStats", "false", "--server.fileWatcherType", "none"),
    ]
    return [
        Part("chat API", [sys.executable, "-m", "assistant.cli", "serve"], api, f"{api}/readyz", logs / "api.log"),
        Part("web interface", streamlit, ui, f"{ui}/_stcore/health", logs / "ui.log"),
    ]


def _refuse_taken_ports(settings: Settings) -> None:
    ports = (("chat API", "TCA_API_PORT", settings.api_port), ("web interface", "TCA_UI_PORT", settings.ui_port))
    for name, variable, port in ports:
        with socket.socket(socket.AF_INET6 if ":" in settings.api_host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.api_host, port))
            except OSError as error:
                _fail(f"the {name} cannot use port {port} ({error.strerror}); set {variable} to a free one")


def _bring_index_up_to_date() -> None:
    done = subprocess.run([sys.executable, "-m", "assistant.cli", "ingest"], check=False)
    if done.returncode:
        _fail("the index could not be built; the reason is above")


def _start(part: Part) -> "subprocess.Popen[bytes]":
    # Its own session: Ctrl-C reaches only this process, which then stops the others in order.
    with part.log.open("wb") as log:
        return subprocess.Popen(part.command, stdout=log, stderr=log, start_new_session=True)


def _wait_until_ready(running: Sequence[tuple[Part, "subprocess.Popen[bytes]"]]) -> None:
    deadline = time.monotonic() + READY_S
    for part, process in running:
        while not _is_ready(part):
            if process.poll() is not None or time.monotonic() > deadline:
                _fail(f"the {part.name} did not start; the end of {part.log}:\n{_tail(part.log)}")
            time.sleep(0.2)


def _is_ready(part: Part) -> bool:
    try:
        return httpx.get(part.ready_url, timeout=5, trust_env=False).is_success
    except httpx.TransportError:
        return False


def _greet(parts: Sequence[Part]) -> None:
    print()
    for part in parts:
        print(f"  {part.name:14} {part.address}")
    print("\nTry asking:")
    for question in _QUESTIONS:
        print(f"  {question}")
    print("\nCtrl-C stops everything.", flush=True)


def _watch(running: Sequence[tuple[Part, "subprocess.Popen[bytes]"]]) -> None:
    while True:
        for part, process in running:
            if process.poll() is not None:
                _fail(f"the {part.name} ended by itself; the end of {part.log}:\n{_tail(part.log)}")
        time.sleep(0.5)


def _end(processes: Sequence["subprocess.Popen[bytes]"]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in processes:
            if process.poll() is None:
                os.killpg(process.pid, number)
        deadline = time.monotonic() + _STOP_S
        while any(process.poll() is None for process in processes) and time.monotonic() < deadline:
            time.sleep(0.05)


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host


def _tail(log: Path, lines: int = 12) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def _fail(reason: str) -> NoReturn:
    print(f"tca: {reason}", file=sys.stderr)
    raise SystemExit(1)


if __name__ == "__main__":
    main()
