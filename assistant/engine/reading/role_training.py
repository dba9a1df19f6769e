"""Learning what quantities mean from the marked utterances; run by `make vectors`, never at answer time."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from assistant.engine.reading.entities import find_parties
from assistant.engine.reading.quantities import find_quantities
from assistant.engine.reading.role_model import HASH_BITS, NONE, Floats, RoleModel, hashed
from assistant.engine.reading.roles import label_by_cues
from assistant.engine.reading.surroundings import Cued, Features, surroundings
from assistant.engine.reading.text import normalise
from assistant.engine.reading.training import sparse_rows
from assistant.engine.reading.utterances import Example

_METHOD = "surroundings-1"
_STRENGTH = 10.0
_LEAST_SEEN = 2
"""Features of fewer quantities are left out."""
_UNMEANT = frozenset({"bare", "other"})
_ANY_DAY = date(2026, 1, 1)


class Marked(NamedTuple):
    """What stands around a quantity, and its role."""

    features: Features
    role: str


def fingerprint(examples: Sequence[Example]) -> str:
    """Changes when a marked utterance does."""
    lines = (f"{example.text}\t{example.roles}" for example in examples if example.is_marked)
    return hashlib.sha256("\n".join((_METHOD, *lines)).encode()).hexdigest()[:16]


def train_roles(examples: Sequence[Example], asked: Sequence[Mapping[str, float]]) -> RoleModel:
    """A model fitted on every marked utterance.

    Args:
        examples: The utterances.
        asked: Intents of each with probabilities, as a classifier reads it that never saw it.
    """
    names, weights, bias = fit(marked_quantities(examples, asked))
    return RoleModel(names=names, weights=weights, bias=bias, fingerprint=fingerprint(examples))


def marked_quantities(examples: Sequence[Example], asked: Sequence[Mapping[str, float]]) -> list[Marked]:
    """The quantities that are read where the marks stand; what is read elsewhere in a marked utterance has no role."""
    found: list[Marked] = []
    for example, intents in zip(examples, asked, strict=True):
        if not example.is_marked:
            continue
        text = normalise(example.text)
        names = [(party.start, party.end) for party in find_parties(text.plain)]
        candidates = find_quantities(text.plain, _ANY_DAY, names)
        cued = [Cued(item.role, item.confidence) for item in label_by_cues(text.plain, candidates)]
        all_features = surroundings(text.plain, candidates, cued, intents)
        for candidate, features in zip(candidates, all_features, strict=True):
            start, end = text.span(candidate.start, candidate.end)
            meant = next((name for span, name in example.roles if span[0] < end and start < span[1]), NONE)
            found.append(Marked(features, NONE if meant in _UNMEANT else meant))
    return found


def fit(quantities: Sequence[Marked]) -> tuple[tuple[str, ...], Floats, Floats]:
    """Role names, weights (roles × cells) and bias."""
    from sklearn.linear_model import LogisticRegression

    names = tuple(sorted({item.role for item in quantities}))
    matrix = sparse_rows([hashed(item.features) for item in quantities], 1 << HASH_BITS)
    seen = np.flatnonzero(matrix.getnnz(axis=0) >= _LEAST_SEEN)
    model = LogisticRegression(C=_STRENGTH, max_iter=100, tol=1e-3)
    model.fit(matrix[:, seen], [names.index(item.role) for item in quantities])
    weights = np.zeros((len(names), matrix.shape[1]), dtype=np.float32)
    weights[:, seen] = model.coef_
    return names, weights, model.intercept_.astype(np.float32)
