"""Takes back what an action did, row by row, unless somebody changed the row since."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from rapport.platform.identity.viewer import Viewer
from rapport.platform.journal.acting import acting
from rapport.platform.journal.models import Action
from rapport.platform.journal.triggers import diff_columns, tables

PIECE = 4000


@dataclass
class Undone:
    """What an undo did. `kept` are (table, row) pairs left as they are, because they were changed or used since."""

    action: int
    restored: int = 0
    removed: int = 0
    brought_back: int = 0
    kept: list[tuple[str, int]] = field(default_factory=list)


def undo(action_id: int, *, viewer: Viewer | None) -> Undone:
    """Undoes one action under an action of its own, so that the undo can be undone.

    A changed column goes back only where it still holds the value that the action gave it; a row made by the action
    goes only if nothing else was done to it and nothing else points to it. Everything else is listed in `kept`.
    Raises Action.DoesNotExist for an unknown action, IntegrityError if a value's place was taken by another row.
    """
    original = Action.objects.get(pk=action_id)
    with acting(viewer, f"undo {original.verb}"[:80], undoes=original.pk) as undoing, connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        done = Undone(action=undoing)
        cursor.execute(
            'SELECT "table", op, count(*) FROM journal_entry WHERE action_id = %s GROUP BY 1, 2', [original.pk]
        )
        touched = defaultdict(set)
        for table, op, _ in cursor.fetchall():
            if table in tables():
                touched[table].add(op)
        # Deleted rows first and made rows last, so that nothing ever points into the void.
        for table in _parts_first([t for t in touched if "D" in touched[t]]):
            _bring_back(cursor, original.pk, table, done)
        for table in touched:
            if "U" in touched[table]:
                _restore(cursor, original.pk, table, done)
        _remove(cursor, original.pk, [t for t in touched if "I" in touched[t]], done)
        # Whatever does not fit is found here, not when somebody else's transaction commits.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return done


def _parts_first(names: list[str]) -> list[str]:
    """Orders tables so that each comes before those it points to.

    A trigger that makes a part for a new row, as a person's first employment, then finds the old part in its place.
    """
    known = tables()
    ordered: list[str] = []

    def visit(table: str, path: tuple[str, ...]) -> None:
        if table in ordered or table in path:
            return
        for other in names:
            points = {f.related_model for f in known[other]._meta.concrete_fields if f.is_relation}
            if other != table and known[table] in points:
                visit(other, (*path, table))
        ordered.append(table)

    for name in sorted(names):
        visit(name, ())
    return ordered


def _bring_back(cursor: Any, action: int, table: str, done: Undone) -> None:
    """Writes deleted rows again. One whose place was taken meanwhile stays away; secrets never come back."""
    model = tables()[table]
    columns = ", ".join(
        f'"{f.column}"'
        for f in model._meta.concrete_fields
        if not getattr(f, "generated", False) and f.column not in model.secret_columns
    )
    gone = """FROM journal_entry e WHERE e.action_id = %s AND e."table" = %s AND e.op = 'D'"""
    cursor.execute(
        f"""INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
            SELECT {columns} FROM (SELECT (jsonb_populate_record(NULL::{table}, e.diff)).* {gone}) gone
            ON CONFLICT DO NOTHING""",  # noqa: S608 names come from the models
        [action, table],
    )
    done.brought_back += cursor.rowcount
    cursor.execute(f"SELECT e.row {gone} AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = e.row)", [action, table])  # noqa: S608
    done.kept += [(table, row[0]) for row in cursor.fetchall()]


def _restore(cursor: Any, action: int, table: str, done: Undone) -> None:
    """Puts columns back to what they were before the action's first change of the row."""
    model = tables()[table]
    cursor.execute(
        """CREATE TEMP TABLE undo_row ON COMMIT DROP AS
           SELECT e.row AS id, d.key, (array_agg(d.value -> 0 ORDER BY e.id))[1] AS before,
                  (array_agg(d.value -> 1 ORDER BY e.id DESC))[1] AS after
           FROM journal_entry e CROSS JOIN LATERAL jsonb_each(e.diff) d
           WHERE e.action_id = %s AND e."table" = %s AND e.op = 'U' GROUP BY 1, 2""",
        [action, table],
    )
    cursor.execute("CREATE INDEX ON undo_row (key, id)")
    cursor.execute("ANALYZE undo_row")
    cursor.execute("SELECT key, array_agg(id ORDER BY id) FROM undo_row GROUP BY key")
    changed = dict(cursor.fetchall())
    for column in [c for c in diff_columns(model) if c in changed]:
        ids = changed[column]
        # Piece by piece PostgreSQL finds the rows by their key and remembers few of them for the triggers.
        for place in range(0, len(ids), PIECE):
            _restore_column(cursor, table, column, ids[place], ids[min(place + PIECE, len(ids)) - 1], done)
    cursor.execute("DROP TABLE undo_row")


def _restore_column(cursor: Any, table: str, column: str, first: int, last: int, done: Undone) -> None:
    """Puts one column of the rows from `first` to `last` back."""
    some = [column, first, last]
    cursor.execute(
        f"""UPDATE {table} t SET "{column}" = (jsonb_populate_record(NULL::{table}, jsonb_build_object('{column}', u.before)))."{column}"
            FROM undo_row u WHERE u.id = t.id AND u.key = %s AND u.id BETWEEN %s AND %s
            AND to_jsonb(t."{column}") IS NOT DISTINCT FROM nullif(u.after, 'null'::jsonb)
            RETURNING t.id""",  # noqa: S608 names come from the models
        some,
    )
    back = {row[0] for row in cursor.fetchall()}
    # A trigger may have put a column back already, as one that belonged to another column of the row.
    cursor.execute(
        f"""SELECT u.id FROM undo_row u JOIN {table} t USING (id) WHERE u.key = %s AND u.id BETWEEN %s AND %s
            AND to_jsonb(t."{column}") IS DISTINCT FROM nullif(u.before, 'null'::jsonb)""",  # noqa: S608
        some,
    )
    done.kept += [(table, row[0]) for row in cursor.fetchall() if row[0] not in back]
    done.restored += len(back)


_CHANGED_SINCE = """
    INSERT INTO undo_kept SELECT DISTINCT m."table", m.row FROM undo_made m
    JOIN journal_entry e ON e."table" = m."table" AND e.row = m.row
    WHERE e.op = 'U' AND e.action_id IS DISTINCT FROM %s
      AND e.action_id IS DISTINCT FROM nullif(current_setting('rapport.action', true), '')::bigint
      -- What was undone, and the undoing of it, leaves the row as it was.
      AND NOT EXISTS (SELECT 1 FROM journal_action u WHERE u.undoes_id = e.action_id)
      AND NOT EXISTS (SELECT 1 FROM journal_action a WHERE a.id = e.action_id AND a.undoes_id IS NOT NULL)
"""

# Rows that go with what they point to are derived, and in nobody's way: owner and owner_column say what they go with.
_POINTING = """
    SELECT c.confrelid::regclass::text, c.conrelid::regclass::text, a.attname,
           o.confrelid::regclass::text AS owner, b.attname AS owner_column
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    LEFT JOIN pg_constraint o ON o.conrelid = c.conrelid AND o.contype = 'f' AND o.confdeltype = 'c'
    LEFT JOIN pg_attribute b ON b.attrelid = o.conrelid AND b.attnum = o.conkey[1]
    WHERE c.contype = 'f' AND c.confdeltype <> 'c' AND c.confrelid = ANY(%s::regclass[])
"""


def _hold(cursor: Any, names: list[str]) -> None:
    """Waits for whoever is writing one of the rows, or pointing something to it: only then is it known what they did."""
    for table in names:
        cursor.execute(
            f"""SELECT count(*) FROM (SELECT 1 FROM {table} t JOIN undo_made m ON m."table" = '{table}' AND m.row = t.id
                                      ORDER BY t.id FOR UPDATE OF t) held"""  # noqa: S608 names come from the models
        )


def _remove(cursor: Any, action: int, names: list[str], done: Undone) -> None:
    """Deletes the rows that the action made, unless they were changed since by others or something points to them."""
    if not names:
        return
    cursor.execute(
        """CREATE TEMP TABLE undo_made ON COMMIT DROP AS
           SELECT DISTINCT "table", row FROM journal_entry WHERE action_id = %s AND op = 'I' AND "table" = ANY(%s)""",
        [action, names],
    )
    _hold(cursor, names)
    cursor.execute('CREATE TEMP TABLE undo_kept ("table" text, row bigint) ON COMMIT DROP')
    cursor.execute(_CHANGED_SINCE, [action])
    cursor.execute(_POINTING, [names])
    pointing = cursor.fetchall()
    # What is kept keeps what it points to, and so on up.
    found = True
    while found:
        found = False
        for target, source, column, owner, owner_column in pointing:
            goes_along = (
                f"""AND NOT EXISTS (SELECT 1 FROM undo_made w WHERE w."table" = '{owner}' AND w.row = o."{owner_column}"
                    AND NOT EXISTS (SELECT 1 FROM undo_kept k WHERE k."table" = '{owner}' AND k.row = w.row))"""  # noqa: S608
                if owner
                else ""
            )
            cursor.execute(
                f"""INSERT INTO undo_kept SELECT DISTINCT m."table", m.row
                    FROM undo_made m JOIN {source} o ON o."{column}" = m.row
                    WHERE m."table" = '{target}'
                      AND NOT EXISTS (SELECT 1 FROM undo_kept k WHERE k."table" = m."table" AND k.row = m.row)
                      AND (EXISTS (SELECT 1 FROM undo_kept k WHERE k."table" = '{source}' AND k.row = o.id)
                           OR (NOT EXISTS (SELECT 1 FROM undo_made n WHERE n."table" = '{source}' AND n.row = o.id)
                               {goes_along}))"""  # noqa: S608 names come from the catalogue
            )
            found = found or cursor.rowcount > 0
    for table in names:
        kept = f"""SELECT DISTINCT k.row FROM undo_kept k JOIN {table} t ON t.id = k.row WHERE k."table" = '{table}'"""  # noqa: S608
        cursor.execute(kept)
        done.kept += [(table, row[0]) for row in cursor.fetchall()]
        cursor.execute(
            f"""DELETE FROM {table} t USING undo_made m
                WHERE m."table" = '{table}' AND t.id = m.row AND t.id NOT IN ({kept})"""  # noqa: S608
        )
        done.removed += cursor.rowcount
    cursor.execute("DROP TABLE undo_made, undo_kept")
