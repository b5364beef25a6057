"""Files that are there whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """Writes beside `path` and takes its place at the end; after an error what was there before is still there.

    What is no plain file, such as /dev/stdout or a pipe, is written to directly. Raises OSError.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", suffix=".half", dir=path.parent)
    half = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        # As a file that is opened for writing would be: the temporary one is closed to everybody else.
        mask = os.umask(0)
        os.umask(mask)
        half.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~mask)
        half.replace(path.resolve())
    except BaseException:
        half.unlink(missing_ok=True)
        raise
