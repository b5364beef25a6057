"""A folder beside the backups where one is put together; what a killed one left there is cleared away by the next."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rapport.platform.setup.lease import Lock

PREFIX, LOCK = ".backup-", "in-use"


@contextmanager
def workplace(where: Path) -> Iterator[Path]:
    """A folder in `where` that is gone afterwards, whatever happens."""
    clear(where)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=where) as name:
        # The kernel drops it when this process dies, however it dies.
        lock = Lock(Path(name) / LOCK)
        lock.take()
        try:
            yield Path(name)
        finally:
            lock.drop()


def clear(where: Path) -> None:
    """Removes the folders that nobody works in any more."""
    for left in where.glob(f"{PREFIX}*"):
        mark = left / LOCK
        # One without its mark is being made at this very moment.
        if mark.exists() and (lock := Lock(mark)).take():
            shutil.rmtree(left, ignore_errors=True)
            lock.drop()
