"""The corpora that retrieval is measured on, read the way the product reads its own."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import knowledge
from knowledge.catalogue import Catalogue
from knowledge.embed import Embedder, EmbeddingCache
from knowledge.ingest import build
from knowledge.model import Language, Passage, Span
from knowledge.shelf import Shelf, body_text, lead, lexical_index, load_shelf, phrases_of, save_statistics
from knowledge.topic import background
from knowledge.versions import version_folder

Matrix = npt.NDArray[np.float32]
CORPUS = Path(knowledge.__file__).parent / "corpus"


def own_index(model: Embedder, cache: Path) -> Path:
    """The folder of an index of the shipped corpus, built where it is not up to date."""
    build([CORPUS], cache / "index", model)
    return cache / "index"


def own_catalogue(model: Embedder, cache: Path) -> Catalogue:
    """The shipped corpus."""
    report = build([CORPUS], cache / "index", model)
    return Catalogue([load_shelf(version_folder(cache / "index", report.version))])


def without_asks(catalogue: Catalogue, of: Callable[[Passage], bool] = lambda _: False) -> Catalogue:
    """The same passages with the asks of only those that `of` picks: what a corpus is like that nobody prepared."""
    shelf = catalogue.shelves[0]
    kept = np.array([of(passage) for passage in shelf.passages], dtype=np.bool_)
    asks = shelf.asks[kept[shelf.ask_rows]]
    passages = tuple(p if keep else replace(p, asks=()) for p, keep in zip(shelf.passages, kept, strict=True))
    statistics = _statistics(passages, shelf.bodies, asks, shelf.bodies, shelf.bodies[:0])
    # what the asks have no part in stays as it was
    statistics |= {"body": shelf.body_hubs, "across": shelf.across_hubs}
    statistics |= {"spread": np.array(shelf.spread), "across_spread": np.array(shelf.across_spread)}
    statistics |= {"middle_questions": shelf.middles.questions, "middle_passages": shelf.middles.passages}
    return _catalogue(passages, shelf.bodies, asks, statistics)


def plain_catalogue(
    texts: Sequence[tuple[str, str]], language: Language, model: Embedder, cache: EmbeddingCache
) -> Catalogue:
    """(title, text) pairs as passages of their own; a document is what shares a title."""
    passages = tuple(_passage(number, title, text, language) for number, (title, text) in enumerate(texts))
    bodies = cache.passages(list(map(body_text, passages)))
    leads, others = cache.queries(list(map(lead, passages))), cache.queries(background())
    none = np.zeros((0, model.dimensions), dtype=np.float32)
    return _catalogue(passages, bodies, none, _statistics(passages, bodies, none, leads, others))


def _statistics(
    passages: Sequence[Passage], bodies: Matrix, asks: Matrix, leads: Matrix, others: Matrix
) -> dict[str, npt.NDArray[Any]]:
    with tempfile.TemporaryDirectory() as folder:
        save_statistics(Path(folder), passages, bodies, asks, leads, others)
        with np.load(Path(folder) / "statistics.npz") as saved:
            return dict(saved)


def _catalogue(
    passages: tuple[Passage, ...], bodies: Matrix, asks: Matrix, statistics: Mapping[str, npt.NDArray[Any]]
) -> Catalogue:
    return Catalogue([
        Shelf.of(version="bench", embedder="bench", documents=(), passages=passages, bodies=bodies, asks=asks,
                 lexical=lexical_index(passages), phrases=phrases_of(passages), statistics=statistics)
    ])  # fmt: skip


def _passage(number: int, title: str, text: str, language: Language) -> Passage:
    return Passage(
        id=f"{title or 'bench'}/{language}/{number}", document_id=title or "bench", language=language,
        clause=str(number), heading="", text=text, span=Span(start=0, end=len(text)), kind="user", title=title,
        edition="", source="", confidence="",
    )  # fmt: skip
