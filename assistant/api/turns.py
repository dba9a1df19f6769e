"""One turn: load the conversation, let the agent answer, keep the turn, then let the answer out."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from weakref import WeakValueDictionary

from starlette.concurrency import run_in_threadpool

from assistant.answer import Answer, ChatRequest
from assistant.api.callers import Caller
from assistant.api.metrics import Stopwatch
from assistant.api.problems import Problem, as_problem, problem_details
from assistant.api.service import ChatAgent, Service
from assistant.api.streams import EventStream
from assistant.attachments import AttachmentNotBase64, GivenFile, decoded
from assistant.conversation import Conversation, Event
from assistant.guards import MessageRefused, clean_message, error_language
from assistant.schedule.attach import attach_policy
from tools.acting import acting_for

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class RunningTurn:
    """A turn that goes on even when nobody waits for it any more."""

    stream: EventStream
    answer: "asyncio.Task[Answer]"


class Turns:
    """Answers messages; the messages of one conversation wait for each other."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def begin(self, request: ChatRequest, caller: Caller) -> RunningTurn:
        """Start to answer `request`; everything that is wrong with the request itself is raised here."""
        agent, request = self._service.agent, self._checked(caller.admit(request))
        files = self._files(request, caller)
        lock = self._locks.setdefault(request.conversation_id or "", asyncio.Lock())
        if request.conversation_id is None:
            lock = asyncio.Lock()
        await self._acquire(lock, request)
        try:
            conversation = await run_in_threadpool(self._conversation, request, caller, files)
        except BaseException:
            lock.release()
            raise
        stream = self._service.streams.open(caller.owner)
        task = asyncio.create_task(self._run(agent, request, conversation, stream, lock))
        task.add_done_callback(_observe)
        return RunningTurn(stream=stream, answer=task)

    def _checked(self, request: ChatRequest) -> ChatRequest:
        try:
            message = clean_message(request.message, max_chars=self._service.settings.max_message_chars)
        except MessageRefused as error:
            raise Problem(error.code, message=request.message, **error.values) from error
        return request.model_copy(update={"message": message})

    async def _acquire(self, lock: asyncio.Lock, request: ChatRequest) -> None:
        try:
            async with asyncio.timeout(self._service.settings.model_timeout_s):
                await lock.acquire()
        except TimeoutError as error:
            raise Problem("conversation_busy", message=request.message) from error

    def _files(self, request: ChatRequest, caller: Caller) -> list[GivenFile]:
        if not request.attachments:
            return []
        if not caller.is_trusted:
            raise Problem("documents_need_key", message=request.message)
        count, limit = len(request.attachments), self._service.settings.max_upload_files
        if count > limit:
            raise Problem("too_many_files", message=request.message, count=count, limit=limit)
        try:
            return decoded(request.attachments)
        except AttachmentNotBase64 as error:
            raise Problem("attachment_not_base64", message=request.message, name=error.name) from error

    def _conversation(self, request: ChatRequest, caller: Caller, files: list[GivenFile]) -> Conversation:
        if request.conversation_id is None:
            conversation = Conversation(owner=caller.owner, persona=request.persona)
        else:
            conversation = self._service.store.conversation(caller.owner, request.conversation_id)
        attach_policy(conversation, request.policy_id, self._service.policies)
        conversation.attached = self._service.attachments.receive(files, conversation)
        return conversation

    async def _run(
        self,
        agent: ChatAgent,
        request: ChatRequest,
        conversation: Conversation,
        stream: EventStream,
        lock: asyncio.Lock,
    ) -> Answer:
        loop, watch = asyncio.get_running_loop(), Stopwatch()

        def emit(event: Event) -> None:
            loop.call_soon_threadsafe(stream.append, event)

        try:
            answer = await run_in_threadpool(self._answer, agent, request, conversation, emit)
        except Exception as error:
            problem = as_problem(error)
            details = problem_details(problem, error_language(request.message, None))
            stream.append(Event(kind="error", data=details.model_dump(exclude_none=True)))
            raise Problem(problem.code, message=request.message, **problem.values) from error
        finally:
            self._service.streams.close(stream)
            lock.release()
        self._service.metrics.count_answer(answer, watch.seconds)
        return answer

    def _answer(
        self, agent: ChatAgent, request: ChatRequest, conversation: Conversation, emit: Callable[[Event], None]
    ) -> Answer:
        """Run the agent; its last event is held back until the turn is kept, so that what was said is not lost."""
        last: Event | None = None
        attached = partial(self._service.attachments.content, conversation.id)
        with acting_for(conversation.owner, attached):
            for event in agent.stream(request, conversation):
                if event.kind == "answer.end":
                    last = event
                elif event.kind == "error":
                    raise Problem("unavailable", reason=str(event.data.get("detail", event.data)))
                else:
                    emit(event)
        if last is None:
            raise RuntimeError("the agent ended without an answer")
        self._service.store.save_last_turn(conversation)
        emit(last)
        return conversation.turns[-1].answer


def _observe(task: "asyncio.Task[Answer]") -> None:
    """A streamed turn's failure was told as its last event; nobody else will ask the task for it."""
    if not task.cancelled() and task.exception() is not None:
        _log.info("turn failed: %s", task.exception())
