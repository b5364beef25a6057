"""Asking so that nothing stays: every question is rolled back, whatever becomes of it."""

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction

Answer = TypeVar("Answer")


def undone(ask: Callable[[], Answer], broke: Callable[[str], Answer]) -> Answer:
    """The answer, of which nothing is left in the database; `broke` makes one of the words for what went wrong."""
    with transaction.atomic():
        try:
            answer = ask()
        except Exception as problem:
            answer = broke(f"{type(problem).__name__}: {problem}")
        transaction.set_rollback(True)
    return answer
