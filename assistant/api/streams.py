"""Events of answers being written: kept for a while, so that a reader who lost the connection can go on."""

import asyncio
import json
from collections.abc import AsyncIterator
from uuid import uuid4

from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event

from assistant.api.problems import Problem
from assistant.conversation import Event


class EventStream:
    """The events of one answer, in order; any number of readers may follow it from any point."""

    def __init__(self, owner: str) -> None:
        self.id = f"s_{uuid4().hex}"
        self.owner = owner
        self.is_closed = False
        self._events: list[Event] = []
        self._changed = asyncio.Event()

    def append(self, event: Event) -> None:
        """Add an event; call it on the event loop's thread."""
        self._events.append(event)
        self._wake()

    def close(self) -> None:
        """Nothing more will come."""
        self.is_closed = True
        self._wake()

    async def follow(self, start: int, *, ping_s: float) -> AsyncIterator[tuple[int, Event] | None]:
        """Numbered events from `start` until the stream closes; None whenever `ping_s` passed in silence."""
        position = start
        while True:
            for event in self._events[position:]:
                yield position, event
                position += 1
            if self.is_closed and position >= len(self._events):
                return
            changed = self._changed
            if position < len(self._events):
                continue
            try:
                async with asyncio.timeout(ping_s):
                    await changed.wait()
            except TimeoutError:
                yield None

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


class EventStreams:
    """Streams that are running or ended less than `replay_s` ago, by id."""

    def __init__(self, *, replay_s: float, ping_s: float) -> None:
        self._replay_s = replay_s
        self._ping_s = ping_s
        self._streams: dict[str, EventStream] = {}

    def open(self, owner: str) -> EventStream:
        """A new stream."""
        stream = EventStream(owner)
        self._streams[stream.id] = stream
        return stream

    def close(self, stream: EventStream) -> None:
        """End the stream; it can be replayed a while longer."""
        stream.close()
        asyncio.get_running_loop().call_later(self._replay_s, self._streams.pop, stream.id, None)

    def get(self, owner: str, stream_id: str) -> EventStream:
        """The owner's stream.

        Raises:
            Problem: `stream_not_found`.
        """
        stream = self._streams.get(stream_id)
        if stream is None or stream.owner != owner:
            raise Problem("stream_not_found")
        return stream

    def response(self, stream: EventStream, *, last_event_id: str | None = None) -> EventSourceResponse:
        """The stream as server-sent events, after the event that the reader saw last."""
        return EventSourceResponse(
            self._encoded(stream, _position_after(stream, last_event_id)),
            headers={
                "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",
                "X-Event-Stream": stream.id,
            },
        )

    async def _encoded(self, stream: EventStream, start: int) -> AsyncIterator[bytes]:
        async for item in stream.follow(start, ping_s=self._ping_s):
            if item is None:
                yield KEEPALIVE_COMMENT
                continue
            position, event = item
            data = json.dumps(event.data, ensure_ascii=False)
            yield format_sse_event(event=event.kind, id=f"{stream.id}:{position}", data_str=data)


def _position_after(stream: EventStream, last_event_id: str | None) -> int:
    stream_id, _, position = (last_event_id or "").rpartition(":")
    return int(position) + 1 if stream_id == stream.id and position.isdecimal() else 0
