"""What a database holds, in so few numbers that two can be compared: rows and a digest of them per table."""

from typing import Any

import psycopg
from psycopg import sql

_TABLES = """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
             ORDER BY relname"""
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
# How a value is written depends on these.
_FORMS = """SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres';
            SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'"""
# A sum does not depend on the order of the rows, and needs no sorting.
_DIGEST = "SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0)::text FROM public.{} t"


def digests(db: psycopg.Connection) -> dict[str, dict[str, Any]]:
    """{"tables": {name: [rows, digest]}, "sequences": {name: last value}} as the connection's transaction sees them."""
    db.execute(_FORMS)
    tables = {}
    for (name,) in db.execute(_TABLES).fetchall():
        tables[name] = list(db.execute(sql.SQL(_DIGEST).format(sql.Identifier(name))).fetchone() or ())
    return {"tables": tables, "sequences": dict(db.execute(_SEQUENCES).fetchall())}


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The tables and sequences that are not the same, by name."""
    return [
        f"{kind[:-1]} {name}"
        for kind in ("tables", "sequences")
        for name in sorted({*before[kind], *after[kind]})
        if before[kind].get(name) != after[kind].get(name)
    ]
