"""How the instance is: what /readyz, the health page and the doctor say.

Each check is red within ten seconds of its reason.
"""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from rapport.platform.setup.direct import parameters
from rapport.platform.setup.migrating import known
from rapport.platform.setup.running import read_state

WORKER_SILENT = 8.0
LITTLE_SPACE = 500 * 2**20


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. `key` is stable, `text` is for people."""

    key: str
    is_fine: bool
    text: str


def checks() -> list[Check]:
    """Database, migrations, worker, and with bin/run its child processes."""
    try:
        # Not from the pool, which would wait ten seconds for a database that is gone.
        with psycopg.connect(**parameters(connect_timeout=3, autocommit=True)) as db:
            found = [_database(db), _migrations(db), _worker(db)]
    except psycopg.OperationalError as error:
        found = [Check("database", False, str(error).strip().split("\n")[0])]
    return [*found, *_children()]


def _database(db: psycopg.Connection) -> Check:
    version = str(db.execute("SHOW server_version").fetchone()[0]).split(" ")[0]  # type: ignore[index]
    return Check("database", True, f"PostgreSQL {version} answers")


def _migrations(db: psycopg.Connection) -> Check:
    try:
        done = set(db.execute("SELECT app, name FROM django_migrations").fetchall())
    except psycopg.errors.UndefinedTable:
        done = set()
    missing = len(known() - done)
    return Check("migrations", not missing, f"{missing} migrations are pending" if missing else "all applied")


def _worker(db: psycopg.Connection) -> Check:
    try:
        age = db.execute("SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers").fetchone()
    except psycopg.errors.UndefinedTable:
        age = None
    if age is None or age[0] is None:
        return Check("worker", False, "no worker has shown up")
    fine = age[0] <= WORKER_SILENT
    return Check("worker", fine, f"{'heard' if fine else 'last heard'} {float(age[0]):.0f} s ago")


def _children() -> list[Check]:
    return [
        Check(
            child["name"] if child["name"] != "worker" else "worker process", child["state"] == "running", _told(child)
        )
        for child in read_state().get("children", [])
    ]


def _told(child: dict[str, Any]) -> str:
    text = f"{child['state']} for {time.time() - child['since']:.0f} s"
    return f"{text}, restarted {child['restarts']} times, last {child['last_exit']}" if child["restarts"] else text


def figures() -> dict[str, int]:
    """Bytes: the database, the home's files, the free space where the home is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        size = cursor.fetchone()[0]
    return {"database": size, "free": shutil.disk_usage(settings.HOME).free}


def space() -> Check:
    free = shutil.disk_usage(settings.HOME).free
    return Check("disk", free > LITTLE_SPACE, f"{free // 2**20} MB free in {settings.HOME}")


def is_writable(folder: Path) -> bool:
    """Really writes, because mode bits do not know about read-only or full file systems."""
    probe = folder / ".rapport-probe"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"x" * 4096)
        probe.unlink()
    except OSError:
        return False
    return True
