"""How likely it is that a passage answers the query: a logistic fitted on data (`calibration.toml`)."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.fusion import Legs

Floats = npt.NDArray[np.float32]
_MOST_COVERAGE = 1.5
_LEADERS = 3


def not_in_corpus_below() -> float:
    """A first hit scored below this means that the corpus does not answer the question."""
    return float(_parameters()["not_in_corpus_below"])


def probability(
    legs: Legs, topic: float, rows: npt.NDArray[np.int64], is_owned: npt.NDArray[np.bool_], model: str
) -> Floats:
    """A probability for each of the ranked rows, never rising down the ranking.

    The first one tells whether the corpus answers at all, so it takes the best of the leading few.
    """
    settings = _parameters()
    topics = np.where(is_owned[rows], settings["owner"]["topic"], topic)
    coverage = np.minimum(legs.lexical[rows] / max(legs.idf_mass, 1e-6), _MOST_COVERAGE)
    weights = settings["with_asks"]
    if model == weights["embedder"]:
        body, ask = legs.body[rows], legs.ask[rows]
        nearest = np.where(ask > -1, ask, body + weights["body_to_ask"])
        logit = weights["bias"] + weights["ask"] * nearest
    else:
        weights = settings["without_asks"]
        logit = np.full(len(rows), weights["bias"])
    logit = logit + weights["coverage"] * coverage + weights["topic"] * topics
    odds = 1 / (1 + np.exp(-logit))
    odds[:1] = odds[:_LEADERS].max(initial=0.0)
    return np.asarray(np.minimum.accumulate(odds), dtype=np.float32)


@cache
def _parameters() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "calibration.toml").read_text(encoding="utf-8"))
