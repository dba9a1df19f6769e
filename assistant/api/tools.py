"""The tools themselves, for programs: what there is, and calling one with the same validation the agent gets."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends
from pydantic import BaseModel

from assistant.api.callers import CallerDep
from assistant.api.confirmations import CONFIRM
from assistant.api.limits import limited
from assistant.api.problems import Problem
from assistant.api.service import ServiceDep
from tools.acting import acting_for

router = APIRouter(tags=["tools"], dependencies=[Depends(limited)])


class ToolOut(BaseModel):
    """One tool."""

    name: str
    description: str
    needs_confirmation: bool
    """It records something: a first call gives a draft, a second one with its confirmation records it."""
    parameters: dict[str, Any]
    """JSON schema of the arguments."""


class ToolList(BaseModel):
    """The tools of this installation."""

    tools: list[ToolOut]


@router.get("/v1/tools")
def list_tools(service: ServiceDep, _caller: CallerDep) -> ToolList:
    """Every tool with the JSON schema of its arguments."""
    tools = [
        ToolOut(
            name=tool.name,
            description=tool.description,
            needs_confirmation=tool.needs_confirmation,
            parameters=tool.schema,
        )
        for tool in service.agent.toolset
    ]
    return ToolList(tools=tools)


@router.post("/v1/tools/{name}")
def call_tool(
    name: str, service: ServiceDep, caller: CallerDep, arguments: Annotated[dict[str, Any], Body()]
) -> dict[str, Any]:
    """Call one tool; the body is its arguments, the answer its result.

    A tool that records something answers with a draft and a `confirmation`. Show the draft to a person; to record it,
    send the same arguments again with the confirmation as `confirm`. It works once, for this caller and these
    arguments only.
    """
    toolset = service.agent.toolset
    if name not in toolset:
        available = ", ".join(tool.name for tool in toolset)
        raise Problem("tool_not_found", name=name, available=available)
    tool = toolset[name]
    if tool.needs_confirmation:
        arguments = dict(arguments)
        token = arguments.pop(CONFIRM, None)
        draft = tool.check(arguments)
        if token is None:
            return service.confirmations.offer(caller.owner, name, draft)
        service.confirmations.take(caller.owner, name, draft, token)
    with acting_for(caller.owner):
        return tool.call(arguments)
