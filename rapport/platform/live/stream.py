"""The answer to a page that wants to hear of changes, and the process's one connection that hears of them."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator

import psycopg
from django.http import StreamingHttpResponse

from rapport.platform.live.touch import CHANNEL
from rapport.platform.setup.direct import parameters

log = logging.getLogger("rapport.live")
HEARTBEAT = 15.0
RETRY_MS = 2000
FULL = 200
# What a page that wants all topics is told when touches may have been missed.
AGAIN = "again"


class LiveStream(StreamingHttpResponse):
    """Server-Sent Events named live-<topic>, without data. The ASGI door sends them; see asgi.py.

    No topics mean all of them. `still_welcome` is asked at every heartbeat and when `session` is touched, in a thread;
    when it says no, the stream ends and the browser comes back to be told why. `hears` says of each topic whether it is
    for this listener.
    """

    def __init__(
        self,
        topics: Iterable[str],
        still_welcome: Callable[[], bool],
        *,
        session: frozenset[str],
        hears: Callable[[str], bool] = lambda topic: True,
    ) -> None:
        super().__init__(
            self._once(), content_type="text/event-stream", headers={"Cache-Control": "no-cache, no-transform"}
        )
        self.headers["X-Accel-Buffering"] = "no"  # nginx would collect the events
        self.topics, self.session = frozenset(topics), session
        self.still_welcome, self.hears = still_welcome, hears

    async def events(self, hub: "Hub", ask: Callable) -> AsyncGenerator[bytes, None]:
        """The stream's bytes. `ask` runs a function in a thread."""
        queue = hub.join(self.topics, self.session)
        try:
            yield f"retry: {RETRY_MS}\n\n".encode()
            beat = time.monotonic() + HEARTBEAT
            while True:
                try:
                    topic = await asyncio.wait_for(queue.get(), timeout=max(0.0, beat - time.monotonic()))
                except TimeoutError:
                    if not await ask(self.still_welcome):
                        return
                    beat = time.monotonic() + HEARTBEAT
                    yield b": still here\n\n"
                    continue
                if topic in self.session and not await ask(self.still_welcome):
                    return
                if (topic in self.topics or not self.topics) and (topic == AGAIN or self.hears(topic)):
                    yield self._event(topic)
        finally:
            hub.leave(queue)

    def _event(self, topic: str) -> bytes:
        """Named after the topic for pages that named theirs; for those that want all, the topic is the message."""
        return f"event: live-{topic}\ndata:\n\n".encode() if self.topics else f"data: {topic}\n\n".encode()

    def _once(self) -> Iterator[bytes]:
        """Without the ASGI door: nothing is live, and the browser asks again after a minute."""
        yield b"retry: 60000\n\n"


class Hub:
    """Hears every touch on one connection of its own and hands it to the streams of this process."""

    def __init__(self) -> None:
        self._streams: dict[asyncio.Queue[str], tuple[frozenset[str], frozenset[str]]] = {}
        self._listener: asyncio.Task | None = None

    def join(self, topics: frozenset[str], session: frozenset[str]) -> asyncio.Queue[str]:
        """A queue of the touches of `topics` (none: all) and of `session`; the first one starts the listening."""
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._streams[queue] = topics, session
        if self._listener is None or self._listener.done():
            self._listener = asyncio.get_running_loop().create_task(self._listen())
        return queue

    def leave(self, queue: asyncio.Queue[str]) -> None:
        """Ends one stream's part; with the last one the connection is closed."""
        self._streams.pop(queue, None)
        if not self._streams and self._listener:
            self._listener.cancel()
            self._listener = None

    def hand_out(self, topic: str | None) -> None:
        """Gives a touch to whoever wants it; None means that touches may have been missed, so everybody gets all of
        theirs.
        """
        for queue, (topics, session) in self._streams.items():
            if queue.qsize() >= FULL:
                continue
            if topic is None:
                for each in session | (topics or {AGAIN}):
                    queue.put_nowait(each)
            elif not topics or topic in topics | session:
                queue.put_nowait(topic)

    async def _listen(self) -> None:
        pause, missed = 0.2, False
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**parameters(autocommit=True)) as listening:
                    await listening.execute(f"LISTEN {CHANNEL}")
                    if missed:
                        self.hand_out(None)
                    pause = 0.2
                    async for notification in listening.notifies():
                        self.hand_out(notification.payload)
            except psycopg.Error as error:
                log.warning("live updates wait for the database: %s", error)
            missed = True
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)
