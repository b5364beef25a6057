"""The process's one connection that hears of touches, and who of its streams is told."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from rapport.platform.live.listener import Listener, to_tell_in_thread
from rapport.platform.live.sight import row_of
from rapport.platform.live.touch import CHANNEL
from rapport.platform.setup.direct import parameters

log = logging.getLogger("rapport.live")
# So many touches wait for one stream; more are dropped, as every one of them is told by the first.
FULL = 200
# What a page that wants all topics is told when touches may have been missed.
AGAIN = "again"
# Rows that are touched within so many seconds are asked about together.
TOGETHER = 0.03
# Touches are kept for so many seconds, for streams that begin a moment after their page was made.
KEPT_SECONDS = 10.0


@dataclass(frozen=True)
class Told:
    """One touch in a stream's queue; `aloud` says that the page is told, and not only that its session is looked at."""

    topic: str
    aloud: bool = True


Queue = asyncio.Queue[Told]


class Hub:
    """Hears every touch and hands it to the streams of this process. `ask` runs a function in a thread."""

    def __init__(self, ask: Callable) -> None:
        self._ask = ask
        self._streams: dict[Queue, tuple[frozenset[str], Listener]] = {}
        self._by_row: dict[str, set[Queue]] = {}
        self._by_listener: dict[Listener, Queue] = {}
        self._recent: deque[tuple[float, str]] = deque(maxlen=1000)
        self._asked: dict[str, set[Queue]] = {}
        self._asking: asyncio.Task | None = None
        self._listening: asyncio.Task | None = None

    def join(self, topics: frozenset[str], listener: Listener, since: float | None = None) -> Queue:
        """A queue of the touches of `topics` (none: all), of the listener's rows and session; the first starts the listening.

        `since` is the time, in seconds, from which on the listener has not seen for itself.
        """
        queue: Queue = asyncio.Queue()
        self._streams[queue] = topics, listener
        self._by_listener[listener] = queue
        for row in listener.rows:
            self._by_row.setdefault(row, set()).add(queue)
        if self._listening is None or self._listening.done():
            self._listening = asyncio.get_running_loop().create_task(self._listen())
        if since is not None:
            for topic in dict.fromkeys(topic for at, topic in self._recent if at >= since):
                self._hand(topic, queue)
        return queue

    def leave(self, queue: Queue) -> None:
        """Ends one stream's part; with the last one the connection is closed."""
        _topics, listener = self._streams.pop(queue)
        self._by_listener.pop(listener)
        for row in listener.rows:
            self._by_row[row].discard(queue)
            if not self._by_row[row]:
                del self._by_row[row]
        if not self._streams and self._listening:
            self._listening.cancel()
            self._listening = None
            self._recent.clear()

    def hand_out(self, topic: str | None) -> None:
        """Gives a touch to whoever wants it; None means that touches may have been missed, so everybody gets all of
        theirs.
        """
        if topic is None:
            for queue, (topics, listener) in self._streams.items():
                named = {one for one in topics if row_of(one) is None or one in listener.seen}
                for each in listener.session | (named if topics else {AGAIN}):
                    self._put(queue, Told(each, aloud=each in named or each == AGAIN))
            return
        now = time.time()
        self._recent.append((now, topic))
        while self._recent[0][0] < now - KEPT_SECONDS:
            self._recent.popleft()
        for queue in list(self._streams) if row_of(topic) is None else self._concerned(topic):
            self._hand(topic, queue)

    def _concerned(self, topic: str) -> list[Queue]:
        """The streams that follow the row, or whose session it is about."""
        own = (queue for queue, (_topics, listener) in self._streams.items() if topic in listener.session)
        return (
            list({*self._by_row.get(topic, ()), *own}) if topic.startswith("users-") else [*self._by_row.get(topic, ())]
        )

    def _hand(self, topic: str, queue: Queue) -> None:
        topics, listener = self._streams[queue]
        if row_of(topic) is not None:
            if topic in listener.session:
                self._put(queue, Told(topic, aloud=False))
            if topic in listener.rows:
                self._asked.setdefault(topic, set()).add(queue)
                if self._asking is None or self._asking.done():
                    self._asking = asyncio.get_running_loop().create_task(self._judge())
            return
        aloud = (not topics or topic in topics) and listener.hears(topic)
        if aloud or topic in listener.session:
            self._put(queue, Told(topic, aloud))

    def _put(self, queue: Queue, told: Told) -> None:
        if queue.qsize() < FULL:
            queue.put_nowait(told)

    async def _judge(self) -> None:
        """Asks for all rows that were touched together who may look at them: one question however many windows are open."""
        while self._asked:
            await asyncio.sleep(TOGETHER)
            asked, self._asked = self._asked, {}
            listeners = {
                topic: [self._streams[queue][1] for queue in queues if queue in self._streams]
                for topic, queues in asked.items()
            }
            for topic, listener in await self._ask(to_tell_in_thread, listeners):
                if listener in self._by_listener:
                    self._put(self._by_listener[listener], Told(topic))

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
