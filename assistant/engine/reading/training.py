"""Learning the intents from example utterances; run when the index is built, never at answer time."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from assistant.engine.reading.intents import HASH_BITS, Floats, IntentClassifier, hashed
from assistant.engine.reading.text import normalise
from knowledge.embed import Embedder, EmbeddingCache

_FOLDS = 5
_DENSE_SCALE = 8.0
"""Centred e5 vectors are short; this lets them weigh about as much as the n-grams."""
_SPARSE_SCALE = 1.0
_STRENGTH = 3.0
_POSITIVE_WEIGHT = 4.0


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
    names, labels, dense, sparse = _features(examples, embedder, cache)
    margins = held_out_margins(labels, dense, sparse)
    slope, offset = _calibrated(margins, labels)
    centre = dense.mean(axis=0)
    weights, bias = _fitted(_joined(dense - centre, sparse), labels)
    width = dense.shape[1]
    return IntentClassifier(
        names=tuple(names),
        dense=(weights[:, :width] * _DENSE_SCALE).astype(np.float32),
        sparse=(weights[:, width:] * _SPARSE_SCALE).astype(np.float32),
        bias=bias.astype(np.float32),
        slope=slope,
        offset=offset,
        centre=centre.astype(np.float32),
        embedder=embedder.name,
        unsure_below=_unsure_below(margins, labels, slope, offset),
        fingerprint=fingerprint(examples, embedder.name),
    )


def fingerprint(examples: Sequence[Example], embedder_name: str) -> str:
    """Changes when the utterances or the embedder do: the saved classifier is then stale."""
    lines = (f"{example.text}\t{','.join(example.intents)}" for example in examples)
    return hashlib.sha256("\n".join((embedder_name, *lines)).encode()).hexdigest()[:16]


def cross_validated(examples: Sequence[Example], embedder: Embedder, *, cache: Path | None = None) -> dict[str, Any]:
    """Held-out quality: share of utterances whose first intent is right, by intent and language, and of scope decisions."""
    names, labels, dense, sparse = _features(examples, embedder, cache)
    margins = held_out_margins(labels, dense, sparse)
    slope, offset = _calibrated(margins, labels)
    probabilities = _logistic(slope * margins + offset)
    first = probabilities.argmax(axis=1)
    right = labels[np.arange(len(first)), first] > 0
    outside = names.index("out_of_scope") if "out_of_scope" in names else -1
    truth, said = labels[:, outside] > 0, probabilities[:, outside] >= 0.5
    wrong = [
        {"text": example.text, "is": example.intents[0], "read_as": names[first[row]], "p": round(float(probabilities[row, first[row]]), 2)}
        for row, example in enumerate(examples)
        if not right[row]
    ]
    return {
        "examples": len(examples),
        "accuracy": float(right.mean()),
        "by_language": {code: float(right[[e.language == code for e in examples]].mean()) for code in ("zh", "en")},
        "by_intent": {name: float(right[labels[:, i] > 0].mean()) for i, name in enumerate(names)},
        "out_of_scope_recall": float(said[truth].mean()),
        "in_scope_kept": float((~said[~truth]).mean()),
        "calibration_error": _calibration_error(probabilities, labels),
        "wrong": wrong,
    }


def held_out_margins(labels: Floats, dense: Floats, sparse: Any) -> npt.NDArray[np.float64]:
    """Decision values of every example from a model that never saw it."""
    folds = _folds(labels)
    margins = np.zeros(labels.shape)
    for fold in range(_FOLDS):
        held, kept = folds == fold, folds != fold
        centre = dense[kept].mean(axis=0)
        features = _joined(dense - centre, sparse)
        weights, bias = _fitted(features[kept], labels[kept])
        margins[held] = features[held] @ weights.T + bias
    return margins


def _features(examples: Sequence[Example], embedder: Embedder, cache: Path | None) -> tuple[list[str], Floats, Floats, Any]:
    from scipy.sparse import csr_matrix  # training only: scipy and scikit-learn take a second to import

    texts = [normalise(example.text).plain for example in examples]
    dense = EmbeddingCache(cache, embedder).queries(texts) if cache else embedder.queries(texts)
    rows = [hashed(text) for text in texts]
    sizes = np.cumsum([0, *(len(cells) for cells, _ in rows)])
    matrix = csr_matrix(
        (np.concatenate([values for _, values in rows]), np.concatenate([cells for cells, _ in rows]), sizes),
        shape=(len(rows), 1 << HASH_BITS),
    )
    names = sorted({name for example in examples for name in example.intents})
    labels = np.array([[name in example.intents for name in names] for example in examples], dtype=np.float32)
    return names, labels, dense.astype(np.float32), matrix


def _joined(dense: Floats, sparse: Any) -> Any:
    from scipy.sparse import csr_matrix, hstack

    return hstack([csr_matrix(dense * _DENSE_SCALE), sparse * _SPARSE_SCALE]).tocsr()


def _fitted(features: Any, labels: Floats) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    from sklearn.linear_model import LogisticRegression

    weights, bias = [], []
    for column in labels.T:
        model = LogisticRegression(
            C=_STRENGTH, solver="liblinear", class_weight={0: 1.0, 1: _POSITIVE_WEIGHT}, max_iter=400, random_state=0
        )
        model.fit(features, column > 0)
        weights.append(model.coef_[0])
        bias.append(float(model.intercept_[0]))
    return np.array(weights), np.array(bias)


def _calibrated(margins: npt.NDArray[np.float64], labels: Floats) -> tuple[Floats, Floats]:
    from sklearn.linear_model import LogisticRegression

    slopes, offsets = [], []
    for column, truth in zip(margins.T, labels.T, strict=True):
        model = LogisticRegression(C=10.0).fit(column[:, None], truth > 0)
        slopes.append(float(model.coef_[0, 0]))
        offsets.append(float(model.intercept_[0]))
    return np.array(slopes, dtype=np.float32), np.array(offsets, dtype=np.float32)


def _unsure_below(margins: npt.NDArray[np.float64], labels: Floats, slope: Floats, offset: Floats) -> float:
    """The confidence under which fewer than half of the first guesses are right."""
    probabilities = _logistic(slope * margins + offset)
    first = probabilities.argmax(axis=1)
    confidence, right = probabilities.max(axis=1), labels[np.arange(len(first)), first] > 0
    for threshold in np.arange(0.1, 0.6, 0.05):
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


def _calibration_error(probabilities: npt.NDArray[np.float64], labels: Floats) -> float:
    """Expected difference between the first guess's confidence and how often it is right, over ten bins."""
    first = probabilities.argmax(axis=1)
    confidence, right = probabilities.max(axis=1), labels[np.arange(len(first)), first] > 0
    bins = np.minimum((confidence * 10).astype(int), 9)
    return float(sum(abs(right[bins == b].mean() - confidence[bins == b].mean()) * (bins == b).mean() for b in range(10) if (bins == b).any()))


def _logistic(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return 1.0 / (1.0 + np.exp(-np.clip(values, -30, 30)))
