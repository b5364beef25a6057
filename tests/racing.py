"""Several people at once, in real transactions of their own."""

import contextlib
import inspect
import textwrap
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import pytest
from django.db import connections
from django.test import Client


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Runs the calls in threads of their own, each with its own connection, and returns what they return, in order."""

    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def signed_in(user: Any) -> Client:
    """A browser of theirs."""
    client = Client()
    client.force_login(user, backend="rapport.platform.identity.backends.EmailBackend")
    return client


def meet(monkeypatch: pytest.MonkeyPatch, place: Any, name: str, *, after: bool = True, seconds: float = 0.5) -> None:
    """Holds everybody who calls `place.name` after (or before) the call, until two have come as far or time is over.

    Where a lock keeps the second from coming at all, the first goes on when the time is over.
    """
    meeting, call = threading.Barrier(2), getattr(place, name)

    def wait() -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(timeout=seconds)

    def held(*args: Any, **more: Any) -> Any:
        if not after:
            wait()
        found = call(*args, **more)
        if after:
            wait()
        return found

    monkeypatch.setattr(place, name, held)


def first_then(
    monkeypatch: pytest.MonkeyPatch, place: Any, name: str, first: Callable[[], Any], second: Callable[[], Any]
) -> list[Any]:
    """Begins `second` when `first` is through `place.name` and has not committed yet; then lets `first` go on.

    `first` goes on after half a second at the latest, so that a lock on which `second` waits is no deadlock.
    """
    written, through, call = threading.Event(), threading.Event(), getattr(place, name)
    mine = threading.local()

    def held(*args: Any, **more: Any) -> Any:
        found = call(*args, **more)
        if getattr(mine, "is_first", False) and not written.is_set():
            written.set()
            through.wait(0.5)
        return found

    monkeypatch.setattr(place, name, held)

    def begin() -> Any:
        mine.is_first = True
        try:
            return first()
        finally:
            written.set()

    def follow() -> Any:
        written.wait(10)
        try:
            return second()
        finally:
            through.set()

    return at_once(begin, follow)


def without(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, guard: str) -> None:
    """Takes one guard out of the text of a function: the control of a test that is about this guard."""
    text = inspect.getsource(getattr(module, name))
    assert text.count(guard) == 1, f"{guard!r} is not in {name}"
    namespace = dict(vars(module))
    exec(textwrap.dedent(text.replace(guard, "")), namespace)  # noqa: S102 our own source, less one line
    monkeypatch.setattr(module, name, namespace[name])
