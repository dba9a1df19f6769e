"""The tools as LangChain sees them."""

import json
from collections.abc import Callable
from typing import Any

from langchain_core.tools import BaseTool, StructuredTool

from tools.errors import ToolInputError, ToolUnavailable
from tools.toolset import Tool, Toolset


def langchain_tools(toolset: Toolset) -> list[BaseTool]:
    """Every tool that may be read freely; what changes records is not offered to a model."""
    return [_structured(tool) for tool in toolset if not tool.needs_confirmation]


def call_safely(tool: Tool, arguments: dict[str, Any]) -> dict[str, Any]:
    """The tool's result, or `{"error": …}` in a form that a model or the planner can act on."""
    try:
        return tool.call(arguments)
    except ToolInputError as error:
        return {"error": {"field": error.field, "value": str(error.value)[:200], "remedy": error.remedy}}
    except ToolUnavailable as error:
        return {"error": {"unavailable": str(error)}}


def _structured(tool: Tool) -> BaseTool:
    return StructuredTool(
        name=tool.name, description=tool.description, args_schema=plain(tool.schema), func=_runner(tool), metadata={}
    )


def _runner(tool: Tool) -> Callable[..., str]:
    def run(**arguments: Any) -> str:
        return json.dumps(call_safely(tool, arguments), ensure_ascii=False)

    return run


def plain(schema: Any) -> Any:
    """A JSON schema without what only costs a model tokens: titles, null defaults, "or null" of optional arguments."""
    if isinstance(schema, list):
        return [plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: plain(value) for key, value in schema.items() if not _is_noise(key, value)}
    options = [option for option in kept.get("anyOf", ()) if option != {"type": "null"}]
    if len(options) == 1:
        kept.pop("anyOf")
        return {**options[0], **kept}
    return {**kept, "anyOf": options} if options else kept


def _is_noise(key: str, value: Any) -> bool:
    return (key == "title" and isinstance(value, str)) or (key == "default" and value is None)
