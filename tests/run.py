"""`bin/test`: gets what the machine may have for the tests, then runs them all. Arguments go to pytest."""

import os
import shutil
import subprocess
import sys

from tests.browser import CHROMIUM


def get_chromium() -> None:
    """From Debian's packages, where we may; else the browser tests say why they are skipped."""
    if CHROMIUM or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    print("Installing chromium for the browser tests", flush=True)  # noqa: T201
    subprocess.run(["apt-get", "update", "-q"], env=env, check=False, **quiet)
    subprocess.run(["apt-get", "install", "-qy", "--no-install-recommends", "chromium"], env=env, check=False, **quiet)


def main(arguments: list[str]) -> int:
    get_chromium()
    given = any(argument.startswith(("-n", "-p", "--dist")) for argument in arguments)
    parallel = [] if given else ["-n", "2", "--dist", "worksteal"]
    command = [sys.executable, "-m", "pytest", "-rs", *parallel, *arguments]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
