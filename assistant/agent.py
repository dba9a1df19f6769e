"""The loop: read the message, let the model call tools, check every sentence against the ledger, then speak."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import ModelCallLimitMiddleware, ModelRequest, ToolCallLimitMiddleware, wrap_model_call
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import BaseTool

from assistant.answer import Answer, ChatRequest, Language, ToolCall
from assistant.catalogue import langchain_tools
from assistant.composing import compose, is_speakable
from assistant.conversation import Conversation, Event, Turn
from assistant.drafting import draft_from_text
from assistant.engine.chat import EmbeddedChat
from assistant.engine.cues import cues
from assistant.engine.dossier import Dossier
from assistant.engine.filling import update
from assistant.engine.following import fed_slots, is_follow_up, natural_slots
from assistant.engine.planning import plan
from assistant.engine.policy_facts import apply_policy, with_policy_clauses
from assistant.engine.reading import Intent, IntentClassifier, Reading, read
from assistant.engine.reading.pieces import questions_in
from assistant.engine.reading.text import normalise
from assistant.engine.turn import TurnContext
from assistant.engine.wording import Wording
from assistant.evidence import Draft
from assistant.library import open_classifier, open_index
from assistant.models import hosted_model
from assistant.prompting import render
from assistant.settings import Settings
from assistant.written_calls import with_calls
from knowledge.errors import KnowledgeError
from knowledge.model import Hit, Passage
from knowledge.search import KnowledgeIndex
from tools.buyers import Registry
from tools.cases_store import CaseStore
from tools.catalogue import build_toolset
from tools.toolset import Toolset

_log = logging.getLogger(__name__)
_HISTORY_TURNS = 6


def build_agent(settings: Settings) -> "Agent":
    """The agent that the settings describe, with everything it needs opened.

    Raises:
        KnowledgeError: There is no index yet, or it was built with another embedder.
        ToolUnavailable: The configured language model is not known, or its key is missing.
    """
    index = open_index(settings)
    registry = Registry.open(settings.registry)
    return Agent(
        index=index,
        toolset=build_toolset(
            index, registry, premium_estimates=settings.premium_estimates, cases=CaseStore(settings.database)
        ),
        classifier=open_classifier(settings),
        model=hosted_model(settings),
        model_name=settings.model,
        max_steps=settings.max_steps,
        premium_estimates=settings.premium_estimates,
    )


@dataclass(kw_only=True)
class Agent:
    """Answers messages; one for all conversations."""

    index: KnowledgeIndex
    toolset: Toolset
    classifier: IntentClassifier | None
    model: BaseChatModel | None = None
    """A hosted or local language model; None: the embedded engine answers."""
    model_name: str = "embedded"
    max_steps: int = 8
    premium_estimates: bool = True

    def __post_init__(self) -> None:
        middleware: list[Any] = [
            _speaker,
            ModelCallLimitMiddleware(run_limit=self.max_steps, exit_behavior="error"),
            ToolCallLimitMiddleware(run_limit=2 * self.max_steps),
        ]
        self._graph: Any = create_agent(
            EmbeddedChat(),
            langchain_tools(self.toolset),
            middleware=middleware,
            context_schema=_Speech,
        )

    def reply(self, request: ChatRequest, conversation: Conversation) -> Answer:
        """The whole answer; the turn is appended to the conversation."""
        for _ in self.stream(request, conversation):
            pass
        return conversation.turns[-1].answer

    def stream(self, request: ChatRequest, conversation: Conversation) -> Iterator[Event]:
        """The answer as it comes about; ends with `answer.end`, the turn appended to the conversation."""
        turn = self._understand(request, conversation)
        yield Event(kind="answer.start", data={"conversation_id": conversation.id, "language": turn.language})
        outcome = _Outcome()
        yield from self._converse(turn, conversation, outcome)
        outcome.draft.notices[:0] = [remark.told(turn.language) for remark in conversation.attached.told]
        answer = compose(
            outcome.draft,
            turn=turn,
            conversation=conversation,
            calls=outcome.calls,
            engine=outcome.engine,
            index_version=self.index.version,
        )
        for part in answer.parts:
            yield Event(kind="part", data=part.model_dump(mode="json"))
        _remember(turn, answer)
        conversation.dossier = turn.dossier.as_json()
        conversation.turns.append(Turn(message=request.message, answer=answer))
        yield Event(kind="answer.end", data={"answer": answer.model_dump(mode="json")})

    def _understand(self, request: ChatRequest, conversation: Conversation) -> TurnContext:
        dossier = Dossier.from_json(conversation.dossier)
        apply_policy(dossier)
        today = request.today or date.today()  # noqa: DTZ011 - the user's calendar day, when the client sent none
        vector = self.index.embed_query(normalise(request.message).plain)
        reading = read(
            request.message,
            today=today,
            previous_language=dossier.language,
            query_vector=vector,
            classifier=self.classifier,
        )
        if "fragment" in reading.flags and dossier.turn:
            reading = replace(reading, intents=(Intent(name="follow_up", confidence=1.0),))
        language = _answer_language(request, reading, dossier)
        follows_up = is_follow_up(reading, dossier)
        if follows_up:
            update(dossier, reading, natural=natural_slots(dossier), fed=fed_slots(dossier))
        else:
            update(dossier, reading)
        dossier.language = language
        if conversation.attached.ledger:
            dossier.set("ledger_file", conversation.attached.ledger)
        turn = TurnContext(
            message=request.message,
            reading=reading,
            dossier=dossier,
            language=language,
            persona=request.persona,
            today=today,
            clauses=with_policy_clauses(_Clauses(self.index, conversation.owner), dossier),
            premium_estimates=self.premium_estimates,
            follows_up=follows_up,
            has_new_documents=conversation.attached.has_documents,
            questions=lambda: self._questions(reading, today),
            best_match=lambda: _best_match(
                self.index.search(request.message, limit=1, query_vector=vector, owner=conversation.owner)
            ),
        )
        turn.plan = plan(turn)
        return turn

    def _questions(self, reading: Reading, today: date) -> tuple[tuple[Intent, ...], ...]:
        pieces = questions_in(reading.text, reading.language)
        vectors = [self.index.embed_query(piece) for piece in pieces]
        parts = zip(pieces, vectors, strict=True)
        return tuple(
            read(piece, today=today, query_vector=vector, classifier=self.classifier).intents for piece, vector in parts
        )

    def _converse(self, turn: TurnContext, conversation: Conversation, outcome: "_Outcome") -> Iterator[Event]:
        if self.model is not None and not turn.plan.boundary:
            try:
                yield from self._run(turn, conversation, outcome, self.model)
                outcome.engine = self.model_name
            except Exception:  # noqa: BLE001 - each provider fails in its own way; the embedded engine takes the turn over
                _log.warning("model %s failed; the embedded engine answers", self.model_name, exc_info=True)
            else:
                if is_speakable(outcome.draft, turn=turn, conversation=conversation, calls=outcome.calls):
                    return
                _log.warning("nothing that model %s said has a source; the embedded engine answers", self.model_name)
            outcome.fell_back = True
        turn.results.clear()
        outcome.calls.clear()
        yield from self._run(turn, conversation, outcome, None)
        if outcome.fell_back:
            outcome.draft.notices.append(Wording(turn.language).text("notice.fallback"))
        outcome.engine = "embedded"

    def _run(
        self, turn: TurnContext, conversation: Conversation, outcome: "_Outcome", model: BaseChatModel | None
    ) -> Iterator[Event]:
        messages: list[AnyMessage] = [] if model is None else [*_briefing(turn), *_history(conversation)]
        messages.append(HumanMessage(turn.message if model is None else _with_facts(turn)))
        speaker = EmbeddedChat(turn=turn) if model is None else model
        asked: dict[str, dict[str, Any]] = {}
        updates = self._graph.stream({"messages": messages}, context=_Speech(speaker), stream_mode="updates")
        for update_ in updates:
            for message in _messages(update_):
                if isinstance(message, AIMessage) and message.tool_calls:
                    for call in message.tool_calls:
                        asked[str(call["id"])] = dict(call)
                        yield Event(
                            kind="tool.start", data={"id": call["id"], "name": call["name"], "arguments": call["args"]}
                        )
                elif isinstance(message, ToolMessage):
                    done = _tool_call(asked[message.tool_call_id], message)
                    turn.results[done.id] = done.result
                    outcome.calls.append(done)
                    yield Event(kind="tool.end", data={"id": done.id, "name": done.name, "result": done.result})
                elif isinstance(message, AIMessage):
                    outcome.draft = message.additional_kwargs.get("draft") or draft_from_text(
                        str(message.text), turn=turn, calls=outcome.calls
                    )


def _answer_language(request: ChatRequest, reading: Reading, dossier: Dossier) -> Language:
    """The language asked for; else the one written in; a bare request to switch stays in force."""
    if request.language != "auto":
        return request.language
    if "answer_in_en" in reading.flags:
        return "en"
    if "answer_in_zh" in reading.flags:
        return "zh"
    return reading.language


def _best_match(hits: list[Hit]) -> float:
    """Score of the best passage; none for the passage that says a subject is not ours."""
    inside = [hit.score for hit in hits if hit.passage.reference not in cues()["outside"]["references"]]
    return max(inside, default=0.0)


class _Clauses:
    """Clauses that the owner of a conversation may read; None for one that there is not."""

    def __init__(self, index: KnowledgeIndex, owner: str) -> None:
        self._index, self._owner = index, owner

    def clause(self, reference: str, language: Language) -> Passage | None:
        try:
            return self._index.clause(reference, language, owner=self._owner)
        except KnowledgeError:
            return None

    def passage(self, passage_id: str) -> Passage | None:
        try:
            return self._index.passage(passage_id, owner=self._owner)
        except KnowledgeError:
            return None


@dataclass(frozen=True)
class _Speech:
    """Runtime context of one run: who speaks."""

    model: BaseChatModel


@dataclass(kw_only=True)
class _Outcome:
    draft: Draft = field(default_factory=Draft)
    calls: list[ToolCall] = field(default_factory=list)
    engine: str = "embedded"
    fell_back: bool = False


@wrap_model_call
def _speaker(request: ModelRequest[Any], handler: Any) -> Any:
    response = handler(request.override(model=request.runtime.context.model))
    names = {tool.name for tool in request.tools if isinstance(tool, BaseTool)}
    said = [
        with_calls(message, names, turn=len(request.messages)) if isinstance(message, AIMessage) else message
        for message in response.result
    ]
    return replace(response, result=said)


def _messages(update_: dict[str, Any]) -> list[Any]:
    return [message for node in update_.values() if node for message in node.get("messages", ())]


def _tool_call(asked: dict[str, Any], message: ToolMessage) -> ToolCall:
    try:
        result = json.loads(str(message.text))
    except json.JSONDecodeError:  # LangChain's own complaint, such as an unknown tool name
        result = {"error": {"unavailable": str(message.text)}}
    return ToolCall(id=str(asked["id"]), name=asked["name"], arguments=asked["args"], result=result)


def _briefing(turn: TurnContext) -> list[AnyMessage]:
    """The rules; the same all day, so that a provider can keep them and the tools in its prompt cache."""
    words = Wording(turn.language)
    return [
        SystemMessage(
            render(
                "system",
                persona=words.name("persona", turn.persona),
                language_name={"zh": "Chinese (simplified)", "en": "English"}[turn.language],
                today=turn.today.isoformat(),
            )
        )
    ]


def _with_facts(turn: TurnContext) -> str:
    facts = {name: slot.value for name, slot in turn.dossier.slots.items()}
    if not facts:
        return turn.message
    return render("message", message=turn.message, facts=json.dumps(facts, ensure_ascii=False))


def _history(conversation: Conversation) -> list[AnyMessage]:
    messages: list[AnyMessage] = []
    for turn in conversation.turns[-_HISTORY_TURNS:]:
        messages += [HumanMessage(turn.message), AIMessage(turn.answer.text)]
    return messages


def _remember(turn: TurnContext, answer: Answer) -> None:
    dossier = turn.dossier
    if turn.plan.boundary:
        return
    dossier.last_tasks = turn.plan.tasks
    computing = [name for name in turn.plan.tasks if name not in ("knowledge", "policy_terms")]
    dossier.tasks = computing or turn.plan.left_open or dossier.tasks
    dossier.done = list(dict.fromkeys([*computing, *dossier.done]))
    if turn.plan.document:
        dossier.document = turn.plan.document
        dossier.last_tasks = [*turn.plan.tasks, "document"]
    dossier.awaiting = [question.slot for question in answer.questions]
    if not turn.follows_up and not turn.points_back():
        dossier.topic = turn.message[:300]
