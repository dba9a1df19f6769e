"""What an answer is judged by. A scorer says which checks it made and which of them failed, and why."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from assistant.answer import Answer, CardPart, TextPart
from assistant.verify import figures
from evals.case import Case, Expect, as_number
from evals.values import agree, cited, shows

FREE = "search_knowledge"
"""Reading the documents is never a wrong choice."""
DocumentText = Callable[[str, str], str | None]
"""The canonical text of a document in a language; None when there is none."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing looked at in one answer."""

    measure: str
    ok: bool
    note: str = ""
    """What was wanted and what came, when it failed."""


@dataclass(kw_only=True)
class ToolCounts:
    """Tool choice over many turns."""

    right: int = 0
    missed: list[str] = field(default_factory=list)
    needless: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        wrong = len(self.missed) + len(self.needless)
        return 2 * self.right / (2 * self.right + wrong) if self.right + wrong else 1.0

    @property
    def precision(self) -> float:
        return self.right / (self.right + len(self.needless)) if self.right + len(self.needless) else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + len(self.missed)) if self.right + len(self.missed) else 1.0

    def add(self, other: "ToolCounts") -> None:
        self.right += other.right
        self.missed += other.missed
        self.needless += other.needless


def judge(case: Case, expect: Expect, answer: Answer, document_text: DocumentText) -> list[Check]:
    """Every check that `expect` asks for, and those that hold for any answer."""
    return [
        *_outcome(expect, answer),
        *_tools(expect, answer),
        *_arguments(expect, answer),
        *_figures(expect, answer),
        *_citations(expect, answer, document_text),
        *_asks(expect, answer),
        *_language(expect.language or case.language, answer),
        *_ledger(answer),
        *_words(expect, answer),
        *_cards(expect, answer),
    ]


def tool_counts(expect: Expect, answer: Answer) -> ToolCounts:
    """Which tools were rightly run, missed, or run for nothing."""
    called = {call.name for call in answer.tool_calls}
    wanted = set(expect.tools)
    needless = called - wanted - set(expect.may) - {FREE}
    return ToolCounts(right=len(wanted & called), missed=sorted(wanted - called), needless=sorted(needless))


def spoken(answer: Answer) -> str:
    """The answer's words, without footnotes and cards."""
    return "\n".join(part.text for part in answer.parts if isinstance(part, TextPart))


def _outcome(expect: Expect, answer: Answer) -> Iterator[Check]:
    if expect.outcome is not None:
        allowed = (expect.outcome,) if isinstance(expect.outcome, str) else expect.outcome
        yield Check(measure="outcome", ok=answer.outcome in allowed, note=f"{'/'.join(allowed)} ≠ {answer.outcome}")
    if expect.handoff is not None:
        ok = (answer.handoff is not None or answer.outcome == "needs_person") == expect.handoff
        yield Check(measure="handoff", ok=ok, note="a person was wanted" if expect.handoff else "no person was wanted")


def _tools(expect: Expect, answer: Answer) -> Iterator[Check]:
    counts = tool_counts(expect, answer)
    barred = sorted({call.name for call in answer.tool_calls} & set(expect.not_tools))
    notes = [f"missed {', '.join(counts.missed)}"] if counts.missed else []
    notes += [f"needless {', '.join(counts.needless)}"] if counts.needless else []
    notes += [f"barred {', '.join(barred)}"] if barred else []
    yield Check(measure="tools", ok=not notes, note="; ".join(notes))


def _arguments(expect: Expect, answer: Answer) -> Iterator[Check]:
    for name, wanted in expect.tools.items():
        calls = [call for call in answer.tool_calls if call.name == name]
        if not wanted or not calls:  # a missed tool counts once, under tool choice
            continue
        wrong = min((_differences(wanted, call.arguments) for call in calls), key=len)
        failed = any("error" in call.result for call in calls)
        note = "; ".join(wrong) + (" (the tool refused)" if failed else "")
        yield Check(measure="arguments", ok=not wrong and not failed, note=f"{name}: {note}")


def _differences(wanted: dict[str, Any], given: dict[str, Any]) -> list[str]:
    return [
        f"{argument}: {value!r} ≠ {given.get(argument)!r}"
        for argument, value in wanted.items()
        if not agree(value, given.get(argument))
    ]


def _figures(expect: Expect, answer: Answer) -> Iterator[Check]:
    read = figures(spoken(answer))
    for value in expect.figures:
        yield Check(measure="figures", ok=shows(read, as_number(value)), note=f"{value} is not in the text")
    for value in expect.absent_figures:
        yield Check(measure="figures", ok=not shows(read, as_number(value)), note=f"{value} is in the text")


def _citations(expect: Expect, answer: Answer, document_text: DocumentText) -> Iterator[Check]:
    references = [f"{item.document}:{item.clause}" for item in answer.citations]
    if expect.cites:
        ok = any(cited(wanted, references) for wanted in expect.cites)
        yield Check(measure="cites", ok=ok, note=f"none of {', '.join(expect.cites)} in {', '.join(references) or '–'}")
    for item in answer.citations:
        text = document_text(item.document, item.language)
        ok = text is not None and text[item.start : item.end] == item.quote != ""
        yield Check(measure="quotes", ok=ok, note=f"the quote of {item.passage_id} is not at {item.start}–{item.end}")


def _asks(expect: Expect, answer: Answer) -> Iterator[Check]:
    asked = {question.slot for question in answer.questions}
    shown = ", ".join(sorted(asked)) or "nothing"
    if expect.asks:
        ok = len(asked) <= 2 and all(set(slots.split("|")) & asked for slots in expect.asks)
        yield Check(measure="asks", ok=ok, note=f"wanted {', '.join(expect.asks)}; asked {shown}")
    elif expect.asks_none:
        yield Check(measure="asks", ok=not asked, note=f"asked {shown} for nothing")


def _language(wanted: str, answer: Answer) -> Iterator[Check]:
    words = spoken(answer)
    han, latin = len(re.findall(r"[\u4e00-\u9fff]", words)), len(re.findall(r"[A-Za-z]+", words))
    ok = answer.language == wanted and (han > latin if wanted == "zh" else latin > han)
    yield Check(measure="language", ok=ok, note=f"{wanted} ≠ {answer.language} ({han} Chinese, {latin} Latin words)")


def _ledger(answer: Answer) -> Iterator[Check]:
    dropped = [item for item in answer.receipt.get("verdicts", ()) if not item["ok"]]
    note = "; ".join(f"dropped “{item['text'][:80]}” for {', '.join(item['unmatched'])}" for item in dropped)
    yield Check(measure="ledger", ok=not dropped, note=note)


def _words(expect: Expect, answer: Answer) -> Iterator[Check]:
    if expect.text_any:
        low = answer.text.casefold()
        ok = any(words.casefold() in low for words in expect.text_any)
        yield Check(measure="words", ok=ok, note=f"none of {', '.join(expect.text_any)} in the text")


def _cards(expect: Expect, answer: Answer) -> Iterator[Check]:
    shown = {part.card for part in answer.parts if isinstance(part, CardPart)}
    for card in expect.cards:
        yield Check(measure="cards", ok=card in shown, note=f"no card {card} among {', '.join(sorted(shown)) or '–'}")
