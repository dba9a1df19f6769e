"""What every test shares."""

import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage

    from assistant.agent import Agent
    from knowledge.search import KnowledgeIndex

# machines under load are slow now and then; a slow example is not a wrong one
settings.register_profile("steady", deadline=None)
settings.register_profile("mutants", deadline=None, max_examples=12, derandomize=True, database=None)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def policy_index(tmp_path_factory: pytest.TempPathFactory) -> "KnowledgeIndex":
    """The bundled specimen policy under a small deterministic embedder; no model is loaded."""
    import knowledge
    from knowledge.ingest import build
    from knowledge.search import KnowledgeIndex

    folder = tmp_path_factory.mktemp("policy_index")
    build([Path(knowledge.__file__).parent / "corpus" / "policy"], folder, HashedEmbedder())
    return KnowledgeIndex.open(folder, HashedEmbedder())


@pytest.fixture
def agent_with(policy_index: "KnowledgeIndex") -> "Callable[..., Agent]":
    """`agent_with(message, …)`: the real loop and tools with a model that says these things, one a call.

    An exception among them is raised in its place; `agent_with()` is the embedded engine.
    """
    from assistant.agent import Agent
    from tools.buyers import Registry
    from tools.catalogue import build_toolset

    toolset = build_toolset(policy_index, Registry.open())

    def make(*script: "AIMessage | Exception", max_steps: int = 8) -> "Agent":
        model = scripted(*script) if script else None
        name = "scripted:test" if script else "embedded"
        return Agent(
            index=policy_index, toolset=toolset, classifier=None, model=model, model_name=name, max_steps=max_steps
        )

    return make


class HashedEmbedder:
    """Terms hashed into a small vector: similar words, similar vectors."""

    name = "hashed-test"
    dimensions = 256

    def queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        from knowledge.tokens import terms

        rows = np.full((len(texts), self.dimensions), 0.01, dtype=np.float32)
        for row, text in enumerate(texts):
            for term in terms(text):
                rows[row, zlib.crc32(term.encode()) % self.dimensions] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    passages = queries


def scripted(*script: "AIMessage | Exception") -> "BaseChatModel":
    """A chat model that says what it is told to, in order, the last thing for ever; `heard` is what it was given."""
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage, BaseMessage
    from langchain_core.outputs import ChatGeneration, ChatResult

    class ScriptedChat(BaseChatModel):
        script: list[Any]
        heard: list[list[BaseMessage]] = []
        tools: list[str] = []

        @property
        def _llm_type(self) -> str:
            return "scripted"

        def bind_tools(self, tools: Sequence[Any], **_: Any) -> Any:
            self.tools = [tool.name for tool in tools]
            return self

        def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
            self.heard.append(list(messages))
            said = self.script[min(len(self.heard), len(self.script)) - 1]
            if isinstance(said, Exception):
                raise said
            calls = [{**call, "id": f"{call['id']}-{len(self.heard)}"} for call in said.tool_calls]
            return ChatResult(generations=[ChatGeneration(message=AIMessage(content=said.content, tool_calls=calls))])

    return ScriptedChat(script=list(script))
