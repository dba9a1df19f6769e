"""A small BM25 over passages; statistics of several shelves can be joined, so an owner's documents rank fairly."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from knowledge.postings import Floats, Postings

_K1, _B = 1.0, 0.5


class LexicalIndex:
    """Postings of weighted term counts."""

    def __init__(self, postings: Postings, lengths: Floats) -> None:
        self._postings, self.lengths = postings, lengths

    @classmethod
    def build(cls, texts: Sequence[Mapping[str, float]]) -> "LexicalIndex":
        """An index over weighted term counts, one mapping a passage."""
        return cls(Postings.build(texts), np.array([sum(weights.values()) for weights in texts], dtype=np.float32))

    def __len__(self) -> int:
        return len(self.lengths)

    def document_frequency(self, term: str) -> int:
        """How many passages hold the term."""
        return len(self._postings.of(term)[0])

    def scores(self, idf: Mapping[str, float], mean_length: float) -> Floats:
        """BM25 of every passage for the weighted query terms in `idf`."""
        totals = np.zeros(len(self), dtype=np.float32)
        norm = _K1 * (1 - _B + _B * self.lengths / max(mean_length, 1e-6))
        for term, weight in idf.items():
            rows, counts = self._postings.of(term)
            totals[rows] += weight * counts * (_K1 + 1) / (counts + norm[rows])
        return totals

    def save(self, path: Path) -> None:
        """Write to an `.npz` file."""
        np.savez(path, **self._postings.arrays(), lengths=self.lengths)

    @classmethod
    def load(cls, path: Path) -> "LexicalIndex":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as data:
            return cls(Postings.from_arrays(data), data["lengths"])


def weighted_terms(fields: Sequence[tuple[float, Sequence[str]]]) -> dict[str, float]:
    """Term counts over fields, each field with its weight."""
    total: Counter[str] = Counter()
    for weight, words in fields:
        for word, count in Counter(words).items():
            total[word] += weight * count  # type: ignore[assignment]
    return dict(total)


def inverse_frequencies(query: Mapping[str, float], shelves: Sequence[LexicalIndex]) -> tuple[dict[str, float], float]:
    """(idf × query weight of each term over all shelves together, mean passage length).

    A term that no passage holds keeps its full idf: it counts in the coverage of the query.
    """
    total = sum(map(len, shelves))
    mean_length = sum(float(shelf.lengths.sum()) for shelf in shelves) / max(total, 1)
    idf: dict[str, float] = {}
    for term, weight in query.items():
        frequency = sum(shelf.document_frequency(term) for shelf in shelves)
        idf[term] = weight * float(np.log(1 + (total - frequency + 0.5) / (frequency + 0.5)))
    return idf, mean_length
