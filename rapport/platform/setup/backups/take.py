"""Taking a backup: database and files at one moment, while people go on working."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from psycopg.conninfo import make_conninfo

from rapport.platform.files.store import BLOBS_LOCK, blob_path, has_whole, open_path, probe, reaching
from rapport.platform.setup.backups.archive import writing
from rapport.platform.setup.backups.digests import digests
from rapport.platform.setup.backups.workplace import workplace
from rapport.platform.setup.direct import parameters
from rapport.platform.setup.embedded import programs
from rapport.platform.setup.lease import Refused
from rapport.platform.setup.processes import dies_with_parent

DUMP, KEY = "database.dump", "secret_key"
_BLOBS = "SELECT sha256, max(size) FROM files_file GROUP BY sha256 ORDER BY sha256"


def take_backup(path: Path, *, recipient: str = "") -> dict[str, Any]:
    """Writes an archive to `path` and returns its manifest; `recipient` encrypts it. Raises Refused, OSError,
    StoreAway.

    A file that the store has lost is listed under "missing" and does not stop the backup of all others.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with psycopg.connect(**parameters(connect_timeout=10)) as db, workplace(path.parent) as folder:
        db.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        db.read_only = True
        db.execute("SELECT pg_advisory_xact_lock_shared(%s)", [BLOBS_LOCK])
        snapshot = str((db.execute("SELECT pg_export_snapshot()").fetchone() or ("",))[0])
        dump, part = folder / DUMP, folder / path.name
        _dump(dump, snapshot)
        missing: list[str] = []
        probe()  # a store that is away has lost nothing
        with writing(part, recipient) as archive:
            with dump.open("rb") as content:
                archive.add(DUMP, content, dump.stat().st_size)
            key = settings.HOME / "secret_key"
            if key.exists():
                with key.open("rb") as content:
                    archive.add(KEY, content, key.stat().st_size)
            for sha256, size in db.execute(_BLOBS).fetchall():
                name = blob_path(sha256)
                with reaching():
                    whole = has_whole(name, size)
                if whole:
                    with open_path(name) as blob:
                        archive.add(name, blob, size)
                else:
                    missing.append(sha256)
            manifest = {
                "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "server": db.info.server_version,
                "extensions": [row[0] for row in db.execute("SELECT extname FROM pg_extension ORDER BY 1").fetchall()],
                "migrations": [list(row) for row in db.execute("SELECT app, name FROM django_migrations").fetchall()],
                "missing": missing,
                **digests(db),
            }
            archive.close(manifest)
        part.replace(path)
    return manifest | {"members": archive.members}


def _dump(target: Path, snapshot: str) -> None:
    done = run_client(
        "pg_dump", "--format=custom", "--compress=gzip:1", "--no-owner", "--no-acl", "--no-comments", "--schema=public",
        f"--snapshot={snapshot}", f"--file={target}",
    )  # fmt: skip
    if done.returncode:
        raise Refused(f"The database could not be read out: {done.stderr.strip()[-2000:]}")


def run_client(program: str, *arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """Runs pg_dump or psql on the default database; the password is not to be seen in the list of processes."""
    where = parameters(connect_timeout=10)
    password = where.pop("password", "")
    command = [str(programs() / program), *arguments, f"--dbname={make_conninfo(**where)}"]
    environment = os.environ | ({"PGPASSWORD": password} if password else {})
    return subprocess.run(
        command, capture_output=True, text=True, cwd="/", env=environment, preexec_fn=dies_with_parent(), **more
    )
