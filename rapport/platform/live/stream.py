"""The answer to a page that wants to hear of changes."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator

from django.http import StreamingHttpResponse

from rapport.platform.live.hub import Hub
from rapport.platform.live.listener import Listener

HEARTBEAT = 15.0
RETRY_MS = 2000


class LiveStream(StreamingHttpResponse):
    """Server-Sent Events named live-<topic>, without data. The ASGI door sends them; see asgi.py.

    No topics mean all that are of no single row; the listener's rows come besides. The listener is asked whether it is
    still welcome at every heartbeat and when its session is touched, in a thread; if not, the stream ends and the browser
    comes back to be told why.
    """

    def __init__(self, listener: Listener, topics: Iterable[str] = (), since: float | None = None) -> None:
        super().__init__(
            self._once(), content_type="text/event-stream", headers={"Cache-Control": "no-cache, no-transform"}
        )
        self.headers["X-Accel-Buffering"] = "no"  # nginx would collect the events
        self.listener, self.topics, self.since = listener, frozenset(topics), since

    async def events(self, hub: Hub, ask: Callable) -> AsyncGenerator[bytes, None]:
        """The stream's bytes. `ask` runs a function in a thread."""
        queue = hub.join(self.topics, self.listener, self.since)
        try:
            yield f"retry: {RETRY_MS}\n\n".encode()
            beat = time.monotonic() + HEARTBEAT
            while True:
                try:
                    told = await asyncio.wait_for(queue.get(), timeout=max(0.0, beat - time.monotonic()))
                except TimeoutError:
                    if not await ask(self.listener.still_welcome):
                        return
                    beat = time.monotonic() + HEARTBEAT
                    yield b": still here\n\n"
                    continue
                if told.topic in self.listener.session and not await ask(self.listener.still_welcome):
                    return
                if told.aloud:
                    yield self._event(told.topic)
        finally:
            hub.leave(queue)

    def _event(self, topic: str) -> bytes:
        """Named after the topic for pages that named theirs; for those that want all, the topic is the message."""
        return f"event: live-{topic}\ndata:\n\n".encode() if self.topics else f"data: {topic}\n\n".encode()

    def _once(self) -> Iterator[bytes]:
        """Without the ASGI door: nothing is live, and the browser asks again after a minute."""
        yield b"retry: 60000\n\n"
