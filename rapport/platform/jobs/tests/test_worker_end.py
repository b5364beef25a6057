"""A worker that has lost its database ends, and does not wait for ever for its own end."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor

import pytest

from rapport.platform.jobs import worker


class Ended(Exception):
    """In place of the end of the process."""


async def deaf() -> None:
    """Goes on whatever it is told, as long as the test wants."""
    for _ in range(20):
        try:
            await asyncio.sleep(0.05)
        except asyncio.CancelledError:
            continue


async def failing() -> None:
    raise ConnectionError("gone")


def run_apart(work: Coroutine):
    """What ``work`` gives, from a loop in a thread of its own: Playwright may have one going in this thread."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, work).result()


def test_what_does_not_come_to_its_end_is_ended(monkeypatch):
    def leave(code):
        raise Ended(code)

    monkeypatch.setattr(worker.os, "_exit", leave)

    async def run():
        tasks = [asyncio.create_task(deaf())]
        await asyncio.sleep(0)
        await worker._end(tasks, patience=0.1)

    with pytest.raises(Ended, match="75"):
        run_apart(run())


def test_what_comes_to_its_end_says_how():
    async def run():
        tasks = [asyncio.create_task(failing()), asyncio.create_task(asyncio.sleep(60))]
        await asyncio.sleep(0)
        return await worker._end(tasks, patience=5)

    gone, cancelled = run_apart(run())
    assert isinstance(gone, ConnectionError)
    assert isinstance(cancelled, asyncio.CancelledError)
