"""How likely it is that a passage answers the query: a logistic fitted on data (`calibration.toml`).

`python -m evals.bench.calibration` fits it again; it has to be run after every change of the ranking.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.fusion import Legs

Floats = npt.NDArray[np.float32]
FEATURES = ("topic", "score", "words")
LEADERS = 3
"""The first passages, of which the best tells whether the corpus answers at all."""
_MOST_COVERAGE = 1.5


def not_in_corpus_below() -> float:
    """A first hit scored below this means that the corpus does not answer the question."""
    return float(_parameters()["not_in_corpus_below"])


def features(legs: Legs, scores: Floats, rows: npt.NDArray[np.int64], topics: Floats | float) -> Floats:
    """What the probability is read from, a line a row in the order of `FEATURES`.

    Args:
        legs: The raw scores of every passage.
        scores: What orders the passages.
        rows: The passages asked about.
        topics: Whether the question is about the corpus's subject, for all rows or for each.
    """
    coverage = np.minimum(legs.lexical[rows] / max(legs.idf_mass, 1e-6), _MOST_COVERAGE)
    words = coverage * np.sqrt(legs.query_size)
    lines = np.broadcast_arrays(topics, scores[rows], words)
    return np.stack(lines, axis=1).astype(np.float32).reshape(len(rows), len(FEATURES))


def probability(
    legs: Legs,
    scores: Floats,
    rows: npt.NDArray[np.int64],
    topic: float | None,
    is_owned: npt.NDArray[np.bool_],
) -> Floats:
    """A probability for each of the ranked rows, never rising down the ranking.

    `topic` is None where the corpus has too few asks to know its subject.
    """
    settings = _parameters()
    weights = settings["without_asks" if topic is None else "with_asks"]
    # of a user's own document nothing is known about its subject
    topics = np.where(is_owned[rows], settings["owner"]["topic"], topic or 0.0)
    logit = features(legs, scores, rows, topics) @ np.array([weights[name] for name in FEATURES]) + weights["bias"]
    odds = 1 / (1 + np.exp(-np.clip(logit, -50, 50)))
    odds[:1] = odds[:LEADERS].max(initial=0.0)
    return np.asarray(np.minimum.accumulate(odds), dtype=np.float32)


@cache
def _parameters() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "calibration.toml").read_text(encoding="utf-8"))
