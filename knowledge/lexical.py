"""A small BM25 over passages; statistics of several shelves can be joined, so an owner's documents rank fairly."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
_K1, _B = 1.0, 0.5


class LexicalIndex:
    """Postings of weighted term counts."""

    def __init__(
        self,
        vocabulary: dict[str, int],
        offsets: npt.NDArray[np.int64],
        rows: npt.NDArray[np.int32],
        counts: Floats,
        lengths: Floats,
    ) -> None:
        self._vocabulary, self._offsets, self._rows, self._counts = vocabulary, offsets, rows, counts
        self.lengths = lengths

    @classmethod
    def build(cls, texts: Sequence[Mapping[str, float]]) -> "LexicalIndex":
        """An index over weighted term counts, one mapping a passage."""
        postings: dict[str, list[tuple[int, float]]] = {}
        for row, weights in enumerate(texts):
            for term, weight in weights.items():
                postings.setdefault(term, []).append((row, weight))
        vocabulary = {term: number for number, term in enumerate(postings)}
        offsets = np.cumsum([0, *map(len, postings.values())], dtype=np.int64)
        pairs = [pair for posting in postings.values() for pair in posting]
        rows = np.array([row for row, _ in pairs], dtype=np.int32)
        counts = np.array([weight for _, weight in pairs], dtype=np.float32)
        lengths = np.array([sum(weights.values()) for weights in texts], dtype=np.float32)
        return cls(vocabulary, offsets, rows, counts, lengths)

    def __len__(self) -> int:
        return len(self.lengths)

    def document_frequency(self, term: str) -> int:
        """How many passages hold the term."""
        number = self._vocabulary.get(term)
        return 0 if number is None else int(self._offsets[number + 1] - self._offsets[number])

    def scores(self, idf: Mapping[str, float], mean_length: float) -> Floats:
        """BM25 of every passage for the weighted query terms in `idf`."""
        totals = np.zeros(len(self), dtype=np.float32)
        norm = _K1 * (1 - _B + _B * self.lengths / max(mean_length, 1e-6))
        for term, weight in idf.items():
            number = self._vocabulary.get(term)
            if number is None:
                continue
            span = slice(self._offsets[number], self._offsets[number + 1])
            rows, counts = self._rows[span], self._counts[span]
            totals[rows] += weight * counts * (_K1 + 1) / (counts + norm[rows])
        return totals

    def save(self, path: Path) -> None:
        """Write to an `.npz` file."""
        words = np.array(list(self._vocabulary), dtype=np.str_)
        np.savez(path, words=words, offsets=self._offsets, rows=self._rows, counts=self._counts, lengths=self.lengths)

    @classmethod
    def load(cls, path: Path) -> "LexicalIndex":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as data:
            words = data["words"].tolist()
            return cls(
                dict(zip(words, range(len(words)), strict=True)),
                data["offsets"],
                data["rows"],
                data["counts"],
                data["lengths"],
            )


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
