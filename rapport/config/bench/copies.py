"""The floor of writes: COPY of the same rows into a copy of the table with its constraints and indexes, but no triggers."""

import time

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import sql


def copied_in(table: str, where: str) -> float:
    """Seconds that PostgreSQL takes to COPY the rows of `table` that `where` (SQL of ours) chooses into such a copy."""
    copy = f"bench_{table}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {copy}")
        cursor.execute(f"CREATE TABLE {copy} (LIKE {table} INCLUDING ALL)")
        cursor.execute(
            """SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'""",
            [table],
        )
        for name, definition in cursor.fetchall():
            cursor.execute(
                sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} ").format(sql.Identifier(copy), sql.Identifier(name))
                + sql.SQL(definition)
            )
        columns = plain_columns(cursor, table)
        with cursor.copy(f"COPY (SELECT {columns} FROM {table} WHERE {where}) TO STDOUT (FORMAT binary)") as out:  # noqa: S608 ours
            data = b"".join(bytes(piece) for piece in out)
        began = time.perf_counter()
        with cursor.copy(f"COPY {copy} ({columns}) FROM STDIN (FORMAT binary)") as into:
            into.write(data)
        took = time.perf_counter() - began
        cursor.execute(f"DROP TABLE {copy}")
    return took


def plain_columns(cursor: CursorWrapper, table: str) -> str:
    """SQL: the columns of the table that can be written, which are all but the generated ones."""
    cursor.execute(
        """SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
           WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''""",
        [table],
    )
    return str(cursor.fetchone()[0])


def copied_out(select: str) -> float:
    """Seconds that COPY takes to write the rows of a query of ours as CSV."""
    began = time.perf_counter()
    with connection.cursor() as cursor, cursor.copy(f"COPY ({select}) TO STDOUT (FORMAT csv)") as out:
        for _piece in out:
            pass
    return time.perf_counter() - began
