"""The questions that retrieval is judged by: what the corpus answers, and what it does not."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from knowledge.model import Language

QUESTIONS = Path(__file__).parent / "questions"

Split = Literal["dev", "test"]


@dataclass(frozen=True, kw_only=True)
class RetrievalQuestion:
    """A question of a user and every passage that truly answers it."""

    id: str
    language: Language
    question: str
    gold: tuple[str, ...]
    """Language-free references, `wt-2026:7.1`; the passage that the question was written for comes first."""
    across: bool
    """Searched against the texts of the other language only."""
    paraphrased: bool
    """Shares no key noun with the passages that answer it."""
    split: Split
    as_of: date | None = None
    """The day whose editions are meant, where the question names one."""


@dataclass(frozen=True, kw_only=True)
class ForeignQuestion:
    """A question that the corpus does not answer."""

    id: str
    language: Language
    question: str
    topic: str
    """What it is about: another insurance line, another field near ours, or general life."""
    split: Split


@cache
def retrieval_questions() -> tuple[RetrievalQuestion, ...]:
    """All questions that the corpus answers, dev and test."""
    return tuple(RetrievalQuestion(**{**entry, "gold": tuple(entry["gold"])}) for entry in _entries("retrieval.yaml"))


@cache
def foreign_questions() -> tuple[ForeignQuestion, ...]:
    """All questions that the corpus does not answer, dev and test."""
    return tuple(ForeignQuestion(**entry) for entry in _entries("foreign.yaml"))


def _entries(name: str) -> list[dict[str, Any]]:
    loaded: dict[str, list[dict[str, Any]]] = yaml.safe_load((QUESTIONS / name).read_text(encoding="utf-8"))
    return loaded["questions"]
