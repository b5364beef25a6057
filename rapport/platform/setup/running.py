"""What runs right now: written by the supervisor, read by /readyz, the health page and the command line.

Plain Python.
"""

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass
class ChildState:
    """One child of the supervisor. `state` is starting, running, restarting or stopped; times are Unix seconds."""

    name: str
    state: str = "stopped"
    pid: int | None = None
    since: float = 0.0
    restarts: int = 0
    last_exit: str = ""


def state_file() -> Path:
    return Path(os.environ["RAPPORT_HOME"]) / "run" / "state.json"


def write_state(children: list[ChildState], *, address: str) -> None:
    """Replaces the state in one step, so that a reader never sees half of it."""
    path = state_file()
    fresh = path.with_suffix(".new")
    state = {"pid": os.getpid(), "address": address, "at": time.time(), "children": [asdict(c) for c in children]}
    fresh.write_text(json.dumps(state))
    fresh.replace(path)


def read_state() -> dict[str, Any]:
    """The state that a living supervisor wrote; empty when none runs (web and worker may run without one)."""
    try:
        state = json.loads(state_file().read_text())
    except (FileNotFoundError, KeyError, ValueError):
        return {}
    return state if is_running(state.get("pid")) else {}


def is_running(pid: int | None) -> bool:
    try:
        return bool(pid) and b"rapport" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


def forget_state() -> None:
    state_file().unlink(missing_ok=True)
