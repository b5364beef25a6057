"""The triggers that write the journal, made from the live table so that no column can be forgotten.

Statement level with transition tables: bulk and raw writes are caught, at a cost per row of one insert.
"""

import hashlib
from collections.abc import Iterable

from django.apps import apps
from django.db import connection

from rapport.platform.journal.models import Journalled

# Bookkeeping that moves with every change and would only repeat the entry itself.
SILENT = {"version", "updated_at", "last_seen_at", "last_login", "search_text"}

# The plan of the join is made at the first call of a session, perhaps for one row, and kept: as a nested loop it would
# cost the square of the rows when a bulk edit comes later.
_FUNCTION = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $body$
DECLARE action bigint := nullif(current_setting('rapport.action', true), '')::bigint;
BEGIN
    IF action IS NOT NULL THEN
        PERFORM FROM journal_action a WHERE a.id = action FOR KEY SHARE;
        IF NOT FOUND THEN
            RAISE foreign_key_violation USING MESSAGE = 'There is no action ' || action || ' to write down what is done.';
        END IF;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO journal_entry (action_id, "table", row, op, diff, version)
        SELECT action, '{table}', n.id, 'I', NULL, n.version FROM fresh n;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO journal_entry (action_id, "table", row, op, diff, version)
        SELECT action, '{table}', o.id, 'D', to_jsonb(o){hidden}, o.version FROM stale o;
    ELSE
        INSERT INTO journal_entry (action_id, "table", row, op, diff, version)
        SELECT action, '{table}', c.id, 'U', c.diff, c.version
        FROM (SELECT n.id, n.version, {diff} AS diff FROM fresh n JOIN stale o USING (id)) c
        WHERE c.diff <> '{{}}'::jsonb;
    END IF;
    RETURN NULL;
END $body$;
"""

_BUMP = """
CREATE OR REPLACE FUNCTION journal_bump() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END $body$;
"""


def journalled_models() -> Iterable[type[Journalled]]:
    """Every concrete model whose rows are journalled."""
    return (m for m in apps.get_models() if issubclass(m, Journalled) and not m._meta.proxy)


def tables() -> dict[str, type[Journalled]]:
    """The journalled tables and their models."""
    return {m._meta.db_table: m for m in journalled_models()}


def diff_columns(model: type[Journalled]) -> list[str]:
    """Columns that a diff may hold: stored by hand, not generated, not bookkeeping."""
    return [
        str(f.column)
        for f in model._meta.concrete_fields
        if f.column not in SILENT
        and f.column not in (*model.derived_columns, *model.secret_columns)
        and f.column != "id"
        and not getattr(f, "generated", False)
    ]


def trigger_sql(model: type[Journalled]) -> str:
    """The SQL that installs the function and the triggers of one table."""
    table, name = model._meta.db_table, f"journal_{model._meta.db_table}"
    diff = " || ".join(
        f'CASE WHEN n."{c}" IS DISTINCT FROM o."{c}" THEN jsonb_build_object(\'{c}\', jsonb_build_array(o."{c}", n."{c}")) ELSE \'{{}}\'::jsonb END'
        for c in diff_columns(model)
    )
    # A journal must not become a store of password hashes.
    hidden = "".join(f" - '{c}'" for c in model.secret_columns)
    made = [_FUNCTION.format(name=name, table=table, diff=diff, hidden=hidden)]
    for op, refs in (
        ("INSERT", "NEW TABLE AS fresh"),
        ("UPDATE", "OLD TABLE AS stale NEW TABLE AS fresh"),
        ("DELETE", "OLD TABLE AS stale"),
    ):
        made.append(
            f"CREATE OR REPLACE TRIGGER journal_{op.lower()} AFTER {op} ON {table} REFERENCING {refs} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}();"
        )
    made.append(
        f"CREATE OR REPLACE TRIGGER journal_bump BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION journal_bump();"
    )
    return "\n".join(made)


def sync_triggers() -> list[str]:
    """Installs the triggers of every table whose columns changed since they were made; returns those tables."""
    made = []
    with connection.cursor() as cursor:
        cursor.execute(_BUMP)
        cursor.execute(
            "SELECT c.relname, obj_description(p.oid) FROM pg_proc p JOIN pg_class c ON p.proname = 'journal_' || c.relname"
        )
        present = dict(cursor.fetchall())
        existing = set(connection.introspection.table_names(cursor))
        for model in journalled_models():
            table, sql = model._meta.db_table, trigger_sql(model)
            digest = hashlib.sha256(sql.encode()).hexdigest()
            if table not in existing or present.get(table) == digest:
                continue
            cursor.execute(sql)
            cursor.execute(f"COMMENT ON FUNCTION journal_{table}() IS '{digest}'")
            made.append(table)
    return made
