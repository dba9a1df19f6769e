"""How well messages are understood that nobody learned from: `python -m evals.bench.utterances`.

`evals/questions/utterances.yaml` holds messages as people type them, each with what it asks for and what its
quantities mean. It is a yardstick: nothing is learned from it. Printed are the share of first intents that are among
those asked for, and the share of quantities whose meaning is right, beside what cue words alone give.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from datetime import date
from importlib import resources

import yaml

from assistant.engine.reading import IntentClassifier, Reading, read
from assistant.engine.reading.text import normalise
from assistant.engine.reading.utterances import Example, examples_in
from assistant.library import SHIPPED_INTENTS
from knowledge.embed import embedder

_ANY_DAY = date(2026, 11, 23)
_UNMEANT = ("bare", "other")


def main() -> None:
    """Read every message and print the shares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--confusions", type=int, default=10, metavar="N", help="print the N commonest wrong intents")
    options = parser.parse_args()
    examples = utterances()
    classifier = IntentClassifier.load(SHIPPED_INTENTS)
    vectors = embedder(classifier.embedder.rpartition("-")[0]).queries(
        [normalise(item.text).plain for item in examples]
    )
    readings = [
        read(item.text, today=_ANY_DAY, query_vector=vector, classifier=classifier)
        for item, vector in zip(examples, vectors, strict=True)
    ]
    cued = [read(item.text, today=_ANY_DAY) for item in examples]
    for language in ("zh", "en"):
        rows = [at for at, item in enumerate(examples) if item.language == language]
        mine = [examples[at] for at in rows]
        first = [readings[at].intents[0].name for at in rows]
        right = sum(name in item.intents for name, item in zip(first, mine, strict=True))
        print(f"{language}: first intent right {right}/{len(mine)} ({right / len(mine):.1%})")
        for name, made in (("learned", readings), ("cue words alone", cued)):
            hits, marks = _roles(mine, [made[at] for at in rows])
            print(f"    meaning of quantities, {name}: {hits}/{marks} ({hits / marks:.1%})")
    wrong = Counter(
        (item.intents[0], reading.intents[0].name)
        for item, reading in zip(examples, readings, strict=True)
        if reading.intents[0].name not in item.intents
    )
    for (meant, said), count in wrong.most_common(options.confusions):
        print(f"  {count} × {meant} read as {said}")


def utterances() -> list[Example]:
    """The messages of the yardstick."""
    text = (resources.files("evals") / "questions" / "utterances.yaml").read_text("utf-8")
    return [example for group in yaml.safe_load(text) for example in examples_in(group)]


def _roles(examples: Sequence[Example], readings: Sequence[Reading]) -> tuple[int, int]:
    """Quantities with the right meaning, and how many were marked."""
    hits = marks = 0
    for example, reading in zip(examples, readings, strict=True):
        for (start, end), meant in example.roles:
            found = next((item for item in reading.quantities if item.span[0] < end and start < item.span[1]), None)
            hits += (found.role if found else None) == (None if meant in _UNMEANT else meant)
            marks += 1
    return hits, marks


if __name__ == "__main__":
    main()
