"""Building, swapping and searching an index, with a small deterministic embedder."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import zlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from filelock import FileLock

from knowledge.errors import BrokenDocument, EmbedderMismatch, IndexLocked, IndexMissing, KnowledgeError
from knowledge.glossary import Cluster, Glossary
from knowledge.ingest import PolicyEdition, add_documents, build, owned_documents, remove_document
from knowledge.search import KnowledgeIndex
from knowledge.tokens import terms


class HashedEmbedder:
    """Terms hashed into a small vector: similar words, similar vectors; counts what it embeds."""

    dimensions = 512

    def __init__(self, name: str = "hashed-1") -> None:
        self.name = name
        self.embedded = 0

    def queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.embedded += len(texts)
        rows = np.full((len(texts), self.dimensions), 0.01, dtype=np.float32)
        for row, text in enumerate(texts):
            for term in terms(text):
                rows[row, zlib.crc32(term.encode()) % self.dimensions] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    passages = queries


POLICY = """---
id: wt-{year}
language: {language}
kind: policy
title: {title}
edition: "{year}"
in_force_from: {year}-01-01
in_force_to: {to}
source: E
---
# {title}

## 7 {duties}

{clauses}"""

ENGLISH = """### 7.1 Overdue notice
<!-- source: A1, T2; confidence: H; asks: when must I report? | how late is too late? -->
The insured reports an overdue invoice within {days} days. Reporting late may cost cover.

### 7.2 Insolvency news
<!-- source: A1; confidence: M; asks: my buyer went bankrupt -->
News of a buyer's insolvency is reported within 10 days.

### 9.2 Allocation of receipts
<!-- source: A1; confidence: H -->
Receipts are allocated to the oldest invoice first.
"""
CHINESE = """### 7.1 逾期通知
<!-- source: A1, T2; confidence: H; asks: 最晚什么时候要报？ -->
被保险人应在{days}天内报告逾期发票。迟报可能影响赔偿。

### 7.2 破产消息
<!-- source: A1; confidence: M; asks: 客户破产了怎么办 -->
获知买方破产的，应在10天内报告。
"""


def write_corpus(folder: Path, years: Sequence[int] = (2026,)) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for year in years:
        to = "null" if year == max(years) else f"{year}-12-31"
        for language, title, duties, clauses in (
            ("en", "Whole turnover policy", "Duties", ENGLISH),
            ("zh", "全营业额保单", "义务", CHINESE),
        ):
            text = POLICY.format(
                year=year, language=language, title=title, duties=duties, to=to,
                clauses=clauses.format(days=30 if year == max(years) else 60),
            )  # fmt: skip
            (folder / f"wt-{year}.{language}.md").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def embedder() -> HashedEmbedder:
    return HashedEmbedder()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus")


@pytest.fixture
def index(tmp_path: Path, corpus: Path, embedder: HashedEmbedder) -> KnowledgeIndex:
    build([corpus], tmp_path / "index", embedder)
    return KnowledgeIndex.open(tmp_path / "index", embedder, glossary=Glossary(()))


def test_a_question_finds_its_clause_in_its_language(index: KnowledgeIndex) -> None:
    assert index.search("when is an overdue invoice reported")[0].passage.id == "wt-2026/en/7.1"
    assert index.search("逾期发票什么时候报告")[0].passage.id == "wt-2026/zh/7.1"
    assert index.search("逾期發票什麼時候報告")[0].passage.id == "wt-2026/zh/7.1"


def test_each_clause_comes_once_and_in_the_language_asked_for(index: KnowledgeIndex) -> None:
    hits = index.search("overdue invoice 逾期发票", language="zh")
    assert len({hit.passage.reference for hit in hits}) == len(hits)
    assert hits[0].passage.id == "wt-2026/zh/7.1"
    only_english = [hit.passage.id for hit in hits if hit.passage.clause == "9.2"]
    assert only_english == ["wt-2026/en/9.2"]


def test_scores_fall_and_lie_between_0_and_1(index: KnowledgeIndex) -> None:
    scores = [hit.score for hit in index.search("overdue invoice")]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_a_quote_is_words_of_the_canonical_text(index: KnowledgeIndex) -> None:
    hit = index.search("what does reporting late cost")[0]
    text = index.text(hit.passage.document_id, hit.passage.language)
    assert text[hit.quote.start : hit.quote.end] == hit.quoted == "Reporting late may cost cover."


def test_the_glossary_carries_a_query_into_the_other_language(
    tmp_path: Path, corpus: Path, embedder: HashedEmbedder
) -> None:
    (corpus / "wt-2026.zh.md").unlink()
    build([corpus], tmp_path / "index", embedder)
    glossary = Glossary([Cluster(id="insolvency", en=("insolvency", "bankruptcy"), zh=("破产",))])
    index = KnowledgeIndex.open(tmp_path / "index", embedder, glossary=glossary)
    plain = KnowledgeIndex.open(tmp_path / "index", embedder, glossary=Glossary(()))
    lexical = {hit.passage.clause: hit.lexical for hit in index.search("破产")}
    assert lexical["7.2"] > 0 == lexical["7.1"]
    assert all(hit.lexical == 0 for hit in plain.search("破产"))


def test_two_editions_are_never_mixed(tmp_path: Path, embedder: HashedEmbedder) -> None:
    corpus = write_corpus(tmp_path / "corpus", years=(2025, 2026))
    build([corpus], tmp_path / "index", embedder)
    index = KnowledgeIndex.open(tmp_path / "index", embedder)
    now = index.search("overdue invoice reported")
    then = index.search("overdue invoice reported", as_of=date(2025, 6, 1))
    named = index.search("overdue invoice reported", document="wt-2025")
    assert {hit.passage.document_id for hit in now} == {"wt-2026"}
    assert {hit.passage.document_id for hit in then} == {"wt-2025"} == {hit.passage.document_id for hit in named}
    assert "60 days" in then[0].passage.text


def test_a_clause_reference_resolves_in_either_language(index: KnowledgeIndex) -> None:
    assert index.clause("wt-2026:7.1", "zh").heading == "逾期通知"
    assert index.clause("wt-2026:9.2", "zh").language == "en"
    with pytest.raises(KnowledgeError, match="wt-2026:99"):
        index.clause("wt-2026:99", "en")


@pytest.mark.parametrize("query", ["", "   ", "\0", "x" * 100_000, "🙂🙂", "((((", "％％％"])
def test_odd_queries_are_answered(index: KnowledgeIndex, query: str) -> None:
    assert len(index.search(query)) <= 8


def test_an_unchanged_corpus_is_not_built_again(tmp_path: Path, corpus: Path, embedder: HashedEmbedder) -> None:
    first = build([corpus], tmp_path / "index", embedder)
    count = embedder.embedded
    second = build([corpus], tmp_path / "index", embedder)
    assert not first.is_unchanged and second.is_unchanged
    assert (second.version, second.passages, embedder.embedded) == (first.version, first.passages, count)


def test_only_what_changed_is_embedded_and_deletes_propagate(tmp_path: Path, corpus: Path) -> None:
    embedder = HashedEmbedder()
    build([corpus], tmp_path / "index", embedder)
    path = corpus / "wt-2026.en.md"
    path.write_text(path.read_text("utf-8").replace("within 10 days", "within 12 days"), encoding="utf-8")
    (corpus / "wt-2026.zh.md").unlink()
    embedder.embedded = 0
    build([corpus], tmp_path / "index", embedder)
    index = KnowledgeIndex.open(tmp_path / "index", embedder)
    assert embedder.embedded == 2  # the clause and its first sentence
    assert [document.language for document in index.documents()] == ["en"]


def test_an_open_reader_follows_a_new_version(tmp_path: Path, corpus: Path, index: KnowledgeIndex) -> None:
    before = index.version
    path = corpus / "wt-2026.en.md"
    path.write_text(path.read_text("utf-8").replace("within 30 days", "within 45 days"), encoding="utf-8")
    build([corpus], tmp_path / "index", HashedEmbedder())
    assert "45 days" in index.search("overdue invoice reported")[0].passage.text
    assert index.version != before


def test_a_broken_file_is_named_and_the_index_stays_whole(tmp_path: Path, corpus: Path, index: KnowledgeIndex) -> None:
    before = index.version
    (corpus / "wt-2026.en.md").write_text("no front matter", encoding="utf-8")
    with pytest.raises(BrokenDocument, match=r"wt-2026\.en\.md:1: front matter is missing"):
        build([corpus], tmp_path / "index", HashedEmbedder())
    assert index.version == before
    assert index.search("overdue")


def test_a_second_writer_is_told_to_wait(tmp_path: Path, corpus: Path, embedder: HashedEmbedder) -> None:
    (tmp_path / "index").mkdir()
    with FileLock(tmp_path / "index" / "writer.lock"), pytest.raises(IndexLocked, match="another process"):
        build([corpus], tmp_path / "index", embedder)


def test_vectors_of_two_models_are_never_mixed(tmp_path: Path, corpus: Path, index: KnowledgeIndex) -> None:
    other = HashedEmbedder("hashed-2")
    with pytest.raises(EmbedderMismatch, match="hashed-1"):
        KnowledgeIndex.open(tmp_path / "index", other)
    assert not build([corpus], tmp_path / "index", other).is_unchanged
    assert KnowledgeIndex.open(tmp_path / "index", other).search("overdue")


def test_a_missing_index_says_so(tmp_path: Path, embedder: HashedEmbedder) -> None:
    with pytest.raises(IndexMissing, match="build it first"):
        KnowledgeIndex.open(tmp_path / "nothing", embedder)


def test_documents_of_an_owner_are_seen_by_that_owner_only(
    tmp_path: Path, index: KnowledgeIndex, embedder: HashedEmbedder
) -> None:
    policy = tmp_path / "mine.txt"
    policy.write_text(
        "Article 5 Storage\nPickled herring is stored cold.\n\nArticle 6 Transport\nBy sea.", encoding="utf-8"
    )
    report = add_documents(
        [policy, tmp_path / "absent.pdf"], tmp_path / "index", embedder, owner="ann",
        policy=PolicyEdition(name="Herring", edition="2026"),
    )  # fmt: skip
    assert [bool(file.error) for file in report.files] == [False, True]
    found = index.search("pickled herring", owner="ann")[0].passage
    assert (found.clause, found.owner, found.document_id) == ("Article-5", "ann", "own-herring-2026")
    assert all(hit.passage.owner is None for hit in index.search("pickled herring", owner="bob"))
    assert all(hit.passage.owner is None for hit in index.search("pickled herring"))
    again = add_documents(
        [policy], tmp_path / "index", embedder, owner="ann", policy=PolicyEdition(name="Herring", edition="2026")
    )
    assert again.is_unchanged
    remove_document("own-herring-2026", tmp_path / "index", embedder, owner="ann")
    assert owned_documents(tmp_path / "index", "ann") == ()
    assert all(hit.passage.owner is None for hit in index.search("pickled herring", owner="ann"))


KILLED_BUILD = """
    import sys, time
    from pathlib import Path
    sys.path.insert(0, sys.argv[3])
    from test_knowledge_index import HashedEmbedder
    from knowledge.ingest import build
    print("ready", flush=True)
    build([Path(sys.argv[1])], Path(sys.argv[2]), HashedEmbedder())
"""


@pytest.mark.parametrize("delay_s", [0.0, 0.15, 0.4])
def test_a_killed_build_leaves_the_index_whole(
    tmp_path: Path, corpus: Path, index: KnowledgeIndex, embedder: HashedEmbedder, delay_s: float
) -> None:
    path = corpus / "wt-2026.en.md"
    path.write_text(path.read_text("utf-8").replace("within 30 days", "within 45 days"), encoding="utf-8")
    arguments = [str(corpus), str(tmp_path / "index"), str(Path(__file__).parent)]
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED_BUILD), *arguments],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    )
    assert process.stdout is not None
    process.stdout.readline()
    killer = threading.Timer(delay_s, lambda: process.poll() is None and os.kill(process.pid, signal.SIGKILL))
    killer.start()
    process.wait(timeout=60)
    killer.join()
    process.stdout.close()
    assert index.search("overdue invoice reported")[0].passage.clause == "7.1"
    build([corpus], tmp_path / "index", embedder)
    fresh = KnowledgeIndex.open(tmp_path / "index", embedder)
    assert "45 days" in fresh.search("overdue invoice reported")[0].passage.text
