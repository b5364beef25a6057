"""Which question noticed that a check was gone: kept beside the tests, so that all of it is verified in minutes.

What is found is written down at once, by as many processes as like, so that a search can be ended and gone on with.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from tests.permissions.checks import ROOT

NOTICED = Path(__file__).parent / "noticed.json"
# Checks that nobody noticed, as the code and the matrix stood then: they are not sought again until either changes.
SURVIVED = ROOT / "var" / "permission-survived.json"


def noticed() -> dict[str, str]:
    """The name of the question that notices each check."""
    return json.loads(NOTICED.read_text()) if NOTICED.exists() else {}


def keep_noticed(check: str, question: str | None) -> None:
    """Remembers it, or with None forgets it."""
    _change(NOTICED, lambda kept: _with(kept, check, question))


def survived() -> set[str]:
    """Those that nobody noticed in the present state."""
    kept = json.loads(SURVIVED.read_text()) if SURVIVED.exists() else {}
    return set(kept.get(state(), []))


def keep_survived(check: str) -> None:
    now = state()
    _change(SURVIVED, lambda kept: {now: sorted({*kept.get(now, []), check})})


@cache
def state() -> str:
    """Changes with the program and with the matrix."""
    total = hashlib.sha256()
    for path in sorted([*(ROOT / "rapport").rglob("*.py"), *Path(__file__).parent.glob("*.py")]):
        total.update(path.read_bytes())
    return total.hexdigest()[:20]


def _with(kept: dict[str, str], check: str, question: str | None) -> dict[str, str]:
    kept.pop(check, None)
    return kept | ({} if question is None else {check: question})


def _change(path: Path, change: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with (ROOT / "var" / ".permissions.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = change(json.loads(path.read_text()) if path.exists() else {})
        new = path.with_suffix(f".{os.getpid()}")
        new.write_text(json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
        new.rename(path)
