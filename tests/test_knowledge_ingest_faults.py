"""Ingestion killed at random points, a full disk, missing rights: readers keep answering and the index stays whole.

Run as a script, this file is a workshop: it forks a child for each build that it is told, so that fifty kills do not
import everything fifty times. The children are real processes, ended by SIGKILL from outside after a while, or by
themselves at the n-th file operation, which reaches the instants that a clock seldom hits.
"""

import codecs
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from knowledge.errors import IndexLocked
from knowledge.glossary import Glossary
from knowledge.ingest import add_documents, build, owned_documents, owner_dir
from knowledge.search import KnowledgeIndex
from knowledge.tokens import terms

REPO = Path(__file__).parents[1]
CLAUSES = 8
KILLS = 50
SEED = 20261124
FILE_EVENTS = ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree", "sqlite3.connect")


class HashedEmbedder:
    """Terms hashed into a small vector: similar words, similar vectors."""

    name, dimensions = "hashed-faults", 64

    def queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        rows = np.full((len(texts), self.dimensions), 0.01, dtype=np.float32)
        for row, text in enumerate(texts):
            for term in terms(text):
                rows[row, zlib.crc32(term.encode()) % self.dimensions] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    passages = queries


def write_corpus(folder: Path, state: int) -> None:
    """A document in two languages whose every clause names the state that the corpus is in."""
    folder.mkdir(parents=True, exist_ok=True)
    for language in ("en", "zh"):
        clauses = "\n".join(
            f"### 1.{number} Heading {number}\n<!-- source: E; confidence: M; asks: what about topic {number}? -->\n"
            f"The overdue invoice rule {number} holds in state {state}.\n"
            for number in range(1, CLAUSES + 1)
        )
        front = f"id: d-2026\nlanguage: {language}\nkind: policy\ntitle: T\nedition: '2026'\nsource: E"
        (folder / f"d.{language}.md").write_text(f"---\n{front}\n---\n## 1 A\n\n{clauses}", encoding="utf-8")


def write_own(path: Path, state: int) -> None:
    path.write_text(
        "\n".join(f"1.{n} The herring rule {n} holds in state {state}." for n in range(1, CLAUSES + 1)), "utf-8"
    )


def run_job(job: dict[str, Any]) -> None:
    """One build in a forked child; what it did, or why not, goes to standard output."""
    index, embedder = Path(job["index"]), HashedEmbedder()
    events = 0

    def die_at(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal events
        if event not in FILE_EVENTS:
            return
        events += 1
        if events == job.get("die_at"):
            say({"died_at": event, "of": str(arguments[:2])[-120:]})
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(die_at)
    for name, limit in job.get("limits", {}).items():
        resource.setrlimit(getattr(resource, name), (limit, limit))
    if user := job.get("user"):
        os.setgroups([])
        os.setresuid(user, user, user)
    started = time.monotonic()

    try:
        if job["what"] == "shared":
            report = build([Path(job["source"])], index, embedder)
        else:
            report = add_documents([Path(job["source"])], index, embedder, owner="ann")
        say({"done": report.version, "events": events, "seconds": time.monotonic() - started})
    except BaseException as error:  # told to the test, which judges it
        say({"failed": type(error).__name__, "message": str(error)})


def say(what: dict[str, Any]) -> None:
    os.write(1, (json.dumps(what) + "\n").encode())


def workshop() -> None:
    import chromadb  # noqa: F401

    codecs.lookup("ascii")  # a child without rights cannot load it
    say({"ready": True})
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            run_job(json.loads(line))
            os._exit(0)
        say({"child": child})
        _, status = os.waitpid(child, 0)
        say({"ended": status})


if __name__ == "__main__":
    workshop()
    sys.exit()


class Workshop:
    """The other end of `workshop`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPO,
            env={**os.environ, "PYTHONPATH": str(REPO)},
        )  # fmt: skip
        assert self._heard() == {"ready": True}

    def run(
        self, what: str, source: Path, index: Path, *, kill_after_s: float | None = None, **more: Any
    ) -> dict[str, Any]:
        """Everything that a build said, and how its process `ended`."""
        assert self._process.stdin is not None
        job = {"what": what, "source": str(source), "index": str(index), **more}
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        said = self._heard()
        while "child" not in said:
            said |= self._heard()
        timer = threading.Timer(kill_after_s or 0.0, kill, [said["child"]])
        if kill_after_s is not None:
            timer.start()
        while "ended" not in said:
            said |= self._heard()
        timer.cancel()
        return said

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()

    def _heard(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        heard: dict[str, Any] = json.loads(self._process.stdout.readline())
        return heard


def kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # it had finished


@pytest.fixture(scope="module")
def shop() -> Iterator[Workshop]:
    shop = Workshop()
    yield shop
    shop.close()


class Readers:
    """Searches without end, by a reader that stays open and by one opened anew each time."""

    def __init__(self, index: Path) -> None:
        self.index, self.answers, self.faults = index, 0, list[str]()
        self.allowed = {"shared": {0}, "own": {0}}
        self._stop = threading.Event()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._read, args=[is_fresh]) for is_fresh in (False, True)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def _read(self, is_fresh: bool) -> None:
        kept = self._opened()
        while not self._stop.is_set():
            try:
                reader = self._opened() if is_fresh else kept
                for query, what in (("overdue invoice rule", "shared"), ("herring rule", "own")):
                    before = self.allowed[what]
                    passages = [hit.passage for hit in reader.search(query, owner="ann", limit=50)]
                    self._check(passages, what, before | self.allowed[what])
            except Exception as error:  # noqa: BLE001 - a reader may not fail in any way
                self.faults.append(repr(error))
            self.answers += 1
            self._stop.wait(0.005)

    def _opened(self) -> KnowledgeIndex:
        return KnowledgeIndex.open(self.index, HashedEmbedder(), glossary=Glossary(()))

    def _check(self, passages: Sequence[Any], what: str, allowed: set[int]) -> None:
        mine = [passage for passage in passages if (passage.owner is not None) == (what == "own")]
        states = {int(passage.text.rstrip(".").rsplit(" ", 1)[1]) for passage in mine}
        if len(mine) != CLAUSES:
            self.faults.append(f"{len(mine)} clauses of {what} instead of {CLAUSES}")
        if len(states) != 1 or not states <= allowed:
            self.faults.append(f"states {states} of {what}, allowed {allowed}")


def litter(root: Path) -> list[str]:
    """Whatever a finished build should not have left; SQLite rolls a journal back when its file is next opened."""
    kept = 1 if root.parent.name == "owners" else 2
    expected = {"current", "writer.lock", "versions", "owners", "embeddings.sqlite", "embeddings.sqlite-journal"}
    found = [path.name for path in root.iterdir() if path.name not in expected]
    versions = list((root / "versions").iterdir())
    found += [f"versions/{folder.name}" for folder in versions if not (folder / "manifest.json").exists()]
    found += [str(path) for folder in versions for path in folder.rglob("*.next")]
    return found + [f"{len(versions)} versions"] * (len(versions) > kept)


def test_fifty_kills_never_harm_a_reader_or_the_index(tmp_path: Path, shop: Workshop) -> None:
    corpus, own, index = tmp_path / "corpus", tmp_path / "own.txt", tmp_path / "index"
    write_corpus(corpus, 0)
    write_own(own, 0)
    sources: dict[str, tuple[Path, Callable[[Path, int], None]]] = {
        "shared": (corpus, write_corpus), "own": (own, write_own)
    }  # fmt: skip
    roots = {"shared": index, "own": owner_dir(index, "ann")}
    whole = {what: shop.run(what, source, index) for what, (source, _) in sources.items()}
    assert all("done" in report for report in whole.values()), whole
    chance = random.Random(SEED)
    readers, state, ends = Readers(index), dict.fromkeys(sources, 0), Counter[str]()
    with readers.at_work():
        for number in range(KILLS):
            what = "shared" if number % 2 else "own"
            source, write = sources[what]
            state[what] += 1
            readers.allowed[what] = readers.allowed[what] | {state[what]}
            write(source, state[what])
            if number % 4 < 2:  # by the clock
                said = shop.run(what, source, index, kill_after_s=chance.uniform(0, whole[what]["seconds"]))
            else:  # at a file operation
                said = shop.run(what, source, index, die_at=chance.randint(1, whole[what]["events"]))
            ends["killed" if said["ended"] == signal.SIGKILL else "finished"] += 1
            if number % 3 == 2 or chance.random() < 0.3:  # sometimes two are killed in a row
                for each, (path, _) in sources.items():
                    assert "done" in shop.run(each, path, index)
                    readers.allowed[each] = {state[each]}
                    assert litter(roots[each]) == []
    assert readers.faults == []
    assert readers.answers > KILLS
    assert ends["killed"] >= 0.7 * KILLS, ends
    for what, (source, _) in sources.items():
        assert "done" in shop.run(what, source, index)
        assert litter(roots[what]) == []
    assert [document.text.count(f"state {state['own']}") for document in owned_documents(index, "ann")] == [CLAUSES]


@pytest.mark.parametrize("limit", [0, 3_000, 20_000, 100_000])
def test_a_disk_without_room_is_told_and_the_old_index_stays(tmp_path: Path, shop: Workshop, limit: int) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    write_corpus(corpus, 1)
    shop.run("shared", corpus, index)
    write_corpus(corpus, 2)
    said = shop.run("shared", corpus, index, limits={"RLIMIT_FSIZE": limit})
    assert said["failed"] == "IndexNotWritten", said
    assert "stays as it was" in said["message"]
    reader = KnowledgeIndex.open(index, HashedEmbedder(), glossary=Glossary(()))
    assert {hit.passage.text[-2:] for hit in reader.search("overdue invoice rule")} == {"1."}
    assert "done" in shop.run("shared", corpus, index)
    assert litter(index) == []


def test_a_folder_that_may_not_be_written_is_told(shop: Workshop) -> None:
    with tempfile.TemporaryDirectory() as folder:
        corpus, index = Path(folder) / "corpus", Path(folder) / "index"
        write_corpus(corpus, 1)
        shop.run("shared", corpus, index)
        write_corpus(corpus, 2)
        for path in (Path(folder), *Path(folder).rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        said = shop.run("shared", corpus, index, user=65534 if os.getuid() == 0 else None)
        for path in (Path(folder), *Path(folder).rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        assert said["failed"] == "IndexNotWritten", said
        assert "Permission denied" in said["message"]
        reader = KnowledgeIndex.open(index, HashedEmbedder(), glossary=Glossary(()))
        assert {hit.passage.text[-2:] for hit in reader.search("overdue invoice rule")} == {"1."}


def test_the_second_writer_is_told_and_a_killed_one_holds_no_lock(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    write_corpus(corpus, 1)
    holder = subprocess.Popen(
        [sys.executable, "-c", "import sys, time; from pathlib import Path; from knowledge.versions import writer\n"
         "with writer(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)", str(index)],
        stdout=subprocess.PIPE, cwd=REPO,
    )  # fmt: skip
    assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
    with pytest.raises(IndexLocked, match="another process is building the index .* try again when it has finished"):
        build([corpus], index, HashedEmbedder())
    add_documents([], index, HashedEmbedder(), owner="ann")  # an owner's shelf has a lock of its own
    holder.kill()
    holder.wait(timeout=10)
    holder.stdout.close()
    assert (index / "writer.lock").exists()
    assert build([corpus], index, HashedEmbedder()).passages == 2 * CLAUSES
