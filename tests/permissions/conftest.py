"""One world for all cells of a process, in a database of its own, so that each cell can be rolled back whole."""

import logging
import os
from collections.abc import Iterator

import pytest
from django.db import connections

from rapport.config.database import database_settings
from tests.permissions.cells import Matrix
from tests.permissions.world import build

PARTS = ("NAME", "USER", "PASSWORD", "HOST", "PORT")


@pytest.fixture(scope="package")
def matrix(django_db_setup: None, django_db_blocker, database_server) -> Iterator[Matrix]:
    """The matrix in a world that is committed. Its database is dropped at the end, and the tests' own is back."""
    name = f"rapport_matrix_{os.getpid()}"
    kept = dict(connections["default"].settings_dict)
    with django_db_blocker.unblock():
        connections.close_all()
        connections["default"].settings_dict.update(
            {part: value for part, value in database_settings(database_server.copy(name)).items() if part in PARTS}
        )
        matrix = Matrix(build())
        # Every refused cell would be a warning with its traceback.
        logging.disable(logging.ERROR)
        yield matrix
        logging.disable(logging.NOTSET)
        connections.close_all()
        connections["default"].settings_dict.update({part: kept[part] for part in PARTS})
        database_server.drop(name)
