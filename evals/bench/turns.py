"""`python -m evals.bench.turns`: how long a turn takes, how much memory is held, how soon the first answer comes."""

import argparse
import json
import logging
import platform
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.library import build_index
from assistant.settings import Settings
from evals.case import TODAY, Case, load

if TYPE_CHECKING:
    from assistant.agent import Agent

FIRST_QUESTION = "客户破产了,欠款120万,限额100万,赔偿比例90%,能赔多少?"
_SEED = 20260101


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How a set of durations is spread, in milliseconds."""

    p50: float
    p95: float
    max: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Spread":
        ordered = sorted(1000 * item for item in seconds)
        at = len(ordered) - 1
        return cls(p50=ordered[at // 2], p95=ordered[int(at * 0.95)], max=ordered[-1])

    def __str__(self) -> str:
        return f"p50 {self.p50:.0f} ms, p95 {self.p95:.0f} ms, max {self.max:.0f} ms"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; nothing passes or fails here, since machines differ."""
    options = _options(arguments)
    logging.disable(logging.WARNING)
    if options.first_answer:
        _answer(FIRST_QUESTION)
        return 0
    build_index(Settings())
    cold_s = [_cold_start() for _ in range(options.starts)]
    measured = _warm(options.turns, options.warm_up)
    print(f"{platform.machine()}, {platform.python_implementation()} {platform.python_version()}")
    print(f"cold start to the first answer: {', '.join(f'{item:.1f} s' for item in cold_s)}")
    print(f"{options.turns} mixed turns after {options.warm_up}: {measured['turn']}")
    print(f"embedding one message: {measured['embedding']}")
    share = measured["embedding"].p50 / measured["turn"].p50
    print(f"a turn takes {1 / share:.1f} × the embedding of its message (embedding is {share:.0%} of the median turn)")
    memory = _resident_mib()
    print(f"resident memory with index and tools: {memory:.0f} MiB")
    if options.json:
        rows = {name: vars(spread) for name, spread in measured.items()}
        facts = {"cold_start_s": cold_s, "resident_mib": memory, **rows}
        options.json.write_text(json.dumps(facts, indent=1), encoding="utf-8")
    return 0


def _warm(turns: int, warm_up: int) -> dict[str, Spread]:
    agent = _agent()
    cases = load()
    random.Random(_SEED).shuffle(cases)  # noqa: S311 - the same mix every time
    durations = _durations(agent, cases)
    for _ in range(warm_up):
        next(durations)
    taken = [next(durations) for _ in range(turns)]
    # messages of other cases, so that nothing is answered from a cache
    unseen = [case.turns[0].say for case in reversed(cases)][:turns]
    return {"turn": Spread.of(taken), "embedding": Spread.of([_embedding_s(agent, text) for text in unseen])}


def _durations(agent: "Agent", cases: Sequence[Case]) -> Iterator[float]:
    """Seconds of one turn after another, conversation by conversation; starts again when the cases run out."""
    from assistant.answer import ChatRequest
    from assistant.conversation import Conversation

    while True:
        for case in cases:
            conversation = Conversation(owner="bench", persona=case.persona)
            for turn in case.turns:
                request = ChatRequest(message=turn.say, persona=case.persona, today=turn.today or TODAY)
                started = time.perf_counter()
                agent.reply(request, conversation)
                yield time.perf_counter() - started


def _embedding_s(agent: "Agent", text: str) -> float:
    started = time.perf_counter()
    agent.index.embed_query(text)
    return time.perf_counter() - started


def _cold_start() -> float:
    """Seconds from starting a process to having its first answer."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "evals.bench.turns", "--first-answer"], check=True)
    return time.perf_counter() - started


def _answer(question: str) -> None:
    from assistant.answer import ChatRequest
    from assistant.conversation import Conversation

    _agent().reply(ChatRequest(message=question, today=TODAY), Conversation(owner="bench"))


def _agent() -> "Agent":
    from assistant.agent import build_agent
    from assistant.settings import Settings

    return build_agent(Settings(model="embedded"))


def _resident_mib() -> float:
    """Memory held now; the most ever held where the system does not tell the former."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="evals.bench.turns", description="Speed and memory of a turn.")
    parser.add_argument("--turns", type=int, default=200, help="turns to measure (default: 200)")
    parser.add_argument("--warm-up", type=int, default=20, help="turns before that (default: 20)")
    parser.add_argument("--starts", type=int, default=2, help="cold starts to measure (default: 2)")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the numbers here")
    parser.add_argument("--first-answer", action="store_true", help="only answer one question, then stop")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
