"""What happens when a disk is full, and what is left of what was killed."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

from rapport.platform.setup import supervisor
from rapport.platform.setup.backups.workplace import workplace
from rapport.platform.setup.running import ChildState
from tests.database import ROOT


class Changed:
    """A child of the supervisor whose state has just changed."""

    state, output = ChildState("web"), -1

    def read(self):
        pass

    def look(self):
        return True


def test_the_supervisor_outlives_a_full_disk(tmp_path, monkeypatch, capsys):
    """It writes down what its children do; it used to end with the first that changed while there was no room."""
    mine = supervisor.Supervisor(tmp_path, host="127.0.0.1", port=1)
    mine.children.append(Changed())

    def full(*_args, **_more):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(supervisor, "write_state", full)
    mine._look()
    assert "No space left on device" in capsys.readouterr().err


def test_what_a_killed_backup_left_is_cleared_away_by_the_next(tmp_path):
    program = f"""
import os, pathlib, signal
from rapport.platform.setup.backups.workplace import workplace
with workplace(pathlib.Path({str(tmp_path)!r})) as folder:
    (folder / "database.dump").write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False
    )
    assert done.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert (left / "database.dump").exists()
    with workplace(tmp_path) as folder:
        assert list(tmp_path.iterdir()) == [folder]
    assert list(tmp_path.iterdir()) == []


def test_a_backup_that_goes_on_beside_another_is_left_alone(tmp_path: Path):
    with workplace(tmp_path) as one, workplace(tmp_path) as other:
        assert one != other
        assert one.exists()
