"""How near each vector is to questions in general.

Some passages are near to every question. Part of a vector's similarity to its nearest foreign questions is taken off
its score (cross-domain similarity local scaling). The questions are the corpus's own: for passages the first sentence
of each passage, read as a query; for asks the asks of other clauses.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int32]
NEAREST = 10
LARGEST_BANK = 4_000
_BLOCK = 2_048


class Bank(NamedTuple):
    """Questions and the clause each belongs to."""

    questions: Matrix
    clauses: Rows


def bank(questions: Matrix, clauses: Rows) -> Bank:
    """An evenly spread part of the questions, small enough to compare everything with."""
    step = max(1, -(-len(questions) // LARGEST_BANK))
    return Bank(questions[::step], clauses[::step])


def hubness(vectors: Matrix, clauses: Rows, bank: Bank) -> Matrix:
    """Mean similarity of each vector to its nearest questions of other clauses."""
    result = np.zeros(len(vectors), dtype=np.float32)
    if len(bank.questions) <= NEAREST:
        return result
    for start in range(0, len(vectors), _BLOCK):
        part = slice(start, start + _BLOCK)
        similar = vectors[part] @ bank.questions.T
        similar[clauses[part][:, None] == bank.clauses[None, :]] = -1.0
        result[part] = np.partition(similar, -NEAREST, axis=1)[:, -NEAREST:].mean(axis=1)
    return result


def spread(vectors: Matrix, is_chinese: npt.NDArray[np.bool_], bank: Bank) -> float:
    """Standard deviation of a question's similarity over the vectors of one language: the unit of dense scores."""
    questions = bank.questions[:: max(1, len(bank.questions) // 200)]
    groups = [vectors[mask] for mask in (is_chinese, ~is_chinese) if mask.sum() > 1]
    if len(questions) < 2 or not groups:
        return 1.0
    deviations = [float((questions @ group.T).std(axis=1).mean()) for group in groups]
    return max(sum(deviations) / len(deviations), 1e-4)
