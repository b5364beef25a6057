"""An import whose worker is killed: it goes on with the next one, ends as if nothing had happened, and can be undone."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from rapport.platform.jobs import inline
from rapport.records.importing import steps
from rapport.records.importing.writing import LOCK, AlreadyRunning, write
from rapport.records.jobs import write_import
from rapport.records.models import ImportRun
from rapport.records.tests.importing import checked, items, somebody, states
from tests.database import Server, with_database

pytestmark = pytest.mark.django_db(transaction=True)


def people(count: int) -> str:
    rows = [f"r{i},Given{i},Family{i % 97},p{i}@example.com,+49 30 {1000000 + i},Street {i},{i:05},City{i % 50},DE,Firm {i % 20}"
            for i in range(count)]  # fmt: skip
    return "reference,first name,last name,email,phone,street,zip,city,country,company\n" + "\n".join(rows) + "\n"


def create_missing(passes: list) -> None:
    passes[0]["columns"]["organisation"]["on_missing"] = "create"


def digest() -> list:
    with connection.cursor() as cursor:
        found = []
        for table in ("customers_person", "customers_organisation", "customers_employment"):
            cursor.execute(f"SELECT to_jsonb(t) - '{{version,updated_at}}'::text[] FROM {table} t ORDER BY id")
            found.append(cursor.fetchall())
        return found


def journalled(run: ImportRun) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT "table", count(*), count(DISTINCT row) FROM journal_entry WHERE action_id = %s AND op = 'I' GROUP BY 1""",
            [run.action_id],
        )
        found = cursor.fetchall()
    assert all(entries == rows for _table, entries, rows in found)
    return {table: rows for table, rows, _again in found}


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_workers_killed_in_the_middle(database_server: Server, tmp_path: Path) -> None:
    ana = somebody()
    before = digest()
    count = 14_000
    run = checked(ana, "people", people(count), change=create_missing)
    ImportRun.objects.filter(pk=run.pk).update(status=ImportRun.WRITING)
    write_import.defer(run_id=run.pk, user_id=ana.id)
    env = os.environ | {
        "DATABASE_URL": with_database(database_server.app_url, settings.DATABASES["default"]["NAME"]),
        "RAPPORT_HOME": str(tmp_path), "RAPPORT_SILENT_AFTER": "5", "DJANGO_SETTINGS_MODULE": "rapport.config.settings",
    }  # fmt: skip

    def worker() -> subprocess.Popen:
        return subprocess.Popen([sys.executable, "-m", "rapport.config.cli", "worker"], env=env, start_new_session=True)

    for _death in range(2):
        seen = ImportRun.objects.get(pk=run.pk).done
        process = worker()
        wait_until(lambda seen=seen: ImportRun.objects.get(pk=run.pk).done > seen)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert ImportRun.objects.get(pk=run.pk).status == ImportRun.WRITING
    process = worker()
    wait_until(lambda: ImportRun.objects.get(pk=run.pk).status == ImportRun.DONE)
    os.killpg(process.pid, signal.SIGTERM)
    process.wait()

    run.refresh_from_db()
    assert states(run) == {"created": count + 20}
    assert journalled(run) == {"customers_person": count, "customers_organisation": 20, "customers_employment": count}
    # What a fresh look at the file would still change is what got lost: nothing.
    assert states(checked(ana, "people", people(count))) == {"skip": count}
    undone = steps.undo_run(run, viewer=ana)
    assert undone.kept == []
    assert digest() == before


def wait_until(condition) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


@pytest.mark.parametrize("stops_at", range(1, 8))
def test_stopped_after_any_transaction(stops_at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fence is the last thing in each transaction of the write; here it fails, and everything since the last commit goes."""
    ana = somebody()
    run = checked(ana, "people", people(250), change=create_missing)
    calls = 0

    def failing() -> None:
        nonlocal calls
        calls += 1
        if calls == stops_at:
            raise KeyboardInterrupt

    monkeypatch.setattr("rapport.records.importing.writing.fence", failing)
    with pytest.raises(KeyboardInterrupt):
        write(run, viewer=ana, chunk=60)
    monkeypatch.undo()
    run = write(ImportRun.objects.get(pk=run.pk), viewer=ana, chunk=60)
    assert states(run) == {"created": 270}
    assert run.done == run.total == 270
    assert journalled(run) == {"customers_person": 250, "customers_organisation": 20, "customers_employment": 250}
    assert len({p["name"] for p in items(ana, "people", "name", sort="name")}) == 200


def test_an_import_is_not_written_twice_at_the_same_time(database_server: Server) -> None:
    ana = somebody()
    run = checked(ana, "people", people(3), change=create_missing)
    url = with_database(database_server.app_url, settings.DATABASES["default"]["NAME"])
    with psycopg.connect(url) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK, run.pk])
        with pytest.raises(AlreadyRunning):
            write(run, viewer=ana)
        assert items(ana, "people", "name") == []
        # Closing alone would let go of it only when the server has noticed.
        other.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, run.pk])
    write(run, viewer=ana)
    write(ImportRun.objects.get(pk=run.pk), viewer=ana)
    assert len(items(ana, "people", "name")) == 3


def test_the_job_writes_and_says_why_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    ana = somebody()
    run = checked(ana, "people", people(3), change=create_missing)
    write_import.defer(run_id=run.pk, user_id=ana.id)

    def broken(*_args, **_kwargs) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("rapport.records.importing.writing.state", broken)
    with pytest.raises(RuntimeError):
        inline.run_queued_jobs(queue="imports")
    monkeypatch.undo()
    run.refresh_from_db()
    assert (run.status, run.error) == ("failed", "the disk is full")
    write_import.defer(run_id=run.pk, user_id=ana.id)
    inline.run_queued_jobs(queue="imports")
    run.refresh_from_db()
    assert (run.status, run.error) == ("done", "")
    assert len(items(ana, "people", "name")) == 3
