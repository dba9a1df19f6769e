"""Tool calls that a small model writes as text instead of making them."""

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from langchain_core.messages import AIMessage

_BLOCK = re.compile(r"<tool_call>(.*?)(?:</tool_call>|\Z)|```(?:json|tool_call)?\s*(.*?)(?:```|\Z)", re.S | re.I)


def with_calls(message: AIMessage, tools: Collection[str], *, turn: int) -> AIMessage:
    """`message` with the calls that its text spells out, or as it is.

    Args:
        message: What the model said.
        tools: Names that may be called; JSON that names none of them stays text.
        turn: Number of this model call, which makes the ids of the calls unique.
    """
    if message.tool_calls:
        return message
    text = str(message.text).strip()
    blocks = [first or second for first, second in _BLOCK.findall(text)] or [text]
    calls = [
        {"id": f"w{turn}-{position}", "name": name, "args": arguments}
        for position, (name, arguments) in enumerate(call for block in blocks for call in _calls(block))
        if name in tools
    ]
    return AIMessage(content="", tool_calls=calls) if calls else message


def _calls(block: str) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        data = json.loads(block)
    except json.JSONDecodeError:
        return
    for item in data if isinstance(data, list) else [data]:
        if isinstance(item, dict) and isinstance(item.get("name"), str):
            arguments = item.get("arguments", item.get("parameters"))
            if isinstance(arguments, dict):
                yield item["name"], arguments
