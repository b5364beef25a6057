"""Small facts about processes: dying with the parent, and stopping one politely. Plain Python, Linux."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def dies_with_parent(how: int = signal.SIGKILL) -> Callable[[], None]:
    """Gives a preexec_fn: the kernel sends `how` to the child as soon as this process is gone, even after kill -9.

    It must run after the child has changed its user, because the kernel forgets the wish then; Popen keeps to that
    order. The wish is bound to the thread that forks, so fork from the main thread.
    """
    parent = os.getpid()

    def ask_kernel() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, how, 0, 0, 0)
        if os.getppid() != parent:  # it died between fork and prctl
            os.kill(os.getpid(), how)

    return ask_kernel


def die_with_parent(how: int = signal.SIGKILL) -> None:
    """The same for a process that is already running and was started by something that cannot ask for it."""
    _libc.prctl(PR_SET_PDEATHSIG, how, 0, 0, 0)


def is_alive(pid: int) -> bool:
    """True when the process exists and is not a zombie."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:  # noqa: PTH123 - /proc is read many times
            return stat.read().rsplit(b")", 1)[1].split()[0] not in (b"Z", b"X")
    except (FileNotFoundError, ProcessLookupError):
        return False


def stop(process: subprocess.Popen, *, first: int = signal.SIGTERM, patience: float = 10.0) -> int:
    """Asks a child to stop with `first`, kills it after `patience` seconds, returns its exit code."""
    if process.poll() is None:
        process.send_signal(first)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()


def wait_until(condition: Callable[[], bool], *, seconds: float, step: float = 0.02) -> bool:
    """Polls `condition` until it holds or `seconds` are over; says which."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= end:
            return False
        time.sleep(step)
    return True
