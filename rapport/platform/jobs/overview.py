"""What the health page shows of the jobs, and the button that tries a parked one again."""

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
class Overview:
    """How many jobs wait for a worker, wait for their time, are under way, are parked; and the newest parked ones."""

    queued: int
    later: int
    doing: int
    parked: int
    failed: list[FailedJob]


def overview(*, limit: int = 50) -> Overview:
    """Two queries, whatever the number of jobs."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS)
        queued, later, doing, parked = cursor.fetchone()
        cursor.execute(_FAILED, [limit])
        failed = [FailedJob(r[0], r[1], json.loads(r[2]), r[3], r[4] or "", r[5]) for r in cursor.fetchall()]
    return Overview(queued, later, doing, parked, failed)


def try_again(job_id: int) -> bool:
    """Queues a parked job with all its tries ahead of it; False if it is not parked (any more)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = now(), worker_id = NULL "
            "WHERE id = %s AND status = 'failed'",
            [job_id],
        )
        return cursor.rowcount == 1
