"""Clusters of terms that mean the same in Chinese and English; they widen a query."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.errors import BrokenDocument
from knowledge.tokens import normalised, stem, terms

BUNDLED = Path(__file__).parent / "glossary.toml"


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """One notion and how people and insurers call it."""

    id: str
    en: tuple[str, ...]
    zh: tuple[str, ...]


class Glossary:
    """Looks up which clusters a text mentions."""

    def __init__(self, clusters: Sequence[Cluster]) -> None:
        self.clusters = tuple(clusters)
        self._keys = sorted(
            (
                (name_key(name), number)
                for number, cluster in enumerate(self.clusters)
                for name in cluster.en + cluster.zh
            ),
            key=lambda item: -len(item[0]),
        )
        self._names = [
            tuple((name, name_key(name), frozenset(terms(name))) for name in c.en + c.zh) for c in self.clusters
        ]

    def mentioned(self, text: str) -> list[Cluster]:
        """The clusters named in the text, in its order; a longer name hides the shorter ones inside it."""
        haystack = name_key(text)
        found = sorted(self._found(text), key=lambda item: haystack.find(item[1]))
        return [self.clusters[number] for number, _ in found]

    def widened(self, text: str) -> list[frozenset[str]]:
        """The terms of the other names of every cluster the text mentions, a set a name."""
        return [
            words
            for number, found in self._found(text)
            for _, key, words in self._names[number]
            if key.strip() not in found
        ]

    def _found(self, text: str) -> list[tuple[int, str]]:
        haystack = name_key(text)
        found: dict[int, str] = {}
        for key, number in self._keys:
            if key in haystack:
                found.setdefault(number, key.strip())
                haystack = haystack.replace(key, " \0 ")
        return list(found.items())


@cache
def load_glossary(path: Path = BUNDLED) -> Glossary:
    """The glossary in a TOML file; an absent file is an empty glossary."""
    if not path.exists():
        return Glossary(())
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BrokenDocument(path, f"not TOML: {error}") from error
    return Glossary([_cluster(path, number, row) for number, row in enumerate(data.get("cluster", []), 1)])


def _cluster(path: Path, number: int, row: dict[str, object]) -> Cluster:
    en, zh = row.get("en", []), row.get("zh", [])
    if not isinstance(row.get("id"), str) or not isinstance(en, list) or not isinstance(zh, list) or not (en or zh):
        raise BrokenDocument(path, f"cluster {number} needs an id and a list of en or zh names")
    return Cluster(id=str(row["id"]), en=tuple(map(str, en)), zh=tuple(map(str, zh)))


def name_key(text: str) -> str:
    """What names are compared by: Chinese as it stands; English words stemmed and set between blanks."""
    parts = re.findall(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[^\W_]+", normalised(text))
    return "".join(part if "\u3400" <= part[0] <= "\u9fff" else f" {stem(part)} " for part in parts).replace("  ", " ")
