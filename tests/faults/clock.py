"""A clock on the wall that can be put forward for chosen processes: a small library that is loaded before theirs."""

import shutil
import struct
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("clock.c")


def compiler() -> str | None:
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


class Clock:
    """`environment` makes a process follow it; `forward(seconds)` moves it for all of them at once."""

    def __init__(self, folder: Path) -> None:
        self._library, self._file, self._shift = folder / "clock.so", folder / "clock", 0
        command = [compiler() or "cc", "-shared", "-fPIC", "-O1", "-o", self._library, SOURCE, "-ldl"]
        subprocess.run(command, check=True, capture_output=True)
        self._write()
        self._file.chmod(0o644)
        self._library.chmod(0o755)

    @property
    def environment(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(self._library), "RAPPORT_CLOCK": str(self._file)}

    def forward(self, seconds: int) -> None:
        self._shift += seconds
        self._write()

    def _write(self) -> None:
        # In place: a new file would not be the one that is mapped.
        with self._file.open("r+b" if self._file.exists() else "wb") as file:
            file.write(struct.pack("@q", self._shift))
