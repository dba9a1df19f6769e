"""Whole calculations that were read and agreed: every figure, step, assumption, warning and clause of them.

`python tests/test_tool_signed_off.py` writes the results anew; read the difference before committing it.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tools.claims import claim_checklist
from tools.deadlines import compute_deadlines
from tools.indemnity import compute_indemnity
from tools.premium import estimate_premium
from tools.toolset import Tool

FOLDER = Path(__file__).parent / "signed_off"
TOOLS = {
    tool.name: tool for tool in map(Tool, (estimate_premium, compute_indemnity, compute_deadlines, claim_checklist))
}


def cases(tool: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((FOLDER / f"{tool}.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize(("tool", "name"), [(tool, name) for tool in TOOLS for name in cases(tool)])
def test_a_signed_off_calculation_stays_as_it_was(tool: str, name: str) -> None:
    case = cases(tool)[name]
    assert TOOLS[tool].call(case["arguments"]) == case["result"]


def renew() -> None:
    """Compute every case again and keep the results."""
    for name, tool in TOOLS.items():
        kept = {
            title: {"arguments": case["arguments"], "result": tool.call(case["arguments"])}
            for title, case in cases(name).items()
        }
        text = json.dumps(kept, ensure_ascii=False, indent=1)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    renew()
