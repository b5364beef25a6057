"""Bringing a backup back: proven whole first, then beside what is there, and in its place only when it is the same.

What stood in the schema `public` is moved to `before_restore` until the restored rows have the digests of the backup.
A restore that was killed is therefore taken back by recover(), which every start calls.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import psycopg
from django.conf import settings
from django.core.files import File as Content
from django.core.files.storage import default_storage
from django.db import connection, connections
from psycopg import sql

from rapport.platform.files.store import IN_MEMORY, has_whole, reaching
from rapport.platform.setup import outgoing
from rapport.platform.setup.backups.archive import Broken, members, verified
from rapport.platform.setup.backups.digests import differences, digests
from rapport.platform.setup.backups.moving import drop, move, objects
from rapport.platform.setup.backups.take import DUMP, KEY, run_client
from rapport.platform.setup.direct import parameters
from rapport.platform.setup.embedded import programs
from rapport.platform.setup.lease import Refused
from rapport.platform.setup.migrating import known
from rapport.platform.setup.processes import dies_with_parent

OLD = "before_restore"
# What an older server than the one that was read out does not know.
_UNKNOWN_TO_OLDER = "SET transaction_timeout"
_OTHERS = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
             AND backend_type = 'client backend'"""


def restore_backup(
    path: Path,
    *,
    identity: str = "",
    replace: bool = False,
    hold: bool = True,
    say: Callable[[str], None] = lambda text: None,
) -> dict[str, Any]:
    """Puts database and files back as they were, and returns the backup's manifest.

    `replace`: also where there is something already, which is gone then. `hold`: nothing leaves the instance until an
    administrator says so. Raises Refused, Broken; then everything is as it was before, but for files that nothing names.
    """
    say("Checking the archive")
    manifest = verified(path, identity)
    newer = sorted({tuple(m) for m in manifest["migrations"] if m[0] in _ours()} - known())
    if newer:
        raise Refused(
            f"This backup was made by a newer Rapport (it has {'.'.join(newer[0])}). Update the program first."
        )
    let_go()
    with psycopg.connect(**parameters(connect_timeout=10), autocommit=True) as db:
        if (db.execute(_OTHERS).fetchone() or (0,))[0]:
            raise Refused("Something else uses the database: stop Rapport on all machines first.")
        recover(db)
        filled = _is_filled(db)
        if filled and not replace:
            raise Refused("There is a database already. Say --replace to put the backup in its place.")
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.HOME) as folder:
            say("Putting the files back")
            dump, key = _extract(path, identity, Path(folder))
            say("Putting the database back")
            if filled:
                _set_aside(db)
            # Before the first row is there: a queued mail must find it held, whatever happens next.
            fresh = hold and outgoing.hold(db, made_at=manifest["made_at"])
            try:
                _load(db, dump, manifest)
            except BaseException:
                if not recover(db):
                    drop(db, "public")
                if fresh:
                    outgoing.let_go(db)
                raise
            _drop_old(db)
            if key:
                _keep_key(key)
    (settings.HOME / "run" / "migrated").unlink(missing_ok=True)
    return manifest


def recover(db: psycopg.Connection[Any]) -> bool:
    """Takes back a restore that was cut off; says whether there was one."""
    if db.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [OLD]).fetchone() is None:
        return False
    with db.transaction():
        drop(db, "public")
        move(db, OLD, "public")
        db.execute(sql.SQL("DROP SCHEMA {}").format(sql.Identifier(OLD)))
    return True


def recover_if_needed() -> bool:
    """The same with a connection of its own, in a millisecond when there is nothing to do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [OLD])
        if cursor.fetchone() is None:
            return False
    let_go()
    with psycopg.connect(**parameters(connect_timeout=10), autocommit=True) as db:
        return recover(db)


def let_go() -> None:
    """Closes every connection of this process, those in Django's pool included."""
    for one in connections.all(initialized_only=True):
        one.close()
        if hasattr(one, "close_pool"):
            one.close_pool()


def _ours() -> set[str]:
    return {app for app, _name in known()}


def _is_filled(db: psycopg.Connection[Any]) -> bool:
    return any(kind == "TABLE" for kind, _name in objects(db, "public"))


def _set_aside(db: psycopg.Connection[Any]) -> None:
    """Moves what there is into a schema of its own."""
    try:
        with db.transaction():
            db.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(OLD)))
            move(db, "public", OLD)
    except psycopg.errors.InsufficientPrivilege as error:
        raise Refused(
            f"The database's user may not replace what is there; restore into an empty database ({error})."
        ) from error


def _drop_old(db: psycopg.Connection[Any]) -> None:
    db.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(OLD)))


def _load(db: psycopg.Connection[Any], dump: Path, manifest: dict[str, Any]) -> None:
    """Fills the schema public in one transaction. Raises Broken if it is not what the manifest says."""
    for name in manifest["extensions"]:
        if name != "plpgsql":
            db.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {} SCHEMA public").format(sql.Identifier(name)))
    script = dump.with_suffix(".sql")
    made = subprocess.run(
        [programs() / "pg_restore", "--no-owner", "--no-acl", "--no-comments", f"--file={script}", dump],
        capture_output=True, text=True, cwd="/", preexec_fn=dies_with_parent(),
    )  # fmt: skip
    if made.returncode:
        raise Broken(f"The database in the archive cannot be read: {made.stderr.strip()[-2000:]}")
    trimmed = script.with_suffix(".psql")
    with script.open("rb") as source, trimmed.open("wb") as target:
        for line in source:
            if not line.startswith((_UNKNOWN_TO_OLDER.encode(), b"CREATE SCHEMA public;")):
                target.write(line)
    script.unlink()
    done = run_client(
        "psql",
        "--no-psqlrc",
        "--quiet",
        "--single-transaction",
        "--set=ON_ERROR_STOP=1",
        "--output=/dev/null",
        f"--file={trimmed}",
    )
    if done.returncode:
        raise Broken(f"The database could not be put back: {done.stderr.strip()[-2000:]}")
    with db.transaction():
        changed = differences(manifest, digests(db))
    if changed:
        raise Broken(f"What came back is not what was saved: {', '.join(changed[:10])}.")
    db.execute("ANALYZE")


def _extract(path: Path, identity: str, folder: Path) -> tuple[Path, bytes]:
    """Puts blobs into the store, and the dump into the folder; returns (dump, secret key or b"")."""
    dump, key = folder / DUMP, b""
    for name, content in members(path, identity):
        if name == DUMP:
            with dump.open("wb") as target:
                while piece := content.read(2**20):
                    target.write(piece)
        elif name == KEY:
            key = content.read()
        elif name.startswith("blobs/"):
            _put_back(name, content)
    return dump, key


def _put_back(name: str, content: BinaryIO) -> None:
    """Copies one blob into the store, unless it is there whole. A bucket wants to know the size, so it comes in between."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
        shutil.copyfileobj(content, spool, 2**20)
        size = spool.tell()
        with reaching():
            if not has_whole(name, size):
                spool.seek(0)
                default_storage.save(name, Content(spool, name=name))  # type: ignore[arg-type]


def _keep_key(key: bytes) -> None:
    """What the old instance signed stays valid; a key that is given by the environment stays in force."""
    path = settings.HOME / "secret_key"
    if not path.exists() or path.read_bytes() != key:
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(key)
