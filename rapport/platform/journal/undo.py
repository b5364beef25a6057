"""Takes back what an action did, row by row, unless somebody changed the row since."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import connection

from rapport.platform.identity.viewer import Viewer
from rapport.platform.journal.acting import acting
from rapport.platform.journal.models import Action
from rapport.platform.journal.triggers import diff_columns, tables


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
    Raises Action.DoesNotExist for an unknown action.
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
        for table in touched:
            if "D" in touched[table]:
                done.brought_back += _bring_back(cursor, original.pk, table)
        for table in touched:
            if "U" in touched[table]:
                _restore(cursor, original.pk, table, done)
        for table in _children_first([t for t in touched if "I" in touched[t]]):
            _remove(cursor, original.pk, table, done)
    return done


def _bring_back(cursor, action: int, table: str) -> int:
    model = tables()[table]
    columns = ", ".join(f'"{f.column}"' for f in model._meta.concrete_fields if not getattr(f, "generated", False))
    cursor.execute(
        f"""INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
            SELECT {columns} FROM (
                SELECT (jsonb_populate_record(NULL::{table}, e.diff)).* FROM journal_entry e
                WHERE e.action_id = %s AND e."table" = %s AND e.op = 'D') gone
            ON CONFLICT DO NOTHING""",  # noqa: S608 names come from the models
        [action, table],
    )
    return cursor.rowcount


def _restore(cursor, action: int, table: str, done: Undone) -> None:
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
    cursor.execute("SELECT DISTINCT key FROM undo_row")
    changed = {row[0] for row in cursor.fetchall()}
    for column in [c for c in diff_columns(model) if c in changed]:
        cursor.execute(
            f"""UPDATE {table} t SET "{column}" = (jsonb_populate_record(NULL::{table}, jsonb_build_object('{column}', u.before)))."{column}"
                FROM undo_row u WHERE u.id = t.id AND u.key = %s
                AND to_jsonb(t."{column}") IS NOT DISTINCT FROM nullif(u.after, 'null'::jsonb)
                RETURNING t.id""",  # noqa: S608 names come from the models
            [column],
        )
        back = {row[0] for row in cursor.fetchall()}
        # A trigger may have put a column back already, as one that belonged to another column of the row.
        cursor.execute(
            f"""SELECT u.id FROM undo_row u JOIN {table} t USING (id) WHERE u.key = %s
                AND to_jsonb(t."{column}") IS DISTINCT FROM nullif(u.before, 'null'::jsonb)""",  # noqa: S608
            [column],
        )
        done.kept += [(table, row[0]) for row in cursor.fetchall() if row[0] not in back]
        done.restored += len(back)
    cursor.execute("DROP TABLE undo_row")


def _children_first(names: list[str]) -> list[str]:
    """Orders tables so that each comes before those it points to."""
    known = tables()
    ordered: list[str] = []

    def visit(table: str, path: tuple[str, ...]) -> None:
        if table in ordered or table in path:
            return
        for other in names:
            points = {
                f.related_model._meta.db_table
                for f in known[other]._meta.concrete_fields
                if f.is_relation and f.related_model
            }
            if table in points and other != table:
                visit(other, (*path, table))
        ordered.append(table)

    for name in names:
        visit(name, ())
    return ordered


def _remove(cursor, action: int, table: str, done: Undone) -> None:
    """Deletes the rows that the action made, unless they were changed since by others or others point to them."""
    model = tables()[table]
    made = "SELECT row FROM journal_entry WHERE action_id = %s AND \"table\" = %s AND op = 'I'"
    cursor.execute(f"CREATE TEMP TABLE undo_made ON COMMIT DROP AS {made}", [action, table])
    cursor.execute("CREATE TEMP TABLE undo_kept (row bigint) ON COMMIT DROP")
    cursor.execute(
        """INSERT INTO undo_kept SELECT DISTINCT e.row FROM journal_entry e JOIN undo_made m ON m.row = e.row
           WHERE e."table" = %s AND e.op = 'U' AND e.action_id IS DISTINCT FROM %s
           AND e.action_id IS DISTINCT FROM nullif(current_setting('rapport.action', true), '')::bigint
           AND NOT EXISTS (SELECT 1 FROM journal_action a WHERE a.id = e.action_id AND EXISTS (
                SELECT 1 FROM journal_action u WHERE u.undoes_id = a.id))
           AND NOT EXISTS (SELECT 1 FROM journal_action a WHERE a.id = e.action_id AND a.undoes_id IS NOT NULL)""",
        [table, action],
    )
    for relation in model._meta.related_objects:
        other, column = relation.related_model._meta.db_table, relation.field.column
        if relation.related_model._meta.app_label in ("journal", "facts") or other not in tables():
            continue
        cursor.execute(
            f"""INSERT INTO undo_kept SELECT DISTINCT o."{column}" FROM {other} o JOIN undo_made m ON m.row = o."{column}"
                WHERE NOT EXISTS (SELECT 1 FROM journal_entry e WHERE e.action_id = %s AND e."table" = %s
                                  AND e.row = o.id AND e.op = 'I')""",  # noqa: S608 names come from the models
            [action, other],
        )
    cursor.execute("SELECT DISTINCT row FROM undo_kept")
    done.kept += [(table, row[0]) for row in cursor.fetchall()]
    cursor.execute(
        f"DELETE FROM {table} t USING undo_made m WHERE t.id = m.row AND NOT EXISTS (SELECT 1 FROM undo_kept k WHERE k.row = m.row)"  # noqa: S608
    )
    done.removed += cursor.rowcount
    cursor.execute("DROP TABLE undo_made, undo_kept")
