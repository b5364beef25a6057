"""Keeps a worker that was taken for dead (stopped, swapped out) from finishing what somebody else has been given since.

The sweep gives the jobs of a silent worker back. If that worker wakes up, its transaction asks here, right before it
commits, whether the job is still its own; if not, the process ends at once, which rolls everything back.
"""

import os
import sys
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection

FENCED_OUT = 75


@dataclass(frozen=True)
class Claim:
    """This worker's hold on one attempt at one job."""

    job_id: int
    worker_id: int
    attempt: int


current: ContextVar[Claim | None] = ContextVar("current job", default=None)


def session_name(job_id: int, attempt: int) -> str:
    """What PostgreSQL lists the connection of one attempt as."""
    return f"rapport job {job_id} attempt {attempt}"


def name_connection(claim: Claim) -> None:
    """Lets the sweep find this connection and end it, with the locks that it holds, if this worker goes silent."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('application_name', %s, false)", [session_name(claim.job_id, claim.attempt)])


def fence() -> None:
    """Call it last in each transaction of a job that commits in pieces; jobs with atomic=True do it by themselves.

    Outside a job it does nothing. A job that has been given to another worker does not come back from this call.
    """
    claim = current.get()
    if claim and not still_mine(claim):
        sys.stderr.write(f"job {claim.job_id} belongs to another worker by now; nothing of it is kept here\n")
        sys.stderr.flush()
        os._exit(FENCED_OUT)


def still_mine(claim: Claim) -> bool:
    """Also locks the job's row until the transaction ends, so that the sweep cannot give it away before the commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM procrastinate_jobs "
            "WHERE id = %s AND worker_id = %s AND attempts = %s AND status = 'doing' FOR SHARE",
            [claim.job_id, claim.worker_id, claim.attempt],
        )
        return cursor.fetchone() is not None
