"""Attempts that ended here while nobody could be told: the database was away just then.

The job would stay under way for ever, in the hands of a worker that is alive and has forgotten it.
"""

import threading
import time

from django.db import connection, transaction

from rapport.platform.jobs.fence import Claim

# So long the worker has to write down by itself how an attempt ended.
PATIENCE = 5.0
_GIVE_BACK = """
SELECT procrastinate_retry_job_v2(j.id, now(), NULL, NULL, NULL) FROM (
    SELECT id FROM procrastinate_jobs JOIN unnest(%s::bigint[], %s::bigint[], %s::int[]) AS c (job, worker, attempt)
        ON c.job = id AND c.worker = worker_id AND c.attempt = attempts
    WHERE status = 'doing' FOR UPDATE OF procrastinate_jobs SKIP LOCKED
) j
"""
_ended: dict[Claim, float] = {}
_lock = threading.Lock()


def through(claim: Claim) -> None:
    """Notes that an attempt has ended in this process, however it ended."""
    with _lock:
        _ended[claim] = time.monotonic()


def give_back(*, patience: float = PATIENCE) -> int:
    """Queues the jobs again whose end was not heard of, and returns how many there were.

    What they did stands, and is not done twice: see Job.carry_out.
    """
    with _lock:
        due = [claim for claim, at in _ended.items() if time.monotonic() - at >= patience]
    if not due:
        return 0
    columns = [[c.job_id for c in due], [c.worker_id for c in due], [c.attempt for c in due]]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, columns)
        found = cursor.rowcount
    with _lock:
        for claim in due:
            _ended.pop(claim, None)
    return found
