"""One child process under supervision: started, logged, restarted with growing pauses. Plain Python."""

import logging
import logging.handlers
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rapport.platform.setup.running import ChildState

PAUSES = [0.2, 0.5, 1, 2, 5, 10]
STEADY = 30.0
LOG_BYTES, LOGS_KEPT = 5 * 2**20, 5
# PostgreSQL says much that only its log file should hold.
WORTH_SHOWING = re.compile(r"\b(WARNING|ERROR|FATAL|PANIC):")


class Child:
    """`spawn(output)` starts the process; `is_up()` says whether it does its work yet."""

    def __init__(
        self, name: str, spawn: Callable[[int], subprocess.Popen], *, is_up: Callable[[], bool], logs: Path
    ) -> None:
        self.state = ChildState(name)
        self.process: subprocess.Popen | None = None
        self.output = -1
        self._spawn, self._is_up = spawn, is_up
        self._next_start = 0.0
        self._unfinished = b""
        self._log = logging.handlers.RotatingFileHandler(
            logs / f"{name}.log", maxBytes=LOG_BYTES, backupCount=LOGS_KEPT
        )

    @property
    def name(self) -> str:
        return self.state.name

    def start(self) -> None:
        self.output, theirs = os.pipe()
        os.set_blocking(self.output, False)
        try:
            self.process = self._spawn(theirs)
        finally:
            os.close(theirs)
        self.state.pid, self.state.state, self.state.since = self.process.pid, "starting", time.time()

    def look(self) -> bool:
        """Notes what has become of the process and starts it again when it is time; says whether anything changed."""
        before = (self.state.state, self.state.pid)
        if self.process is None:
            if self.state.state == "restarting" and time.monotonic() >= self._next_start:
                self.start()
        elif (code := self.process.poll()) is not None:
            self._ended(code)
        elif self.state.state == "starting" and self._is_up():
            self.state.state = "running"
        return before != (self.state.state, self.state.pid)

    def read(self) -> None:
        """Passes on what the process has printed, whole lines only."""
        while self.output >= 0:
            try:
                got = os.read(self.output, 65536)
            except BlockingIOError:
                return
            if not got:
                os.close(self.output)
                self.output = -1
            *lines, self._unfinished = (self._unfinished + got).split(b"\n")
            for line in lines:
                self._write(line.decode(errors="replace"))

    def signal(self, how: signal.Signals) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)

    def is_gone(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def _ended(self, code: int) -> None:
        self.read()
        lived = time.time() - self.state.since
        tries = 0 if lived > STEADY else min(self.state.restarts, len(PAUSES) - 1)
        self._next_start = time.monotonic() + PAUSES[tries]
        self.process = None
        self.state.state, self.state.pid, self.state.since = "restarting", None, time.time()
        self.state.restarts = self.state.restarts + 1 if lived <= STEADY else 1
        self.state.last_exit = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        self._write(f"{self.name} ended with {self.state.last_exit} after {lived:.0f} s; it is started again")

    def _write(self, line: str) -> None:
        self._log.emit(logging.makeLogRecord({"msg": line.replace("%", "%%"), "levelno": logging.INFO}))
        if self.name != "postgres" or WORTH_SHOWING.search(line) or "it is started again" in line:
            sys.stderr.write(f"{self.name} | {line}\n")
