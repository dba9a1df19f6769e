"""A language model's text as a draft: sentences, with the passages they cite."""

import re

from assistant.answer import Evidence, ToolCall
from assistant.engine.turn import TurnContext
from assistant.engine.wording import Wording
from assistant.evidence import Draft, Sentence
from knowledge.model import Span

_CITED = re.compile(r"\s*\[([\w.\-]+/(?:zh|en)/[\w.\-]+)\]")
_SENTENCE = re.compile(r"[^。!?!?\n.]+(?:\.(?=\S)[^。!?!?\n.]*)*[。!?!?.]?(?:\s*\[[^\]]+\])*|\n+")
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
    draft = Draft(outcome=turn.plan.outcome)
    retrieved = {
        passage["citation_id"]: Span(start=passage["start"], end=passage["end"])
        for call in calls
        for passage in call.result.get("passages", ())
    }
    for line in text.splitlines():
        own_line = line.lstrip().startswith(("- ", "* ", "• "))
        for match in _SENTENCE.finditer(line.strip().lstrip("-*• #").replace("**", "")):
            draft.sentences += _sentence(match.group(), draft, turn, retrieved, own_line=own_line)
            own_line = False
    for call in calls:
        if call.name in _CARDS and "error" not in call.result:
            draft.cards.append((_CARDS[call.name], {"arguments": call.arguments, **call.result}))
    draft.notices.append(Wording(turn.language).text("notice.policy"))
    return draft


def _sentence(
    piece: str, draft: Draft, turn: TurnContext, retrieved: dict[str, Span], *, own_line: bool
) -> list[Sentence]:
    cited = [passage_id for passage_id in _CITED.findall(piece) if passage_id in retrieved]
    words = _CITED.sub("", piece).strip()
    if not words:
        return []
    evidence = []
    for passage_id in cited:
        passage = turn.clauses.passage(passage_id)
        if passage:
            number = draft.cite(passage, retrieved[passage_id])
            evidence.append(Evidence(start=0, end=len(words), source=f"citation:{number}"))
    return [Sentence(text=words, evidence=tuple(evidence), own_line=own_line)]
