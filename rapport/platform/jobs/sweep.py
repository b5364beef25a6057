"""Gives back the jobs of workers that have gone silent. It is no job itself: a job could be stuck with the rest."""

import os
import time

from django.db import connection, transaction
from procrastinate.contrib.django import app

from rapport.platform.jobs.fence import session_name

SILENT_AFTER = float(os.environ.get("RAPPORT_SILENT_AFTER", "30"))
HEARTBEAT = SILENT_AFTER / 10
MOST_DEATHS = 5

# By the clock of the database, and for those that have been watched beating no more: a clock may jump.
_FORGET_WORKERS = """
DELETE FROM procrastinate_workers
WHERE last_heartbeat < now() - make_interval(secs => %s) AND (%s::bigint[] IS NULL OR id = ANY(%s))
"""
_BEATS = "SELECT id, last_heartbeat::text FROM procrastinate_workers"
# Forgetting a worker empties worker_id of its jobs. SKIP LOCKED: a job that is just being committed is not stalled.
_STALLED = """
SELECT j.id, j.attempts, least(j.attempts, (SELECT count(*) FROM jobs_joberror e WHERE e.job_id = j.id AND e.attempt = 0))
FROM procrastinate_jobs j WHERE j.status = 'doing' AND j.worker_id IS NULL ORDER BY j.id FOR UPDATE OF j SKIP LOCKED
"""
# A stopped worker's transaction may hold locks that the next attempt needs.
_END_SESSIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE usename = current_user AND datname = current_database() AND application_name = ANY(%s)
"""
_GIVE_BACK = "SELECT procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) FROM unnest(%s::bigint[]) AS id"
_PARK = "SELECT procrastinate_finish_job_v1(id, 'failed', false) FROM unnest(%s::bigint[]) AS id"
_SAY_WHY = """
INSERT INTO jobs_joberror (job_id, attempt, error)
SELECT id, 0, 'The worker died while it did this job.' FROM unnest(%s::bigint[]) AS id
"""
# A worker of an older program does not know what a newer one queues, and parks it without a word; every other failure
# leaves its error. While machines are upgraded one by one both are at work.
_KNOWN_HERE = """
UPDATE procrastinate_jobs j SET status = 'todo', attempts = 0, scheduled_at = now(), worker_id = NULL
WHERE status = 'failed' AND task_name = ANY(%s) AND NOT EXISTS (SELECT 1 FROM jobs_joberror e WHERE e.job_id = j.id)
"""


class Pulse:
    """What one sweeper has seen of the workers' hearts, by its own clock that never jumps."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[str, float]] = {}

    def still(self) -> list[int]:
        """The workers whose heart has not beaten for three beats while we looked."""
        with connection.cursor() as cursor:
            cursor.execute(_BEATS)
            beats = dict(cursor.fetchall())
        now = time.monotonic()
        self._seen = {
            worker: (beat, now) if self._seen.get(worker, ("", 0.0))[0] != beat else self._seen[worker]
            for worker, beat in beats.items()
        }
        return [worker for worker, (_beat, since) in self._seen.items() if now - since > 3 * HEARTBEAT]


def sweep(*, silent_after: float | None = None, among: list[int] | None = None) -> list[int]:
    """Requeues the jobs of workers without a heartbeat for `silent_after` seconds and returns their ids.

    `among`: only these workers.

    A job that has cost MOST_DEATHS workers is parked instead: it may be what kills them.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FORGET_WORKERS, [SILENT_AFTER if silent_after is None else silent_after, among, among])
        cursor.execute(_KNOWN_HERE, [list(app.tasks)])
        cursor.execute(_STALLED)
        stalled = cursor.fetchall()
        if not stalled:
            return []
        cursor.execute(_END_SESSIONS, [[session_name(job_id, attempt) for job_id, attempt, _deaths in stalled]])
        poison = [job_id for job_id, _attempts, deaths in stalled if deaths + 1 >= MOST_DEATHS]
        again = [job_id for job_id, _attempts, deaths in stalled if deaths + 1 < MOST_DEATHS]
        cursor.execute(_GIVE_BACK, [again])
        cursor.execute(_PARK, [poison])
        cursor.execute(_SAY_WHY, [again + poison])
        return again + poison
