"""Rapport as a stranger meets it: a fresh clone in a closed folder, no Node on the path, `bin/run`, and how it ends."""

import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.database import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
QUICK = 5.0


class Running:
    """One `bin/run`: its process, what it printed, and every process below it."""

    def __init__(self, process: subprocess.Popen, output: Path, port: int) -> None:
        self.process, self.output, self.port = process, output, port

    def printed(self) -> str:
        return self.output.read_text()

    def wait_ready(self, seconds: float) -> float:
        began = time.monotonic()
        line = f"ready http://127.0.0.1:{self.port}"
        while line not in self.printed().splitlines():
            assert self.process.poll() is None, self.printed()
            assert time.monotonic() - began < seconds * crowd(), self.printed()
            time.sleep(0.05)
        return time.monotonic() - began

    def health(self) -> tuple[int, dict]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as answer:
            return answer.code, json.load(answer)
        except OSError:
            return 0, {}

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def started(self, name: str) -> int:
        """The process id of a child; the worker is started after pages are served."""
        wait(lambda: self.child(name) is not None, 20, f"{name} is not started")
        return self.child(name) or 0

    def child(self, name: str) -> int | None:
        state = json.loads((self.output.parent / "home" / "run" / "state.json").read_text())
        return next((child["pid"] for child in state["children"] if child["name"] == name), None)

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(60)


class Clone:
    """A clone of what is committed, and a home for it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder, folder / "home"
        self.source = folder / "rapport"
        self.path = _path_without_node(folder / "programs")

    def start(self, *arguments: str) -> Running:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        output = self.folder / f"output-{port}"
        with output.open("wb") as file:
            process = subprocess.Popen(
                [self.source / "bin" / "run", "--port", str(port), "--home", str(self.home), *arguments],
                env=self.environment(), cwd="/", stdout=file, stderr=file,
            )  # fmt: skip
        return Running(process, output, port)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [self.source / "bin" / "rapport", *arguments, "--home", str(self.home)]
        return subprocess.run(command, env=self.environment(), cwd="/", capture_output=True, text=True, timeout=300)

    def environment(self) -> dict[str, str]:
        # An inherited environment of another project must not get in the way.
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("RAPPORT", "DJANGO", "DATABASE", "PYTEST"))}
        return kept | {"PATH": str(self.path), "VIRTUAL_ENV": "/nonexistent", "PYTHONPATH": "/nonexistent"}


def _path_without_node(folder: Path) -> Path:
    """A PATH that has every program of this machine but Node and PostgreSQL."""
    folder.mkdir()
    for directory in os.environ["PATH"].split(":"):
        for program in Path(directory).glob("*") if Path(directory).is_dir() else ():
            wanted = not re.match(r"(node|npm|npx|corepack|yarn|pg_|postgres|psql|initdb)", program.name)
            if wanted and not (folder / program.name).is_symlink() and ".venv" not in directory:
                (folder / program.name).symlink_to(program)
    return folder


@pytest.fixture(scope="module")
def clone() -> Iterator[Clone]:
    # Not pytest's folder: every session that starts closes it for other users, PostgreSQL's included.
    folder = Path(tempfile.mkdtemp(prefix="rapport-fresh-"))
    made = Clone(folder)
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(made.source)], check=True)
    # Here and not in the first test: with two workers each may begin with another one, and all measure starts only.
    done = subprocess.run(
        [made.source / "bin" / "rapport", "--help"],
        env=made.environment(),
        cwd="/",
        capture_output=True,
        text=True,
        timeout=850,
    )
    assert done.returncode == 0, done.stderr
    yield made
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def run(clone: Clone) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def start(*arguments: str) -> Running:
        started.append(clone.start(*arguments))
        return started[-1]

    yield start
    for running in started:
        if running.process.poll() is None:
            running.end()


def wait(condition: Callable[[], bool], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds * crowd()
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def crowd() -> float:
    """How many times longer things take because of what else the machine does: processes that want to run, per processor."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def test_two_fresh_starts(clone, run, monkeypatch):
    # A home of its own: in that of the others somebody may have an account already, and there is no first run.
    monkeypatch.setattr(clone, "home", clone.folder / "first-home")
    assert not shutil.which("node", path=str(clone.path))
    first = run()
    first.wait_ready(120)
    wait(lambda: first.health()[0] == 200, 60, "not ready")
    wait(lambda: f"http://127.0.0.1:{first.port}/welcome" in first.printed(), 60, "no word of the first-run page")
    assert first.printed().count("ready http") == 1

    refused = clone.start()
    assert refused.process.wait(60) == 1
    assert f"already runs on {clone.home} at http://127.0.0.1:{first.port}" in refused.printed()

    family = first.family()
    assert len(family) >= 3
    assert first.end() == 0
    assert not [p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
    assert not (clone.home / "postgres" / "data" / "postmaster.pid").exists(), "PostgreSQL was not shut down"

    second = run()
    assert second.wait_ready(60) < QUICK * crowd()
    assert second.end(signal.SIGINT) == 0


def test_the_closed_folder_stays_closed(clone, run):
    run().wait_ready(120)
    others = stat.S_IRWXO
    assert clone.folder.stat().st_mode & others == 0
    assert (clone.home / "secret_key").stat().st_mode & (others | stat.S_IRWXG) == 0


def test_commands_work_when_nothing_runs_and_when_it_runs(clone, run):
    alone = clone.command("user", "create", "--email", "ana@halden.example", "--name", "Ana", "--role", "administrator")
    assert alone.returncode == 0, alone.stderr
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/sign-in/link/\S+\n", alone.stdout)

    running = run()
    running.wait_ready(60)
    token = clone.command("token", "create", "--user", "ana@halden.example", "--name", "test")
    assert re.fullmatch(r"rap_\S+\n", token.stdout), token.stderr
    link = clone.command("login-link", "ANA@halden.example")
    assert link.stdout.startswith(f"http://127.0.0.1:{running.port}/sign-in/link/")
    wait(lambda: running.health()[0] == 200, 20, "not ready")
    doctor = clone.command("doctor")
    assert doctor.returncode == 0, doctor.stdout

    twice = clone.command("user", "create", "--email", "Ana@halden.example", "--name", "Ana")
    assert (twice.returncode, twice.stdout) == (1, "")
    assert "already a user" in twice.stderr
    assert clone.command("login-link", "nobody@halden.example").returncode == 1
    assert clone.command("user", "create", "--name", "Ana").returncode == 2
    assert clone.command("nonsense").returncode == 2


@pytest.mark.parametrize("name", ["web", "worker", "postgres"])
def test_a_killed_child_is_noticed_and_started_again(run, name):
    running = run()
    running.wait_ready(60)
    wait(lambda: running.health()[0] == 200, 30, "not ready at first")
    before = running.started(name)
    os.kill(before, signal.SIGKILL)
    wait(lambda: running.child(name) not in (before, None), 10, "not started again")
    wait(lambda: running.health()[0] == 200, 30, f"not ready after {name} was killed: {running.printed()}")
    assert f"{name} ended with signal SIGKILL" in running.printed()
    assert running.end() == 0


@pytest.mark.parametrize(("name", "check"), [("worker", "worker"), ("postgres", "database")])
def test_what_stands_still_turns_readyz_red_within_ten_seconds(run, name, check):
    """As a process that hangs, or a machine that is gone: nobody is told, and nothing ends."""
    running = run()
    running.wait_ready(60)
    wait(lambda: running.health()[0] == 200, 30, "not ready at first")
    child = running.started(name)
    os.kill(child, signal.SIGSTOP)
    began = time.monotonic()
    wait(lambda: running.health()[0] == 503, 10, "still green")
    assert time.monotonic() - began <= 10 * crowd()
    checks = running.health()[1]["checks"]
    assert checks[check] == "failing"
    assert check == "database" or checks["database"] == "ok"
    os.kill(child, signal.SIGCONT)
    wait(lambda: running.health()[0] == 200, 20, "still red")


def test_when_the_supervisor_is_killed_nothing_is_left_and_the_next_start_works(run):
    running = run()
    running.wait_ready(60)
    family = running.family()
    running.process.kill()
    running.process.wait()
    _, left = psutil.wait_procs(family, timeout=20)
    assert not left, left
    again = run()
    again.wait_ready(60)
    assert again.end() == 0
