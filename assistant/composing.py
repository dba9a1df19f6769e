"""From a draft to the answer that leaves the server: every sentence checked, then assembled with its receipt."""

from typing import Any

from assistant.answer import Answer, AssumptionNote, CardPart, Citation, Handoff, Part, TextPart, ToolCall
from assistant.conversation import Conversation
from assistant.engine.policy_facts import Used, policy_of, used_terms
from assistant.engine.turn import TurnContext
from assistant.engine.wording import Wording
from assistant.evidence import Draft, Sentence, as_markdown, paragraphs
from assistant.verify import Ledger, ledger_of


def compose(
    draft: Draft,
    *,
    turn: TurnContext,
    conversation: Conversation,
    calls: list[ToolCall],
    engine: str,
    index_version: str,
) -> Answer:
    """Check the draft against the ledger and assemble the answer."""
    ledger = _ledger(draft, turn, conversation, calls)
    verdicts = [(sentence, ledger.check(sentence)) for sentence in draft.sentences]
    spoken = [sentence for sentence, verdict in verdicts if verdict.ok]
    words = Wording(turn.language)
    if len(spoken) < len(verdicts):
        spoken.append(Sentence(text=words.text("verify.dropped"), role="notice"))
    texts = paragraphs(spoken, turn.language)
    citations = _renumbered(texts, draft.citations)
    parts: list[Part] = [*texts]
    if draft.questions:
        asked = TextPart(role="ask", text="\n".join(f"- {question.text}" for question in draft.questions))
        parts.append(asked)
        texts.append(asked)
    cards = [(name, _checked(data, ledger) if name == "draft" else data) for name, data in draft.cards]
    parts += [CardPart(card=name, data=data) for name, data in cards]
    return Answer(
        conversation_id=conversation.id,
        language=turn.language,
        engine=engine,
        outcome=draft.outcome,
        parts=parts,
        text="\n\n".join([as_markdown(texts, citations, turn.language), *_documents(cards)]),
        citations=citations,
        tool_calls=calls,
        assumptions=_assumptions(turn, calls, words),
        questions=draft.questions,
        handoff=Handoff(reason=draft.handoff[0], summary=draft.handoff[1]) if draft.handoff else None,
        notices=[words.text("notice.ai"), *draft.notices],
        suggestions=draft.suggestions,
        receipt={
            "corpus": index_version,
            "today": turn.today.isoformat(),
            "reading": _reading(turn),
            "plan": {"tasks": turn.plan.tasks, "boundary": turn.plan.boundary, "asks": turn.plan.asks},
            "verdicts": [
                {"text": sentence.text, "ok": verdict.ok, "unmatched": list(verdict.unmatched)}
                for sentence, verdict in verdicts
            ],
        },
    )


def _checked(data: dict[str, Any], ledger: Ledger) -> dict[str, Any]:
    """A document without the lines whose figures have no source."""
    lines = str(data["body"]).splitlines(keepends=True)
    return {**data, "body": "".join(line for line in lines if ledger.check(Sentence(text=line)).ok)}


def _documents(cards: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """Documents as plain text, for channels that draw no cards."""
    return [f"**{data['title']}**\n\n{data['body']}" for name, data in cards if name == "draft"]


def is_speakable(draft: Draft, *, turn: TurnContext, conversation: Conversation, calls: list[ToolCall]) -> bool:
    """Whether a model's draft is worth speaking once the ledger has checked it.

    Something must be left; and a model that lost a sentence without a single tool result was guessing all along.
    """
    ledger = _ledger(draft, turn, conversation, calls)
    verdicts = [ledger.check(sentence).ok for sentence in draft.sentences]
    has_results = any("error" not in call.result for call in calls)
    return any(verdicts) and (all(verdicts) or has_results)


def _renumbered(parts: list[TextPart], citations: list[Citation]) -> list[Citation]:
    """Citations in the order in which the text uses them; unused ones are left out."""
    used = [item for part in parts for item in sorted(part.evidence, key=lambda item: item.end)]
    order = dict.fromkeys(item.source for item in used if item.source.startswith("citation:"))
    number = {source: position for position, source in enumerate(order, start=1)}
    for item in used:
        if item.source in number:
            item.source = f"citation:{number[item.source]}"
    by_source = {f"citation:{citation.id}": citation for citation in citations}
    return [by_source[source].model_copy(update={"id": position}) for source, position in number.items()]


def _ledger(draft: Draft, turn: TurnContext, conversation: Conversation, calls: list[ToolCall]) -> Ledger:
    passages = {
        citation.id: passage.text
        for citation in draft.citations
        if (passage := turn.clauses.passage(citation.passage_id)) is not None
    }
    said = [*(past.message for past in conversation.turns), turn.message]
    ledger = ledger_of(((call.id, call.arguments, call.result) for call in calls), passages, said, turn.today)
    for name, slot in turn.dossier.slots.items():
        ledger.add_fields(slot.value, f"user:{name}", name=name)
    policy = policy_of(turn.dossier)
    for term in policy.terms if policy else ():
        ledger.add_fields(term.value, f"schedule:{term.key}", name=term.parameter)
    for value, source in draft.derived:
        ledger.add(value, source)
    return ledger


def _assumptions(turn: TurnContext, calls: list[ToolCall], words: Wording) -> list[AssumptionNote]:
    notes: dict[str, AssumptionNote] = {}
    for call in calls:
        for used in used_terms(call.arguments, turn.dossier):
            if not used.differs:
                notes[used.slot] = _from_policy(used, turn, words)
    for call in calls:
        for item in call.result.get("assumptions", ()):
            name, value = item["parameter"], item["value"]
            parameter = words.name("slot", name)
            if value is None:
                text = words.text("assumption.unstated", parameter=parameter)
            else:
                shown = words.parameter(name, value).text
                text = words.text(f"assumption.{item['source']}", parameter=parameter, value=shown)
            notes.setdefault(name, AssumptionNote(**{**item, "text": text}))
    if turn.dossier.currency_assumed and any(call.name != "search_knowledge" for call in calls):
        code = turn.dossier.currency_assumed
        text = words.text("assumption.typical", parameter=words.name("slot", "currency"), value=code)
        notes.setdefault("currency", AssumptionNote(parameter="currency", value=code, source="typical", text=text))
    return list(notes.values())


def _from_policy(used: Used, turn: TurnContext, words: Wording) -> AssumptionNote:
    term, policy = used.term, turn.dossier.policy or {}
    parameter, shown = words.name("term", term.parameter), words.parameter(term.parameter, used.value).text
    return AssumptionNote(
        parameter=used.slot,
        value=used.value,
        clause=f"{policy.get('document_id')}:{term.clause}" if term.clause else None,
        source=term.source,
        text=words.text(f"assumption.{term.source}", parameter=parameter, value=shown),
    )


def _reading(turn: TurnContext) -> dict[str, Any]:
    reading = turn.reading
    return {
        "language": reading.language,
        "intents": [{"name": item.name, "confidence": round(item.confidence, 3)} for item in reading.intents[:5]],
        "quantities": [
            {"text": item.text, "kind": item.kind, "value": str(item.value), "unit": item.unit, "role": item.role}
            for item in reading.quantities
        ],
        "entities": [{"kind": item.kind, "value": item.value, "text": item.text} for item in reading.entities],
        "dossier": {name: slot.value for name, slot in turn.dossier.slots.items()},
    }
