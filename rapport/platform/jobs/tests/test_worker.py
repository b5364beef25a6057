"""The worker as a real process: killed, stopped, and with PostgreSQL pulled from under it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.database import ROOT, Server, TestCluster

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
SILENT = 3.0


class Instance:
    """A database, and workers on it. `defer` queues a job as another process would."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.workers: list[subprocess.Popen] = []
        self.run("CREATE TABLE effect (id serial, text text)")

    def start_worker(self) -> subprocess.Popen:
        env = os.environ | {
            "DATABASE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "rapport.config.settings",
            "RAPPORT_SILENT_AFTER": str(SILENT),
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-m", "rapport.platform.jobs.tests.worker_for_tests"]
        worker = subprocess.Popen(command, env=env, cwd=ROOT)
        self.workers.append(worker)
        return worker

    def defer(self, name: str, **arguments: object) -> int:
        from psycopg.types.json import Jsonb

        rows = self.run(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('test', %s, %s) RETURNING id",
            f"platform.jobs.tests.jobs_for_tests.{name}",
            Jsonb(arguments),
        )
        return rows[0][0]

    def run(self, query: str, *parameters: object) -> list[tuple]:
        with psycopg.connect(self.url, autocommit=True) as db:
            cursor = db.execute(query, parameters)
            return cursor.fetchall() if cursor.description else []

    def status(self, job_id: int) -> str:
        return self.run("SELECT status::text FROM procrastinate_jobs WHERE id = %s", job_id)[0][0]

    def effects(self) -> list[str]:
        return [row[0] for row in self.run("SELECT text FROM effect ORDER BY id")]

    def wait(self, condition: Callable[[], bool], seconds: float = 40) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, self.run(
                "SELECT id, task_name, status::text, attempts, worker_id FROM procrastinate_jobs ORDER BY id"
            )
            time.sleep(0.1)

    def end(self) -> None:
        for worker in self.workers:
            worker.kill()
            worker.wait()


@pytest.fixture
def instance(database_server: Server, worker_id: str) -> Iterator[Instance]:
    name = f"rapport_jobs_{os.getpid()}_{worker_id}"
    made = Instance(database_server.copy(name))
    yield made
    made.end()
    database_server.drop(name)


def test_a_job_whose_worker_is_killed_takes_effect_exactly_once(instance):
    worker = instance.start_worker()
    job = instance.defer("slow_effect", text="invoice", seconds=3)
    instance.wait(lambda: instance.status(job) == "doing")
    time.sleep(1)
    worker.kill()
    instance.start_worker()
    instance.wait(lambda: instance.status(job) == "succeeded")
    assert instance.effects() == ["invoice"]
    assert "died" in instance.run("SELECT error FROM jobs_joberror WHERE job_id = %s", job)[0][0]


def test_a_worker_that_was_taken_for_dead_finishes_nothing(instance):
    stopped = instance.start_worker()
    whole = instance.defer("slow_effect", text="whole", seconds=2)
    pieces = instance.defer("piece_by_piece", text="piece", seconds=2)
    instance.wait(lambda: {instance.status(whole), instance.status(pieces)} == {"doing"})
    time.sleep(0.5)
    stopped.send_signal(signal.SIGSTOP)
    instance.start_worker()
    instance.wait(lambda: {instance.status(whole), instance.status(pieces)} == {"succeeded"})
    before = sorted(instance.effects())
    stopped.send_signal(signal.SIGCONT)
    assert stopped.wait(20) == 75, "the worker must end itself when it wakes up"
    assert sorted(instance.effects()) == before
    assert before.count("whole") == 1
    assert {instance.status(whole), instance.status(pieces)} == {"succeeded"}
    # A job that commits in pieces is begun again, so its first piece may stand twice: that is what atomic=False says.
    assert before.count("piece two") == 1


def test_a_failed_job_leaves_its_error_and_nothing_else(instance):
    instance.start_worker()
    fails = instance.defer("always_fails", text="cleo")
    defers = instance.defer("defers_and_fails", text="vanishes")
    instance.wait(lambda: {instance.status(fails), instance.status(defers)} == {"failed"})
    assert instance.effects() == []
    assert "no luck with cleo" in instance.run("SELECT error FROM jobs_joberror WHERE job_id = %s", fails)[0][0]
    assert instance.run("SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%%slow_effect'") == [(0,)]


def test_it_stops_when_told_to_and_lets_a_short_job_finish(instance):
    worker = instance.start_worker()
    job = instance.defer("slow_effect", text="short", seconds=1.5)
    instance.wait(lambda: instance.status(job) == "doing")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0
    assert (instance.status(job), instance.effects()) == ("succeeded", ["short"])


def test_it_works_again_after_postgresql_was_restarted():
    ground = TestCluster()
    try:
        instance = Instance(ground.start().app_url)
        worker = instance.start_worker()
        first = instance.defer("slow_effect", text="before", seconds=0)
        instance.wait(lambda: instance.status(first) == "succeeded")
        # The throw-away server keeps commits back for a moment; one that does not takes those before it along.
        instance.run("CREATE TABLE kept AS SELECT set_config('synchronous_commit', 'on', false)")
        for _ in range(2):
            ground.process.send_signal(signal.SIGQUIT)  # as in a crash: nobody is told
            ground.process.wait()
            time.sleep(2)
            ground.process = ground.cluster.start(output=ground.log.fileno())
        job = instance.defer("slow_effect", text="after", seconds=0)
        instance.wait(lambda: instance.status(job) == "succeeded", seconds=30)
        assert worker.poll() is None
        assert instance.effects() == ["before", "after"]
    finally:
        instance.end()
        ground.stop()
