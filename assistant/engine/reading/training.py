"""Learning the intents from example utterances; run when the index is built, never at answer time."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.engine.reading import read
from assistant.engine.reading.intents import (
    HASH_BITS,
    OUTSIDE,
    Floats,
    IntentClassifier,
    direction,
    gated,
    hashed,
    in_steps,
    softmax,
    strangeness,
)
from assistant.engine.reading.marks import marks_of
from assistant.engine.reading.utterances import Example
from knowledge.embed import Embedder, EmbeddingCache

_METHOD = "gated-3"
"""Changes with the way of learning or the saved form: an older classifier is then learned again."""
_FOLDS = 5
_TOPICS = 300
"""Dimensions that the n-grams are reduced to while fitting; the weights are mapped back to n-grams."""
_GRAM_SCALE = 0.2
_MARK_SCALE = 0.6
_STRENGTH = 20.0
_SHRINKAGE = 0.4
_DISCRIMINANT = 0.5
"""Weight of the discriminant's logits beside the regression's, at the same spread; chosen by cross-validation."""
_ANY_DAY = date(2026, 1, 1)
"""Readings differ by day in their dates only, which the classifier does not see."""


@dataclass(frozen=True)
class Lesson:
    """What was learned from the utterances."""

    classifier: IntentClassifier
    asked: list[dict[str, float]]
    """Intents of each utterance with probabilities, as a classifier reads it that never saw it."""


def train(examples: Sequence[Example], embedder: Embedder, *, cache: Path | None = None) -> IntentClassifier:
    """A classifier fitted on all `examples`, its probabilities calibrated on held-out folds.

    Args:
        examples: Labelled utterances.
        embedder: The embedder whose query vectors will be passed to `read`.
        cache: SQLite file that keeps the embeddings by content hash.
    """
    return learn(examples, embedder, cache=cache).classifier


def learn(examples: Sequence[Example], embedder: Embedder, *, cache: Path | None = None) -> Lesson:
    """The classifier of `train`, and how each utterance looks to one that never saw it."""
    material = _material(examples, embedder, cache)
    held = _held_out(material)
    fit = _fit(material, np.arange(len(examples)))
    classifier = IntentClassifier(
        names=material.names,
        marks=material.mark_names,
        dense=fit.dense,
        sparse=fit.sparse,
        found=fit.found,
        bias=fit.bias,
        centre=fit.centre,
        examples=in_steps(direction(material.dense, fit.centre)),
        is_outside=material.is_outside,
        gate=held.gate,
        temperature=held.temperature,
        embedder=embedder.name,
        unsure_below=_unsure_below(held.probabilities, material.labels),
        fingerprint=fingerprint(examples, embedder.name),
    )
    asked = [dict(zip(material.names, row, strict=True)) for row in held.probabilities.tolist()]
    return Lesson(classifier, asked)


def fingerprint(examples: Sequence[Example], embedder_name: str) -> str:
    """Changes when the utterances or the embedder do: the saved classifier is then stale."""
    lines = (f"{example.text}\t{','.join(example.intents)}" for example in examples)
    return hashlib.sha256("\n".join((_METHOD, embedder_name, *lines)).encode()).hexdigest()[:16]


def sparse_rows(rows: Sequence[tuple[npt.NDArray[np.int64], Floats]], width: int) -> Any:
    """Cells and values, a pair a row, as a sparse matrix."""
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]  # training only: a second to import

    sizes = np.cumsum([0, *(len(cells) for cells, _ in rows)])
    cells, values = (np.concatenate(column) for column in zip(*rows, strict=True))
    return csr_matrix((values, cells, sizes), shape=(len(rows), width))


@dataclass(frozen=True)
class _Material:
    names: tuple[str, ...]
    mark_names: tuple[str, ...]
    labels: Floats
    dense: Floats
    sparse: Any
    marks: Floats

    @property
    def is_outside(self) -> npt.NDArray[np.bool_]:
        """Which examples are out of scope."""
        if OUTSIDE not in self.names:
            return np.zeros(len(self.labels), dtype=np.bool_)
        return np.asarray(self.labels[:, self.names.index(OUTSIDE)] > 0)


@dataclass(frozen=True)
class _HeldOut:
    """What was learned from utterances that the classifier had not seen."""

    probabilities: Floats
    temperature: float
    gate: Floats


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
    readings = [read(example.text, today=_ANY_DAY) for example in examples]
    texts = [reading.text for reading in readings]
    dense = EmbeddingCache(cache, embedder).queries(texts) if cache else embedder.queries(texts)
    sparse = sparse_rows([hashed(text) for text in texts], 1 << HASH_BITS)
    found = [marks_of(reading) for reading in readings]
    mark_names = tuple(sorted({mark for marks in found for mark in marks}))
    marks = np.array([[name in row for name in mark_names] for row in map(set, found)], dtype=np.float32)
    marks /= np.maximum(1.0, np.sqrt(marks.sum(axis=1, keepdims=True)))
    names = tuple(sorted({name for example in examples for name in example.intents}))
    labels = np.array([[name in example.intents for name in names] for example in examples], dtype=np.float32)
    return _Material(names, mark_names, labels, dense.astype(np.float32), sparse, marks)


def _fit(material: _Material, rows: npt.NDArray[np.int64]) -> _Fit:
    """A multinomial regression and a linear discriminant, summed: both are linear, so one set of weights is kept.

    An utterance with several intents counts for each of them in part.
    """
    from sklearn.decomposition import TruncatedSVD
    from sklearn.linear_model import LogisticRegression

    centre = material.dense[rows].mean(axis=0)
    rarity = np.log(len(rows) / (1.0 + material.sparse[rows].getnnz(axis=0)))
    rare = material.sparse[rows].multiply(rarity).tocsr()
    topics = TruncatedSVD(min(_TOPICS, len(rows) - 1), random_state=0).fit(rare)
    away = direction(material.dense[rows], centre)
    grams = topics.transform(rare)
    features = np.hstack([away, _GRAM_SCALE * grams, _MARK_SCALE * material.marks[rows]]).astype(np.float64)
    pairs = [(row, int(label)) for row, flags in enumerate(material.labels[rows]) for label in np.flatnonzero(flags)]
    share = [1.0 / material.labels[rows[row]].sum() for row, _ in pairs]
    model = LogisticRegression(C=_STRENGTH, max_iter=300)
    model.fit(features[[row for row, _ in pairs]], [label for _, label in pairs], sample_weight=share)
    coefficients, bias = _with_discriminant(model, features, pairs)
    weights, width = coefficients, material.dense.shape[1]
    inner = width + topics.components_.shape[0]
    return _Fit(
        dense=weights[:, :width].astype(np.float32),
        sparse=(_GRAM_SCALE * weights[:, width:inner] @ topics.components_ * rarity).astype(np.float32),
        found=(_MARK_SCALE * weights[:, inner:]).astype(np.float32),
        bias=bias.astype(np.float32),
        centre=centre.astype(np.float32),
    )


def _with_discriminant(
    regression: Any, features: npt.NDArray[np.float64], pairs: Sequence[tuple[int, int]]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Weights and bias of the regression and of a shrunken linear discriminant, which is strong on few examples."""
    coefficients, bias = regression.coef_, regression.intercept_
    if len(coefficients) == 1:  # two classes: one side is kept
        coefficients, bias = np.vstack([-coefficients, coefficients]) / 2, np.concatenate([-bias, bias]) / 2
    rows = features[[row for row, _ in pairs]]
    labels = np.array([label for _, label in pairs])
    means = np.array([rows[labels == label].mean(axis=0) for label in range(len(coefficients))])
    away = rows - means[labels]
    spread = away.T @ away / len(rows)
    even = np.trace(spread) / len(spread) * np.eye(len(spread))
    theirs = np.linalg.solve((1 - _SHRINKAGE) * spread + _SHRINKAGE * even, means.T).T
    offset = -0.5 * (theirs * means).sum(axis=1)
    weight = _DISCRIMINANT * (rows @ coefficients.T + bias).std() / (rows @ theirs.T + offset).std()
    return coefficients + weight * theirs, bias + weight * offset


def _held_out(material: _Material) -> _HeldOut:
    """Every example as a classifier sees it that never saw it; temperature and gate are fitted on that."""
    folds, is_outside = _folds(material.labels), material.is_outside
    logits = np.zeros(material.labels.shape, dtype=np.float32)
    strange = np.zeros((len(logits), 4), dtype=np.float32)
    is_gated = bool(is_outside.any()) and not is_outside.all()
    for fold in range(_FOLDS):
        held, seen = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        fit = _fit(material, seen)
        logits[held] = fit.logits(material, held)
        if is_gated:
            near = direction(material.dense[held], fit.centre) @ direction(material.dense[seen], fit.centre).T
            strange[held] = strangeness(logits[held], near, is_outside[seen], material.names.index(OUTSIDE))
    temperature = _temperature(logits, material.labels)
    gate = _gate(strange, is_outside) if is_gated else np.zeros(0, dtype=np.float32)
    return _HeldOut(gated(logits, strange, material.names, temperature, gate), temperature, gate)


def _gate(strange: Floats, is_outside: npt.NDArray[np.bool_]) -> Floats:
    """Weights and bias of a logistic regression over what tells that an utterance is out of scope."""
    from sklearn.linear_model import LogisticRegression

    middle, scale = strange.mean(axis=0), np.maximum(strange.std(axis=0), 1e-6)
    model = LogisticRegression().fit((strange - middle) / scale, is_outside)
    weights = model.coef_[0] / scale
    return np.append(weights, model.intercept_[0] - weights @ middle).astype(np.float32)


def _temperature(logits: Floats, labels: Floats) -> float:
    """The divisor of the logits under which the held-out answers are likeliest."""
    truth = labels / labels.sum(axis=1, keepdims=True)

    def surprise(temperature: float) -> float:
        return float(-(truth * np.log(softmax(logits / temperature) + 1e-12)).sum(axis=1).mean())

    return min((round(float(step), 2) for step in np.arange(0.3, 3.01, 0.05)), key=surprise)


def _unsure_below(probabilities: Floats, labels: Floats) -> float:
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
