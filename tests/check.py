"""`bin/check`: everything that can be said about the source without running the tests.

Exit code 1 if anything is wrong.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.lint import lock_files, templates

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def tool(*command: str) -> Callable[[], bool]:
    """A check that is a program: it passes when the program ends with 0, and is heard only when it does not."""

    def run() -> bool:
        env = os.environ | {"DJANGO_SETTINGS_MODULE": "rapport.config.settings", "RAPPORT_LOG": "ERROR"}
        program, *rest = command
        path = sys.executable if program == "python" else str(BIN / program)
        done = subprocess.run([path, *rest], cwd=ROOT, env=env, capture_output=True, text=True)
        if done.returncode:
            sys.stdout.write(done.stdout + done.stderr)
        return done.returncode == 0

    return run


def complaints(find: Callable[[Path], list[str]]) -> Callable[[], bool]:
    """A check of our own: it passes when it finds nothing to complain about."""

    def run() -> bool:
        found = find(ROOT)
        sys.stdout.writelines(f"{line}\n" for line in found)
        return not found

    return run


def migrations() -> bool:
    """No model differs from its migrations; asked on a database of its own, because Django wants to look at one."""
    from tests.database import TestCluster, django_command

    cluster = TestCluster()
    try:
        server = cluster.start()
        done = django_command(server.app_url, "makemigrations", "--check", "--dry-run", "-v", "1")
    finally:
        cluster.stop()
    if done.returncode:
        sys.stdout.write(done.stdout + done.stderr)
    return done.returncode == 0


CHECKS: dict[str, Callable[[], bool]] = {
    "lint": tool("ruff", "check", "."),
    "format": tool("ruff", "format", "--check", "."),
    "boundaries": tool("lint-imports"),
    "types": tool("mypy", "rapport"),
    "templates (djlint)": tool("djlint", "rapport", "--lint", "--quiet"),
    "templates (house rules)": complaints(templates),
    "lock files": complaints(lock_files),
    "django": tool("python", "-m", "django", "check", "--fail-level", "WARNING"),
    "migrations": migrations,
}


def main() -> int:
    failed = []
    with tempfile.TemporaryDirectory(prefix="rapport-check-") as home:
        os.environ["RAPPORT_HOME"] = home
        for name, check in CHECKS.items():
            began = time.monotonic()
            fine = check()
            sys.stdout.write(f"{'ok  ' if fine else 'FAIL'} {name} ({time.monotonic() - began:.1f} s)\n")
            sys.stdout.flush()
            failed += [] if fine else [name]
    sys.stdout.write(f"{len(CHECKS) - len(failed)} of {len(CHECKS)} checks passed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
