"""What the person wants: a small linear classifier over the query embedding and hashed character n-grams."""

import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.engine.reading.model import Intent

Floats = npt.NDArray[np.float32]
HASH_BITS = 14
_STEPS = 127
"""Directions are kept in 8 bits."""
_MODEL, _FACTS = "intents.npz", "intents.json"
_WEIGHTS = ("dense", "sparse", "found", "bias", "centre", "gate")
OUTSIDE = "out_of_scope"
_NEAREST = 5
_FACT_NAMES = ("names", "marks", "temperature", "embedder", "unsure_below", "fingerprint")
_SHOWN_FROM = 0.05
_CERTAIN = 0.95
"""Confidence of what a cue pattern settles; the classifier's own guesses then count a tenth."""
_CUED = {"correction": "correction", "what_if": "what_if", "undo": "undo"}


@dataclass(frozen=True, kw_only=True)
class IntentClassifier:
    """A linear classifier, and a gate that tells by the nearest examples too whether the subject is ours.

    Its probabilities are calibrated; two intents in one utterance share them.
    """

    names: tuple[str, ...]
    marks: tuple[str, ...]
    """What reading may have found (kinds, roles, causes, flags): the columns of `found`."""
    dense: Floats
    """Weights of the centred unit embedding, intents × dimensions."""
    sparse: Floats
    """Weights of the hashed n-grams, intents × 2**HASH_BITS."""
    found: Floats
    """Weights of the marks, intents × marks."""
    bias: Floats
    centre: Floats
    """Mean training embedding: the vectors sit in a narrow cone."""
    examples: Floats
    """Directions of the training embeddings, `in_steps`."""
    is_outside: npt.NDArray[np.bool_]
    """Which examples are out of scope."""
    gate: Floats
    """Weights of `strangeness` and a bias; empty where nothing out of scope was to be learned."""
    temperature: float
    """Fitted on held-out folds."""
    embedder: str
    unsure_below: float = 0.4
    fingerprint: str = ""

    def score(self, text: str, vector: Floats, marks: Iterable[str] = ()) -> tuple[Intent, ...]:
        """Intents with their probabilities, most likely first."""
        cells, values = hashed(text)
        away = direction(vector, self.centre)
        logits = self.dense @ away + self.sparse[:, cells] @ values + self.bias
        columns = [self.marks.index(mark) for mark in sorted(set(marks)) if mark in self.marks]
        if columns:
            logits = logits + self.found[:, columns].sum(axis=1) / np.sqrt(len(columns))
        strange = self._strangeness(logits, away) if len(self.gate) else np.zeros((1, 0), dtype=np.float32)
        probabilities = gated(logits[None], strange, self.names, self.temperature, self.gate)[0]
        order = np.argsort(-probabilities, kind="stable")
        return tuple(
            Intent(name=self.names[index], confidence=round(float(probabilities[index]), 4))
            for index in order
            if probabilities[index] >= _SHOWN_FROM
        )

    def _strangeness(self, logits: Floats, away: Floats) -> Floats:
        near = self.examples @ away
        return strangeness(logits[None], near[None], self.is_outside, self.names.index(OUTSIDE))

    def save(self, folder: Path) -> None:
        """Write the weights (npz) and the facts about them (json)."""
        folder.mkdir(parents=True, exist_ok=True)
        weights = {name: getattr(self, name) for name in _WEIGHTS}
        steps = np.round(self.examples * _STEPS).astype(np.int8)
        weights |= {"sparse": self.sparse.astype(np.float16), "examples": steps, "is_outside": self.is_outside}
        np.savez_compressed(folder / _MODEL, **weights)
        facts = {name: getattr(self, name) for name in _FACT_NAMES}
        (folder / _FACTS).write_text(json.dumps(facts, ensure_ascii=False, indent=2), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "IntentClassifier":
        """The classifier that `save` wrote to `folder`."""
        facts = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
        with np.load(folder / _MODEL) as arrays:
            weights = {name: arrays[name].astype(np.float32) for name in _WEIGHTS}
            examples = arrays["examples"].astype(np.float32) / np.float32(_STEPS)
            weights |= {"examples": examples, "is_outside": arrays["is_outside"]}
        return cls(**{**facts, "names": tuple(facts["names"]), "marks": tuple(facts["marks"])}, **weights)


def direction(vectors: Floats, centre: Floats) -> Floats:
    """Vectors seen from their common centre, at unit length."""
    away = vectors - centre
    length = np.maximum(np.linalg.norm(away, axis=-1, keepdims=True), 1e-9)
    return np.asarray(away / length, dtype=np.float32)


def in_steps(directions: Floats) -> Floats:
    """Directions as coarse as they are saved."""
    return np.asarray(np.round(directions * _STEPS) / _STEPS, dtype=np.float32)


def gated(logits: Floats, strange: Floats, names: tuple[str, ...], temperature: float, gate: Floats) -> Floats:
    """Probabilities of the intents, a row an utterance; with a gate, it decides how much is out of scope.

    Args:
        logits: Of the linear classifier, rows × intents.
        strange: What `strangeness` gives; not looked at without a gate.
        names: The intents.
        temperature: Divisor of the logits.
        gate: Weights of `strangeness` and a bias, or none.
    """
    if not len(gate):
        return softmax(logits / temperature)
    outside = names.index(OUTSIDE)
    share = 1 / (1 + np.exp(-(strange @ gate[:-1] + gate[-1])))
    probabilities = softmax(np.where(np.arange(len(names)) == outside, -np.inf, logits / temperature))
    probabilities *= 1 - share[:, None]
    probabilities[:, outside] = share
    return probabilities


def strangeness(logits: Floats, near: Floats, is_outside: npt.NDArray[np.bool_], outside: int) -> Floats:
    """What tells whether an utterance is out of scope, a row each.

    The classifier's own odds of it, its best logit of anything else, and the nearness to examples of both sides.
    """
    others = np.delete(logits, outside, axis=1)
    odds = logits[:, outside] - np.log(np.exp(others - others.max(axis=1, keepdims=True)).sum(axis=1))
    return np.stack(
        [
            odds - others.max(axis=1),
            others.max(axis=1),
            _nearness(near[:, ~is_outside]),
            _nearness(near[:, is_outside]),
        ],
        axis=1,
    ).astype(np.float32)


def _nearness(cosines: Floats) -> Floats:
    """The mean cosine with the nearest examples."""
    count = min(_NEAREST, cosines.shape[1])
    return np.asarray(np.partition(cosines, -count, axis=1)[:, -count:].mean(axis=1), dtype=np.float32)


def softmax(logits: Floats) -> Floats:
    """Probabilities, a row each."""
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def find_intents(
    text: str, flags: frozenset[str], marks: Iterable[str], vector: Floats | None, classifier: IntentClassifier | None
) -> tuple[Intent, ...]:
    """The classifier's intents, raised by what cue words show for certain."""
    scored = classifier.score(text, vector, marks) if classifier is not None and vector is not None else ()
    confidence = {intent.name: intent.confidence for intent in scored}
    if "adversarial" in flags:
        confidence = {name: value * 0.1 for name, value in confidence.items()} | {"adversarial": _CERTAIN}
    if flags & {"answer_in_zh", "answer_in_en"}:
        confidence["language_switch"] = max(0.7, confidence.get("language_switch", 0.0))
    for flag, name in _CUED.items():
        if flag in flags:
            # a cue word alone does not make a correction; it doubts the classifier's doubt
            confidence[name] = max(
                0.5 if not scored else confidence.get(name, 0.0) * 0.5 + 0.3, confidence.get(name, 0.0)
            )
    ranked = sorted(confidence.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Intent(name=name, confidence=round(value, 4)) for name, value in ranked)


def hashed(text: str) -> tuple[npt.NDArray[np.int64], Floats]:
    """Cells and weights of a text's character n-grams (1–3 for Chinese, 2–5 within Latin words), of unit length."""
    counts: dict[int, float] = {}
    for gram in _grams(text.lower()):
        cell = zlib.crc32(gram.encode()) & ((1 << HASH_BITS) - 1)
        counts[cell] = counts.get(cell, 0.0) + 1.0
    if not counts:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
    cells = np.array(sorted(counts), dtype=np.int64)
    values = 1.0 + np.log(np.array([counts[int(cell)] for cell in cells], dtype=np.float32))
    return cells, (values / np.linalg.norm(values)).astype(np.float32)


def _grams(text: str) -> list[str]:
    grams: list[str] = []
    word = ""
    han = ""
    for character in text + " ":
        if "\u3400" <= character <= "\u9fff":
            han += character
            character = " "
        elif han:
            grams += [han[start : start + size] for size in (1, 2, 3) for start in range(len(han) - size + 1)]
            han = ""
        if character.isalpha() or character == "'":
            word += character
        elif word:
            padded = f"<{word}>"
            grams += [padded[start : start + size] for size in (3, 4, 5) for start in range(len(padded) - size + 1)]
            grams.append(padded)
            word = ""
        if character.isdigit():
            grams.append("0")
    words = text.split()
    grams += [
        f"{first}_{second}"
        for first, second in zip(words, words[1:], strict=False)
        if first.isascii() and second.isascii()
    ]
    return grams
