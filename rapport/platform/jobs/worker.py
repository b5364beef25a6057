"""The worker process: carries out jobs, runs the schedule, sweeps. It outlives a restart of PostgreSQL."""

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import Sequence

import psycopg
from asgiref.sync import sync_to_async
from django.db import DatabaseError, close_old_connections, connection
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from rapport.platform.jobs.fence import FENCED_OUT
from rapport.platform.jobs.sweep import HEARTBEAT, SILENT_AFTER, Pulse, sweep
from rapport.platform.jobs.unheard import give_back

log = logging.getLogger("rapport.jobs")
POLL = 2.0
TIME_TO_FINISH = 15.0
PAUSES = [0.5, 1, 2, 5]


def work() -> None:
    """Works until SIGTERM or SIGINT; jobs under way get TIME_TO_FINISH seconds."""
    # A pool says every failed try to reach the database; we say it once for each.
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    asyncio.run(_work_on())


async def _work_on() -> None:
    stopping = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    failures = 0
    while not stopping.is_set():
        began = time.monotonic()
        try:
            await _work_once(stopping)
        except (ConnectorException, psycopg.Error, DatabaseError, OSError) as error:
            log.warning("the worker waits for the database: %s", error)
        if stopping.is_set():
            return
        failures = 0 if time.monotonic() - began > 30 else failures + 1
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), PAUSES[min(failures, len(PAUSES) - 1)])


async def _work_once(stopping: asyncio.Event) -> None:
    """One life of procrastinate's worker: it ends when we are asked to stop, and by itself when it loses its
    connection.
    """
    # The schedule is kept on Django's connection of the main thread, which may be one to a server that is gone.
    await sync_to_async(_let_go)()
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # Django's connector has it
    # A second app beside the first, not instead of it: what a job defers must still go through Django's connection and
    # commit with the job.
    working = app.with_connector(connector)
    async with working.open_async():
        running = asyncio.create_task(
            working.run_worker_async(
                name=f"{os.uname().nodename}:{os.getpid()}",
                concurrency=int(os.environ.get("RAPPORT_JOBS", "3")),
                fetch_job_polling_interval=POLL,
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=SILENT_AFTER,
                shutdown_graceful_timeout=TIME_TO_FINISH,
                install_signal_handlers=False,
            )
        )
        sweeping = asyncio.create_task(_sweep_again_and_again())
        asked = asyncio.create_task(stopping.wait())
        tasks = (running, sweeping, asked, asyncio.create_task(_watch_the_clock()))
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ends = await _end(tasks)
    for end in ends:
        if isinstance(end, Exception):
            raise end


def _let_go() -> None:
    connection.close()


async def _end(tasks: Sequence[asyncio.Task], patience: float = TIME_TO_FINISH + 15) -> list[BaseException | None]:
    """Ends them all and returns how each ended; a worker that cannot end is left to whoever starts the next one."""
    for task in tasks:
        task.cancel()
    _ended, hanging = await asyncio.wait(tasks, timeout=patience)
    if hanging:
        # Seen after the database was away for a minute: procrastinate waited for ever for what could not come.
        log.error("this worker does not come to its end and is ended")
        os._exit(FENCED_OUT)
    return await asyncio.gather(*tasks, return_exceptions=True)


async def _sweep_again_and_again() -> None:
    pulse = Pulse()
    while True:
        await asyncio.sleep(HEARTBEAT)
        await asyncio.to_thread(_sweep_in_thread, pulse)


async def _watch_the_clock() -> None:
    while True:
        before = time.clock_gettime(time.CLOCK_BOOTTIME)
        await asyncio.sleep(HEARTBEAT / 3)
        asleep = time.clock_gettime(time.CLOCK_BOOTTIME) - before
        if asleep > SILENT_AFTER:
            # We were stopped for so long that others were given our jobs; what we still hold of them must not be
            # finished.
            log.error("this worker was asleep for %.0f s and starts afresh", asleep)
            os._exit(FENCED_OUT)


def _sweep_in_thread(pulse: Pulse) -> None:
    close_old_connections()
    try:
        if swept := sweep(among=pulse.still()):
            log.warning("jobs %s were given back: their worker is silent", swept)
        if unheard := give_back():
            log.warning("%s jobs were given back: their end could not be written down", unheard)
    finally:
        connection.close()
