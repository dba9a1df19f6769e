"""`tca ingest FILE`, `tca documents`: your own documents on the command line."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assistant.agent import Agent
from assistant.cli import app
from knowledge.search import KnowledgeIndex
from tools.buyers import Registry
from tools.catalogue import build_toolset

POLICY = """Article 1 Overdue notice
The insured reports an overdue receivable within 21 days after its due date.
Article 2 Waiting period
The waiting period in protracted default is 150 days from the oldest due date.
"""
LEDGER = """Customer,Invoice,Invoice date,Due date,Amount
A Ltd,A-1,2026-01-05,2026-03-06,100000
B Ltd,B-1,2026-03-01,2026-04-30,50000
"""


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, policy_index: KnowledgeIndex) -> Path:
    """A folder of files to add, beside an installation with an index."""
    embedder = policy_index._embedder
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TCA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr("assistant.own_documents.shared_embedder", lambda _name: embedder)
    monkeypatch.setattr("assistant.library.shared_embedder", lambda _name: embedder)
    shutil.copytree(policy_index._root, tmp_path / "data" / "index")
    index = KnowledgeIndex.open(tmp_path / "data" / "index", embedder)
    agent = Agent(index=index, toolset=build_toolset(index, Registry.open()), classifier=None)
    monkeypatch.setattr("assistant.cli.common.open_agent", lambda _settings: agent)
    files = tmp_path / "files"
    (files / "older").mkdir(parents=True)
    (files / "policy.txt").write_text(POLICY, encoding="utf-8")
    (files / "older" / "条款.txt").write_bytes("第一条 逾期通知\n应当在二十八天内提交逾期通知书。".encode("gb18030"))
    (files / "picture.png").write_bytes(b"\x89PNG")
    return files


def tca(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_files_and_folders_are_added_with_a_line_each(folder: Path) -> None:
    done = tca("ingest", str(folder), str(folder / "picture.png"))
    assert done.exit_code == 1, "one file failed"
    assert "+ Added: policy.txt, 2 passages." in done.stdout
    assert "+ Added: 条款.txt" in done.stdout
    assert "x picture.png was not added" in done.stderr and "未能添加" in done.stderr
    again = tca("ingest", str(folder))
    assert again.exit_code == 0
    assert "= Unchanged: policy.txt" in again.stdout


def test_what_is_said_about_a_policy_is_kept(folder: Path) -> None:
    said = ("--policy", "Our policy", "--edition", "2026", "--in-force-from", "2026-01-01")
    assert tca("ingest", str(folder / "policy.txt"), *said).exit_code == 0
    [document] = json.loads(tca("documents", "--json").stdout)
    assert (document["title"], document["edition"], document["in_force_from"]) == ("Our policy", "2026", "2026-01-01")
    listed = tca("documents").stdout
    assert "Our policy" in listed and "policy.txt" in listed and "2 passages" in listed


def test_your_documents_are_searched_asked_and_removed(folder: Path) -> None:
    report = json.loads(tca("ingest", str(folder / "policy.txt"), "--policy", "Our policy", "--json").stdout)
    [file] = report["files"]
    assert file["state"] == "added" and file["told"]["zh"]
    found = json.loads(tca("search", "overdue receivable 21 days", "-k", "20", "--json").stdout)["passages"]
    assert found[0]["is_own"] and found[0]["document"] == file["document_id"]
    answer = json.loads(tca("ask", "What does my policy say about the overdue notice?", "--json").stdout)
    assert "Our policy" in answer["text"] and "21 days" in answer["text"]
    assert tca("documents", "remove", file["document_id"]).exit_code == 0
    assert json.loads(tca("documents", "--json").stdout) == []
    found = json.loads(tca("search", "overdue receivable 21 days", "-k", "20", "--json").stdout)["passages"]
    assert not any(passage["is_own"] for passage in found)


def test_a_ledger_is_attached_to_a_question(folder: Path) -> None:
    (folder / "ledger.csv").write_text(LEDGER, encoding="utf-8")
    asked = ("ask", "Analyse my receivables ledger", "--attach", str(folder / "ledger.csv"), "--today", "2026-04-10")
    answer = json.loads(tca(*asked, "--json").stdout)
    [call] = [call for call in answer["tool_calls"] if call["name"] == "analyse_receivables"]
    assert call["result"]["overdue"]["amount"] == 100_000
    assert tca("ask", "hi there", "--attach", str(folder / "none.csv")).exit_code == 2
