"""A process that brings damaged files in, one after the other, and measures each: python -m tests.hostile.bringing_in SEED [HOW]

Reads numbers on its input, answers each with a line of JSON. DATABASE_URL names a migrated database of its own. `HOW`
names the function that takes a file, "module:function"; the controls of the tests name theirs. Its memory has a limit
while it takes a file: what needs more fails here as it would on a machine that has no more.
"""

import ctypes
import importlib
import io
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.hostile.damaged import Damaged, damaged

MEGABYTE = 2**20
# What the process may take for a file beyond what it had when it was ready.
MOST_MEMORY = 200 * MEGABYTE
CLEAR_PEAK = "5"


def main(arguments: list[str]) -> int:
    """Ends with its input."""
    seed, how = int(arguments[0]), arguments[1] if len(arguments) > 1 else "tests.hostile.bringing_in:importer"
    module, _colon, name = how.partition(":")
    take: Callable[[Damaged], dict[str, Any]] = getattr(importlib.import_module(module), name)()
    print(json.dumps({"ready": True, "memory": _now("VmRSS")}), flush=True)  # noqa: T201
    for line in sys.stdin:
        answer = measured(damaged(seed, int(line)), take)
        print(json.dumps(answer), flush=True)  # noqa: T201
    return 0


def measured(file: Damaged, take: Callable[[Damaged], dict[str, Any]]) -> dict[str, Any]:
    """What came of a file, how long it took in s, and the most memory in bytes: of this process, of its children."""
    _give_back()
    Path("/proc/self/clear_refs").write_text(CLEAR_PEAK)
    before, children = _now("VmRSS"), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    began, worked = time.perf_counter(), _worked()
    try:
        with _limited_memory():
            said = take(file)
    except BaseException as error:
        import traceback

        trace = "".join(traceback.format_exception(error))[-3000:]
        said = {"outcome": "unhandled", "said": f"{type(error).__name__}: {error}"[:300], "trace": trace}
    risen = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return {
        "number": file.number, "kind": file.kind, "ways": list(file.ways), "size": len(file.data), "entity": file.entity,
        "seconds": round(time.perf_counter() - began, 3), "work": round(_worked() - worked, 3), "memory": _now("VmHWM"),
        "grown": max(0, _now("VmHWM") - before), "child": risen * 1024 if risen > children else 0, **said,
    }  # fmt: skip


def _worked() -> float:
    """Seconds of processor time of this process, of its children that have ended, and of its part of PostgreSQL."""
    ours = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in ours) + _of_backend()


def _of_backend() -> float:
    """The database's process that works for us runs on this machine, and its time counts as ours."""
    from django.conf import settings
    from django.db import connection

    if not settings.configured or connection.connection is None:
        return 0.0
    fields = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _give_back() -> None:
    """What earlier files needed and the allocator has kept would count as what this one needs."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def _now(what: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(what + ":"):
            return int(line.split()[1]) * 1024
    return 0


@contextmanager
def _limited_memory() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_now("VmSize") + MOST_MEMORY, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


# --- what is tried -----------------------------------------------------------------------------------------------------


def importer() -> Callable[[Damaged], dict[str, Any]]:
    """The whole importer: upload, proposal, check of every row, and the write of what is fine; then all is rolled back."""
    import django

    django.setup()
    from django.db import transaction

    from rapport.platform.identity.models import User
    from rapport.platform.identity.viewer import viewer_for
    from rapport.records import registry
    from rapport.records.errors import InvalidFields
    from rapport.records.importing import results, steps
    from rapport.records.importing.writing import write

    user = User.objects.filter(email="damaged@example.com").first() or User.objects.create_user(
        email="damaged@example.com", name="Dama Ged", role="administrator"
    )

    def take(file: Damaged) -> dict[str, Any]:
        with transaction.atomic():
            try:
                return bring_in(file)
            finally:
                transaction.set_rollback(True)

    def bring_in(file: Damaged) -> dict[str, Any]:
        viewer = viewer_for(user)
        try:
            run = steps.upload(registry.get(file.entity), file.name, io.BytesIO(file.data), viewer=viewer)
            run = steps.check_now(run, viewer=viewer)
        except InvalidFields as problem:
            return {"outcome": "refused", "said": {name: text[:300] for name, text in problem.errors.items()}}
        done = write(run, viewer=viewer)
        states = done.counts["states"]
        told = [(row[0], row[-1]) for row in _refused(results.refused_rows(done))]
        return {"outcome": "read", "states": states, "silent": [at for at, why in told if not why.strip()][:5]}

    return take


def _refused(found: tuple[list[str], Any]) -> list[list[Any]]:
    """The refused rows as they would be given back, a few hundred at most."""
    _header, rows = found
    return [list(row) for _i, row in zip(range(300), rows, strict=False)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
