"""Learning the intents from example utterances; run when the index is built, never at answer time."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from assistant.engine.reading import read
from assistant.engine.reading.intents import HASH_BITS, Floats, IntentClassifier, direction, hashed
from assistant.engine.reading.marks import marks_of
from knowledge.embed import Embedder, EmbeddingCache

_METHOD = "multinomial-2"
"""Changes with the way of learning or the saved form: an older classifier is then learned again."""
_FOLDS = 5
_TOPICS = 300
"""Dimensions that the n-grams are reduced to while fitting; the weights are mapped back to n-grams."""
_GRAM_SCALE = 0.2
_MARK_SCALE = 0.6
_STRENGTH = 20.0
_ANY_DAY = date(2026, 1, 1)
"""Readings differ by day in their dates only, which the classifier does not see."""


@dataclass(frozen=True)
class Example:
    """One utterance and everything it asks for, main intent first."""

    text: str
    intents: tuple[str, ...]
    language: str


def load_examples() -> list[Example]:
    """The utterances of `assistant/engine/data/intents/*.yaml`; an intent is added by adding a file."""
    folder = resources.files("assistant.engine") / "data" / "intents"
    found: list[Example] = []
    for file in sorted((item for item in folder.iterdir() if item.name.endswith(".yaml")), key=lambda item: item.name):
        data = yaml.safe_load(file.read_text("utf-8"))
        groups = data if isinstance(data, list) else [{"intents": [file.name.removesuffix(".yaml")], **data}]
        for group in groups:
            for language in ("zh", "en"):
                lines = (line.strip() for line in group.get(language, "").splitlines())
                found.extend(Example(line, tuple(group["intents"]), language) for line in lines if line)
    return found


def train(examples: Sequence[Example], embedder: Embedder, *, cache: Path | None = None) -> IntentClassifier:
    """A classifier fitted on all `examples`, its probabilities calibrated on held-out folds.

    Args:
        examples: Labelled utterances.
        embedder: The embedder whose query vectors will be passed to `read`.
        cache: SQLite file that keeps the embeddings by content hash.
    """
    material = _material(examples, embedder, cache)
    logits = _held_out_logits(material)
    temperature = _temperature(logits, material.labels)
    fit = _fit(material, np.arange(len(examples)))
    return IntentClassifier(
        names=material.names,
        marks=material.mark_names,
        dense=fit.dense,
        sparse=fit.sparse,
        found=fit.found,
        bias=fit.bias,
        centre=fit.centre,
        temperature=temperature,
        embedder=embedder.name,
        unsure_below=_unsure_below(_softmax(logits / temperature), material.labels),
        fingerprint=fingerprint(examples, embedder.name),
    )


def fingerprint(examples: Sequence[Example], embedder_name: str) -> str:
    """Changes when the utterances or the embedder do: the saved classifier is then stale."""
    lines = (f"{example.text}\t{','.join(example.intents)}" for example in examples)
    return hashlib.sha256("\n".join((_METHOD, embedder_name, *lines)).encode()).hexdigest()[:16]


def cross_validated(examples: Sequence[Example], embedder: Embedder, *, cache: Path | None = None) -> dict[str, Any]:
    """Held-out quality over five folds: first intent right, by intent and language; scope decisions; calibration."""
    material = _material(examples, embedder, cache)
    logits = _held_out_logits(material)
    probabilities = _softmax(logits / _temperature(logits, material.labels))
    first = probabilities.argmax(axis=1)
    right = material.labels[np.arange(len(first)), first] > 0
    outside = material.names.index("out_of_scope")
    truth, said = material.labels[:, outside] > 0, first == outside
    wrong = [
        {
            "text": example.text,
            "is": example.intents[0],
            "read_as": material.names[first[row]],
            "confidence": round(float(probabilities[row, first[row]]), 2),
        }
        for row, example in enumerate(examples)
        if not right[row]
    ]
    return {
        "examples": len(examples),
        "accuracy": float(right.mean()),
        "by_language": {code: float(right[[e.language == code for e in examples]].mean()) for code in ("zh", "en")},
        "by_intent": {name: float(right[material.labels[:, i] > 0].mean()) for i, name in enumerate(material.names)},
        "out_of_scope_recall": float(said[truth].mean()),
        "in_scope_kept": float((~said[~truth]).mean()),
        "calibration_error": _calibration_error(probabilities, right),
        "wrong": wrong,
    }


@dataclass(frozen=True)
class _Material:
    names: tuple[str, ...]
    mark_names: tuple[str, ...]
    labels: Floats
    dense: Floats
    sparse: Any
    marks: Floats


@dataclass(frozen=True)
class _Fit:
    dense: Floats
    sparse: Floats
    found: Floats
    bias: Floats
    centre: Floats

    def logits(self, material: _Material, rows: npt.NDArray[np.int64]) -> Floats:
        away = direction(material.dense[rows], self.centre)
        grams = material.sparse[rows] @ self.sparse.T
        return np.asarray(
            away @ self.dense.T + grams + material.marks[rows] @ self.found.T + self.bias, dtype=np.float32
        )


def _material(examples: Sequence[Example], embedder: Embedder, cache: Path | None) -> _Material:
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]  # training only: a second to import

    readings = [read(example.text, today=_ANY_DAY) for example in examples]
    texts = [reading.text for reading in readings]
    dense = EmbeddingCache(cache, embedder).queries(texts) if cache else embedder.queries(texts)
    rows = [hashed(text) for text in texts]
    sizes = np.cumsum([0, *(len(cells) for cells, _ in rows)])
    values, cells = np.concatenate([row[1] for row in rows]), np.concatenate([row[0] for row in rows])
    sparse = csr_matrix((values, cells, sizes), shape=(len(rows), 1 << HASH_BITS))
    found = [marks_of(reading) for reading in readings]
    mark_names = tuple(sorted({mark for marks in found for mark in marks}))
    marks = np.array([[name in row for name in mark_names] for row in map(set, found)], dtype=np.float32)
    marks /= np.maximum(1.0, np.sqrt(marks.sum(axis=1, keepdims=True)))
    names = tuple(sorted({name for example in examples for name in example.intents}))
    labels = np.array([[name in example.intents for name in names] for example in examples], dtype=np.float32)
    return _Material(names, mark_names, labels, dense.astype(np.float32), sparse, marks)


def _fit(material: _Material, rows: npt.NDArray[np.int64]) -> _Fit:
    """One multinomial regression; an utterance with several intents counts for each of them in part."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.linear_model import LogisticRegression

    centre = material.dense[rows].mean(axis=0)
    rarity = np.log(len(rows) / (1.0 + material.sparse[rows].getnnz(axis=0)))
    rare = material.sparse[rows].multiply(rarity).tocsr()
    topics = TruncatedSVD(min(_TOPICS, len(rows) - 1), random_state=0).fit(rare)
    away = direction(material.dense[rows], centre)
    grams = topics.transform(rare)
    features = np.hstack([away, _GRAM_SCALE * grams, _MARK_SCALE * material.marks[rows]]).astype(np.float64)
    pairs = [(row, label) for row, flags in enumerate(material.labels[rows]) for label in np.flatnonzero(flags)]
    share = [1.0 / material.labels[rows[row]].sum() for row, _ in pairs]
    model = LogisticRegression(C=_STRENGTH, max_iter=300)
    model.fit(features[[row for row, _ in pairs]], [label for _, label in pairs], sample_weight=share)
    weights, width = model.coef_, material.dense.shape[1]
    inner = width + topics.components_.shape[0]
    return _Fit(
        dense=weights[:, :width].astype(np.float32),
        sparse=(_GRAM_SCALE * weights[:, width:inner] @ topics.components_ * rarity).astype(np.float32),
        found=(_MARK_SCALE * weights[:, inner:]).astype(np.float32),
        bias=model.intercept_.astype(np.float32),
        centre=centre.astype(np.float32),
    )


def _held_out_logits(material: _Material) -> npt.NDArray[np.float64]:
    """Logits of every example from a model that never saw it."""
    folds = _folds(material.labels)
    logits = np.zeros(material.labels.shape)
    for fold in range(_FOLDS):
        held = np.flatnonzero(folds == fold)
        logits[held] = _fit(material, np.flatnonzero(folds != fold)).logits(material, held)
    return logits


def _temperature(logits: npt.NDArray[np.float64], labels: Floats) -> float:
    """The divisor of the logits under which the held-out answers are likeliest."""
    truth = labels / labels.sum(axis=1, keepdims=True)

    def surprise(temperature: float) -> float:
        return float(-(truth * np.log(_softmax(logits / temperature) + 1e-12)).sum(axis=1).mean())

    return min((round(float(step), 2) for step in np.arange(0.3, 3.01, 0.05)), key=surprise)


def _unsure_below(probabilities: npt.NDArray[np.float64], labels: Floats) -> float:
    """The confidence under which fewer than half of the first guesses are right."""
    first = probabilities.argmax(axis=1)
    confidence, right = probabilities.max(axis=1), labels[np.arange(len(first)), first] > 0
    for threshold in np.arange(0.15, 0.6, 0.05):
        band = (confidence >= threshold) & (confidence < threshold + 0.1)
        if band.sum() >= 10 and right[band].mean() >= 0.5:
            return round(float(threshold), 2)
    return 0.4


def _folds(labels: Floats) -> npt.NDArray[np.int64]:
    """Every intent spread evenly over the folds; the same for the same examples."""
    folds = np.zeros(len(labels), dtype=np.int64)
    seen: dict[int, int] = {}
    for row, label in enumerate(labels.argmax(axis=1)):
        order = seen.get(int(label), 0)
        folds[row], seen[int(label)] = (order * 7 + int(label)) % _FOLDS, order + 1
    return folds


def _calibration_error(probabilities: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    """Expected gap between the first guess's confidence and how often it is right, over ten bins."""
    confidence = probabilities.max(axis=1)
    bins = np.minimum((confidence * 10).astype(int), 9)
    gaps = [abs(right[bins == b].mean() - confidence[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    return float(sum(gaps))


def _softmax(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))
