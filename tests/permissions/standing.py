"""The matrix outside pytest: a PostgreSQL of its own, the world in it, and everything gone at the end."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.permissions.cells import Matrix


@contextmanager
def standing() -> Iterator[Matrix]:
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
        address = database_settings(server.copy("rapport_matrix"))
        address["OPTIONS"].pop("pool", None)
        connections["default"].settings_dict.update(
            {part: address[part] for part in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
        )
        from tests.permissions.cells import Matrix
        from tests.permissions.world import build

        yield Matrix(build())
        connections.close_all()
    finally:
        cluster.stop()
