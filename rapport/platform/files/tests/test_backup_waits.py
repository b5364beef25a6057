"""Content stays in the store while a backup copies it."""

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from rapport.platform.files.store import BLOBS_LOCK, drop_blob
from rapport.platform.setup.direct import parameters


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("backing_up", [True, False])
def test_content_is_not_dropped_during_a_backup(backing_up: bool) -> None:
    with psycopg.connect(**parameters()) as backup:
        if backing_up:
            backup.execute("SELECT pg_advisory_xact_lock_shared(%s)", [BLOBS_LOCK])
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
            if not backing_up:
                assert drop_blob("0" * 64) is True
                return
            with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
                drop_blob("0" * 64)
