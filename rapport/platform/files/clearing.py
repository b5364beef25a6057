"""Clearing away uploads that nothing holds: somebody chose a file and never saved what it was for."""

from datetime import timedelta

from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey
from django.utils import timezone

from rapport.platform.files.models import File
from rapport.platform.files.store import drop_blob

PATIENCE = timedelta(days=1)


def columns_that_hold() -> list[tuple[str, str]]:
    """Every (table, column) that points to a file."""
    return [
        (model._meta.db_table, str(field.column))
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.related_model is File
    ]


def clear_unheld() -> int:
    """Removes files older than a day that no row holds and that no undo could ask for; returns how many.

    A value that was replaced stands in the journal, and undo would put it back: such a file stays.
    """
    holding = columns_that_hold()
    unheld = " AND ".join(f"""NOT EXISTS (SELECT 1 FROM {t} x WHERE x."{c}" = f.id)""" for t, c in holding) or "TRUE"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT f.id FROM files_file f WHERE f.created_at < %s AND {unheld}",  # noqa: S608
            [timezone.now() - PATIENCE],
        )
        candidates = [row[0] for row in cursor.fetchall()]
        if not candidates:
            return 0
        once_held: set[int] = set()
        for table, column in holding:
            cursor.execute(
                f"""SELECT DISTINCT v::bigint FROM journal_entry e CROSS JOIN LATERAL jsonb_path_query(
                        jsonb_build_array(e.diff -> '{column}'), 'strict $[*] ? (@.type() == "number")') v
                    WHERE e."table" = %s AND e.op = 'D'
                    UNION SELECT DISTINCT v::bigint FROM journal_entry e
                        CROSS JOIN LATERAL jsonb_array_elements(e.diff -> '{column}') v
                    WHERE e."table" = %s AND e.op = 'U' AND e.diff ? '{column}' AND jsonb_typeof(v) = 'number'""",  # noqa: S608
                [table, table],
            )
            once_held |= {row[0] for row in cursor.fetchall()}
        gone = [pk for pk in candidates if pk not in once_held]
        cursor.execute(f"DELETE FROM files_file f WHERE f.id = ANY(%s) AND {unheld} RETURNING f.sha256", [gone])  # noqa: S608
        contents = [row[0] for row in cursor.fetchall()]
    for sha256 in set(contents):
        drop_blob(sha256)
    return len(contents)
