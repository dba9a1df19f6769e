"""How asks are worded: a question finds the ask that shares most of its phrases, little words included.

Meaning alone confuses questions that differ in a small word ("what is covered", "what is not covered"), and the terms
of the lexical leg leave such words out. Here an ask is a bag of words and neighbouring words (of characters and their
neighbours in Chinese), rare ones weighing more.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from knowledge.postings import Floats, Postings
from knowledge.tokens import normalised

_TOKEN = re.compile(r"[a-z0-9']+|[\u3400-\u4dbf\u4e00-\u9fff]")
_FEWEST_ASKS = 2
"""A phrase of fewer asks finds nothing that another does not."""
_STEM = 5
"""Letters by which forms of an English word are alike."""


class Phrases:
    """Postings of the asks' phrases, each ask a unit vector."""

    def __init__(self, postings: Postings, rarity: Floats, count: int) -> None:
        self._postings, self._rarity, self._count = postings, rarity, count

    @classmethod
    def build(cls, asks: Sequence[str]) -> "Phrases":
        """The phrases of these asks."""
        found = Postings.build([dict.fromkeys(phrases(ask), 1.0) for ask in asks], fewest=_FEWEST_ASKS)
        sizes = np.diff(found.offsets)
        rarity = np.log(len(asks) / np.maximum(sizes, 1)).astype(np.float32)
        weights = np.repeat(rarity, sizes)
        lengths = np.sqrt(np.bincount(found.rows, weights**2, minlength=len(asks)))
        weights = (weights / np.maximum(lengths, 1e-6)[found.rows]).astype(np.float32)
        return cls(found._replace(weights=weights), rarity, len(asks))

    def scores(self, question: str) -> Floats:
        """Per ask: the cosine of its phrases with the question's."""
        totals = np.zeros(self._count, dtype=np.float32)
        length = 0.0
        for phrase, times in Counter(phrases(question)).items():
            number = self._postings.vocabulary.get(phrase)
            if number is None:
                continue
            weight = times * float(self._rarity[number])
            length += weight**2
            asks, weights = self._postings.of(phrase)
            totals[asks] += weight * weights
        return np.asarray(totals / max(length**0.5, 1e-6), dtype=np.float32)

    def save(self, path: Path) -> None:
        """Write to an `.npz` file."""
        np.savez(path, **self._postings.arrays(), rarity=self._rarity, count=self._count)

    @classmethod
    def load(cls, path: Path) -> "Phrases":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as data:
            return cls(Postings.from_arrays(data), data["rarity"], int(data["count"]))


def phrases(text: str) -> Iterator[str]:
    """Words with their openings, Chinese characters, and two (in Chinese also three) neighbours."""
    tokens = _TOKEN.findall(normalised(text))
    for token in tokens:
        yield token
        if len(token) > _STEM:
            yield f"{token[:_STEM]}-"
    for one, other in pairwise(tokens):
        yield f"{one} {other}"
    for one, middle, other in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if not other.isascii():
            yield f"{one}{middle}{other}"
