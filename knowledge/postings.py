"""Where each term stands, and how heavily: what is looked up by words, in memory and on disk."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int32]


class Postings(NamedTuple):
    """Rows and weights of each term, one behind the other."""

    vocabulary: dict[str, int]
    offsets: npt.NDArray[np.int64]
    rows: Rows
    weights: Floats

    @classmethod
    def build(cls, texts: Sequence[Mapping[str, float]], fewest: int = 1) -> "Postings":
        """From the weighted terms of each text; terms of fewer texts than `fewest` are left out."""
        found: dict[str, list[tuple[int, float]]] = {}
        for row, terms in enumerate(texts):
            for term, weight in terms.items():
                found.setdefault(term, []).append((row, weight))
        kept = {term: posting for term, posting in found.items() if len(posting) >= fewest}
        pairs = [pair for posting in kept.values() for pair in posting]
        return cls(
            vocabulary={term: number for number, term in enumerate(kept)},
            offsets=np.cumsum([0, *map(len, kept.values())], dtype=np.int64),
            rows=np.array([row for row, _ in pairs], dtype=np.int32),
            weights=np.array([weight for _, weight in pairs], dtype=np.float32),
        )

    def of(self, term: str) -> tuple[Rows, Floats]:
        """The rows that hold the term, and its weight in each; none for an unknown term."""
        number = self.vocabulary.get(term)
        if number is None:
            return self.rows[:0], self.weights[:0]
        span = slice(self.offsets[number], self.offsets[number + 1])
        return self.rows[span], self.weights[span]

    def arrays(self) -> dict[str, Any]:
        """What `from_arrays` makes it from again."""
        words = np.array(list(self.vocabulary), dtype=np.str_)
        return {"words": words, "offsets": self.offsets, "rows": self.rows, "weights": self.weights}

    @classmethod
    def from_arrays(cls, data: Mapping[str, npt.NDArray[Any]]) -> "Postings":
        """From `arrays`."""
        words = data["words"].tolist()
        return cls(dict(zip(words, range(len(words)), strict=True)), data["offsets"], data["rows"], data["weights"])
