"""`tca policy`: a schedule is read, checked and confirmed on the command line."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.cli import app

SCHEDULE = "Insured percentage: 85%\nMEP: 45 days\nNQL: EUR 2,000\nInsured percentage (endorsement 2): 80%\n"


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TCA_DATA_DIR", str(tmp_path / "var"))


def tca(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["policy", *arguments])
    assert result.exit_code == code, result.output
    return result.output


def policies() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(tca("list", "--json"))
    return found


def test_a_schedule_is_read_shown_and_confirmed_with_corrections(tmp_path: Path) -> None:
    file = tmp_path / "schedule.txt"
    file.write_text(SCHEDULE, encoding="utf-8")
    said = tca("read", str(file), "--name", "Export 2026")
    assert "conflict" in said
    assert "MEP: 45 days" in said
    (policy,) = policies()
    assert (policy["name"], policy["status"]) == ("Export 2026", "proposed")
    assert "insured_pct" in tca("confirm", policy["id"], "--yes", code=2)
    tca("confirm", policy["id"], "--yes", "--set", "insured_pct=80", "--set", "nql=5,000 EUR", "--reject", "mep_days")
    (policy,) = policies()
    kept = {term["key"]: term["value"] for term in policy["confirmed"]}
    assert (policy["status"], kept) == ("confirmed", {"insured_pct": 80, "nql": {"amount": 5000, "currency": "EUR"}})
    assert "80" in tca("show", policy["id"])
    tca("remove", policy["id"])
    assert policies() == []


def test_a_wrong_id_or_edit_is_one_clear_line(tmp_path: Path) -> None:
    assert "tca policy list" in tca("show", "p_nothing", code=2)
    file = tmp_path / "schedule.txt"
    file.write_text(SCHEDULE, encoding="utf-8")
    tca("read", str(file))
    (policy,) = policies()
    assert "KEY=VALUE" in tca("confirm", policy["id"], "--yes", "--set", "mep", code=2)
    assert "whole days" in tca("confirm", policy["id"], "--yes", "--set", "mep_days=soon", code=2)
    assert "no such file" in tca("read", str(tmp_path / "absent.pdf"), code=2)
