"""A language model's text as a draft: sentences, with the passages they cite."""

import re

from assistant.answer import Evidence, ToolCall
from assistant.engine.turn import TurnContext
from assistant.engine.wording import Wording
from assistant.evidence import Draft, Sentence
from assistant.letters import letter_draft
from assistant.sentences import pieces
from knowledge.model import Span

_BRACKETS = re.compile(r"\s*\[([^\[\]]*/(?:zh|en)/[^\[\]]*)\]")
_PASSAGE_ID = re.compile(r"[\w.\-]+/(?:zh|en)/[\w.\-()（）~]+")
_FOOTNOTE = re.compile(r"\s*\[\d{1,2}\]")
_SEARCH = "search_knowledge"
_CARDS = {
    "estimate_premium": "premium_estimate",
    "lookup_buyer": "buyer",
    "assess_buyer": "assessment",
    "claim_checklist": "checklist",
    "compute_deadlines": "deadlines",
    "compute_indemnity": "indemnity",
    "check_coverage": "coverage",
    "late_interest": "interest",
    "analyse_receivables": "receivables",
}


def draft_from_text(text: str, *, turn: TurnContext, calls: list[ToolCall]) -> Draft:
    """Split into sentences; a citation id in brackets becomes evidence, and is taken out of the words."""
    draft = Draft()
    retrieved = {
        passage["citation_id"]: Span(start=passage["start"], end=passage["end"])
        for call in calls
        for passage in call.result.get("passages", ())
    }
    for piece in pieces(text):
        draft.sentences += _sentence(piece.text, draft, turn, retrieved, own_line=piece.own_line)
    draft.outcome = _outcome(draft, turn, calls)
    for call in calls:
        if call.name in _CARDS and "error" not in call.result:
            draft.cards.append((_CARDS[call.name], {"arguments": call.arguments, **call.result}))
            draft.cards += [("draft", letter_draft(item, turn.language)) for item in call.result.get("letters", ())[:3]]
    draft.notices.append(Wording(turn.language).text("notice.policy"))
    return draft


def _sentence(
    piece: str, draft: Draft, turn: TurnContext, retrieved: dict[str, Span], *, own_line: bool
) -> list[Sentence]:
    named = [passage_id for group in _BRACKETS.findall(piece) for passage_id in _PASSAGE_ID.findall(group)]
    words = _FOOTNOTE.sub("", _BRACKETS.sub("", piece)).strip()
    if not any(character.isalnum() for character in words):
        return []
    evidence = []
    for passage_id in dict.fromkeys(named):
        passage = turn.clauses.passage(passage_id) if passage_id in retrieved else None
        if passage:
            number = draft.cite(passage, retrieved[passage_id])
            evidence.append(Evidence(start=0, end=len(words), source=f"citation:{number}"))
    role = "ask" if words.endswith(("?", "？")) else "answer"
    return [Sentence(text=words, role=role, evidence=tuple(evidence), own_line=own_line)]


def _outcome(draft: Draft, turn: TurnContext, calls: list[ToolCall]) -> str:
    """The plan's outcome; where the plan expects an answer, what the model did may be less than one."""
    if turn.plan.outcome != "answered":
        return turn.plan.outcome
    if draft.sentences and all(sentence.role == "ask" for sentence in draft.sentences):
        return "needs_facts"
    if calls and all(call.name == _SEARCH and not call.result.get("passages") for call in calls):
        return "not_in_corpus"
    return "answered"
