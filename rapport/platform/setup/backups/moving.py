"""Moving everything of ours from one schema to another, or dropping it. Extensions stay: they are not ours to move."""

from typing import Any

import psycopg
from psycopg import sql

_OBJECTS = """
WITH theirs AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
     -- Sequences of columns go with their tables.
     carried AS (SELECT objid FROM pg_depend WHERE classid = 'pg_class'::regclass AND deptype IN ('a', 'i')
                 AND refclassid = 'pg_class'::regclass)
SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END,
       format('%%I.%%I', nspname, relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname = %(schema)s AND (relkind IN ('r', 'p', 'v', 'm') OR relkind = 'S' AND c.oid NOT IN (SELECT objid FROM carried))
  AND NOT EXISTS (SELECT 1 FROM theirs WHERE classid = 'pg_class'::regclass AND objid = c.oid)
UNION ALL
SELECT 'ROUTINE', format('%%I.%%I(%%s)', nspname, proname, pg_get_function_identity_arguments(p.oid))
FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
WHERE nspname = %(schema)s AND NOT EXISTS (SELECT 1 FROM theirs WHERE classid = 'pg_proc'::regclass AND objid = p.oid)
UNION ALL
SELECT CASE typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, format('%%I.%%I', nspname, typname)
FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace LEFT JOIN pg_class c ON c.oid = typrelid
WHERE nspname = %(schema)s AND (typtype IN ('e', 'd') OR typtype = 'c' AND c.relkind = 'c')
  AND NOT EXISTS (SELECT 1 FROM theirs WHERE classid = 'pg_type'::regclass AND objid = t.oid)
"""


def objects(db: psycopg.Connection[Any], schema: str) -> list[tuple[str, str]]:
    """(kind, quoted name) of the tables, views, sequences, routines and types of a schema that belong to no extension."""
    return db.execute(_OBJECTS, {"schema": schema}).fetchall()


def move(db: psycopg.Connection[Any], source: str, target: str) -> None:
    """Moves all of them; part of the caller's transaction."""
    for kind, name in objects(db, source):
        db.execute(sql.SQL("ALTER {} {} SET SCHEMA {}").format(sql.SQL(kind), sql.SQL(name), sql.Identifier(target)))


def drop(db: psycopg.Connection[Any], schema: str) -> None:
    """Drops all of them; part of the caller's transaction."""
    for kind, name in objects(db, schema):
        db.execute(sql.SQL("DROP {} IF EXISTS {} CASCADE").format(sql.SQL(kind), sql.SQL(name)))
