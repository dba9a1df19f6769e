"""Which documents a query names: "in the small-business package, …"."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from knowledge.lexical import LexicalIndex
from knowledge.model import Passage
from knowledge.tokens import terms

Floats = npt.NDArray[np.float32]
LEAST_SHARE = 0.5


class Titles:
    """The titles of documents, and how much each of their words names them.

    A word that other documents use in their texts names nothing; one that stands in a title and hardly anywhere else
    does. A title counts as named by the share of its naming weight that the query holds, from a half on.
    """

    def __init__(self, passages: Sequence[Passage], shelves: Sequence[LexicalIndex]) -> None:
        documents: dict[str, int] = {}
        self._rows = np.array([documents.setdefault(p.document_id, len(documents)) for p in passages], dtype=np.int64)
        sizes = Counter((passage.document_id, passage.title) for passage in passages)
        self._weights: list[dict[str, float]] = []
        self._titles: dict[str, list[int]] = {}
        for number, ((_, title), size) in enumerate(sizes.items()):
            weights = {}
            for term in set(terms(title)):
                elsewhere = max(sum(shelf.document_frequency(term) for shelf in shelves) - size, 0)
                weights[term] = float(np.log(1 + len(passages) / (elsewhere + 1)))
                self._titles.setdefault(term, []).append(number)
            self._weights.append(weights)
        self._totals = np.array([sum(weights.values()) for weights in self._weights], dtype=np.float32)
        self._document = np.array([documents[document] for document, _ in sizes], dtype=np.int64)

    def scores(self, query: Mapping[str, float]) -> Floats:
        """Per passage: 0 where the query does not name its document, 1 where it gives a whole title of it."""
        found = np.zeros(len(self._weights), dtype=np.float32)
        for term in query:
            for number in self._titles.get(term, ()):
                found[number] += self._weights[number][term]
        shares = np.maximum(0, (found / np.maximum(self._totals, 1e-6) - LEAST_SHARE) / (1 - LEAST_SHARE))
        best = np.zeros(int(self._document.max(initial=-1)) + 1, dtype=np.float32)
        np.maximum.at(best, self._document, shares)
        return best[self._rows]
