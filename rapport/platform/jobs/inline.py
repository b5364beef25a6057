"""Carries out what is queued here and now, without a worker: for tests, and for commands that wait for their own
jobs.
"""

import json
from types import SimpleNamespace
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app

_TAKE = """
UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (
    SELECT id FROM procrastinate_jobs WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()
    AND (%(queue)s::text IS NULL OR queue_name = %(queue)s) ORDER BY priority DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING id, task_name, args, attempts
"""


def run_queued_jobs(*, queue: str | None = None) -> int:
    """Runs queued jobs (of one queue) until none is left, those that they queue included; returns how many ran.

    The first exception comes through, and its job is parked.
    """
    count = 0
    while taken := _take(queue):
        job_id, name, arguments, attempts = taken
        try:
            _run(name, json.loads(arguments), SimpleNamespace(id=job_id, worker_id=None, attempts=attempts))
        except Exception:
            _finish(job_id, "failed")
            raise
        _finish(job_id, "succeeded")
        count += 1
    return count


def _run(name: str, arguments: dict[str, Any], job: Any) -> None:
    task = app.tasks[name]
    declared = getattr(task.func, "__self__", None)
    # Here the caller's own transaction holds the effect, so neither fence nor attempts are wanted.
    if declared is not None:
        declared(**arguments)
    elif task.pass_context:
        task.func(SimpleNamespace(job=job), **arguments)
    else:
        task.func(**arguments)


def _take(queue: str | None) -> tuple | None:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"queue": queue})
        return cursor.fetchone()


def _finish(job_id: int, status: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_finish_job_v1(%s, %s, false)", [job_id, status])
