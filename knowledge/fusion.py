"""One score from the dense and the lexical leg, with a lexical weight read from the query and the scores."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, eq=False)
class Legs:
    """The raw scores of every passage for one query."""

    body: Floats
    """Cosine with the passage."""
    ask: Floats
    """Best cosine with one of the passage's asks; -1 where it has none."""
    lexical: Floats
    """BM25, 0 where no term is shared."""
    idf_mass: float
    """Sum of the query's idf weights: the lexical score can be read as a share of it."""


def standardised(scores: Floats) -> Floats:
    """Scores as standard deviations from their mean."""
    spread = float(scores.std())
    return (scores - scores.mean()) / spread if spread > 1e-9 else np.zeros_like(scores)


def dense(legs: Legs) -> Floats:
    """The dense leg: the passage's own words and its asks, each against its own background."""
    score = standardised(legs.body)
    has_ask = legs.ask > -1
    if has_ask.sum() > 1:
        asks: Floats = np.full_like(score, score.min())
        asks[has_ask] = standardised(legs.ask[has_ask])
        score = (np.maximum(score, asks) + 0.5 * np.minimum(score, asks)).astype(np.float32)
    return score


def lexical_weight(legs: Legs) -> float:
    """How far the lexical leg is to be trusted."""
    return 0.3 if legs.lexical.any() else 0.0


def fused(legs: Legs, is_chinese: npt.NDArray[np.bool_] | None = None) -> Floats:
    """Dense plus weighted lexical, both standardised."""
    weight = lexical_weight(legs)
    return dense(legs) + weight * standardised(legs.lexical) if weight else dense(legs)
