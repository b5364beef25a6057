"""What this process knows of the replica: how far it has come, how long it is behind, whether it answers.

Time is measured here alone: a replica that has now what the main database had five seconds ago is five seconds behind,
whatever the clocks of the two servers say.
"""

import logging
import threading
import time
from collections import deque

import psycopg
from django.conf import settings

from rapport.platform.replica.own_writes import ALIAS, positions
from rapport.platform.setup.direct import parameters

log = logging.getLogger("rapport.replica")
# Seconds: how old the last word of the replica may be, how long one that failed is left alone, between two samples.
HEARD, LEFT_ALONE, APART = 0.5, 5.0, 0.2
# Seconds that a reader waits for another one's question, and the health page for a replica to come up.
PATIENCE, A_MOMENT = 0.05, 1.0
SAMPLES = 600
_ASK = "SELECT pg_is_in_recovery(), coalesce(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0'), 0)::bigint"


class Follower:
    """The one replica, as one process sees it. `reason` says why it is not read from, empty while it is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._db: psycopg.Connection | None = None
        self._begin()

    def _begin(self) -> None:
        self._samples: deque[tuple[float, int]] = deque(maxlen=SAMPLES)
        self._replayed, self._heard, self._alone_until = 0, float("-inf"), float("-inf")
        self.reason = ""

    def is_fit(self, user_id: int, *, fresh: bool = False) -> bool:
        """Whether the user may be shown what the replica has: it answers, is not too far behind, and has their own writes.

        `fresh`: it must have everything that is committed by now, because the page was told that something changed.
        """
        began = time.monotonic()
        if began < self._alone_until:
            return False
        now, own = positions(user_id)
        # Somebody else may be waiting for a replica that does not answer; nobody waits along.
        if not self._lock.acquire(timeout=PATIENCE):
            return False
        try:
            self._sample(began, now)
            needed = now if fresh else own
            if began < self._alone_until:
                return False
            if (self._replayed < needed or time.monotonic() - self._heard > HEARD) and not self._ask():
                return False
            return self._replayed >= needed and self._behind() <= settings.REPLICA_LAG
        finally:
            self._lock.release()

    def look(self) -> float | None:
        """Asks now, for who wants to know; seconds behind at most, or None with a `reason` when it cannot be read from."""
        began = time.monotonic()
        now, _own = positions(0)
        while True:
            with self._lock:
                self._sample(began, now)
                if not self._ask():
                    return None
                # Who has not looked for a while cannot say more than "behind"; a moment later it is known how long.
                if self._replayed >= now or time.monotonic() - began > A_MOMENT:
                    return self._behind()
            time.sleep(0.02)

    def lost(self, error: Exception) -> None:
        """A read failed: it is left alone for a while."""
        with self._lock:
            self._give_up(str(error))

    def forget(self) -> None:
        """Begins anew, with a connection of its own to whatever the settings name."""
        with self._lock:
            self._close()
            self._begin()

    def _sample(self, at: float, now: int) -> None:
        if not self._samples or at - self._samples[-1][0] >= APART:
            self._samples.append((at, now))

    def _behind(self) -> float:
        """Seconds since the main database was where the replica is; longer ago than we have looked is for ever."""
        for at, lsn in reversed(self._samples):
            if lsn <= self._replayed:
                return time.monotonic() - at
        return float("inf")

    def _ask(self) -> bool:
        try:
            if self._db is None or self._db.closed:
                self._db = psycopg.connect(
                    **parameters(ALIAS, connect_timeout=2, autocommit=True, options="-c statement_timeout=1000")
                )
            follows, replayed = self._db.execute(_ASK).fetchone() or (False, 0)
        except psycopg.Error as error:
            self._give_up(str(error))
            return False
        if not follows:
            self._give_up("it follows nothing: it is a main database itself")
            return False
        if self.reason:
            log.warning("the replica answers again")
        self._replayed, self._heard, self.reason = replayed, time.monotonic(), ""
        return True

    def _give_up(self, reason: str) -> None:
        said = reason.strip().split("\n")[0]
        if not self.reason:
            log.warning("reads go to the main database, the replica is away: %s", said)
        self.reason, self._alone_until = said, time.monotonic() + LEFT_ALONE
        self._close()

    def _close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None


follower = Follower()
