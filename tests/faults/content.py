"""What an instance holds, told so that two can be compared: without ids and moments, which differ from run to run."""

from typing import Any

import psycopg
from psycopg import sql

from tests.faults.instance import Instance

# What a link points to is told by these columns of its target, the first that there is.
_CALLED = ("name", "email", "title")
_RECORDS = """
SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'version' AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname NOT LIKE 'journal%'
ORDER BY 1
"""
_COLUMNS = """
SELECT a.attname, format_type(a.atttypid, NULL),
       (SELECT f.confrelid::regclass::text FROM pg_constraint f
        WHERE f.contype = 'f' AND f.conrelid = a.attrelid AND f.conkey = ARRAY[a.attnum])
FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_OMITTED = {"id", "version", "about", "created_by_id"}
_MOMENTS = {"timestamp with time zone"}
_COUNTED = {
    "journal": """SELECT coalesce(a.verb, ''), e."table", e.op::text, count(*), count(DISTINCT e.row)
                  FROM journal_entry e LEFT JOIN journal_action a ON a.id = e.action_id GROUP BY 1, 2, 3""",
    "facts": "SELECT name, count(*) FROM facts_fact GROUP BY 1",
    "timelines": "SELECT target, source, count(*) FROM records_touch GROUP BY 1, 2",
}

Content = dict[str, Any]


def content(instance: Instance) -> Content:
    """{table: (rows, digest)} of every table of records, and counts of journal, facts and timelines."""
    with psycopg.connect(instance.cluster.url()) as db:
        db.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        db.execute("SET TimeZone = 'UTC'")
        found: Content = {}
        for (table,) in db.execute(_RECORDS).fetchall():
            found[table] = db.execute(_digest(db, table)).fetchone()
        for name, query in _COUNTED.items():
            found[name] = sorted(db.execute(query).fetchall())  # type: ignore[arg-type]
        return found


def _digest(db: psycopg.Connection, table: str) -> sql.Composed:
    told: list[sql.Composable] = []
    for column, kind, target in db.execute(_COLUMNS, [table]).fetchall():
        if column in _OMITTED or kind in _MOMENTS:
            continue
        called = _called(db, target) if target else None
        if called:
            told.append(
                sql.SQL("(SELECT {} FROM {} o WHERE o.id = t.{})").format(
                    sql.Identifier("o", called), sql.Identifier(target), sql.Identifier(column)
                )
            )
        elif not target:
            told.append(sql.Identifier("t", column))
    # The sample company's addresses end in digits of an id.
    row = sql.SQL(r"md5(regexp_replace(ROW({})::text, '\d+@', '@', 'g'))").format(sql.SQL(", ").join(told))
    return sql.SQL("SELECT count(*), coalesce(sum(('x' || left({}, 15))::bit(60)::bigint), 0)::text FROM {} t").format(
        row, sql.Identifier(table)
    )


def _called(db: psycopg.Connection, table: str) -> str | None:
    known = {row[0] for row in db.execute(_COLUMNS, [table]).fetchall()}
    return next((name for name in _CALLED if name in known), None)


def differing(one: Content, other: Content) -> list[str]:
    """What is not the same, in words."""
    return [
        f"{key}: {one.get(key)} and {other.get(key)}"
        for key in sorted({*one, *other})
        if one.get(key) != other.get(key)
    ]


_STUCK = """
SELECT 'job ' || task_name || ' is ' || status FROM procrastinate_jobs
WHERE status = 'doing' OR status = 'failed' OR status = 'todo' AND (attempts > 0 OR coalesce(scheduled_at, now()) <= now())
UNION ALL SELECT 'import is ' || status FROM records_importrun WHERE status IN ('writing', 'checking')
UNION ALL SELECT 'work on many records is ' || status FROM records_bulkrun WHERE status IN ('waiting', 'running')
UNION ALL SELECT 'a transaction is left open' FROM pg_stat_activity
          WHERE state LIKE 'idle in transaction%%' AND datname = current_database() AND now() - state_change > '5 s'
UNION ALL SELECT 'a lock of an import is held' FROM pg_locks WHERE locktype = 'advisory' AND classid = 5008
"""


def stuck(instance: Instance) -> list[str]:
    """What is not finished: jobs, runs, transactions, locks."""
    return [row[0] for row in instance.ask(_STUCK)]


def leftovers(instance: Instance) -> list[str]:
    """Half-written files that nobody will finish."""
    home = instance.home.resolve()
    return [
        str(path.relative_to(home))
        for pattern in ("*.part", ".backup-*", ".incoming-*", ".restore-*", "*.new", "*.half")
        for path in home.rglob(pattern)
        if "postgres" not in path.relative_to(home).parts
    ]
