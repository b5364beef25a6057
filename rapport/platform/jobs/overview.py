"""What the pages of the system show of the jobs, and the buttons for a parked one."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

_COUNTS = """
SELECT count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()),
       count(*) FILTER (WHERE status = 'todo' AND scheduled_at > now()),
       count(*) FILTER (WHERE status = 'doing'),
       count(*) FILTER (WHERE status = 'failed')
FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed')
"""
_FAILED = """
SELECT j.id, j.task_name, j.args, j.attempts, e.error, e.at
FROM procrastinate_jobs j
LEFT JOIN LATERAL (SELECT error, at FROM jobs_joberror WHERE job_id = j.id ORDER BY id DESC LIMIT 1) e ON true
WHERE j.status = 'failed' ORDER BY j.id DESC LIMIT %s
"""
_UNDER_WAY = """
SELECT j.id, j.task_name, j.attempts, e.at
FROM procrastinate_jobs j
LEFT JOIN LATERAL (SELECT max(at) AS at FROM procrastinate_events WHERE job_id = j.id AND type = 'started') e ON true
WHERE j.status = 'doing' ORDER BY j.id LIMIT %s
"""
_AGAIN = """
UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = now(), worker_id = NULL
WHERE status = 'failed'
"""


@dataclass(frozen=True)
class FailedJob:
    """A parked job: it has used up its tries, and waits for somebody to mend the reason and try it again."""

    id: int
    name: str
    arguments: dict[str, Any]
    attempts: int
    error: str
    at: datetime | None

    @property
    def reason(self) -> str:
        """The last line of the error, which says what; the lines above say where."""
        return self.error.strip().rsplit("\n", 1)[-1]


@dataclass(frozen=True)
class RunningJob:
    """A job that a worker has in hand."""

    id: int
    name: str
    attempts: int
    since: datetime | None


@dataclass(frozen=True)
class Overview:
    """How many jobs wait for a worker, wait for their time, are under way, are parked; and the newest parked ones."""

    queued: int
    later: int
    doing: int
    parked: int
    failed: list[FailedJob]


def counts() -> Overview:
    """How many there are of each, by one query."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS)
        queued, later, doing, parked = cursor.fetchone()
    return Overview(queued, later, doing, parked, [])


def overview(*, limit: int = 50) -> Overview:
    """Two queries, whatever the number of jobs."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS)
        queued, later, doing, parked = cursor.fetchone()
        cursor.execute(_FAILED, [limit])
        failed = [FailedJob(r[0], r[1], json.loads(r[2]), r[3], r[4] or "", r[5]) for r in cursor.fetchall()]
    return Overview(queued, later, doing, parked, failed)


def under_way(*, limit: int = 50) -> list[RunningJob]:
    """The jobs that workers have in hand, the longest first."""
    with connection.cursor() as cursor:
        cursor.execute(_UNDER_WAY, [limit])
        return [RunningJob(*row) for row in cursor.fetchall()]


def try_again(job_id: int) -> bool:
    """Queues a parked job with all its tries ahead of it; False if it is not parked (any more)."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_AGAIN} AND id = %s", [job_id])
        return cursor.rowcount == 1


def try_all_again() -> int:
    """Queues every parked job; returns how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(_AGAIN)
        return cursor.rowcount


def give_up(job_id: int) -> bool:
    """Puts a parked job away as cancelled; False if it is not parked (any more)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'cancelled' WHERE status = 'failed' AND id = %s", [job_id]
        )
        return cursor.rowcount == 1
