"""Web servers and workers, each a process of its own with a home of its own, all on one database."""

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg

from rapport.platform.setup.processes import wait_until
from tests.database import ROOT

SILENT_AFTER = 3.0
PATIENCE = 90.0


@dataclass
class Machine:
    """One process; `port` is 0 for a worker."""

    home: Path
    process: subprocess.Popen
    port: int = 0

    def kill(self) -> None:
        """As when the power goes: nobody is told."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def answers(self) -> bool:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False


class Farm:
    """Starts machines and ends them. `shared` is what the environment of every one of them says."""

    def __init__(self, url: str, folder: Path, **shared: str) -> None:
        self.url, self.folder = url, folder
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("RAPPORT_", "DATABASE_", "PYTEST_"))}
        self.environment = kept | {
            "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "rapport.config.settings", "PYTHONPATH": str(ROOT),
            "RAPPORT_SECRET_KEY": secrets.token_urlsafe(50), "RAPPORT_SILENT_AFTER": str(SILENT_AFTER),
            "RAPPORT_THREADS": "3", "RAPPORT_POOL": "4", "RAPPORT_JOBS": "2", "RAPPORT_LOG": "WARNING", **shared,
        }  # fmt: skip
        self.webs: list[Machine] = []
        self.workers: list[Machine] = []

    def web(self, name: str, **more: str) -> Machine:
        """Starts `rapport serve` without waiting for it."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        serve = ["rapport.config.cli", "serve", "--port", str(port), "--processes", "1"]
        self.webs.append(Machine(*self._start(name, serve, more), port))
        return self.webs[-1]

    def worker(self, name: str, **more: str) -> Machine:
        """Starts `rapport worker` without waiting for it."""
        self.workers.append(Machine(*self._start(name, ["tests.machines.worker"], more)))
        return self.workers[-1]

    def command(self, *arguments: str) -> str:
        """Runs a command of `rapport` on one more machine and returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "rapport.config.cli", *arguments], env=self._at("desk"), cwd=ROOT,
            capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def wait_ready(self) -> None:
        """Until every web server answers and every worker has been heard of."""
        everybody = [*self.webs, *self.workers]

        def ready() -> bool:
            assert all(m.process.poll() is None for m in everybody), self.printed()
            heard = self.rows("SELECT count(*) FROM procrastinate_workers")[0][0]
            return heard >= len(self.workers) and all(web.answers() for web in self.webs)

        assert wait_until(ready, seconds=PATIENCE, step=0.1), self.printed()

    def rows(self, query: str, *parameters: object) -> list[tuple]:
        with psycopg.connect(self.url, autocommit=True) as db:
            cursor = db.execute(query, parameters)
            return cursor.fetchall() if cursor.description else []

    def printed(self) -> str:
        """The last words of every machine, for who has to find out what went wrong."""
        return "\n".join(f"{p}:\n{p.read_text()[-2000:]}" for p in sorted(self.folder.glob("*/output")))

    def end(self) -> None:
        for machine in [*self.webs, *self.workers]:
            machine.process.kill()
        for machine in [*self.webs, *self.workers]:
            machine.process.wait(20)

    def _at(self, name: str) -> dict[str, str]:
        home = self.folder / name
        home.mkdir(parents=True, exist_ok=True)
        return self.environment | {"RAPPORT_HOME": str(home)}

    def _start(self, name: str, module: list[str], more: dict[str, str]) -> tuple[Path, subprocess.Popen]:
        environment = self._at(name) | more
        home = Path(environment["RAPPORT_HOME"])
        with (home / "output").open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", *module, "--home", str(home)], env=environment, cwd=ROOT, stdout=output,
                stderr=output, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        return home, process
