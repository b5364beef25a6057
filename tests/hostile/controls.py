"""Importers as they must not be, for the controls of the tests."""

import os
import time
from collections.abc import Callable
from typing import Any

from tests.hostile.damaged import Damaged

Take = Callable[[Damaged], dict[str, Any]]


def crash() -> Take:
    """Raises what nobody expects."""
    return lambda file: {}[file.name]


def eat() -> Take:
    """Takes more memory than the limit leaves it."""
    return lambda _file: {"outcome": "read", "said": len(bytearray(300 * 2**20))}


def vanish() -> Take:
    """Ends the process."""
    return lambda _file: os._exit(3)


def hang() -> Take:
    """Does not answer."""
    return lambda _file: time.sleep(60) or {}


def silent() -> Take:
    """Refuses without saying why."""
    return lambda _file: {"outcome": "refused", "said": {"file": " "}}
