"""Shelves searched together: the raw scores of every passage for a question."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from knowledge import fusion
from knowledge.across import Across
from knowledge.asked import Asked, Classes, classify
from knowledge.fusion import Legs
from knowledge.glossary import Glossary, name_key
from knowledge.hubs import NEAREST, Bank, bank, hubness
from knowledge.lexical import inverse_frequencies
from knowledge.named import Titles
from knowledge.shelf import Shelf, clause_numbers
from knowledge.tokens import is_chinese, query_terms

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
SYNONYM_WEIGHT = 0.4
"""Share of a term's weight that each other name of its glossary cluster gets."""

_HEADED = re.compile(r"[（()）]")
"""What parts the names in the heading of a glossary entry."""


class Catalogue:
    """Shelves searched together, and look-ups over them; the first shelf is the shared one."""

    def __init__(self, shelves: Sequence[Shelf]) -> None:
        self.shelves = tuple(shelves)
        self.passages = tuple(passage for shelf in shelves for passage in shelf.passages)
        self.documents = tuple(document for shelf in shelves for document in shelf.documents)
        self.passage_by_id = {passage.id: passage for passage in self.passages}
        self._readings = tuple(_Reading.of(shelf, shelves[0]) for shelf in shelves)

    @cached_property
    def is_owned(self) -> Mask:
        """Per passage: whether it belongs to a user rather than to the shared corpus."""
        return np.array([passage.owner is not None for passage in self.passages], dtype=np.bool_)

    @cached_property
    def in_chinese(self) -> Mask:
        """Per passage: its language."""
        return np.array([passage.language == "zh" for passage in self.passages], dtype=np.bool_)

    @cached_property
    def current(self) -> Mask:
        """Per passage: whether its edition is the latest of its document."""
        latest: dict[str, date] = {}
        for passage in self.passages:
            family = _family(passage.document_id)
            latest[family] = max(latest.get(family, date.min), passage.in_force_from or date.min)
        return np.array([(p.in_force_from or date.min) == latest[_family(p.document_id)] for p in self.passages])

    def allowed(self, as_of: date | None, document: str | None) -> Mask:
        """Per passage: whether the filters let it through."""
        if document is not None:
            return np.array([passage.document_id == document for passage in self.passages])
        if as_of is None:
            return self.current
        first, last = self._in_force
        return np.asarray((first <= as_of.toordinal()) & (as_of.toordinal() <= last))

    @cached_property
    def entries(self) -> dict[str, str]:
        """The glossary's entries: per name in a heading, by its key, the reference."""
        entries = [passage for passage in self.passages if passage.kind == "glossary"]
        return {name_key(name): entry.reference for entry in entries for name in _HEADED.split(entry.heading) if name}

    def legs(self, query: str, vector: Floats, glossary: Glossary) -> tuple[Legs, dict[str, float]]:
        """The raw scores of every passage, and the weights of the query's terms."""
        own = query_terms(query)
        weights = dict(own)
        for name in glossary.widened(query):
            for term in name:
                weights.setdefault(term, SYNONYM_WEIGHT)
        idf, mean_length = inverse_frequencies(weights, [shelf.lexical for shelf in self.shelves])
        language = is_chinese(query)
        views = [reading.view(vector, language) for reading in self._readings]
        body, ask, body_near, ask_near = (np.concatenate(parts) for parts in zip(*views, strict=True))
        legs = Legs(
            body=body,
            ask=ask,
            body_near=body_near,
            ask_near=ask_near,
            lexical=np.concatenate([shelf.lexical.scores(idf, mean_length) for shelf in self.shelves]),
            asked=np.concatenate([reading.asked(vector, language) for reading in self._readings]),
            phrased=np.concatenate([reading.phrased(query) for reading in self._readings]),
            named=self._titles.scores(own),
            in_chinese=self.in_chinese,
            idf_mass=sum(idf[term] for term in own),
            query_size=sum(own.values()),
        )
        return legs, idf

    def scores(self, legs: Legs, allowed: Mask) -> Floats:
        """The score that orders the passages; it means nothing for those that are not allowed."""
        first = np.asarray(fusion.fused(legs) + fusion.OWN_WEIGHT * self.is_owned, dtype=np.float32)
        if self.shelves[0].asked.is_learned:  # what is asked of a clause says more than what is like it
            return first
        return np.asarray(first + fusion.FEEDBACK_WEIGHT * self._feedback(first, allowed), dtype=np.float32)

    def topic(self, query: str, vector: Floats) -> float | None:
        """How much the question is about the shared corpus's subject; None where that is not known."""
        topic = self.shelves[0].topic
        return topic.score(vector, is_chinese(query)) if topic.is_learned else None

    def _feedback(self, scores: Floats, allowed: Mask) -> Floats:
        """How like the leading passages of its own language every passage is."""
        result = np.zeros(len(scores), dtype=np.float32)
        for mask in (self.in_chinese, ~self.in_chinese):
            rows = np.flatnonzero(mask & allowed)
            if len(rows) <= 2 * fusion.FEEDBACK_LEADERS:
                continue
            leaders = rows[np.argpartition(-scores[rows], fusion.FEEDBACK_LEADERS)[: fusion.FEEDBACK_LEADERS]]
            weights = np.exp(scores[leaders] - scores[leaders].max())
            middle = (weights / weights.sum()) @ np.array([self._body(int(row)) for row in leaders])
            likeness = self._likeness(middle)[rows]
            result[rows] = likeness - likeness.mean()
        return result

    def _likeness(self, middle: Floats) -> Floats:
        return np.concatenate([reading.likeness(middle) for reading in self._readings])

    def _body(self, row: int) -> Floats:
        for shelf in self.shelves:
            if row < len(shelf.passages):
                return np.asarray(shelf.bodies[row], dtype=np.float32)
            row -= len(shelf.passages)
        raise IndexError(row)

    @cached_property
    def _titles(self) -> Titles:
        return Titles(self.passages, [shelf.lexical for shelf in self.shelves])

    @cached_property
    def _in_force(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        return (
            np.array([(passage.in_force_from or date.min).toordinal() for passage in self.passages]),
            np.array([(passage.in_force_to or date.max).toordinal() for passage in self.passages]),
        )


@dataclass(frozen=True, eq=False)
class _Reading:
    """A shelf's vectors with all that a cosine with them is read against."""

    shelf: Shelf
    in_chinese: Mask
    body_hubs: Floats
    ask_hubs: Floats
    across_hubs: Floats
    spread: float
    across_spread: float
    bodies_across: Across
    asks_across: Across
    learned: Asked
    classes: Classes | None
    clauses: npt.NDArray[np.int32]
    """Per passage: the number of its clause."""
    ask_starts: npt.NDArray[np.int64]
    """Where the asks of each passage that has some begin."""
    with_asks: npt.NDArray[np.int32]
    centre: Floats
    """Per passage: its likeness to the middle of its language."""

    @classmethod
    def of(cls, shelf: Shelf, shared: Shelf) -> "_Reading":
        """A user's few documents say little about questions in general: they take the shared corpus's word for it."""
        in_chinese = np.array([passage.language == "zh" for passage in shelf.passages], dtype=np.bool_)
        ask_in_chinese = in_chinese[shelf.ask_rows]
        clauses = clause_numbers(shelf.passages)
        with_asks, starts = np.unique(shelf.ask_rows, return_index=True)
        middle = shared.middles
        body_hubs, ask_hubs, across_hubs = shelf.body_hubs, shelf.ask_hubs, shelf.across_hubs
        if shelf is not shared:
            questions = bank(shared.asks, shared.ask_rows)
            body_hubs = _hubs(shelf.bodies, questions, shared.body_hubs)
            ask_hubs = _hubs(shelf.asks, questions, shared.ask_hubs)
            across_hubs = np.full(len(shelf.bodies), _mean(shared.across_hubs), dtype=np.float32)
        return cls(
            shelf=shelf,
            in_chinese=in_chinese,
            body_hubs=body_hubs,
            ask_hubs=ask_hubs,
            across_hubs=across_hubs,
            spread=shared.spread,
            across_spread=shared.across_spread,
            bodies_across=Across.of(shelf.bodies, in_chinese, middle.questions, middle.passages),
            asks_across=Across.of(shelf.asks, ask_in_chinese, middle.questions, middle.questions),
            learned=shared.asked,
            clauses=clauses,
            classes=_classes(shelf, shared, in_chinese, clauses),
            ask_starts=starts.astype(np.int64),
            with_asks=with_asks.astype(np.int32),
            centre=np.where(in_chinese, shelf.bodies @ middle.passages[1], shelf.bodies @ middle.passages[0]),
        )

    def view(self, vector: Floats, is_chinese: bool) -> tuple[Floats, Floats, Floats, Floats]:
        """Per passage: cosine of the body and of the best ask, and both in units of the spread, less hub shares."""
        count = len(self.shelf.passages)
        body: Floats = (self.shelf.bodies @ vector).astype(np.float32)
        near = (body - fusion.HUB_SHARE * self.body_hubs) / self.spread
        across = self.bodies_across.cosines(body, vector, is_chinese) - fusion.ACROSS_HUB_SHARE * self.across_hubs
        body_near = np.where(self.in_chinese == is_chinese, near, across / self.across_spread)
        ask = np.full(count, -1.0, dtype=np.float32)
        ask_near = np.full(count, -np.inf, dtype=np.float32)
        if len(self.with_asks):
            cosines: Floats = (self.shelf.asks @ vector).astype(np.float32)
            ask[self.with_asks] = np.maximum.reduceat(cosines, self.ask_starts)
            near = (cosines - fusion.HUB_SHARE * self.ask_hubs) / self.spread
            across = self.asks_across.cosines(cosines, vector, is_chinese) / self.across_spread
            of_language = self.in_chinese[self.shelf.ask_rows] == is_chinese
            ask_near[self.with_asks] = np.maximum.reduceat(np.where(of_language, near, across), self.ask_starts)
        return body, ask, body_near.astype(np.float32), ask_near

    def asked(self, vector: Floats, is_chinese: bool) -> Floats:
        """Per passage: how likely its clause is to be asked this; 0 where nothing was learned."""
        if self.classes is None:
            return np.zeros(len(self.shelf.passages), dtype=np.float32)
        return self.classes.scores(self.learned, vector, is_chinese)

    def phrased(self, query: str) -> Floats:
        """Per passage: how much of the query's wording an ask of its clause, in either of its texts, has."""
        scores = self.shelf.phrases.scores(query)
        best = np.zeros(len(self.shelf.passages), dtype=np.float32)
        np.maximum.at(best, self.clauses[self.shelf.ask_rows], scores)
        return np.asarray(best[self.clauses], dtype=np.float32)

    def likeness(self, middle: Floats) -> Floats:
        """Per passage: nearness to a mean of passages, beyond what its language has in common."""
        return np.asarray((self.shelf.bodies @ middle - self.centre) / self.spread, dtype=np.float32)


def _hubs(vectors: Floats, questions: Bank, usual: Floats) -> Floats:
    """Against the shared corpus's questions, or what is usual there when it has too few."""
    if len(questions.questions) <= NEAREST:
        return np.full(len(vectors), _mean(usual), dtype=np.float32)
    return hubness(vectors, np.full(len(vectors), -1, dtype=np.int32), questions)


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else 0.0


def _classes(shelf: Shelf, shared: Shelf, in_chinese: Mask, clauses: npt.NDArray[np.int32]) -> Classes | None:
    if not shared.asked.is_learned:
        return None
    return classify(shared.asked, shelf.asks, shelf.ask_rows, shelf.bodies, in_chinese, clauses)


def _family(document_id: str) -> str:
    """A document's id without its edition: `wt-2026` is an edition of `wt`."""
    return re.sub(r"-\d{4}(?:-\d{2})*$", "", document_id)
