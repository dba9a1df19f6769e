"""Whole calculations that were read and agreed: every figure, step, assumption, warning and clause, and refusals.

`python tests/test_tool_signed_off.py` writes the results anew; read the difference before committing it.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tools.claims import claim_checklist
from tools.deadlines import compute_deadlines
from tools.errors import ToolInputError
from tools.indemnity import compute_indemnity
from tools.interest import late_interest
from tools.premium import estimate_premium
from tools.receivables import analyse_receivables
from tools.toolset import Tool

FOLDER = Path(__file__).parent / "signed_off"
SIGNED = (
    estimate_premium, compute_indemnity, compute_deadlines, claim_checklist, late_interest, analyse_receivables,
)  # fmt: skip
TOOLS = {tool.name: tool for tool in map(Tool, SIGNED)}


def cases(tool: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((FOLDER / f"{tool}.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize(("tool", "name"), [(tool, name) for tool in TOOLS for name in cases(tool)])
def test_a_signed_off_calculation_stays_as_it_was(tool: str, name: str) -> None:
    case = cases(tool)[name]
    assert outcome(TOOLS[tool], case["arguments"]) == case["result"]


def outcome(tool: Tool, arguments: dict[str, Any]) -> dict[str, Any]:
    """The result, or what is wrong with the arguments."""
    try:
        return tool.call(arguments)
    except ToolInputError as error:
        return {"refused": {"field": error.field, "value": str(error.value), "remedy": error.remedy}}


def renew() -> None:
    """Compute every case again and keep the results."""
    for name, tool in TOOLS.items():
        kept = {
            title: {"arguments": case["arguments"], "result": outcome(tool, case["arguments"])}
            for title, case in cases(name).items()
        }
        (FOLDER / f"{name}.json").write_text(_lines(kept, depth=4) + "\n", encoding="utf-8")


def _lines(value: Any, depth: int, indent: str = "") -> str:
    """JSON with a line for every value down to `depth`, so that a difference is short and can be read."""
    if depth == 0 or not value or not isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    inner = indent + " "
    if isinstance(value, dict):
        rows = [
            f"{inner}{json.dumps(key, ensure_ascii=False)}: {_lines(item, depth - 1, inner)}"
            for key, item in value.items()
        ]
        return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
    return "[\n" + ",\n".join(f"{inner}{_lines(item, depth - 1, inner)}" for item in value) + f"\n{indent}]"


if __name__ == "__main__":
    renew()
