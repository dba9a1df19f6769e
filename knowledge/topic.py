"""Whether a question is about what the corpus is about: its asks against everyday background questions."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
FEWEST_ASKS = 100
MOST_ASKS = 4_000
_SHARPNESS = 24.0
"""How fast a question's resemblance to an example fades with their angle."""


class Topic(NamedTuple):
    """Examples of questions inside and outside the corpus, less the middle of their language.

    A corpus with few asks has no examples, and no score.
    """

    means: Matrix
    """Mean ask by language; row 0 is English, row 1 Chinese."""
    inside: Matrix
    outside: Matrix

    @property
    def is_learned(self) -> bool:
        """Whether there were asks to learn from."""
        return len(self.inside) > 0

    def score(self, vector: Matrix, is_chinese: bool, but: int | None = None) -> float:
        """Logarithm of how much denser the asks are around the question than the background questions.

        Args:
            vector: The question's vector.
            is_chinese: Its language.
            but: A background question to leave out, by its number: used where it is the question itself.
        """
        if not self.is_learned:
            raise ValueError("a corpus with few asks has no topic")
        question = _moved(vector[None], self.means[int(is_chinese)][None])[0]
        outside = np.exp(_SHARPNESS * (self.outside @ question - 1))
        if but is not None:
            outside[but] = 0.0
        inside = np.exp(_SHARPNESS * (self.inside @ question - 1))
        return float(np.log(inside.mean()) - np.log(outside.mean()))


@cache
def background() -> tuple[str, ...]:
    """Questions that the corpus does not answer."""
    lines = (Path(__file__).parent / "background.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def learn_topic(asks: Matrix, asks_chinese: Mask, others: Matrix, others_chinese: Mask) -> Topic:
    """Keep an even part of the asks, and all background questions."""
    dimensions = asks.shape[1] if asks.ndim == 2 else 0
    if len(asks) < FEWEST_ASKS or not len(others):
        blank = np.zeros((0, dimensions), dtype=np.float32)
        return Topic(np.zeros((2, dimensions), dtype=np.float32), blank, blank)
    groups = [asks[mask] if mask.any() else asks for mask in (~asks_chinese, asks_chinese)]
    means = np.array([group.mean(axis=0) for group in groups], dtype=np.float32)
    step = max(1, -(-len(asks) // MOST_ASKS))
    inside = _moved(asks[::step], means[asks_chinese[::step].astype(np.int64)])
    return Topic(means, inside, _moved(others, means[others_chinese.astype(np.int64)]))


def _moved(vectors: Matrix, means: Matrix) -> Matrix:
    moved = vectors - means
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6), dtype=np.float32)
