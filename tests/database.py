"""The database of a test session: one throw-away PostgreSQL, one migrated template, a copy of it for every process.

With DATABASE_URL that server is used instead (its user needs CREATEDB); without, nothing of the tests outlives the
session but the migrated files in var/test-postgres, which save the migrations of the next session.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlparse, urlunparse

import psycopg
from psycopg import sql

from rapport.platform.setup.embedded import Cluster

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "test-postgres"
TEMPLATE = f"rapport_template_{os.getpid()}"


class Server:
    """Where the databases are made: `url` is of a role that may make them, `app_url` of the role that tests run as."""

    def __init__(self, url: str, app_url: str, template: str) -> None:
        self.url, self.app_url, self.template = url, app_url, template

    def copy(self, name: str) -> str:
        """Makes the database `name` anew as a copy of the template and returns its address."""
        self.drop(name)
        owner = urlparse(self.app_url).username or self._me()
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy"), name, self.template, owner)
        return with_database(self.app_url, name)

    def drop(self, name: str) -> None:
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), name)

    def _me(self) -> str:
        with psycopg.connect(self.url) as db:
            return db.execute("SELECT current_user").fetchone()[0]

    def _run(self, command: sql.SQL, *names: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as db:
            db.execute(command.format(*map(sql.Identifier, names)))


def with_database(url: str, name: str) -> str:
    parts = urlparse(url)
    return urlunparse(parts._replace(path=f"/{name}"))


class TestCluster:
    """Starts the session's server and leaves its addresses in the environment, where the xdist workers find them."""

    __test__ = False

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="rapport-test-"))
        self.cluster = Cluster(self.folder, throw_away=True)
        self.process: subprocess.Popen | None = None
        self.log = (self.folder / "log").open("wb")

    def start(self) -> Server:
        given = os.environ.get("DATABASE_URL")
        if given:
            Server(given, given, "template0").copy(TEMPLATE)
            migrate(with_database(given, TEMPLATE))
            return Server(given, given, TEMPLATE)
        kept = KEPT / fingerprint()
        if kept.exists():
            self._copy(kept, self.cluster.data)
        self._up()
        migrate(self.cluster.url())
        if not kept.exists():
            # Stopped before it is copied: a copy of a running server's files is no database.
            self.cluster.stop(self.process)
            self._keep(kept)
            self._up()
        return Server(self.cluster.url(role="postgres", database="postgres"), self.cluster.url(), "rapport")

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
        elif given := os.environ.get("DATABASE_URL"):
            Server(given, given, TEMPLATE).drop(TEMPLATE)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _up(self) -> None:
        self.cluster.prepare()
        self.process = self.cluster.start(output=self.log.fileno())

    def _keep(self, kept: Path) -> None:
        KEPT.mkdir(parents=True, exist_ok=True)
        for old in KEPT.iterdir():
            shutil.rmtree(old, ignore_errors=True)
        building = KEPT / f"building-{os.getpid()}"
        self._copy(self.cluster.data, building)
        try:
            building.rename(kept)
        except OSError:  # another session was quicker
            shutil.rmtree(building, ignore_errors=True)

    def _copy(self, source: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", str(source), str(target)], check=True)


def fingerprint() -> str:
    """Changes with whatever the migrated template is made from."""
    parts = [
        *ROOT.glob("rapport/**/migrations/*.py"),
        *ROOT.glob("rapport/**/*.sql"),
        ROOT / "requirements" / "base.txt",
    ]
    parts += [ROOT / "rapport" / "config" / "settings.py", ROOT / "rapport" / "platform" / "setup" / "embedded.py"]
    total = hashlib.sha256(sys.version.encode())
    for path in sorted(parts):
        total.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return total.hexdigest()[:20]


def migrate(url: str) -> None:
    """Raises RuntimeError with Django's words if it does not work."""
    done = django_command(url, "migrate", "--no-input", "--skip-checks", "-v", "0")
    if done.returncode:
        raise RuntimeError(f"The tests' database could not be migrated:\n{done.stderr}")


def django_command(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own, because it may run before the session has set Django up."""
    command = [sys.executable, "-m", "django", *arguments]
    wanted = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "rapport.config.settings", "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=os.environ | wanted, capture_output=True, text=True)
