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

HUB_SHARE = 0.45
"""Share of a vector's nearness to questions in general that is taken off its cosines."""
ACROSS_HUB_SHARE = 0.25
"""The same for centred cosines across languages, which hold less of it."""
LEXICAL_WEIGHT, MOST_TERMS = 0.015, 40
"""Weight of BM25 for each term of the query, in units of the dense spread; more terms than these add nothing."""
ASK_WEIGHT = 0.3
"""Weight of the best ask beside the passage's own words."""
ASKED_WEIGHT = 2.25
"""Weight of what a clause is known to be asked, in standard deviations over the clauses."""
PHRASED_WEIGHT = 4.0
"""Weight of the ask that is worded most like the query."""
NAMED_WEIGHT = 2.0
"""What a passage gains when the query gives its document's whole title."""
OWN_WEIGHT = 2.0
"""What a passage of the asker's own documents gains: people ask about what they added, and it comes without asks."""
FEEDBACK_WEIGHT, FEEDBACK_LEADERS = 0.25, 3
"""Weight of the likeness to the leading passages, and how many lead."""


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
    in_chinese: npt.NDArray[np.bool_]
    """The language of each passage: scores are centred by language, so that neither is ahead from the start."""
    lexical: Floats
    """BM25, 0 where no term is shared."""
    asked: Floats
    """How likely the clause is to be asked this (knowledge/asked.py); 0 where nothing was learned."""
    phrased: Floats
    """How much of the query's wording an ask of the clause has, 0 to 1; 0 where it has none."""
    named: Floats
    """How far the query names the passage's document, 0 to 1."""
    idf_mass: float
    """Sum of the query's idf weights: the lexical score can be read as a share of it."""
    query_size: float
    """How many different terms the query has, by their weights."""


def dense(legs: Legs) -> Floats:
    """The dense leg: the passage's own words, and the asks it is known to answer."""
    score = _by_language(legs.body_near, legs.in_chinese)
    has_ask = np.isfinite(legs.ask_near)
    if has_ask.any():
        score[has_ask] += ASK_WEIGHT * _by_language(legs.ask_near[has_ask], legs.in_chinese[has_ask])
    return score


def lexical_weight(legs: Legs) -> float:
    """How far the lexical leg is trusted: the more the query says, the more its words decide."""
    return LEXICAL_WEIGHT * min(legs.query_size, MOST_TERMS)


def plain(legs: Legs) -> Floats:
    """Dense plus weighted lexical."""
    return np.asarray(dense(legs) + lexical_weight(legs) * legs.lexical, dtype=np.float32)


def fused(legs: Legs) -> Floats:
    """Dense plus weighted lexical, what the clause is asked, in which words, and the document named."""
    score = plain(legs) + ASKED_WEIGHT * legs.asked + PHRASED_WEIGHT * legs.phrased + NAMED_WEIGHT * legs.named
    return np.asarray(score, dtype=np.float32)


def _by_language(scores: Floats, in_chinese: npt.NDArray[np.bool_]) -> Floats:
    """The scores less their mean in each language."""
    result = np.array(scores, dtype=np.float32)
    for mask in (in_chinese, ~in_chinese):
        if mask.any():
            result[mask] -= result[mask].mean()
    return result
