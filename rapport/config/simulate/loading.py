"""Fast ways into tables, inside one transaction: a crash leaves what was there before."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.db import connection

from rapport.kit.simulation.lines import Rows

_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid = %s::regclass AND NOT i.indisprimary
  AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('u', 'x'))
"""
_KEYS = """
SELECT quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype = 'f' AND conparentid = 0
"""


def copy_rows(rows: Rows) -> None:
    """Writes a batch by COPY, table by table."""
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        for table, data in rows.packed():
            columns = ", ".join(table.columns.split())
            with cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
                copy.write(data)


def last_id(table: str) -> int:
    """The highest id that the table has given out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        sequence = cursor.fetchone()[0]
        cursor.execute(
            f"SELECT greatest((SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}), "  # noqa: S608
            f"(SELECT coalesce(max(id), 0) FROM {table}))"
        )
        return cursor.fetchone()[0]


def use_ids(table: str, last: int) -> None:
    """Moves the table's sequence on, after rows came with ids of their own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, max(last, 1)])


@contextmanager
def without_triggers(silent: Mapping[str, Sequence[str]]) -> Iterator[None]:
    """Keeps the named triggers of each table quiet for this transaction; others wait before they write there."""
    with connection.cursor() as cursor:
        # PostgreSQL refuses to alter a table that has checks waiting for the commit.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, triggers in silent.items():
            for trigger in triggers:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        yield
        for table, triggers in silent.items():
            for trigger in triggers:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def without_indexes(tables: Sequence[str]) -> Iterator[None]:
    """Drops the tables' indexes and foreign keys and makes them again at the end, which checks all rows at once.

    Pays only when most of the rows are new. Nobody can read the tables meanwhile.
    """
    indexes: list[tuple[str, str]] = []
    keys: list[tuple[str, str, str]] = []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(_KEYS, [table])
            keys += [(table, name, definition) for name, definition in cursor.fetchall()]
            cursor.execute(_INDEXES, [table])
            indexes += cursor.fetchall()
        for table, name, _definition in keys:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for _name, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in keys:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
