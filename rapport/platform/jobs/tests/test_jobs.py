"""Deferring, parking, trying again: on the database, without a worker process."""

import errno
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection, transaction

from rapport.platform.jobs import unheard
from rapport.platform.jobs.declare import Retries
from rapport.platform.jobs.fence import Claim
from rapport.platform.jobs.inline import run_queued_jobs
from rapport.platform.jobs.models import JobError
from rapport.platform.jobs.overview import overview, try_again
from rapport.platform.jobs.sweep import Pulse, sweep
from rapport.platform.jobs.tests import jobs_for_tests

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def effects():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE effect (id serial, text text) ON COMMIT DROP")


def texts():
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM effect ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def start_on_a_silent_worker(job_id, *, attempts=0):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') RETURNING id"
        )
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, attempts = %s WHERE id = %s",
            [cursor.fetchone()[0], attempts, job_id],
        )


def test_a_rollback_takes_the_job_with_it():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        jobs_for_tests.slow_effect.defer(text="gone", seconds=0)
        raise ZeroDivisionError
    assert overview().queued == 0
    jobs_for_tests.slow_effect.defer(text="stays", seconds=0)
    assert overview().queued == 1


def test_queued_jobs_run_in_place_those_that_they_queue_too():
    jobs_for_tests.slow_effect.defer(text="one", seconds=0)
    jobs_for_tests.piece_by_piece.defer(text="two", seconds=0)
    assert run_queued_jobs() == 2
    assert texts() == ["one", "two one", "two two"]
    assert overview().queued == overview().parked == 0


def test_a_parked_job_is_shown_with_its_reason_and_can_be_tried_again():
    job = jobs_for_tests.always_fails.defer(text="ben")
    with pytest.raises(ValueError, match="no luck"):
        run_queued_jobs()
    JobError.objects.create(job_id=job, attempt=1, error="Traceback\n  line\nValueError: no luck with ben\n")
    shown = overview().failed[0]
    assert (shown.id, shown.reason) == (job, "ValueError: no luck with ben")
    assert try_again(job)
    assert (overview().queued, overview().parked) == (1, 0)
    assert not try_again(job), "it is not parked any more"


def test_the_sweep_gives_back_what_a_silent_worker_held_and_nothing_else():
    stalled = jobs_for_tests.slow_effect.defer(text="stalled", seconds=0)
    waiting = jobs_for_tests.slow_effect.defer(text="waiting", seconds=0)
    start_on_a_silent_worker(stalled)
    assert sweep(silent_after=120) == [], "a minute of silence is less than two"
    assert sweep(silent_after=30) == [stalled]
    assert overview().queued == 2
    assert waiting not in sweep(silent_after=30)


def test_a_job_that_kills_its_workers_is_parked():
    poison = jobs_for_tests.slow_effect.defer(text="poison", seconds=0)
    start_on_a_silent_worker(poison, attempts=4)
    for _death in range(4):
        JobError.objects.create(job_id=poison, attempt=0, error="The worker died while it did this job.")
    assert sweep(silent_after=30) == [poison]
    assert overview().parked == 1
    assert "died" in overview().failed[0].reason


def test_a_job_that_an_older_program_did_not_know_is_given_to_one_that_does():
    """Such a worker parks it without an error; what failed for a reason, or is unknown here too, stays parked."""
    known, failed, unknown = (jobs_for_tests.slow_effect.defer(text=str(no), seconds=0) for no in range(3))
    JobError.objects.create(job_id=failed, attempt=1, error="no luck")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET task_name = 'of.a.newer.program' WHERE id = %s", [unknown])
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = ANY(%s)", [[known, failed, unknown]])
    assert sweep(silent_after=30) == []
    assert (overview().queued, {one.id for one in overview().failed}) == (1, {failed, unknown})


def test_a_job_that_was_tried_often_for_other_reasons_survives_the_death_of_its_worker():
    unlucky = jobs_for_tests.slow_effect.defer(text="unlucky", seconds=0)
    start_on_a_silent_worker(unlucky, attempts=9)
    assert sweep(silent_after=30) == [unlucky]
    assert (overview().queued, overview().parked) == (1, 0)


@pytest.mark.parametrize("reason", [OperationalError("server closed the connection"), OSError(errno.ENOSPC, "full")])
def test_what_is_no_fault_of_the_job_is_waited_for(reason):
    """The control is the job's own fault: it waits four times longer each time, and is parked."""
    ours, tries = ValueError("no luck"), Retries(most=5)

    def after(error, attempts):
        decision = tries.get_retry_decision(exception=error, job=SimpleNamespace(attempts=attempts))
        return decision and round((decision.retry_at - datetime.now(UTC)).total_seconds())

    assert [after(reason, n) for n in (0, 3, 23, 24, 199)] == [5, 5, 5, 60, 60]
    assert [after(ours, n) for n in (0, 1, 2, 3, 5)] == [5, 20, 80, 320, None]
    assert after(reason, 200) is None


def start_on_a_living_worker(job_id):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        worker = cursor.fetchone()[0]
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [worker, job_id])
    return worker


def test_a_job_whose_end_nobody_heard_of_is_not_under_way_for_ever():
    """As when the database was away just as the worker wanted to write down how it ended."""
    job = jobs_for_tests.slow_effect.defer(text="ended", seconds=0)
    worker = start_on_a_living_worker(job)
    assert sweep(silent_after=30) == [], "its worker is alive, so the sweep alone leaves it: this is the control"
    assert unheard.give_back(patience=0) == 0, "it has not ended"
    unheard.through(Claim(job, worker, 0))
    assert unheard.give_back(patience=60) == 0, "the worker may still write it down"
    assert unheard.give_back(patience=0) == 1
    assert (overview().queued, overview().doing) == (1, 0)
    assert unheard.give_back(patience=0) == 0


def test_a_job_that_was_given_to_another_worker_is_not_taken_from_it():
    job = jobs_for_tests.slow_effect.defer(text="another's", seconds=0)
    worker = start_on_a_living_worker(job)
    unheard.through(Claim(job, worker + 1, 0))
    unheard.through(Claim(job, worker, 1))
    assert unheard.give_back(patience=0) == 0
    assert overview().doing == 1


def test_a_clock_that_jumps_makes_nobody_dead(monkeypatch):
    """Silent by the clock is not enough: the heart must have been watched standing still."""
    job = jobs_for_tests.slow_effect.defer(text="alive", seconds=0)
    start_on_a_silent_worker(job)
    pulse = Pulse()
    assert sweep(silent_after=30, among=pulse.still()) == []
    monkeypatch.setattr("rapport.platform.jobs.sweep.HEARTBEAT", 0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat + interval '3 s'")
    assert sweep(silent_after=30, among=pulse.still()) == [], "it has beaten since"
    assert sweep(silent_after=30, among=pulse.still()) == [job]
