"""One real local model through an OpenAI-compatible server; runs where `TCA_TEST_GGUF` points to a GGUF file.

Needs `pip install xllamacpp`. Three tools are offered: all ten make a prompt that takes minutes without a GPU.
"""

import dataclasses
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from assistant.agent import Agent
from assistant.answer import ChatRequest
from assistant.conversation import Conversation
from assistant.models import hosted_model
from assistant.settings import Settings
from tools.toolset import Toolset

GGUF = os.environ.get("TCA_TEST_GGUF", "")
pytestmark = [pytest.mark.model, pytest.mark.skipif(not GGUF, reason="TCA_TEST_GGUF names no GGUF file")]
SERVER = """
import sys, time, xllamacpp
wanted = xllamacpp.CommonParams()
wanted.model.path, wanted.port, wanted.n_ctx, wanted.n_parallel, wanted.use_jinja = sys.argv[1], 0, 16384, 1, True
server = xllamacpp.Server(wanted)
print(server.listening_address, flush=True)
time.sleep(86400)
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    pytest.importorskip("xllamacpp")
    with subprocess.Popen([sys.executable, "-c", SERVER, GGUF], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        yield next(line.strip() for line in server.stdout if line.startswith("http"))
        server.terminate()


@pytest.fixture
def agent(address: str, agent_with: Callable[..., Agent]) -> Agent:
    settings = Settings(_env_file=None, model="openai:local", model_base_url=f"{address}/v1", model_timeout_s=900)
    embedded = agent_with()
    tools = Toolset(embedded.toolset[name] for name in ("search_knowledge", "compute_indemnity", "compute_deadlines"))
    return dataclasses.replace(embedded, toolset=tools, model=hosted_model(settings), model_name=settings.model)


@pytest.mark.parametrize(
    ("language", "question", "figure"),
    [
        ("zh", "客户破产了,欠款120万,限额100万,赔偿比例90%,能赔多少?", "900,000"),
        (
            "en",
            "The buyer is insolvent, debt CNY 1.2m, limit CNY 1m, insured 90%: how much is paid?",
            "900,000",
        ),
    ],
)
def test_a_local_model_answers_with_checked_figures_or_gives_way(
    agent: Agent, language: str, question: str, figure: str
) -> None:
    answer = agent.reply(ChatRequest(message=question, today=date(2026, 4, 10)), Conversation(owner="test"))
    assert answer.language == language
    assert answer.engine in ("openai:local", "embedded")
    assert figure in answer.text.replace("900000", "900,000")
    said = [verdict for verdict in answer.receipt["verdicts"] if verdict["ok"]]
    assert said
    assert not any(verdict["unmatched"] for verdict in said)
