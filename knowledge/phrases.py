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
import numpy.typing as npt

from knowledge.tokens import normalised

Floats = npt.NDArray[np.float32]
_TOKEN = re.compile(r"[a-z0-9']+|[\u3400-\u4dbf\u4e00-\u9fff]")
_FEWEST_ASKS = 2
"""A phrase of fewer asks finds nothing that another does not."""
_STEM = 5
"""Letters by which forms of an English word are alike."""


class Phrases:
    """Postings of the asks' phrases, each ask a unit vector."""

    def __init__(
        self,
        vocabulary: dict[str, int],
        offsets: npt.NDArray[np.int64],
        asks: npt.NDArray[np.int32],
        weights: Floats,
        frequencies: Floats,
        count: int,
    ) -> None:
        self._vocabulary, self._offsets, self._asks, self._weights = vocabulary, offsets, asks, weights
        self._frequencies, self._count = frequencies, count

    @classmethod
    def build(cls, asks: Sequence[str]) -> "Phrases":
        """The phrases of these asks."""
        postings: dict[str, list[int]] = {}
        for number, ask in enumerate(asks):
            for phrase in set(phrases(ask)):
                postings.setdefault(phrase, []).append(number)
        kept = {phrase: numbers for phrase, numbers in postings.items() if len(numbers) >= _FEWEST_ASKS}
        sizes = np.array(list(map(len, kept.values())), dtype=np.int64)
        of_asks = np.array([number for numbers in kept.values() for number in numbers], dtype=np.int32)
        frequencies = np.log(len(asks) / np.maximum(sizes, 1)).astype(np.float32)
        weights = np.repeat(frequencies, sizes)
        lengths = np.sqrt(np.bincount(of_asks, weights**2, minlength=len(asks)))
        weights = (weights / np.maximum(lengths, 1e-6)[of_asks]).astype(np.float32)
        offsets = np.concatenate([[0], np.cumsum(sizes)])
        return cls({phrase: n for n, phrase in enumerate(kept)}, offsets, of_asks, weights, frequencies, len(asks))

    def scores(self, question: str) -> Floats:
        """Per ask: the cosine of its phrases with the question's."""
        totals = np.zeros(self._count, dtype=np.float32)
        length = 0.0
        for phrase, times in Counter(phrases(question)).items():
            number = self._vocabulary.get(phrase)
            if number is None:
                continue
            weight = times * float(self._frequencies[number])
            length += weight**2
            span = slice(self._offsets[number], self._offsets[number + 1])
            totals[self._asks[span]] += weight * self._weights[span]
        return np.asarray(totals / max(length**0.5, 1e-6), dtype=np.float32)

    def save(self, path: Path) -> None:
        """Write to an `.npz` file."""
        words = np.array(list(self._vocabulary), dtype=np.str_)
        np.savez(
            path,
            words=words,
            offsets=self._offsets,
            asks=self._asks,
            weights=self._weights,
            frequencies=self._frequencies,
            count=self._count,
        )

    @classmethod
    def load(cls, path: Path) -> "Phrases":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as data:
            vocabulary = {word: number for number, word in enumerate(data["words"].tolist())}
            return cls(
                vocabulary, data["offsets"], data["asks"], data["weights"], data["frequencies"], int(data["count"])
            )


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
