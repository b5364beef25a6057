"""How the instance is: what /readyz, the health page and the doctor say.

Each check is red within ten seconds of its reason.
"""

import shutil
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from babel.dates import format_timedelta
from django.conf import settings
from django.db import connection
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rapport.platform.files.store import StoreAway, probe
from rapport.platform.setup.direct import parameters
from rapport.platform.setup.migrating import known
from rapport.platform.setup.running import read_state
from rapport.platform.ui.templatetags.ui import locale

WORKER_SILENT = 8.0
LITTLE_SPACE = 500 * 2**20


NAMES = {
    "database": gettext_lazy("Database"),
    "migrations": gettext_lazy("Database schema"),
    "worker": gettext_lazy("Worker"),
    "worker process": gettext_lazy("Worker process"),
    "web": gettext_lazy("Web server"),
    "postgres": gettext_lazy("Database server"),
    "disk": gettext_lazy("Disk"),
    "files": gettext_lazy("File store"),
    "replica": gettext_lazy("Replica"),
    "backup": gettext_lazy("Backup"),
}
STATES = {
    "running": gettext_lazy("running"),
    "starting": gettext_lazy("starting"),
    "waiting": gettext_lazy("waiting"),
    "stopped": gettext_lazy("stopped"),
}


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. `key` is stable, `text` is for people."""

    key: str
    is_fine: bool
    text: str

    @property
    def name(self) -> object:
        """What people call it."""
        return NAMES.get(self.key, self.key)


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
    return Check("database", True, _("PostgreSQL %(version)s answers.") % {"version": version})


def _migrations(db: psycopg.Connection) -> Check:
    try:
        done = set(db.execute("SELECT app, name FROM django_migrations").fetchall())
    except psycopg.errors.UndefinedTable:
        done = set()
    missing = len(known() - done)
    return Check(
        "migrations",
        not missing,
        ngettext("%(n)s migration is pending.", "%(n)s migrations are pending.", missing) % {"n": missing}
        if missing
        else _("All migrations are applied."),
    )


def _worker(db: psycopg.Connection) -> Check:
    try:
        age = db.execute("SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers").fetchone()
    except psycopg.errors.UndefinedTable:
        age = None
    if age is None or age[0] is None:
        return Check("worker", False, _("No worker has shown up."))
    fine = age[0] <= WORKER_SILENT
    told = _("Heard %(n)s s ago.") if fine else _("Last heard %(n)s s ago.")
    return Check("worker", fine, told % {"n": f"{float(age[0]):.0f}"})


def _children() -> list[Check]:
    return [
        Check(
            child["name"] if child["name"] != "worker" else "worker process", child["state"] == "running", _told(child)
        )
        for child in read_state().get("children", [])
    ]


def _told(child: dict[str, Any]) -> str:
    told = {"state": STATES.get(child["state"], child["state"]), "time": _lasting(time.time() - child["since"])}
    if not child["restarts"]:
        return _("%(state)s for %(time)s") % told
    more = {"times": child["restarts"], "end": child["last_exit"]}
    return _("%(state)s for %(time)s; restarts: %(times)s, the last because of %(end)s") % (told | more)


def _lasting(seconds: float) -> str:
    """ "25 minutes" in the reader's language."""
    return format_timedelta(timedelta(seconds=max(seconds, 1)), threshold=1.5, locale=locale())


def figures() -> dict[str, int]:
    """Bytes: the database, the home's files, the free space where the home is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        size = cursor.fetchone()[0]
    return {"database": size, "free": shutil.disk_usage(settings.HOME).free}


def space() -> Check:
    free = shutil.disk_usage(settings.HOME).free
    return Check(
        "disk",
        free > LITTLE_SPACE,
        _("%(size)s free in %(folder)s") % {"size": filesizeformat(free), "folder": settings.HOME},
    )


def files() -> Check:
    """Whether uploads can be kept right now."""
    options: Any = settings.STORAGES["default"]["OPTIONS"]
    where = options.get("location")
    if "bucket_name" in options:
        where = f"s3://{'/'.join(filter(None, (options['bucket_name'], where)))}"
    try:
        probe()
    except StoreAway as away:
        reason = str(away.__cause__).strip().split("\n")[0]
        return Check("files", False, f"{where}: {reason}")
    return Check("files", True, _("Files can be kept in %(place)s.") % {"place": where})


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
