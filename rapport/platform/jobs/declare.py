"""The decorators that declare a job, over procrastinate."""

import datetime
import functools
import traceback
from collections.abc import Callable
from typing import Any

import procrastinate
from django.db import connection, transaction
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app

from rapport.platform.jobs.fence import Claim, current, fence, name_connection
from rapport.platform.jobs.unheard import through
from rapport.platform.setup.outside import is_outside

LONGEST_PAUSE = 3600
ERROR_LENGTH = 8000


# What is no fault of the job's is over when it is over: every five seconds for two minutes, then every minute for hours.
SOON, OFTEN, SELDOM, MOST_OUTSIDE = 24, 5, 60, 200


class Retries(BaseRetryStrategy):
    """Tries again after 5, 20, 80, ... seconds, at most an hour; parks the job (status failed) after `most` retries.

    A database that is away or has no room is waited for instead.
    """

    def __init__(self, most: int) -> None:
        self.most = most

    def get_retry_decision(self, *, exception: BaseException, job: Any) -> RetryDecision | None:
        if is_outside(exception) and job.attempts < MOST_OUTSIDE:
            return RetryDecision(retry_in={"seconds": OFTEN if job.attempts < SOON else SELDOM})
        if job.attempts >= self.most:
            return None
        return RetryDecision(retry_in={"seconds": min(5 * 4**job.attempts, LONGEST_PAUSE)})


class Job:
    """A function that a worker carries out. Calling it runs it here and now."""

    def __init__(
        self, function: Callable[..., None], *, queue: str, retries: int, lock: str | None, atomic: bool
    ) -> None:
        functools.update_wrapper(self, function)
        self.function, self.lock, self.atomic, self.retries = function, lock, atomic, retries
        self.name = f"{function.__module__}.{function.__name__}".removeprefix("rapport.")
        self.task = app.task(name=self.name, queue=queue, retry=Retries(retries), pass_context=True)(self.carry_out)

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        self.function(*args, **kwargs)

    def defer(self, **arguments: Any) -> int:
        """Queues the job with Django's connection and returns its id; a rollback takes the job with it."""
        return self.task.configure(lock=self._lock(arguments)).defer(**arguments)

    def defer_at(self, when: datetime.datetime, **arguments: Any) -> int:
        """The same, not to be started before `when` (with its time zone)."""
        return self.task.configure(lock=self._lock(arguments), schedule_at=when).defer(**arguments)

    def carry_out(self, context: procrastinate.JobContext, **arguments: Any) -> None:
        """Runs one attempt in the worker: exactly once in effect if atomic, else once per fence() that the job
        passes.
        """
        claim = Claim(context.job.id or 0, context.job.worker_id or 0, context.job.attempts)
        arguments.pop("timestamp", None)  # the schedule adds it
        token = current.set(claim)
        try:
            name_connection(claim)
            if self.atomic:
                with transaction.atomic():
                    if not has_taken_effect(claim.job_id):
                        self.function(**arguments)
                        note_effect(claim.job_id)
                    fence()
            else:
                self.function(**arguments)
                with transaction.atomic():
                    fence()
        except Exception:
            error = traceback.format_exc()
            # Whoever took this worker for dead has ended its connection.
            connection.close()
            with transaction.atomic():
                fence()
                keep_error(claim, error)
            raise
        finally:
            current.reset(token)
            connection.close()
            through(claim)

    def _lock(self, arguments: dict[str, Any]) -> str | None:
        return self.lock.format(**arguments) if self.lock else None


def job(
    *, queue: str = "default", retries: int = 5, lock: str | None = None, atomic: bool = True
) -> Callable[[Callable[..., None]], Job]:
    """Declares a job. Jobs with the same `lock` run one after the other; it may name arguments: "import-{import_id}".

    An atomic job runs in one transaction and takes effect exactly once, even if its worker is killed. A long job with
    atomic=False commits in pieces, can be started again at any point, and calls fence() last in each piece.
    """
    return lambda function: Job(function, queue=queue, retries=retries, lock=lock, atomic=atomic)


def scheduled(cron: str) -> Callable[[Job], Job]:
    """Above @job(): also queues it whenever the cron line (UTC) says so, once for all workers.

    It takes no arguments.
    """

    def register(declared: Job) -> Job:
        app.periodic(cron=cron)(declared.task)  # type: ignore[arg-type]  # carry_out drops the timestamp
        return declared

    return register


def has_taken_effect(job_id: int) -> bool:
    """True when an earlier attempt has committed the effect, and died before it could say so."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM jobs_jobdone WHERE job_id = %s", [job_id])
        return cursor.fetchone() is not None


def note_effect(job_id: int) -> None:
    """Last in the transaction of the effect: earlier, and a stopped worker would keep the next attempt waiting."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO jobs_jobdone (job_id) VALUES (%s)", [job_id])


def keep_error(claim: Claim, text: str) -> None:
    """After the rollback, so that it stays."""
    from rapport.platform.jobs.models import JobError

    JobError.objects.create(job_id=claim.job_id, attempt=claim.attempt + 1, error=text[-ERROR_LENGTH:])
