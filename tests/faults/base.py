"""The home that every instance is a copy of: a sample company, an administrator, and a file that waits to be written."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.database import KEPT, ROOT, fingerprint
from tests.faults.instance import Failed, Instance

NOTE = "prepared.json"


def make_base(folder: Path, *, people: int, rows: int, simulated: int) -> Path:
    """Makes it and returns it: `people` in the company, `rows` in the file, `simulated` people to be added later."""
    folder.mkdir(mode=0o755)
    instance = Instance(folder)
    instance.home.mkdir()
    _take_what_tests_have(instance.home / "postgres")
    command = [sys.executable, "-m", "tests.faults.prepare", instance.home, str(people), str(rows)]
    environment = instance.environment() | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(done.stderr[-3000:])
    known = json.loads(done.stdout.splitlines()[-1]) | {"simulate": simulated}
    (instance.home / NOTE).write_text(json.dumps(known))
    return instance.home


def prepared(instance: Instance) -> dict[str, Any]:
    """What make_base left."""
    found: dict[str, Any] = json.loads((instance.home / NOTE).read_text())
    return found


def _take_what_tests_have(cluster: Path) -> None:
    """The migrated files of the last test session, if they are of this program: they save the migrations."""
    kept = KEPT / fingerprint()
    if kept.exists():
        cluster.mkdir()
        # The access of PostgreSQL's own user comes along; its configuration is written anew.
        subprocess.run(["cp", "-a", str(kept), str(cluster / "data")], check=True)
