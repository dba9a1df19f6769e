"""Vectors that ship with the product, so that a first build embeds only what changed.

One file, by content hash: 8-bit components with one scale a vector. Rounding moves a cosine by less than 0.002.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

FILE = Path(__file__).parent / "vectors.npz"
Row = npt.NDArray[np.float32]


@cache
def shipped_vectors(path: Path = FILE) -> Mapping[str, tuple[npt.NDArray[np.int8], np.float32]]:
    """Packed vectors by key (hexadecimal content hash); empty when the file is absent."""
    if not path.is_file():
        return {}
    with np.load(path) as data:
        keys, packed, scales = data["keys"], data["packed"], data["scales"]
    return {key.tobytes().hex(): (row, scale) for key, row, scale in zip(keys, packed, scales, strict=True)}


def unpacked(entry: tuple[npt.NDArray[np.int8], np.float32]) -> Row:
    """A vector of unit length."""
    row = entry[0].astype(np.float32) * entry[1]
    unit: Row = row / np.linalg.norm(row)
    return unit


def write(keys: Sequence[str], vectors: npt.NDArray[np.float32], path: Path = FILE) -> None:
    """Pack `vectors` (one row a key) into `path`."""
    order = np.argsort(np.array(keys))
    rows = vectors[order]
    scales = np.abs(rows).max(axis=1) / 127
    packed = np.round(rows / scales[:, None]).astype(np.int8)
    raw = np.frombuffer(bytes.fromhex("".join(keys[position] for position in order)), dtype=np.uint8)
    np.savez_compressed(path, keys=raw.reshape(len(keys), -1), packed=packed, scales=scales.astype(np.float32))
