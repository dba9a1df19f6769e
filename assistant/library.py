"""The installation's shelf: which folders are indexed, how a document is added, and building the index."""

import json
import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import knowledge
from assistant.settings import Settings
from knowledge.errors import BrokenDocument
from knowledge.ingest import BuildProgress, IndexReport, build

if TYPE_CHECKING:
    from assistant.engine.reading import IntentClassifier
    from knowledge.embed import Embedder
    from knowledge.search import KnowledgeIndex


SHIPPED_INTENTS = Path(__file__).parent / "engine" / "data" / "learned"
"""The intents learned from the bundled utterances with the bundled embedder."""


def corpus_dirs(settings: Settings) -> list[Path]:
    """The bundled corpus, or the configured one in its place, and the documents added here."""
    main = settings.corpus_dir or Path(knowledge.__file__).parent / "corpus"
    return [main, *([settings.documents_dir] if settings.documents_dir.is_dir() else [])]


@cache
def shared_embedder(name: str) -> "Embedder":
    """The embedder of this process: its model is in memory once."""
    from knowledge.embed import embedder

    return embedder(name)


def open_index(settings: Settings) -> "KnowledgeIndex":
    """The index in use.

    Raises:
        KnowledgeError: There is none yet, or it was built with another embedder.
    """
    from knowledge.search import KnowledgeIndex

    return KnowledgeIndex.open(
        settings.index_dir,
        shared_embedder(settings.embedder),
        chroma_url=settings.chroma_url,
        reranker=settings.reranker,
    )


def build_index(settings: Settings, progress: BuildProgress | None = None) -> IndexReport:
    """Index every document; returns at once when nothing changed since the last time.

    Raises:
        KnowledgeError: A file is broken or another process is building; the index in use stays as it was.
    """
    return build(
        corpus_dirs(settings),
        settings.index_dir,
        shared_embedder(settings.embedder),
        progress=progress,
        chroma_url=settings.chroma_url,
    )


def add_files(settings: Settings, paths: Iterable[Path], progress: BuildProgress | None = None) -> IndexReport:
    """Copy files into the documents folder and index them; a file of the same name is replaced.

    Raises:
        KnowledgeError: A file is missing or cannot be read; then none of them is kept.
    """
    given = list(paths)
    for path in given:
        if not path.is_file():
            raise BrokenDocument(path, "there is no such file")
    settings.documents_dir.mkdir(parents=True, exist_ok=True)
    backup = settings.data_dir / "documents.before"
    shutil.rmtree(backup, ignore_errors=True)
    shutil.copytree(settings.documents_dir, backup)
    is_built = False
    try:
        for path in given:
            shutil.copy(path, settings.documents_dir / path.name)
        report = build_index(settings, progress)
        is_built = True
    finally:
        if not is_built:
            shutil.rmtree(settings.documents_dir)
            backup.rename(settings.documents_dir)
        shutil.rmtree(backup, ignore_errors=True)
    return report


def train_intents(settings: Settings, progress: BuildProgress | None = None) -> None:
    """Learn the intents from their example utterances; returns at once when nothing changed since the last time."""
    from assistant.engine.reading.training import fingerprint, train
    from assistant.engine.reading.utterances import load_examples

    examples, model = load_examples(), shared_embedder(settings.embedder)
    if _is_current(settings.intents_dir, fingerprint(examples, model.name)):
        return
    if _is_current(SHIPPED_INTENTS, fingerprint(examples, model.name)):
        shutil.copytree(SHIPPED_INTENTS, settings.intents_dir, dirs_exist_ok=True)
        return
    if progress:
        progress("learn intents", 0, 1)
    train(examples, model, cache=settings.index_dir / "embeddings.sqlite").save(settings.intents_dir)
    if progress:
        progress("learn intents", 1, 1)


def _is_current(folder: Path, wanted: str) -> bool:
    facts = folder / "intents.json"
    return facts.is_file() and json.loads(facts.read_text(encoding="utf-8")).get("fingerprint") == wanted


def open_classifier(settings: Settings) -> "IntentClassifier | None":
    """The learned intents, else those that ship; None for another embedder: cues alone are read then."""
    from assistant.engine.reading import IntentClassifier

    model = shared_embedder(settings.embedder).name
    for folder in (settings.intents_dir, SHIPPED_INTENTS):
        if (folder / "intents.json").is_file():
            classifier = IntentClassifier.load(folder)
            if classifier.embedder == model:
                return classifier
    return None
