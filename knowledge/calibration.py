"""How likely it is that a passage answers the query, from the raw scores."""

import numpy as np
import numpy.typing as npt

from knowledge.fusion import Legs

Floats = npt.NDArray[np.float32]


def probability(legs: Legs, scores: Floats, allowed: npt.NDArray[np.bool_]) -> Floats:
    """Per passage a probability between 0 and 1."""
    raw = 60 * (np.maximum(legs.body - 0.85, legs.ask - 0.89)) + 0.1 * scores
    odds: Floats = (1 / (1 + np.exp(-raw))).astype(np.float32)
    return odds
