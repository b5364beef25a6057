"""Many clients at once against the program as it runs: requests per second, and what part of the work is PostgreSQL's."""

import http.client
import threading
import time
from urllib.parse import quote

import psutil

from rapport.config.bench.figures import show
from rapport.config.bench.reads import FILTER, LIST

CLIENTS, SECONDS = 8, 8.0


def measure_load(port: int, token: str, pid: int) -> None:
    """Prints list.rps and list.rps.postgres (its share of the processor time, in per cent)."""
    path = f"{LIST}&filter={quote(FILTER)}"
    done, failed = [0] * CLIENTS, []

    def ask(number: int, end: float) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.perf_counter() < end:
            connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                failed.append(answer.status)
                return
            done[number] += 1

    _run(ask, 2.0)
    done[:] = [0] * CLIENTS
    before, began = _spent(pid), time.perf_counter()
    _run(ask, SECONDS)
    took, after = time.perf_counter() - began, _spent(pid)
    if failed:
        raise RuntimeError(f"The list answered {failed[0]} under load.")
    show("list.rps", sum(done) / took, "requests/s")
    ours, theirs = (after[kind] - before[kind] for kind in ("rapport", "postgres"))
    show("list.rps.postgres", 100 * theirs / max(ours + theirs, 0.001), "% of processor time")


def _run(ask: object, seconds: float) -> None:
    end = time.perf_counter() + seconds
    threads = [threading.Thread(target=ask, args=(number, end)) for number in range(CLIENTS)]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _spent(pid: int) -> dict[str, float]:
    """Seconds of processor time so far, of PostgreSQL and of everything else below `pid`."""
    spent = {"rapport": 0.0, "postgres": 0.0}
    for process in psutil.Process(pid).children(recursive=True):
        try:
            times = process.cpu_times()
            spent["postgres" if process.name().startswith("postgres") else "rapport"] += times.user + times.system
        except psutil.NoSuchProcess:
            continue
    return spent
