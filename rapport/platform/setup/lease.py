"""Who may use the embedded PostgreSQL of a home, and who stops it. Plain Python, no Django.

Two locks decide. Whoever holds `owner.lock` starts the server as a child and stops it at the end; everybody who uses
the server holds `users.lock` shared, so that the owner can wait for them. The kernel drops both when a process dies,
however it dies.
"""

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg

from rapport.platform.setup.embedded import Cluster

OLDEST = 150000


class Refused(Exception):
    """The command cannot be carried out; the text says why, for people. Exit code 1."""


class Lock:
    """A file that one process locks, or several share."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file: IO[str] | None = None

    def take(self, *, shared: bool = False, wait: bool = False) -> bool:
        """Says whether the lock was got."""
        self._file = self._file or self.path.open("a+")
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(self._file, kind if wait else kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def take_within(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not self.take():
            if time.monotonic() > end:
                return False
            time.sleep(0.1)
        return True

    def drop(self) -> None:
        if self._file:
            self._file.close()
            self._file = None


class Lease:
    """One process's use of the home's PostgreSQL."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.cluster = Cluster(home / "postgres")
        self.owner = Lock(home / "run" / "owner.lock")
        self.users = Lock(home / "run" / "users.lock")
        self._process: subprocess.Popen | None = None

    def take(self) -> str:
        """Uses the running server, or starts one; returns its address."""
        end = time.monotonic() + 120
        while time.monotonic() < end:
            if self.owner.take():
                self._start()
                return self.cluster.url()
            # The owner holds the users' lock alone while it stops the server; then the next round starts a new one.
            if self.users.take(shared=True):
                if self.cluster.is_ready() and _answers(self.cluster.url()):
                    return self.cluster.url()
                self.users.drop()
            time.sleep(0.1)
        raise Refused(f"The PostgreSQL of {self.home} is owned by another process, but does not answer; see its log.")

    def drop(self) -> None:
        if self._process:
            if not self.users.take():
                print("Waiting for another command that still uses the database", file=sys.stderr)  # noqa: T201
                self.users.take(wait=True)
            self.cluster.stop(self._process)
        self.users.drop()
        self.owner.drop()

    def _start(self) -> None:
        log = self.home / "log" / "postgres.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        self.cluster.prepare()
        with log.open("ab") as output:
            self._process = self.cluster.start(output=output.fileno())


@contextmanager
def database(home: Path) -> Iterator[str]:
    """Gives the address of the database to use: DATABASE_URL, checked, else the home's embedded PostgreSQL."""
    if given := os.environ.get("DATABASE_URL"):
        check_server(given)
        yield given
        return
    lease = Lease(home)
    try:
        yield lease.take()
    finally:
        lease.drop()


def check_server(url: str) -> None:
    """Refuses a server that is out of reach or older than PostgreSQL 15."""
    try:
        with psycopg.connect(url, connect_timeout=10) as db:
            version = db.info.server_version
    except psycopg.OperationalError as error:
        raise Refused(f"The database in DATABASE_URL does not answer: {error}") from error
    if version < OLDEST:
        raise Refused(f"The database in DATABASE_URL is PostgreSQL {version // 10000}; Rapport needs 15 or newer.")


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True
