"""One Rapport to break: a home of its own with real processes, begun as a copy of a prepared one."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from rapport.platform.setup import embedded
from rapport.platform.setup.embedded import Cluster
from tests.database import ROOT
from tests.faults.client import Client


class Failed(AssertionError):
    """Something is not as it was promised."""


class Instance:
    """`bin/run` on `folder`/home. `apart`: PostgreSQL is not the supervisor's child but ours, so that it can stay away.

    `more` goes into the environment of everything that is started, `for_server` into that of a PostgreSQL of ours.
    """

    def __init__(self, folder: Path, *, apart: bool = False, more: dict[str, str] | None = None) -> None:
        self.folder, self.home, self.apart = folder, folder / "home", apart
        self.more, self.for_server = dict(more or {}), {}
        self.cluster = Cluster(folder / "postgres" if apart else self.home / "postgres")
        self.server: subprocess.Popen | None = None
        self.process: subprocess.Popen | None = None
        self.output = folder / "output"
        self.port = 0
        self.url = ""  # where Rapport looks for the database, if that is not the server's own address

    # what runs

    def start_server(self) -> None:
        """The PostgreSQL that is ours, unless it runs."""
        if self.server:
            return
        self.cluster.prepare()
        kept = dict(embedded.ENVIRONMENT)
        embedded.ENVIRONMENT.update(self.for_server)
        try:
            with (self.folder / "postgres.log").open("ab") as log:
                self.server = self.cluster.start(output=log.fileno())
        finally:
            embedded.ENVIRONMENT.clear()
            embedded.ENVIRONMENT.update(kept)

    def stop_server(self, how: signal.Signals = signal.SIGINT) -> None:
        if self.server:
            self.server.send_signal(how)
            self.server.wait(60)
            self.server = None

    def start(self, seconds: float = 90) -> None:
        """Returns when pages are served and /readyz is green."""
        if self.apart:
            self.start_server()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [ROOT / "bin" / "run", "--port", str(self.port), "--home", self.home]
        with self.output.open("wb") as file:
            self.process = subprocess.Popen(command, env=self.environment(), cwd="/", stdout=file, stderr=file)
        self.wait(lambda: f"ready {self.address}" in self.said().splitlines() or self.ended(), seconds, "not started")
        self.wait(lambda: self.ready()[0] == 200, seconds, "not ready")

    def stop(self) -> None:
        """Ends whatever still runs."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.server and self.server.poll() is None:
            self.stop_server()
        if self.apart:
            self.cluster.tidy()

    def command(self, *arguments: str) -> subprocess.Popen[str]:
        """`bin/rapport ARGUMENTS` on this home, under way."""
        return subprocess.Popen(
            [ROOT / "bin" / "rapport", *arguments, "--home", self.home], env=self.environment(), cwd="/",
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def environment(self) -> dict[str, str]:
        unwanted = ("RAPPORT", "DJANGO", "DATABASE", "PYTEST", "COVERAGE")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(unwanted)}
        if static := os.environ.get("RAPPORT_STATIC"):
            kept["RAPPORT_STATIC"] = static
        address = {"DATABASE_URL": self.url or self.cluster.url()} if self.apart else {}
        return kept | address | self.more

    # how it is

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def said(self) -> str:
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    def ended(self) -> bool:
        if self.process and self.process.poll() is not None:
            raise Failed(f"bin/run ended by itself: {self.said()[-2000:]}")
        return False

    def ready(self) -> tuple[int, dict[str, str]]:
        """(status, checks) of /readyz; (0, {}) when nobody answers."""
        try:
            status, body = Client(self.address).get("/readyz", timeout=12)
            return status, json.loads(body)["checks"]
        except (OSError, ValueError, KeyError, TypeError):
            return 0, {}

    def children(self) -> dict[str, dict[str, Any]]:
        """The supervisor's children by name."""
        try:
            state = json.loads((self.home / "run" / "state.json").read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return {child["name"]: child for child in state["children"]}

    def pid(self, name: str) -> int:
        """The process of a child, once it has one."""
        self.wait(lambda: self.children().get(name, {}).get("pid"), 30, f"{name} has no process")
        return self.children()[name]["pid"]

    def ask(self, query: str, *parameters: Any) -> list[tuple]:
        """Rows, straight from PostgreSQL and not through whatever breaks the way to it."""
        with psycopg.connect(self.cluster.url(), autocommit=True, connect_timeout=5) as db:
            cursor = db.execute(query, parameters)
            return cursor.fetchall() if cursor.description else []

    def wait(self, condition: Callable[[], Any], seconds: float, what: str, *, step: float = 0.05) -> float:
        """Waits until it holds and returns how long that took; a server that is away is no answer. Raises Failed."""
        began = time.monotonic()
        while True:
            try:
                if condition():
                    return time.monotonic() - began
            except psycopg.OperationalError:
                pass
            if time.monotonic() - began > seconds * crowd():
                raise Failed(f"{what} after {seconds:.0f} s")
            time.sleep(step)


def crowd() -> float:
    """How many times longer things take because of what else the machine does: processes that want to run, per processor."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def copied(base: Path, folder: Path, *, apart: bool = False, home: Path | None = None, **more: Any) -> Instance:
    """An instance on a copy of a prepared home that does not run. `home`: where it shall lie, if not in the folder."""
    folder.mkdir(mode=0o755)
    if home:
        (folder / "home").symlink_to(home)
    made = Instance(folder, apart=apart, **more)
    (home or made.home).mkdir(exist_ok=True)
    for part in sorted(base.iterdir()):
        if part.name != "postgres" or not apart:
            _copy(part, made.home / part.name)
    if apart:
        _copy(base / "postgres", folder / "postgres")
    # Where a socket lay that had no room in the folder; the copy finds a place of its own.
    (made.cluster.folder / "socket_dir").unlink(missing_ok=True)
    return made


def _copy(source: Path, target: Path) -> None:
    if source.is_dir() and not any(source.iterdir()):
        target.mkdir(exist_ok=True)
        return
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)
    shutil.rmtree(target / "socket", ignore_errors=True)
