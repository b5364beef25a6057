"""Backup, restore and upgrade with real processes on databases of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rapport.platform.setup.backups.digests import differences, digests
from tests.database import ROOT, Server
from tests.machines.s3 import bucket_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
KEEP_A_FILE = """
from rapport.platform.files.store import keep
keep([b"hello " * 50_000], "hello.txt", viewer=None)
"""
DJANGO = "import django; django.setup()\nfrom rapport.config.cli import use_database; import os; use_database(os.environ['DATABASE_URL'])\n"


@dataclass
class Place:
    """A home and a database."""

    home: Path
    url: str
    more: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        wanted = {
            "DATABASE_URL": self.url,
            "RAPPORT_HOME": str(self.home),
            "DJANGO_SETTINGS_MODULE": "rapport.config.settings",
        }
        return os.environ | wanted | {"PYTHONPATH": str(ROOT)} | self.more

    def run(self, *arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "rapport.config.cli", *arguments],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def python(self, text: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", text], env=self.environment, cwd=ROOT, capture_output=True, text=True
        )

    def digests(self) -> dict[str, Any]:
        with psycopg.connect(self.url) as db:
            return digests(db)

    def blobs(self) -> dict[str, bytes]:
        return {p.name: p.read_bytes() for p in (self.home / "files").rglob("*") if p.is_file()}

    def asked(self, text: str) -> Any:
        with psycopg.connect(self.url) as db:
            return db.execute(text).fetchone()[0]

    def execute(self, text: str) -> None:
        with psycopg.connect(self.url) as db:
            db.execute(text)


@pytest.fixture
def place(database_server: Server, tmp_path: Path, django_db_setup: None) -> Iterator[Callable[..., Place]]:
    made: list[str] = []

    def make(name: str, **more: str) -> Place:
        database = f"rapport_{name}_{os.getpid()}"
        made.append(database)
        (tmp_path / name).mkdir()
        return Place(tmp_path / name, database_server.copy(database), more)

    yield make
    for database in made:
        database_server.drop(database)


@pytest.fixture
def filled(place: Callable[..., Place]) -> Place:
    """The sample company, small, with one uploaded file."""
    one = place("first")
    one.run("demo")
    done = one.python(DJANGO + KEEP_A_FILE)
    assert done.returncode == 0, done.stderr
    return one


def test_there_and_back(filled: Place, place: Callable[..., Place], tmp_path: Path) -> None:
    key = tmp_path / "key"
    recipient = filled.run("backup-key", str(key)).splitlines()[0]
    before = filled.digests()
    told = filled.run("backup", str(tmp_path / "a.backup"), "--encrypt-to", recipient)
    assert "1 files" in told

    other = place("second")
    other.execute("CREATE TABLE leftover (id int); UPDATE setup_company SET name = 'Other'")
    untouched = other.digests()
    assert "There is a database already" in other.run(
        "restore", str(tmp_path / "a.backup"), "--identity", str(key), code=1
    )
    assert "is encrypted" in other.run("restore", str(tmp_path / "a.backup"), "--replace", code=1)
    assert not differences(untouched, other.digests())
    assert not other.blobs()

    back = other.run("restore", str(tmp_path / "a.backup"), "--replace", "--identity", str(key))
    assert not differences(before, other.digests()), "the rows are not the same"
    assert other.blobs() == filled.blobs() != {}
    assert (other.home / "secret_key").read_text() == (filled.home / "secret_key").read_text()
    # What waits in it to be sent was perhaps sent by the first one: it is held, and the mark is no part of the content.
    assert "Outgoing mail and webhooks are held" in back
    assert other.asked("SELECT to_regclass('rapport_instance.outgoing_held')::text") == "rapport_instance.outgoing_held"
    assert filled.asked("SELECT to_regclass('rapport_instance.outgoing_held')::text") is None
    # Triggers and generated columns came back too: an edit is journalled, the search text follows.
    other.execute(
        "UPDATE customers_person SET first_name = 'Zébulon' WHERE id = (SELECT min(id) FROM customers_person)"
    )
    with psycopg.connect(other.url) as db:
        row = db.execute("SELECT search_text FROM customers_person ORDER BY id LIMIT 1").fetchone()
        last = db.execute("SELECT diff ? 'first_name' FROM journal_entry ORDER BY id DESC LIMIT 1").fetchone()
    assert "zebulon" in row[0]
    assert last[0] is True


def test_there_and_back_from_bucket_to_bucket(place: Callable[..., Place], tmp_path: Path) -> None:
    """Files in S3 are in the backup like those in a folder, and come back; a bucket that is away is not taken for empty."""
    with bucket_server() as bucket:
        first = place("bucket", RAPPORT_FILES=bucket.url)
        done = first.python(DJANGO + KEEP_A_FILE)
        assert done.returncode == 0, done.stderr
        kept = bucket.contents()
        assert {len(content) for content in kept.values()} == {300_000}
        assert " 1 files" in first.run("backup", str(tmp_path / "a.backup"))

        for key in kept:
            bucket.client().delete_object(Bucket=bucket.name, Key=key)
        first.run("restore", str(tmp_path / "a.backup"), "--replace")
        assert bucket.contents() == kept
    refused = first.run("backup", str(tmp_path / "c.backup"), code=1)
    assert "The file store cannot be reached" in refused, "content out of reach was taken for lost"
    assert not (tmp_path / "c.backup").exists()


def test_every_table_is_in_the_backup(filled: Place, tmp_path: Path) -> None:
    """A table or a store that a later change adds must come along: this compares with the database itself."""
    from django.conf import settings

    from rapport.platform.setup.backups.archive import verified

    filled.run("backup", str(tmp_path / "a.backup"))
    manifest = verified(tmp_path / "a.backup")
    with psycopg.connect(filled.url) as db:
        outside = db.execute(
            """SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE c.relkind IN ('r', 'p', 'm', 'f') AND nspname !~ '^(pg_|information_schema$)' AND nspname <> 'public'"""
        ).fetchall()
        inside = {
            row[0] for row in db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        }
    assert outside == []
    assert set(manifest["tables"]) == inside
    assert set(settings.STORAGES) == {"default", "staticfiles"}, "a new store must be added to the backup"
    assert [name for name in manifest["members"] if name.startswith("blobs/")]
    known = {"files", "secret_key", "backups", "run", "log", "postgres"}
    assert {path.name for path in filled.home.iterdir()} <= known, "say in take.py whether this belongs in a backup"


def test_a_damaged_backup_changes_nothing(filled: Place, tmp_path: Path) -> None:
    path = tmp_path / "a.backup"
    filled.run("backup", str(path))
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(bytes(whole))
    before = filled.digests()
    assert "damaged" in filled.run("restore", str(path), "--replace", code=1)
    assert not differences(before, filled.digests())


@pytest.mark.parametrize("moment", ["begun", "loaded"])
def test_a_killed_restore_is_taken_back(filled: Place, tmp_path: Path, moment: str) -> None:
    filled.run("backup", str(tmp_path / "a.backup"))
    filled.execute("UPDATE setup_company SET name = 'Since then'")
    before = filled.digests()
    target = {"begun": "_load", "loaded": "_drop_old"}[moment]
    code = f"""{DJANGO}
import os, pathlib, signal
from rapport.platform.setup.backups import restore
restore.{target} = lambda *a: os.kill(os.getpid(), signal.SIGKILL)
restore.restore_backup(pathlib.Path({str(tmp_path / "a.backup")!r}), replace=True)
"""
    done = filled.python(code)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with psycopg.connect(filled.url) as db:
        assert db.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'before_restore'").fetchone()
    filled.run("upgrade")
    assert not differences(before, filled.digests())


LATE = """
from django.db import migrations
def go(apps, schema_editor):
    {body}
class Migration(migrations.Migration):
    {atomic}
    dependencies = {after}
    operations = [migrations.RunSQL({sql!r}), migrations.RunPython(go, go)]
"""
UPGRADE = """
import django, sys, os
from django.conf import settings
settings.INSTALLED_APPS.append("late")
sys.path.insert(0, {folder!r})
django.setup()
from rapport.config.cli import use_database
use_database(os.environ["DATABASE_URL"])
from rapport.platform.setup.backups.upgrade import upgrade_if_needed
print(upgrade_if_needed())
"""


def late_app(folder: Path, second: str) -> str:
    """An app with a migration that works and one that does what `second` says; returns a program that upgrades."""
    migrations = folder / "late" / "migrations"
    migrations.mkdir(parents=True)
    for path in (folder / "late" / "__init__.py", migrations / "__init__.py"):
        path.touch()
    (migrations / "0001_first.py").write_text(
        LATE.format(
            body="pass",
            atomic="",
            after=[],
            sql="CREATE TABLE late_one (id int); UPDATE setup_company SET name = 'Late'",
        )
    )
    (migrations / "0002_second.py").write_text(
        LATE.format(
            body=second,
            atomic="atomic = False",
            after=[("late", "0001_first")],
            sql="CREATE TABLE IF NOT EXISTS late_two (id int)",
        )
    )
    return UPGRADE.format(folder=str(folder))


def test_an_upgrade_that_fails_is_taken_back(filled: Place, tmp_path: Path) -> None:
    before = filled.digests()
    done = filled.python(late_app(tmp_path / "app", "raise ValueError('no such luck')"))
    assert done.returncode == 1
    assert "The upgrade failed and was taken back: no such luck" in done.stderr
    assert not differences(before, filled.digests())
    assert filled.asked("SELECT to_regclass('rapport_instance.outgoing_held')::text") is None, "it is the same instance"
    assert not (filled.home / "run" / "upgrade.json").exists()
    filled.run("upgrade")  # the program of before starts as if nothing had been


def test_a_killed_upgrade_goes_on_at_the_next_start(filled: Place, tmp_path: Path) -> None:
    flag = tmp_path / "killed"
    body = f"import os, pathlib; p = pathlib.Path({str(flag)!r})\n    if not p.exists():\n        p.touch(); os.kill(os.getpid(), 9)"
    program = late_app(tmp_path / "app", body)
    assert filled.python(program).returncode == -signal.SIGKILL
    assert (filled.home / "run" / "upgrade.json").exists()
    done = filled.python(program)
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr
    assert not (filled.home / "run" / "upgrade.json").exists()
    assert {"late_one", "late_two"} <= set(filled.digests()["tables"])
    assert len(list((filled.home / "backups").iterdir())) == 1


def test_people_go_on_working_during_a_backup(filled: Place, place: Callable[..., Place], tmp_path: Path) -> None:
    """What is written while the backup runs is in it wholly or not at all."""
    filled.execute("CREATE TABLE pairs (a int, b int); INSERT INTO pairs VALUES (0, 0)")
    running = subprocess.Popen(
        [sys.executable, "-m", "rapport.config.cli", "backup", str(tmp_path / "a.backup")], env=filled.environment, cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    turns = 0
    with psycopg.connect(filled.url, autocommit=True) as db:
        while running.poll() is None:
            turns += 1
            with db.transaction():
                db.execute("UPDATE pairs SET a = a + 1")
                db.execute("UPDATE pairs SET b = b + 1")
            time.sleep(0.01)
    assert running.returncode == 0
    assert turns > 5
    other = place("second")
    other.run("restore", str(tmp_path / "a.backup"), "--replace")
    with psycopg.connect(other.url) as db:
        a, b = db.execute("SELECT a, b FROM pairs").fetchone()
    assert a == b
