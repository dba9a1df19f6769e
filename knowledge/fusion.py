"""One score from the dense and the lexical leg; how far the words are trusted is read from the query.

Dense scores are corrected for hubs and read in units of the index's own spread, so they mean the same under any model.
BM25 is left as it is: like a log-likelihood it grows with every rare word that matches. A long, specific question that
quotes a clause or names a contract so leans on its words, a short everyday one on its meaning, under one setting:
docs/retrieval.md has the measurements.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

HUB_SHARE = 0.3
LEXICAL_WEIGHT = 0.04
"""Weight of BM25 per square root of the query's distinct terms, in units of the dense spread."""
ASK_WEIGHT = 0.3
"""Weight of the best ask beside the passage's own words."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Legs:
    """The raw scores of every passage for one query."""

    body: Floats
    """Cosine with the passage."""
    ask: Floats
    """Best cosine with one of the passage's asks; -1 where it has none."""
    body_near: Floats
    """`body` less its hub share, in units of the index's spread."""
    ask_near: Floats
    """Best ask less its hub share, in units of the spread; -inf where it has none."""
    lexical: Floats
    """BM25, 0 where no term is shared."""
    idf_mass: float
    """Sum of the query's idf weights: the lexical score can be read as a share of it."""
    distinct_terms: int
    """How many different terms the query has."""


def dense(legs: Legs) -> Floats:
    """The dense leg: the passage's own words, and the asks it is known to answer."""
    score = legs.body_near - legs.body_near.mean()
    has_ask = np.isfinite(legs.ask_near)
    if has_ask.any():
        near = legs.ask_near[has_ask]
        score[has_ask] += ASK_WEIGHT * (near - near.mean())
    return np.asarray(score, dtype=np.float32)


def lexical_weight(legs: Legs) -> float:
    """How far the lexical leg is trusted: the more the query says, the more its words decide."""
    return LEXICAL_WEIGHT * float(np.sqrt(legs.distinct_terms))


def fused(legs: Legs) -> Floats:
    """Dense plus weighted lexical."""
    return np.asarray(dense(legs) + lexical_weight(legs) * legs.lexical, dtype=np.float32)
