"""Keeps PostgreSQL, the web server and the worker running in one process tree. Plain Python, so that it stays small."""

import http.client
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rapport.platform.setup.lease import Lease, Refused, check_server
from rapport.platform.setup.migrated import is_known_migrated, remember
from rapport.platform.setup.processes import dies_with_parent
from rapport.platform.setup.running import forget_state, write_state
from rapport.platform.setup.supervised import Child

CLI = [sys.executable, "-m", "rapport.config.cli"]
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
TICK = 0.1
PATIENCE = 20.0


class Stopped(Exception):
    """Somebody asked for the end."""


class Supervisor:
    """Runs the children of one home until a signal comes. `address` is where the web server listens."""

    def __init__(self, home: Path, *, host: str, port: int) -> None:
        self.home, self.host, self.port = home, host, port
        self.address = f"http://{'127.0.0.1' if host in EVERYWHERE else host}:{port}"
        self.logs = home / "log"
        self.logs.mkdir(parents=True, exist_ok=True)
        self.lease = Lease(home)
        self.children: list[Child] = []
        self.wanted_end: signal.Signals | None = None

    def __enter__(self) -> "Supervisor":
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start_database(self) -> None:
        """Starts the embedded PostgreSQL as the first child, or checks the one in DATABASE_URL."""
        if given := os.environ.get("DATABASE_URL"):
            check_server(given)
            return
        if not self.lease.owner.take():
            self.say("Waiting for a command that uses the database of this home")
            if not self.lease.owner.take_within(60):
                raise Refused(f"Another command still uses {self.home}; start again when it has ended.")
        cluster = self.lease.cluster

        def spawn(output: int) -> subprocess.Popen:
            cluster.prepare()  # each time: what it needs may have been closed to it since
            return cluster.spawn(output=output)

        child = self.add("postgres", spawn, is_up=cluster.is_ready)
        self.turn(until=lambda: child.state.state != "starting")
        if child.state.state != "running":
            raise Refused(f"PostgreSQL does not start ({child.state.last_exit}); see {self.logs / 'postgres.log'}")
        cluster.make_database()
        os.environ["DATABASE_URL"] = cluster.url()

    def migrate(self) -> None:
        """Brings the database up to date, unless it is known to be."""
        if not is_known_migrated(self.home, os.environ["DATABASE_URL"]):
            self.step("upgrade", "--started")
            remember(self.home, os.environ["DATABASE_URL"])

    def step(self, *arguments: str) -> str:
        """Runs one command to its end, before the others start; returns what it printed.

        Raises Refused when it fails.
        """
        with subprocess.Popen(
            [*CLI, *arguments], stdout=subprocess.PIPE, text=True, preexec_fn=dies_with_parent()
        ) as command:
            try:
                self.turn(until=lambda: command.poll() is not None)
            except Stopped:
                command.terminate()
                raise
            printed = command.stdout.read() if command.stdout else ""
        if command.returncode:
            raise Refused(f"`rapport {' '.join(arguments)}` failed; the reason is above.")
        return printed

    def start_rest(self) -> None:
        """Starts the web server, returns when pages are served, with the worker on its way."""
        serve = [*CLI, "serve", "--host", self.host, "--port", str(self.port)]
        web = self.add("web", self.command(serve), is_up=self.answers)
        self.turn(until=lambda: web.state.state == "running" or web.state.restarts >= 3)
        if web.state.state != "running":
            raise Refused(f"The web server does not start ({web.state.last_exit}); see {self.logs / 'web.log'}")
        # Only now: pages come first on a machine with few processors.
        self.add("worker", self.command([*CLI, "worker"]), is_up=lambda: True)

    def watch(self) -> None:
        """Looks after the children until a signal comes."""
        try:
            self.turn(until=lambda: False)
        except Stopped:
            return

    def turn(self, *, until: Callable[[], bool]) -> None:
        """Passes logs on and looks at the children again and again; raises Stopped after a signal."""
        while not until():
            with selectors.DefaultSelector() as ready:
                for child in self.children:
                    if child.output >= 0:
                        ready.register(child.output, selectors.EVENT_READ, child)
                ready.select(TICK)
            self._look()
            if self.wanted_end:
                raise Stopped

    def stop(self) -> None:
        """Web and worker first, each with time to finish; then, when nobody uses it any more, PostgreSQL."""
        rest = [child for child in self.children if child.name != "postgres"]
        self._end(rest, signal.SIGTERM)
        if database := [child for child in self.children if child.name == "postgres"]:
            self.lease.users.take_within(5)
            self._end(database, signal.SIGINT)
            self.lease.cluster.tidy()
        self.lease.users.drop()
        self.lease.owner.drop()
        forget_state()

    def add(self, name: str, spawn: Callable[[int], subprocess.Popen], *, is_up: Callable[[], bool]) -> Child:
        child = Child(name, spawn, is_up=is_up, logs=self.logs)
        self.children.append(child)
        child.start()
        return child

    def command(self, arguments: list[str]) -> Callable[[int], subprocess.Popen]:
        """How to start one of our own programs: in a session of its own, dead at once when we die."""

        def spawn(output: int) -> subprocess.Popen:
            return subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=os.environ | {"RAPPORT_SUPERVISED": "1", "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
                preexec_fn=dies_with_parent(),
            )

        return spawn

    def answers(self) -> bool:
        """Whether the web server answers /healthz right now."""
        host = self.address.removeprefix("http://").rsplit(":", 1)[0]
        connection = http.client.HTTPConnection(host, self.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def say(self, text: str) -> None:
        sys.stderr.write(f"{text}\n")

    def _look(self) -> None:
        for child in self.children:
            child.read()
        changed = [child for child in self.children if child.look()]
        if changed:
            try:
                write_state([child.state for child in self.children], address=self.address)
            except OSError as error:
                # A full disk must not take down what still works; the next change is written when there is room.
                self.say(f"The state could not be written: {error}")

    def _end(self, children: list[Child], how: signal.Signals) -> None:
        for child in children:
            child.signal(how)
        end = time.monotonic() + PATIENCE
        while any(not child.is_gone() for child in children):
            for child in children:
                child.read()
                if time.monotonic() > end:
                    child.signal(signal.SIGKILL)
            time.sleep(0.02)
        for child in children:
            child.read()

    def _on_signal(self, number: int, _: object) -> None:
        self.wanted_end = signal.Signals(number)
