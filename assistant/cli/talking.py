"""`tca ask`, `tca chat`, `tca explain`: questions and answers."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli import common
from assistant.cli.common import OWNER, AsJson, clear_errors, fail, open_settings, print_json

if TYPE_CHECKING:
    from assistant.agent import Agent
    from assistant.answer import Answer, ChatRequest
    from assistant.conversation import Conversation
    from assistant.settings import Settings


class LanguageChoice(StrEnum):
    auto = "auto"
    zh = "zh"
    en = "en"


class PersonaChoice(StrEnum):
    owner = "owner"
    support = "support"
    visitor = "visitor"


InLanguage = Annotated[LanguageChoice, typer.Option("--language", "-l", help="Language of the answer.")]
AsPersona = Annotated[PersonaChoice, typer.Option("--persona", "-p", help="Whom the answer is for.")]
Today = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Pretend that today is this day.")]
Attach = Annotated[
    list[Path] | None,
    typer.Option("--attach", "-a", help="A receivables ledger to analyse, or a document to add to your own."),
]
WithPolicy = Annotated[
    str | None, typer.Option("--policy", help="Use this confirmed policy; `latest` is the last one.")
]
GoOn = Annotated[str | None, typer.Option("--conversation", "-c", help="Go on in this conversation.")]


def ask(
    question: str,
    as_json: AsJson = False,
    language: InLanguage = LanguageChoice.auto,
    persona: AsPersona = PersonaChoice.owner,
    today: Today = None,
    conversation: GoOn = None,
    attach: Attach = None,
    policy: WithPolicy = None,
) -> None:
    """Ask one question."""
    with clear_errors():
        request = _request(question, language, persona, today, conversation)
        answer = _reply(request.model_copy(update={"policy_id": policy}), files=attach or [])
        print_json(answer.model_dump(mode="json")) if as_json else _print_answer(answer)


def chat(
    language: InLanguage = LanguageChoice.auto,
    persona: AsPersona = PersonaChoice.owner,
    today: Today = None,
    conversation: GoOn = None,
) -> None:
    """Talk; /quit (or Ctrl-D) ends, /new starts over."""
    with clear_errors():
        _input_history()
        settings = open_settings()
        agent, current = common.open_agent(settings), conversation
        typer.echo("/quit · /new")
        for line in _lines():
            if line == "/new":
                current = None
                continue
            answer = _reply(_request(line, language, persona, today, current), settings, agent)
            current = answer.conversation_id
            _print_answer(answer)


def explain(
    question: str,
    language: InLanguage = LanguageChoice.auto,
    persona: AsPersona = PersonaChoice.owner,
    today: Today = None,
    conversation: GoOn = None,
) -> None:
    """Answer a question and show how the answer came about: reading, dossier, plan, tools, sentences, verdicts."""
    from assistant.explaining import explained

    with clear_errors():
        answer = _reply(_request(question, language, persona, today, conversation))
        _print_answer(answer)
        typer.echo(f"\n{explained(answer)}")


def _request(
    question: str,
    language: LanguageChoice,
    persona: PersonaChoice,
    today: datetime | None,
    conversation: str | None,
) -> "ChatRequest":
    from assistant.answer import ChatRequest
    from assistant.guards import clean_message

    day: date | None = today.date() if today else None
    return ChatRequest(
        message=clean_message(question, max_chars=open_settings().max_message_chars),
        language=language.value,
        persona=persona.value,
        today=day,
        conversation_id=conversation,
    )


def _reply(
    request: "ChatRequest",
    settings: "Settings | None" = None,
    agent: "Agent | None" = None,
    files: Sequence[Path] = (),
) -> "Answer":
    from assistant.attachments import Attachments, GivenFile
    from assistant.store import Store
    from tools.acting import acting_for

    settings = settings or open_settings()
    store = Store(settings.database)
    conversation = _conversation(store, request)
    _attach_policy(conversation, request.policy_id, settings)
    attachments = Attachments(settings)
    given = [GivenFile(name=path.name, content=path.read_bytes()) for path in files]
    conversation.attached = attachments.receive(given, conversation)
    with acting_for(OWNER, partial(attachments.content, conversation.id)):
        answer = (agent or common.open_agent(settings)).reply(request, conversation)
    store.save_last_turn(conversation)
    store.close()
    attachments.close()
    return answer


def _conversation(store: Any, request: "ChatRequest") -> "Conversation":
    from assistant.conversation import Conversation
    from assistant.store import ConversationNotFound

    if request.conversation_id is None:
        return Conversation(owner=OWNER, persona=request.persona)
    try:
        found: Conversation = store.conversation(OWNER, request.conversation_id)
    except ConversationNotFound:
        fail(f"there is no conversation {request.conversation_id}")
    return found


def _attach_policy(conversation: "Conversation", policy_id: str | None, settings: "Settings") -> None:
    from assistant.policies import PolicyNotConfirmed, PolicyNotFound, PolicyStore
    from assistant.schedule.attach import attach_policy

    policies = PolicyStore(settings.database)
    try:
        attach_policy(conversation, policy_id, policies)
    except PolicyNotFound:
        fail(f"there is no policy {policy_id!r} among yours; `tca policy list` lists them")
    except PolicyNotConfirmed:
        fail(f"nobody has confirmed {policy_id} yet: tca policy confirm {policy_id}")
    finally:
        policies.close()


def _lines() -> Iterator[str]:
    while True:
        try:
            line = input("> ").strip()
        except (EOFError, KeyboardInterrupt):
            return
        if line in ("/quit", "/exit"):
            return
        if line:
            yield line


def _input_history() -> None:
    try:
        import readline  # arrow keys and history where the platform has it
    except ImportError:
        return
    readline.set_history_length(500)


def _print_answer(answer: "Answer") -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(answer.text))
    typer.secho(answer.conversation_id, dim=True)
