"""Where a user's last write ends in the write-ahead log: a replica that has not come so far is too old for them."""

from django.conf import settings
from django.db import connection, transaction

ALIAS = "replica"
_HERE = "pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')"
# The log's position is read when the row is locked, so that of two writers the later one stands. Nobody waits for this row
# to reach the disk: what a crash loses of it nobody has read behind yet.
_NOTE = f"""
INSERT INTO replica_ownwrite (user_id, lsn)
SELECT %s, {_HERE} FROM (SELECT set_config('synchronous_commit', 'off', true)) off
ON CONFLICT (user_id) DO UPDATE SET lsn = {_HERE}
"""  # noqa: S608 a constant
# A position ahead of the log was written in another life of the database, before a restore or a failover.
_ASK = f"""
WITH log AS (SELECT {_HERE}::bigint AS lsn)
SELECT log.lsn, coalesce(w.lsn, 0) FROM log LEFT JOIN replica_ownwrite w ON w.user_id = %s AND w.lsn <= log.lsn
"""  # noqa: S608 a constant


def has_replica() -> bool:
    """Whether DATABASE_REPLICA_URL names one."""
    return ALIAS in settings.DATABASES


def note_own_write(user_id: int) -> None:
    """Called in the transaction of a write: once it is committed, the user's reads want a replica that has it."""
    if has_replica():
        # The write is committed by then: a failure here must not look like one of the write.
        transaction.on_commit(lambda: _note(user_id), robust=True)


def positions(user_id: int) -> tuple[int, int]:
    """How far the main database's log is now, and how far a replica must be for this user; in bytes."""
    with connection.cursor() as cursor:
        cursor.execute(_ASK, [user_id])
        now, own = cursor.fetchone()
    return now, own


def _note(user_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [user_id])
