"""Documents that a person asks for: composed from the case and the tools' results, with blanks for what is unknown."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from assistant.answer import Evidence, Language
from assistant.engine.cues import cues, has_cue
from assistant.engine.tasks import Task, tasks
from assistant.engine.tasks.base import place_bare
from assistant.engine.turn import FRAGMENT_CHARS, Call, TurnContext
from assistant.engine.wording import Shown
from assistant.engine.writer import Writer
from assistant.letters import letter_draft
from tools.letters import LetterLine, letter_about
from tools.money import Money
from tools.results import jsonable

_FOLDER = Path(__file__).parent.parent / "wording" / "documents"
_BLANK = re.compile(r"\[[^\[\]]+\]|【[^【】]*】")
_ASKED, _MAYBE = 0.5, 0.2
_MOST_QUOTED = 2
_FACTS = frozenset({"buyer", "due_date", "debt", "limit", "insured_pct", "days_late", "cause", "held", "mep_days"})
"""Facts that documents name."""
_FED_BY: Mapping[str, tuple[str, ...]] = {
    "missing_papers": ("checklist",),
    "claim_guide": ("checklist", "deadlines"),
    "claim_note": ("indemnity", "deadlines", "checklist"),
    "dunning": ("interest",),
}
_PIECES = re.compile(r"[，,。：:；;？！\n]+|(?<=[?？])|\. ")
_ASKER = re.compile(
    r"^(?:客户|被保险人|投保人|对方|他们?|她|the insured|the client|they|he|she)(?:来|想)?(?:问|咨询|知道|asks?)", re.I
)
_ANSWERED = ("indemnity", "notice_by", "stop_shipment", "claim_by", "interest")


def document_asked(turn: TurnContext) -> str:
    """The kind of document that the message asks for; empty when it asks for none."""
    text, dossier = turn.reading.text, turn.dossier
    named = next((kind for kind in cues()["document"] if has_cue(text, "document", kind)), "")
    if dossier.document and has_cue(text, "rewrite") and (not named or not has_cue(text, "write")):
        return dossier.document
    if "document" in dossier.last_tasks and _fills_a_blank(turn):
        return dossier.document
    if {"answer_in_en", "answer_in_zh"} & turn.reading.flags and "document" in dossier.last_tasks:
        return dossier.document
    wants = turn.intends("letter_draft", above=_ASKED) or (not turn.reading.intents and has_cue(text, "write"))
    maybe = turn.intends("letter_draft", above=_MAYBE) and has_cue(text, "write")
    if not wants and not maybe and not _is_ordered(text):
        return ""
    return named


def _is_ordered(text: str) -> bool:
    """Whether a document is plainly asked for: a clause that names it asks to write, and is no question."""
    kinds = cues()["document"]
    return any(
        has_cue(piece, "write")
        and not has_cue(piece, "question")
        and (has_cue(piece, "letter") or any(has_cue(piece, "document", kind) for kind in kinds))
        for piece in _PIECES.split(text)
    )


def _fills_a_blank(turn: TurnContext) -> bool:
    """Whether a message after a draft only states facts that were not known when it was written."""
    short = len(turn.reading.text) <= FRAGMENT_CHARS[turn.reading.language]
    known = turn.dossier.before[-1]["slots"] if turn.dossier.before else ()
    stated = _FACTS & set(turn.dossier.changed()) - set(known)
    return bool(short and stated) and not has_cue(turn.reading.text, "question")


def feeding(turn: TurnContext, kind: str) -> list[Task]:
    """The tasks whose results go into a document, as far as their facts are known."""
    every = tasks()
    names = _FED_BY.get(kind) or _answering(turn)
    return [every[name] for name in names if name in every and not every[name].missing(turn)]


def about(turn: TurnContext, call: Call) -> Call:
    """The call of a document with its question alone: what is to be answered, without the request to write."""
    if call.task != "knowledge":
        return call
    query = _asked_in(turn) or turn.dossier.topic or turn.reading.text
    return replace(call, arguments={**call.arguments, "query": query})


def _answering(turn: TurnContext) -> tuple[str, ...]:
    """What a reply rests on: figures of this message, the passages for a question in it, or what was done before."""
    stated = set(turn.dossier.changed())
    figures = [task.name for task in tasks().values() if task.decisive & stated and not task.missing(turn)]
    if figures and not turn.dossier.tasks:
        return tuple(figures)
    if _asked_in(turn) or (turn.dossier.topic and not turn.dossier.tasks):
        return ("knowledge",)
    named = [task.name for task in tasks().values() if task.is_named(turn)]
    return tuple(dict.fromkeys([*turn.dossier.tasks, *named]))


def _asked_in(turn: TurnContext) -> str:
    """The question inside a request to write; empty when only the writing is asked for."""
    pieces = [piece.strip() for piece in _PIECES.split(turn.reading.text) if piece.strip()]
    asked = [piece for piece in pieces if not has_cue(piece, "write")]
    return _ASKER.sub("", " ".join(asked)) if any(has_cue(piece, "question") for piece in asked) else ""


def write_document(writer: Writer) -> None:
    """The document as an editable card, and beside it what it rests on."""
    kind = writer.turn.plan.document
    facts = _facts(writer)
    card = _dunning_letter(writer, facts) if kind == "dunning" else None
    card = card or _filled(writer, kind, facts)
    writer.say("document.lead", title=Shown(card["title"]))
    for name in ("debt", *_ANSWERED):
        if (shown := facts.get(name)) is not None:
            key = f"document.fact.{name}"
            writer.say(key, role="working", own_line=True, value=shown)
    if facts.get("missing_count") and kind != "claim_guide":
        writer.say("document.fact.papers", role="working", own_line=True, value=facts["missing_count"] or Shown(""))
    if card["blanks"]:
        writer.say("document.blanks", role="next", blanks=Shown(writer.words.join(card["blanks"])))
    if "quoted" in facts:
        basis = writer.words.sentence("document.basis", {}, role="working")
        places = [f"citation:{item.id}" for item in writer.draft.citations]
        evidence = tuple(Evidence(start=0, end=len(basis.text), source=place) for place in places)
        writer.add(replace(basis, evidence=evidence))
    writer.card("draft", {**card, "document": kind})
    writer.notice("policy")


@dataclass
class _Result:
    """The latest result of a tool in this turn, and its call."""

    at: str
    data: dict[str, Any]
    arguments: dict[str, Any]


def _results(turn: TurnContext) -> dict[str, _Result]:
    found: dict[str, _Result] = {}
    for call in turn.plan.calls:
        data = turn.results.get(call.id)
        if data is not None and "error" not in data:
            found[call.task] = _Result(f"tool:{call.id}", data, call.arguments)
    return found


def _facts(writer: Writer) -> dict[str, Shown | None]:
    """What is known, by the names that the templates use."""
    words, dossier, results = writer.words, writer.turn.dossier, _results(writer.turn)
    facts: dict[str, Shown | None] = {"today": words.date(writer.turn.today, "today")}
    for name in ("debt", "limit", "insured_pct", "days_late"):
        if (value := dossier.get(name)) is not None:
            facts[name] = words.parameter(name, value, f"user:{name}")
    facts["buyer"] = words.shown_text(dossier.get("buyer"), "user:buyer") if dossier.get("buyer") else None
    facts["cause"] = words.shown("cause", dossier.get("cause")) if dossier.get("cause") else None
    facts["due_date"] = words.date(dossier.get("due_date"), "user:due_date") if dossier.get("due_date") else None
    if payout := results.get("indemnity"):
        facts["indemnity"] = words.money(payout.data["indemnity"], f"{payout.at}/indemnity")
        facts["own_total"] = words.money(payout.data["seller_loss"], f"{payout.at}/seller_loss")
        facts["steps"] = Shown("\n".join(f"- {step['formula']}" for step in payout.data["steps"]))
    if dates := results.get("deadlines"):
        for name in ("notice_by", "stop_shipment", "claim_by"):
            if dates.data.get(name):
                facts[name] = words.date(dates.data[name], f"{dates.at}/{name}")
    if late := results.get("interest"):
        facts["interest"] = words.money(late.data["interest"], f"{late.at}/interest")
    if papers := results.get("checklist"):
        facts |= _papers(writer, papers)
    quoted = _quoted(writer, results["knowledge"]) if "knowledge" in results else ""
    if quoted:
        facts["answers"] = facts["quoted"] = Shown(quoted)
        facts["by_rule"] = Shown(_templates(writer.turn.language)["parts"]["by_rule"])
    elif answers := "\n".join(_answers(writer.turn.language, facts)):
        facts["answers"] = Shown(answers)
        facts["by_figures"] = Shown(_templates(writer.turn.language)["parts"]["by_figures"])
    return facts


def _quoted(writer: Writer, found: _Result) -> str:
    """The words of the passages that answer, with their citations noted; empty when none does."""
    asked = Writer(writer.turn)
    call = next(call for call in writer.turn.plan.calls if found.at == f"tool:{call.id}")
    tasks()["knowledge"].write(asked, call, found.data)
    if asked.draft.outcome in ("out_of_scope", "not_in_corpus") or not asked.draft.citations:
        return ""
    lead = [item for item in asked.draft.sentences if item.role == "answer" and item.evidence][:_MOST_QUOTED]
    cited = {evidence.source for item in lead for evidence in item.evidence}
    writer.draft.citations += [item for item in asked.draft.citations if f"citation:{item.id}" in cited]
    return "\n".join(item.text[item.evidence[0].start :] for item in lead)


def _papers(writer: Writer, papers: _Result) -> dict[str, Shown | None]:
    language, needed = writer.turn.language, [item for item in papers.data["items"] if item["required"]]
    missing = [item for item in needed if not item["held"]]
    colon = "：" if language == "zh" else ": "
    lines = Shown("\n".join(f"- {item['title'][language]}{colon}{item['why'][language]}" for item in missing))
    held = [item["title"][language] for item in needed if item["held"]]
    return {
        "papers": lines,
        "papers_if_known": lines,
        "missing_count": writer.count(len(missing), f"{papers.at}/missing"),
        "held": Shown(writer.words.join(held)) if held else None,
    }


def _answers(language: Language, facts: Mapping[str, Shown | None]) -> Iterator[str]:
    parts = _templates(language)["parts"]["answer"]
    for name in _ANSWERED:
        if (shown := facts.get(name)) is not None:
            yield parts[name].format(value=shown.text)
    if (papers := facts.get("papers")) is not None:
        yield parts["papers"]
        yield papers.text


def _filled(writer: Writer, kind: str, facts: Mapping[str, Shown | None]) -> dict[str, Any]:
    texts = _templates(writer.turn.language)
    template, blanks = texts[kind], texts["blanks"]
    lines: list[str] = []
    for line in template["body"].strip().splitlines():
        names = [name for _, name, _, _ in Formatter().parse(line) if name]
        unknown = [name for name in names if facts.get(name) is None]
        if unknown and (line.startswith("? ") or any(name not in blanks for name in unknown)):
            continue
        values = {name: shown.text if (shown := facts.get(name)) is not None else blanks[name] for name in names}
        lines.append(line.removeprefix("? ").format(**values))
    body = "\n".join(lines) + "\n"
    return {"title": template["title"], "body": body, "blanks": list(dict.fromkeys(_BLANK.findall(body)))}


def _dunning_letter(writer: Writer, facts: Mapping[str, Shown | None]) -> dict[str, Any] | None:
    """The letter of the stage asked for, else of the one reached; None while the due date is unknown."""
    turn, dossier = writer.turn, writer.turn.dossier
    place_bare(turn, "money", "debt")
    late, due = dossier.get("days_late"), dossier.get("due_date")
    if late is not None:
        day = turn.today - timedelta(days=late)
    elif due is not None:
        day = date.fromisoformat(due)
    else:
        return None
    days = max((turn.today - day).days, 0)
    invoice, amount = dossier.get("invoice"), _money(dossier.get("debt"))
    line = LetterLine(invoice=invoice, amount=amount, due_date=day, days_overdue=days)
    asked = next((name for name in cues()["dunning_stage"] if has_cue(turn.message, "dunning_stage", name)), None)
    letter = letter_about(line, turn.today, dossier.get("mep_days"), buyer=dossier.get("buyer"), stage=asked)
    if letter is None:
        return None
    for value in (day, letter.pay_by, letter.written_on):
        writer.draft.derived.append((value, "today"))
    writer.draft.derived.append((days, "today"))
    card = letter_draft(jsonable(letter), turn.language)
    if (interest := facts.get("interest")) is not None:
        line_ = _templates(turn.language)["parts"]["interest"].format(interest=interest.text)
        card = {**card, "body": f"{card['body']}\n{line_}\n"}
    return card


def _money(value: Mapping[str, Any] | None) -> Money | None:
    return Money(amount=Decimal(str(value["amount"])), currency=value["currency"]) if value else None


@cache
def _templates(language: Language) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
