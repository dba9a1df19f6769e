"""The embedded engine as a chat model: tool calls first, then the answer, with no network and no hosted model."""

from collections.abc import Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from pydantic import ConfigDict, InstanceOf

from assistant.engine.planning import follow_on
from assistant.engine.turn import Call, TurnContext
from assistant.engine.writing import write


class EmbeddedChat(BaseChatModel):
    """Speaks for one turn; deterministic: the same conversation gives the same answer.

    Tool results reach it through `turn.results`, which the loop fills; the draft it returns in
    `additional_kwargs["draft"]` keeps the evidence of every sentence.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    turn: InstanceOf[TurnContext] | None = None

    @property
    def _llm_type(self) -> str:
        return "embedded"

    def bind_tools(self, tools: Sequence[Any], **_: Any) -> Runnable[Any, AIMessage]:
        """The plan knows the tools by name; nothing to bind."""
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **_: Any,
    ) -> ChatResult:
        turn = self.turn
        assert turn is not None, "the loop binds the turn before it calls the model"
        waiting = [call for call in turn.plan.calls if call.id not in turn.results] or follow_on(turn)
        message = _tool_calls(waiting) if waiting else _answer(turn)
        return ChatResult(generations=[ChatGeneration(message=message)])


def _tool_calls(calls: Sequence[Call]) -> AIMessage:
    return AIMessage(
        content="", tool_calls=[{"id": call.id, "name": call.tool, "args": call.arguments} for call in calls]
    )


def _answer(turn: TurnContext) -> AIMessage:
    draft = write(turn)
    text = " ".join(sentence.text for sentence in draft.sentences)
    return AIMessage(content=text, additional_kwargs={"draft": draft})
