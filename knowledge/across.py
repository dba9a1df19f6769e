"""Questions in one language, passages in the other.

An embedder puts each language in a region of its own, and a question and a passage differ by that as well as by what
they say. So across languages the middle of the question's language and the middle of the passages' language are taken
off before two vectors are compared. Background questions, which exist in both languages, give the middle of questions.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
SHARE = 0.9
"""How much of each middle is taken off."""
_FEWEST = 10


class Middles(NamedTuple):
    """Mean vectors by language; row 0 is English, row 1 Chinese."""

    questions: Matrix
    passages: Matrix


def middles(questions: Matrix, are_chinese: Mask, passages: Matrix, in_chinese: Mask) -> Middles:
    """The mean question and the mean passage of each language; a language with few takes what the other kind has."""
    asked, said = _means(questions, are_chinese), _means(passages, in_chinese)
    for row in range(2):
        if asked[row] is None:
            asked[row] = said[row]
        if said[row] is None:
            said[row] = asked[row]
    return Middles(_filled(asked, passages.shape[1]), _filled(said, passages.shape[1]))


def centred(vectors: Matrix, in_chinese: Mask, means: Matrix) -> Matrix:
    """Unit vectors less the middle of their language."""
    moved = vectors - SHARE * means[in_chinese.astype(np.int64)]
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6), dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Across:
    """Turns plain cosines of a question with vectors of the other language into centred ones."""

    questions: Matrix
    means: Matrix
    rows: npt.NDArray[np.int64]
    """Per vector: the row of its language in `means`."""
    shifts: Matrix
    """Per vector: its product with the middle of the other language's questions."""
    lengths: Matrix

    @classmethod
    def of(cls, vectors: Matrix, in_chinese: Mask, questions: Matrix, means: Matrix) -> "Across":
        """For vectors whose languages have these means."""
        rows = in_chinese.astype(np.int64)
        shifts = np.where(in_chinese, vectors @ questions[0], vectors @ questions[1])
        products = np.where(in_chinese, vectors @ means[1], vectors @ means[0])
        own = (means**2).sum(axis=1)[rows]
        lengths = np.sqrt(np.maximum(1 - 2 * SHARE * products + SHARE**2 * own, 1e-6))
        return cls(questions, means, rows, shifts.astype(np.float32), lengths.astype(np.float32))

    def cosines(self, plain: Matrix, question: Matrix, is_chinese: bool) -> Matrix:
        """Centred cosines; right for the vectors that are not in the question's language."""
        middle = self.questions[int(is_chinese)]
        moved = question - SHARE * middle
        constants = SHARE * (self.means @ moved)
        length = max(float(np.linalg.norm(moved)), 1e-6)
        products = plain - SHARE * self.shifts - constants[self.rows]
        return np.asarray(products / (self.lengths * length), dtype=np.float32)


def _means(vectors: Matrix, in_chinese: Mask) -> list[Matrix | None]:
    return [vectors[mask].mean(axis=0) if mask.sum() >= _FEWEST else None for mask in (~in_chinese, in_chinese)]


def _filled(means: list[Matrix | None], dimensions: int) -> Matrix:
    blank = np.zeros(dimensions, dtype=np.float32)
    return np.array([blank if mean is None else mean for mean in means], dtype=np.float32)
