"""Statements that PostgreSQL plans once for each connection instead of each time: for what is asked of one record.

To plan a question about one record takes longer than to answer it. Meant for statements whose text depends on
declarations and rights alone, and whose best plan is the same for every value: rows found by their id. Everything else stays
with `connection.cursor()`, where PostgreSQL plans with the values in sight.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor

# How often a statement has to be seen before psycopg prepares it unasked. Never, in practice: most carry their values in
# their text. None would switch off what we ask for, too.
UNASKED = 1_000_000_000


class _Prepared(Cursor[Any]):
    """A cursor that sends values beside the text, and has the text prepared."""

    def execute(self, query: Any, params: Any = None, *, prepare: bool | None = True, **options: Any) -> "_Prepared":
        return super().execute(query, params, prepare=prepare, **options)


@contextmanager
def prepared(database: BaseDatabaseWrapper | None = None) -> Iterator[CursorWrapper]:
    """A cursor of the database whose statements are prepared on the server, in the same transaction as any other.

    PostgreSQL finds the type of each value from where it stands: cast those that stand where any type may.
    """
    # Django's `connection` looks the connection up anew for every attribute.
    database = database or connections[DEFAULT_DB_ALIAS]
    if database.queries_logged:
        # Whoever logs statements wants to read them, values and all; a prepared one has no text to show.
        with database.cursor() as logged:
            yield logged
        return
    # The same as cursor() does: a connection that the server has ended meanwhile is not tried first.
    database.close_if_health_check_failed()
    database.ensure_connection()
    with database.wrap_database_errors:
        cursor = _Prepared(database.connection)
    with database.make_cursor(cursor) as wrapped:  # type: ignore[arg-type]
        yield wrapped
