"""Setting a clone up: what goes wrong is said in words."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.database import ROOT


@pytest.fixture
def clone(tmp_path):
    """As much of a clone as the set-up looks at before it installs anything."""
    for part in ("bin", "requirements"):
        shutil.copytree(ROOT / part, tmp_path / part)
    settings = tmp_path / "rapport" / "config" / "settings.py"
    settings.parent.mkdir(parents=True)
    settings.touch()
    return tmp_path


def start(clone: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "HOME": str(clone)} | environment
    return subprocess.run([clone / "bin" / "rapport", "--help"], env=env, capture_output=True, text=True, timeout=100)


def test_without_venv_it_names_the_package(clone):
    crippled = clone / "python"
    crippled.write_text(
        f"#!/bin/sh\nexec {sys.executable} -c \"import sys; sys.modules['ensurepip'] = None\n"
        'import runpy; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name=\'__main__\')" "$2" "$3" "$4" "$5" "$6"\n'
    )
    # The first question, its version, is answered by a real one.
    crippled.write_text(
        f'#!/bin/sh\n[ "$1" = -Ic ] && exec {sys.executable} "$@"\n' + crippled.read_text().split("\n", 1)[1]
    )
    crippled.chmod(0o755)
    said = start(clone, RAPPORT_PYTHON=str(crippled))
    assert (said.returncode, said.stdout) == (1, "")
    assert "apt install python3-venv" in said.stderr
    assert not (clone / ".venv" / "rapport-base.stamp").exists()


def test_a_foreign_environment_is_ignored_when_the_clone_has_its_own(clone):
    made = clone / ".venv" / "bin"
    made.mkdir(parents=True)
    (made / "python").write_text('#!/bin/sh\necho "$PYTHONPATH|$VIRTUAL_ENV|$*"\n')
    (made / "python").chmod(0o755)
    (clone / ".venv").rename(clone / "shared")
    (clone / ".venv").symlink_to(clone / "shared")
    said = start(clone, PYTHONPATH="/nonexistent", VIRTUAL_ENV="/nonexistent", RAPPORT_PYTHON=sys.executable)
    assert said.stdout.strip() == f"{clone}||-m rapport.config.cli --help"
