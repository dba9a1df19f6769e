"""An optional second look at the leading passages: a cross-encoder that reads question and passage together."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from knowledge.errors import UnknownEmbedder

LOOKED_AT = 20
"""Leading passages that are read again; the cross-encoder is by far the slowest part of a search."""


class Reranker(Protocol):
    """Scores passages for a question; only their order matters."""

    def scores(self, question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """One number a text, higher for a better answer."""


@cache
def reranker(name: str) -> Reranker:
    """A sentence-transformers cross-encoder by name or path; loaded once a process."""
    return CrossEncoderReranker(name)


class CrossEncoderReranker:
    """Needs the `sentence-transformers` extra."""

    def __init__(self, model: str) -> None:
        try:
            from sentence_transformers import CrossEncoder  # imports torch: 8–11 s
        except ImportError as error:
            raise UnknownEmbedder(
                f"the reranker {model} needs: pip install 'trade-credit-assistant[sentence-transformers]'"
            ) from error
        self._model: Any
        try:
            self._model = CrossEncoder(model, num_labels=1, device="cpu")
        except (OSError, ValueError) as error:
            raise UnknownEmbedder(f"sentence-transformers cannot load the reranker {model!r}: {error}") from error

    def scores(self, question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        found = self._model.predict([(question, text) for text in texts], show_progress_bar=False)
        return np.asarray(found, dtype=np.float32).reshape(len(texts))
