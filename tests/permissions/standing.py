"""The matrix outside pytest: a PostgreSQL of its own, the world in it, and everything gone at the end."""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.database import Server
    from tests.permissions.cells import Matrix

NAME = "rapport_matrix"
PARTS = ("NAME", "USER", "PASSWORD", "HOST", "PORT")


@dataclass
class Standing:
    """The matrix, and the server that its database is on."""

    matrix: Matrix
    server: Server

    def spread(self, work: Callable[[Any], Any], pieces: Iterable[Any], workers: int) -> Iterator[Any]:
        """What `work` makes of each piece, in any order; with two workers or more each is a process with a copy of the world.

        The processes are forked, so that `work` may know of everything that is here already.
        """
        pieces = list(pieces)
        if workers < 2:
            yield from map(work, pieces)
            return
        from django.db import connections

        connections.close_all()
        copies = [_copied(self.server, f"{NAME}_{number}") for number in range(workers)]
        forking = multiprocessing.get_context("fork")
        left: Any = forking.SimpleQueue()
        done: Any = forking.SimpleQueue()
        for number in [*range(len(pieces)), *([None] * workers)]:
            left.put(number)
        processes = [
            forking.Process(target=_one, args=(self.matrix, parts, work, pieces, left, done)) for parts in copies
        ]
        for process in processes:
            process.start()
        try:
            for _piece in pieces:
                problem, made = done.get()
                if problem:
                    raise RuntimeError(problem)
                yield made
        finally:
            for process in processes:
                process.kill()
                process.join()


def _one(matrix: Matrix, parts: dict[str, Any], work: Any, pieces: list[Any], left: Any, done: Any) -> None:
    from django.db import connections

    from tests.permissions.untouched import Untouched

    connections["default"].settings_dict.update(parts)
    matrix.untouched = Untouched()
    while (number := left.get()) is not None:
        try:
            done.put(("", work(pieces[number])))
        except Exception as problem:
            done.put((f"{type(problem).__name__}: {problem}", None))


def _copied(server: Server, name: str) -> dict[str, Any]:
    from rapport.config.database import database_settings

    template, server.template = server.template, NAME
    try:
        address = database_settings(server.copy(name))
    finally:
        server.template = template
    return {part: address[part] for part in PARTS}


@contextmanager
def standing() -> Iterator[Standing]:
    """Sets Django up, starts a server, writes the world, and ends the server with whatever happened."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    # Every refused cell would be a warning with its traceback.
    logging.disable(logging.ERROR)
    django.setup()
    from django.db import connections

    from rapport.config.database import database_settings
    from rapport.platform.ui import catalogues
    from tests import database

    catalogues.build()
    cluster = database.TestCluster()
    try:
        server = cluster.start()
        address = database_settings(server.copy(NAME))
        address["OPTIONS"].pop("pool", None)
        connections["default"].settings_dict.update({part: address[part] for part in PARTS})
        from tests.permissions.cells import Matrix
        from tests.permissions.world import build

        yield Standing(Matrix(build()), server)
        connections.close_all()
    finally:
        cluster.stop()
