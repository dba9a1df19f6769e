"""The role of each quantity as learned from annotated utterances; see `role_training`."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.engine.reading.candidates import Candidate
from assistant.engine.reading.intents import softmax
from assistant.engine.reading.surroundings import NO_INTENTS, Cued, Features, surroundings

Floats = npt.NDArray[np.float32]
HASH_BITS = 16
NONE = "none"
_STEPS = 127
"""Weights are kept in 8 bits."""
_MODEL, _FACTS = "roles.npz", "roles.json"


@dataclass(frozen=True, kw_only=True)
class RoleModel:
    """A multinomial regression over what stands around a quantity."""

    names: tuple[str, ...]
    """Roles, and `none`."""
    weights: Floats
    """Roles × hash cells."""
    bias: Floats
    fingerprint: str
    """Of the annotated utterances it was learned from."""

    def chances(
        self,
        text: str,
        candidates: Sequence[Candidate],
        cued: Sequence[Cued],
        intents: Mapping[str, float] = NO_INTENTS,
    ) -> list[dict[str, float]]:
        """Probability of each role for each candidate."""
        found = []
        for features in surroundings(text, candidates, cued, intents):
            cells, values = hashed(features)
            logits = self.weights[:, cells] @ values + self.bias
            found.append(dict(zip(self.names, softmax(logits[None])[0].tolist(), strict=True)))
        return found

    def save(self, folder: Path) -> None:
        """Write the weights (npz) and the facts about them (json)."""
        folder.mkdir(parents=True, exist_ok=True)
        scale = np.abs(self.weights).max(axis=1) / _STEPS
        steps = np.round(self.weights / scale[:, None]).astype(np.int8)
        used = np.flatnonzero(steps.any(axis=0))
        np.savez_compressed(
            folder / _MODEL, cells=used.astype(np.int32), steps=steps[:, used], scale=scale, bias=self.bias
        )
        facts = {"names": self.names, "fingerprint": self.fingerprint}
        (folder / _FACTS).write_text(json.dumps(facts, ensure_ascii=False, indent=2), encoding="utf-8")

    @classmethod
    def load(cls, folder: Traversable) -> "RoleModel":
        """Read what `save` wrote."""
        facts = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
        with (folder / _MODEL).open("rb") as file, np.load(file) as arrays:
            weights = np.zeros((len(facts["names"]), 1 << HASH_BITS), dtype=np.float32)
            weights[:, arrays["cells"]] = arrays["steps"] * arrays["scale"][:, None]
            return cls(
                names=tuple(facts["names"]),
                weights=weights,
                bias=arrays["bias"].astype(np.float32),
                fingerprint=facts["fingerprint"],
            )


@cache
def learned_roles() -> RoleModel:
    """The model that ships."""
    return RoleModel.load(resources.files("assistant.engine") / "data" / "learned")


def hashed(features: Features) -> tuple[npt.NDArray[np.int64], Floats]:
    """Cells and values of named features."""
    cells: dict[int, float] = {}
    for name, value in features.items():
        cell = zlib.crc32(name.encode()) & ((1 << HASH_BITS) - 1)
        cells[cell] = cells.get(cell, 0.0) + value
    return np.array(list(cells), dtype=np.int64), np.array(list(cells.values()), dtype=np.float32)
