"""Pieces of work done two at a time, each on a connection of its own: PostgreSQL then writes on two processors."""

import contextvars
import os
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import connection
from django.utils import translation

from rapport.platform.jobs.fence import Claim, current, name_connection

# One more than this would leave nothing of a small machine to those who work meanwhile.
MOST = 2

Piece = TypeVar("Piece")


def abreast(pieces: Sequence[Piece], do: Callable[[Piece], object]) -> None:
    """Calls `do` with each of the pieces, in their order, here and in a thread beside. Each commits on its own.

    Inside a transaction all is done here. The first exception ends the work after the pieces that are under way, and is
    raised.
    """
    left, lock = iter(pieces), threading.Lock()
    problems: list[BaseException] = []

    def work(claim: Claim | None = None) -> None:
        try:
            if claim:
                name_connection(claim)
            while not problems:
                with lock:
                    piece = next(left, None)
                if piece is None:
                    return
                do(piece)
        except BaseException as problem:
            problems.append(problem)

    language = translation.get_language()

    def work_beside() -> None:
        # The reasons of refused rows are written in the language of whoever began.
        with translation.override(language):
            try:
                work(current.get())
            finally:
                connection.close()

    writers = 1 if connection.in_atomic_block else min(MOST, len(pieces), os.cpu_count() or 1)
    # The context says which job it is for, if it is for one.
    beside = [
        threading.Thread(target=contextvars.copy_context().run, args=(work_beside,), name=f"abreast-{n}")
        for n in range(1, writers)
    ]
    for one in beside:
        one.start()
    work()
    for one in beside:
        try:
            one.join()
        except BaseException as problem:  # Ctrl-C comes here while the other is at its last piece
            problems.append(problem)
            one.join()
    if problems:
        raise problems[0]
