"""Questions that the documents answer."""

import re
from typing import Any

from assistant.engine.cues import cues, has_cue
from assistant.engine.tasks.base import Task
from assistant.engine.turn import FRAGMENT_CHARS, Call, TurnContext
from assistant.engine.wording import Shown, Wording
from assistant.engine.writer import Writer
from knowledge.model import Passage, Span

_SPECIMEN = "wt-2026"
_CLAUSE = re.compile(
    r"第?\s?(\d{1,2}\.\d{1,2})\s?(?:条|款)|(?:条款|clause|section|article)\s?(\d{1,2}\.\d{1,2})(?!\d)", re.I
)
_MAYBE_OUTSIDE = 0.08
"""With no passage found, a doubt of this size that the subject is ours settles it."""
_SURE = 0.6
_CLOSE = 0.75
"""An own document comes first when its score is at least this share of the best one."""
_DEFINITION = 0.45
"""What the nearness of a definition counts for where no meaning is asked: it names the subject and answers nothing."""
_ADVICE = 0.5
"""How near advice has to come to be added to the result of another tool."""
_ALL_SIDES = 0.5
"""One passage that speaks of all that is compared comes first when it is this near."""
_FURTHER = {"visitor": (1, 0.85), "owner": (1, 0.65), "support": (2, 0.6)}
"""How many further passages each persona is given, and how near to the first one they have to come."""


class Knowledge(Task):
    name = "knowledge"
    tool = "search_knowledge"
    intents = frozenset({"knowledge", "glossary", "comparison", "credit_limit_help", "premium_lower"})

    def arguments(self, turn: TurnContext) -> dict[str, Any]:
        found = {"query": question(turn), "language": turn.language, "top_k": 6}
        return {**found, "prefer_own": True} if means_own(turn) else found

    def write(self, writer: Writer, call: Call, result: dict[str, Any]) -> None:
        alone = call.arguments["query"] == writer.turn.reading.text
        answers = [item for item in result["passages"] if not writer.turn.is_foreign(item["score"], alone=alone)]
        in_company = bool(writer.draft.sentences)
        found = _weighed(writer.turn, [item for item in answers if _fits(writer.turn, item)] or answers, in_company)
        found = _led_by_own(writer.turn, found)
        if passage := _clause_named(writer.turn):
            writer.quote(passage)
            writer.notice("policy")
            return
        if not found:
            if not writer.draft.sentences:
                outside = writer.turn.intends("out_of_scope", above=_MAYBE_OUTSIDE)
                writer.draft.outcome = "out_of_scope" if outside else "not_in_corpus"
                writer.say(f"boundary.{writer.draft.outcome}")
                writer.suggest("cover", "premium_lower", "checklist")
            return
        sides = _sides(writer.turn, result, found)
        lead, *others = [*sides, *(item for item in found if item not in sides)]
        if lead["reference"] in cues()["outside"]["references"] and not writer.draft.sentences:
            writer.draft.outcome = "out_of_scope"
            writer.say("boundary.out_of_scope")
            return
        self._quote(writer, lead, "answer")
        for item in sides[1:]:
            self._quote(writer, item, "answer", own_line=True)
            others.remove(item)
        has_room = not in_company and not writer.turn.plan.asks
        for item in _further(writer.turn, lead, others) if has_room else ():
            self._quote(writer, item, "working", own_line=True)
        writer.notice("policy")
        if _document(lead).startswith("guide-law"):
            writer.notice("law")

    def _quote(self, writer: Writer, item: dict[str, Any], role: str, own_line: bool = False) -> None:
        passage = writer.turn.clauses.passage(item["citation_id"])
        if passage:
            if item["is_own"]:
                self._name(writer, item, role)
            span = Span(start=item["start"], end=item["end"])
            writer.quote(passage, span, role=role, own_line=own_line)

    def _name(self, writer: Writer, item: dict[str, Any], role: str) -> None:
        """Say whose words follow: an own document is not the specimen."""
        source = f"document:{item['document']}"
        writer.draft.derived.append((item["title"], source))  # a year in the title is no figure of ours
        writer.say("file.says", role=role, title=Shown(item["title"], source))


def _clause_named(turn: TurnContext) -> Passage | None:
    """The clause of the specimen that is named by its number: "5.5条是什么内容", "what does clause 7.1 say"."""
    match = _CLAUSE.search(turn.reading.text)
    number = next((found for found in match.groups() if found), "") if match else ""
    return turn.clauses.clause(f"{_SPECIMEN}:{number}", turn.language) if number else None


def means_own(turn: TurnContext) -> bool:
    """Whether the person speaks of a document of their own."""
    return turn.has_new_documents or has_cue(turn.reading.text, "own_document")


def _led_by_own(turn: TurnContext, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The person's own policy decides their case: it comes before the specimen where it answers nearly as well."""
    enough = 0.0 if means_own(turn) or not found else found[0]["score"] * _CLOSE
    own = [item for item in found if item["is_own"] and item["score"] >= enough]
    return [*own, *(item for item in found if item not in own)]


def _sides(turn: TurnContext, result: dict[str, Any], found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What answers a question that compares: one passage that speaks of all sides, else the definition of each."""
    if not turn.intends("comparison"):
        return []
    entries = {item["citation_id"]: item for item in found}
    sides = [entries[name] for name in result["defined"] if name in entries]
    if len(sides) < 2:
        return []
    near = (item for item in found if item["nearness"] >= _ALL_SIDES)
    of_all = next((item for item in near if all(_speaks_of(item, side) for side in sides)), None)
    if of_all is None and not _defines(found[0]):
        return []
    return [of_all] if of_all else sides


def _speaks_of(item: dict[str, Any], entry: dict[str, Any]) -> bool:
    """Whether a passage that defines nothing itself has a word of an entry's names."""
    if item["kind"] == "glossary":
        return False
    words = {word for name in re.split(r"[（()）]", entry["heading"]) for word in re.findall(r"\w{2,}", name.lower())}
    return any(word in f"{item['heading']} {item['text']}".lower() for word in words)


def _weighed(turn: TurnContext, found: list[dict[str, Any]], in_company: bool) -> list[dict[str, Any]]:
    """The passages by how near they come as an answer to this person, now.

    Beside the result of another tool, which cites the policy itself, only advice is worth adding.
    """
    if turn.intends("glossary", "comparison"):
        return found
    weighed = [{**item, "nearness": item["nearness"] * (_DEFINITION if _defines(item) else 1.0)} for item in found]
    if in_company:
        weighed = [
            item
            for item in weighed
            if item["is_own"] or (item["kind"] in ("guidance", "faq") and item["nearness"] >= _ADVICE)
        ]
    return sorted(weighed, key=lambda item: -item["nearness"])


def _further(turn: TurnContext, lead: dict[str, Any], others: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What says more than the first passage, from another document, as much as this person has patience for."""
    most, share = _FURTHER[turn.persona]
    least = share * lead["nearness"]
    return [item for item in others if item["nearness"] >= least and _document(item) != _document(lead)][:most]


def _defines(item: dict[str, Any]) -> bool:
    document, _, clause = str(item["reference"]).partition(":")
    return document == "glossary" or (document.startswith("wt-") and clause.startswith(("2.", "S.")))


_SPECIAL_POLICIES = {
    "ka": ("key_account", "single_buyer"),
    "xol": ("excess_of_loss",),
    "sme": ("sme",),
}


def _fits(turn: TurnContext, item: dict[str, Any]) -> bool:
    """Whether a passage of a special form or insurer was asked for; the whole-turnover form is meant otherwise."""
    if _document(item) == "guide-sinosure":
        return has_cue(turn.reading.text, "sinosure")
    kinds = _SPECIAL_POLICIES.get(_document(item).partition("-")[0])
    return kinds is None or turn.dossier.get("cover_type") in kinds or ("sme" in kinds and "is_sme" in turn.dossier)


def _document(item: dict[str, Any]) -> str:
    return str(item["reference"]).partition(":")[0]


def question(turn: TurnContext) -> str:
    """What to search for: the message, with the topic before it when it leans on that."""
    text = turn.reading.text
    if turn.intends("premium_lower", above=_SURE):
        return f"{Wording(turn.reading.language).text('suggest.premium_lower')} {text}"
    is_short = len(text) <= FRAGMENT_CHARS[turn.reading.language]
    leans = turn.follows_up or turn.points_back() or (is_short and not turn.is_answerable())
    if turn.dossier.topic and leans:
        return f"{turn.dossier.topic} {text}"
    return text
