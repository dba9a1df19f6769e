"""What each clause is asked: a linear discriminant over question vectors, learned from the corpus's own asks.

Asks of one clause differ in ways that do not matter (wording, length, language); the discriminant plays those
directions down. A clause is one class with the asks of both its texts, so a question in one language finds a clause
whose other text it has to be answered from. Passages without asks stand for themselves.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int32]
FEWEST_ASKS = 200
_RIDGE = 1.0
_BODY = 0.5
"""A passage's own vector counts as much as half an ask of it."""


class Asked(NamedTuple):
    """The metric, the middle of each language, and what a question's score is measured in."""

    metric: Matrix
    questions: Matrix
    """Mean ask by language; row 0 is English, row 1 Chinese."""
    passages: Matrix
    unit: float

    @property
    def is_learned(self) -> bool:
        """Whether there were asks to learn from."""
        return self.unit > 0


class Classes(NamedTuple):
    """Weights and offset of each clause, and the clause of each passage."""

    weights: Matrix
    offsets: Matrix
    clauses: Rows

    def scores(self, learned: Asked, vector: Matrix, is_chinese: bool) -> Matrix:
        """Per passage: how likely its clause is to be asked this, in standard deviations over the clauses."""
        raw = self.weights @ _moved(vector[None], learned.questions[int(is_chinese)][None])[0] + self.offsets
        return np.asarray((raw / learned.unit)[self.clauses], dtype=np.float32)


def learn(asks: Matrix, ask_rows: Rows, bodies: Matrix, in_chinese: npt.NDArray[np.bool_], clauses: Rows) -> Asked:
    """From the asks of a corpus; `ask_rows` tells the passage of each, `clauses` the clause of each passage."""
    dimensions = bodies.shape[1] if bodies.ndim == 2 else 0
    language = in_chinese[ask_rows]
    if len(asks) < FEWEST_ASKS or not language.any() and not (~language).any():
        blank = np.zeros((2, dimensions), dtype=np.float32)
        return Asked(np.zeros((0, 0), dtype=np.float32), blank, blank, 0.0)
    questions, passages = _means(asks, language), _means(bodies, in_chinese)
    vectors = _moved(asks, questions[language.astype(np.int64)])
    of_ask = clauses[ask_rows]
    counts = np.bincount(of_ask, minlength=int(clauses.max()) + 1)
    sums = np.zeros((len(counts), dimensions), dtype=np.float32)
    np.add.at(sums, of_ask, vectors)
    within = vectors - (sums / np.maximum(counts, 1)[:, None])[of_ask]
    scatter = within.T @ within / len(within)
    size = np.trace(scatter) / dimensions
    metric = np.linalg.inv(scatter / size + _RIDGE * np.eye(dimensions)).astype(np.float32)
    learned = Asked(metric, questions, passages, 1.0)
    classes = classify(learned, asks, ask_rows, bodies, in_chinese, clauses)
    sample = slice(None, None, max(1, len(vectors) // 500))
    unit = float((vectors[sample] @ classes.weights.T + classes.offsets).std(axis=1).mean())
    return learned._replace(unit=unit)


def classify(
    learned: Asked, asks: Matrix, ask_rows: Rows, bodies: Matrix, in_chinese: npt.NDArray[np.bool_], clauses: Rows
) -> Classes:
    """The classes of a shelf's clauses under a learned metric."""
    count = int(clauses.max(initial=-1)) + 1
    middle = np.zeros((count, bodies.shape[1]), dtype=np.float32)
    said = _moved(bodies, learned.passages[in_chinese.astype(np.int64)])
    np.add.at(middle, clauses, said)
    texts = np.bincount(clauses, minlength=count)
    middle *= (_BODY / np.maximum(texts, 1))[:, None].astype(np.float32)
    if len(asks):
        np.add.at(middle, clauses[ask_rows], _moved(asks, learned.questions[in_chinese[ask_rows].astype(np.int64)]))
    middle /= (np.bincount(clauses[ask_rows], minlength=count) + _BODY)[:, None]
    weights = (middle @ learned.metric).astype(np.float32)
    return Classes(weights, (-0.5 * (weights * middle).sum(axis=1)).astype(np.float32), clauses)


def _means(vectors: Matrix, in_chinese: npt.NDArray[np.bool_]) -> Matrix:
    """By language; a language without vectors takes the mean of all."""
    groups = [vectors[mask] if mask.any() else vectors for mask in (~in_chinese, in_chinese)]
    return np.array([group.mean(axis=0) for group in groups], dtype=np.float32)


def _moved(vectors: Matrix, middle: Matrix) -> Matrix:
    moved = vectors - middle
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6), dtype=np.float32)
