"""Whether a question is about what the corpus is about: its asks against everyday background questions."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
FEWEST_ASKS = 100
_RIDGE = 0.3


class Topic(NamedTuple):
    """A linear discriminant over query vectors; a corpus with few asks has none and every question scores 0."""

    direction: Matrix
    offset: float

    def score(self, vector: Matrix) -> float:
        """Above 0: like the corpus's questions; about 1 for a typical one, about -1 for a background question."""
        return float(self.direction @ vector) - self.offset


@cache
def background() -> tuple[str, ...]:
    """Questions that the corpus does not answer."""
    lines = (Path(__file__).parent / "background.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def learn_topic(asks: Matrix, others: Matrix) -> Topic:
    """Fisher's discriminant with a ridge, scaled so that the two means lie at 1 and -1."""
    dimensions = asks.shape[1]
    if len(asks) < FEWEST_ASKS:
        return Topic(np.zeros(dimensions, dtype=np.float32), 0.0)
    inside, outside = asks.mean(axis=0), others.mean(axis=0)
    scatter = (np.cov(asks, rowvar=False) + np.cov(others, rowvar=False)) / 2
    ridge = _RIDGE * np.trace(scatter) / dimensions
    direction = np.linalg.solve(scatter + ridge * np.eye(dimensions), inside - outside)
    half = float(direction @ (inside - outside)) / 2
    middle = float(direction @ (inside + outside)) / 2
    return Topic((direction / half).astype(np.float32), middle / half)
