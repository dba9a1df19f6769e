"""Builds a draft sentence by sentence, each with its evidence."""

import re
from collections.abc import Mapping
from typing import Any

from assistant.answer import Evidence, Question
from assistant.engine.turn import TurnContext
from assistant.engine.wording import Shown, Wording
from assistant.evidence import Draft, Sentence
from knowledge.model import Passage, Span

_WHOLE_PASSAGE_CHARS = {"zh": 320, "en": 750}
"""A passage up to this long is quoted whole."""
_SENTENCE_END = re.compile(r"(?<=[。！？；])|(?<=[.!?])\s+(?=[A-Z\"(])|\n+")


_FOR_A_PERSON = {
    "deadline_passed",
    "deadline_today",
    "deadline_near",
    "report_insolvency_now",
    "no_real_debt_from_named_buyer",
}
_NOT_MISSED = {"stop_shipment"}
"""A day after which something else is due, not a duty that can be late."""
_NAMED_BY_GROUP = {
    "duty": "duty",
    "country": "country",
    "kind": "identifier",
    "status": "buyer_status",
    "condition": "condition",
    "terms_set": "terms_set",
}
"""Values of a warning that are codes, and the group of words that names them."""


class Writer:
    """Writes one answer in one language."""

    def __init__(self, turn: TurnContext) -> None:
        self.turn = turn
        self.words = Wording(turn.language)
        self.draft = Draft()

    def say(
        self,
        key: str,
        values: Mapping[str, Shown] | None = None,
        *,
        role: str = "answer",
        own_line: bool = False,
        cite: str = "",
        **named: Shown,
    ) -> None:
        """Add one worded sentence; `cite` names the clause that it rests on."""
        sentence = self.words.sentence(key, {**(values or {}), **named}, role=role, own_line=own_line)
        self.add(self._cited(sentence, cite))

    def line(self, text: str, *, role: str = "working", source: str | None = None, cite: str = "") -> None:
        """Add one list line that is a value itself, such as a line of arithmetic."""
        evidence = (Evidence(start=0, end=len(text), source=source),) if source else ()
        self.add(self._cited(Sentence(text=text, role=role, evidence=evidence, own_line=True), cite))

    def add(self, sentence: Sentence) -> None:
        if all(sentence.text != said.text or sentence.role != said.role for said in self.draft.sentences):
            self.draft.sentences.append(sentence)

    def quote(
        self, passage: Passage, span: Span | None = None, *, role: str = "answer", own_line: bool = False
    ) -> None:
        """Add a passage's own words, cited: all of a short passage, else `span` or its opening."""
        offset = passage.span.start
        opening = _opening(passage)
        if span is None or span.end <= opening.end:
            span = opening
        words = " ".join(passage.text[span.start - offset : span.end - offset].split())
        number = self.draft.cite(passage, span)
        # an answer such as "Yes, report it" says nothing without the question it answers
        about = self.words.text("quote.faq", question=passage.heading) if passage.kind == "faq" else ""
        evidence = (Evidence(start=len(about), end=len(about) + len(words), source=f"citation:{number}"),)
        self.add(Sentence(text=about + words, role=role, evidence=evidence, own_line=own_line))

    def quote_clause(self, reference: str, *, role: str = "answer") -> None:
        """Quote the clause itself, if the corpus has it."""
        passage = self.turn.clauses.clause(reference, self.turn.language)
        if passage:
            self.quote(passage, role=role)

    def ask(self, slot: str) -> None:
        """Ask for one fact (at most two a turn)."""
        if len(self.draft.questions) < 2 and slot not in {question.slot for question in self.draft.questions}:
            self.draft.questions.append(Question(slot=slot, text=self.words.text(f"ask.{slot}")))

    def notice(self, key: str) -> None:
        text = self.words.text(f"notice.{key}")
        if text not in self.draft.notices:
            self.draft.notices.append(text)

    def suggest(self, *keys: str) -> None:
        for key in keys:
            text = self.words.text(f"suggest.{key}")
            if text not in self.draft.suggestions and len(self.draft.suggestions) < 3:
                self.draft.suggestions.append(text)

    def count(self, number: int, source: str) -> Shown:
        """A number counted from a tool result."""
        self.draft.derived.append((number, source))
        return self.words.number(number, source)

    def card(self, name: str, data: dict[str, Any]) -> None:
        self.draft.cards.append((name, data))

    def steps(self, call_id: str, result: Mapping[str, Any], cite: Mapping[str, str]) -> None:
        """The shown arithmetic, a line a step, with the clause that each step rests on."""
        for position, step in enumerate(result.get("steps", ())):
            label = self.words.name("step", step["id"])
            colon = "：" if self.turn.language == "zh" else ": "
            self.line(
                f"{label}{colon}{step['formula']}",
                source=f"tool:{call_id}/steps/{position}/formula",
                cite=cite.get(step["id"], ""),
            )

    def warnings(self, call_id: str, result: Mapping[str, Any]) -> None:
        """What the reader must know before acting; some call for a person."""
        for position, warning in enumerate(result.get("warnings", ())):
            given = warning["values"]
            special = f"warning.{warning['id']}_{given.get('duty', '')}"
            key = special if self.words.has(special) else f"warning.{warning['id']}"
            if self.words.has(key):
                source = f"tool:{call_id}/warnings/{position}/values"
                values = {name: self._named(name, value, f"{source}/{name}") for name, value in given.items()}
                self.add(_filled(self.words, key, values))
            if warning["id"] in _FOR_A_PERSON and not (
                warning["id"] == "deadline_passed" and given["duty"] in _NOT_MISSED
            ):
                self.hand_over(warning["id"])

    def assumed(self, call_id: str, result: Mapping[str, Any]) -> None:
        """Name the values that nobody stated, and the amounts that were left out for want of a value."""
        typical = [(n, item) for n, item in enumerate(result["assumptions"]) if item["source"] == "typical"]
        taken = [self._assumption(n, item, call_id) for n, item in typical if item["value"] not in (None, 0)]
        left_out = [self.words.name("slot", item["parameter"]) for _, item in typical if item["value"] is None]
        if taken:
            self.say("assumption.taken", role="notice", own_line=True, values_taken=_listed(self.words, taken))
        if left_out:
            self.say("assumption.left_out", role="notice", own_line=True, names=Shown(self.words.join(left_out)))

    def _assumption(self, position: int, item: Mapping[str, Any], call_id: str) -> Shown:
        name, source = item["parameter"], f"tool:{call_id}/assumptions/{position}/value"
        value = self.words.parameter(name, item["value"], source).text
        return Shown(self.words.text("assumption.one", slot=self.words.name("slot", name), value=value), source)

    def hand_over(self, reason: str) -> None:
        """Ask for a person to look at this as well; the first reason stands."""
        if self.draft.handoff is None:
            message = self.turn.message[:200]
            self.draft.handoff = (reason, self.words.text("handoff.summary", message=message))

    def _named(self, name: str, value: Any, source: str) -> Shown:
        group = _NAMED_BY_GROUP.get(name)
        return self.words.shown(group, str(value)) if group else self.words.any(value, source)

    def _cited(self, sentence: Sentence, reference: str) -> Sentence:
        passage = self.turn.clauses.clause(reference, self.turn.language) if reference else None
        if passage is None:
            return sentence
        number = self.draft.cite(passage, _opening(passage))
        whole = Evidence(start=0, end=len(sentence.text), source=f"citation:{number}")
        return Sentence(
            text=sentence.text, role=sentence.role, evidence=(*sentence.evidence, whole), own_line=sentence.own_line
        )


def _listed(words: Wording, items: list[Shown]) -> Shown:
    mark = "；" if words.language == "zh" else "; "
    return Shown(mark.join(item.text for item in items), items[0].source)


def _filled(words: Wording, key: str, values: Mapping[str, Shown]) -> Sentence:
    """A warning's sentence; its wording may leave some values of the warning unsaid."""
    template = words.text_of(key)
    said = {name: value for name, value in values.items() if f"{{{name}}}" in template}
    return words.sentence(key, said, role="notice", own_line=True)


def _opening(passage: Passage) -> Span:
    """The whole passage when short, else its first sentences up to the same length."""
    most = _WHOLE_PASSAGE_CHARS[passage.language]
    if len(passage.text) <= most:
        return passage.span
    end = 0
    for piece in _SENTENCE_END.split(passage.text):
        position = passage.text.find(piece, end) + len(piece)
        if position > most and end:
            break
        end = position
    return Span(start=passage.span.start, end=passage.span.start + end)
