"""SQL that joins an activity table to the timelines, for the migrations of rooms."""

import re


def touch_triggers(table: str, entity: str) -> str:
    """Returns the triggers that keep the timelines in step with an activity table of that entity."""
    return "\n".join(
        f"CREATE TRIGGER records_touch_{op.lower()} AFTER {op} ON {table} REFERENCING {refs} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION records_touch_sync('{entity}');"
        for op, refs in (
            ("INSERT", "NEW TABLE AS fresh"),
            ("UPDATE", "OLD TABLE AS stale NEW TABLE AS fresh"),
            ("DELETE", "OLD TABLE AS stale"),
        )
    )


def drop_touch_triggers(table: str) -> str:
    """Returns the reverse of touch_triggers."""
    return "\n".join(f"DROP TRIGGER records_touch_{op} ON {table};" for op in ("insert", "update", "delete"))


_KEPT = "{ahead}, CASE WHEN {ahead} THEN {day} END, CASE WHEN {ahead} THEN n.owner_id END"
# EXECUTE plans each statement for the rows at hand: a plan kept from a call for one row would join many by nested loops.
_PLANS = """
CREATE OR REPLACE FUNCTION records_touch_{entity}() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        EXECUTE $$DELETE FROM records_touch t USING stale o JOIN fresh n USING (id)
            WHERE t.source = '{entity}' AND t.source_row = o.id
              AND (o.at, o.about, o.deleted_at, {stale}) IS DISTINCT FROM (n.at, n.about, n.deleted_at, {fresh})$$;
        EXECUTE $$INSERT INTO records_touch (target, target_row, at, source, source_row, ahead, due_on, owner_id)
            SELECT DISTINCT a ->> 'entity', (a ->> 'id')::bigint, n.at, '{entity}', n.id, {fresh}
            FROM fresh n JOIN stale o USING (id) CROSS JOIN LATERAL jsonb_array_elements(n.about) a
            WHERE n.deleted_at IS NULL
              AND (o.at, o.about, o.deleted_at, {stale}) IS DISTINCT FROM (n.at, n.about, n.deleted_at, {fresh})$$;
    ELSE
        INSERT INTO records_touch (target, target_row, at, source, source_row, ahead, due_on, owner_id)
        SELECT DISTINCT a ->> 'entity', (a ->> 'id')::bigint, n.at, '{entity}', n.id, {fresh}
        FROM fresh n CROSS JOIN LATERAL jsonb_array_elements(n.about) a
        WHERE n.deleted_at IS NULL;
    END IF;
    RETURN NULL;
END $body$;
"""
_OPS = {"insert": "NEW TABLE AS fresh", "update": "OLD TABLE AS stale NEW TABLE AS fresh"}


def plan_triggers(table: str, entity: str, *, ahead: str, day: str = "NULL::date") -> str:
    """Returns what makes the timelines keep, too, which activities of a table lie ahead, and on what day for whom.

    `ahead` and `day` are SQL on the row `n`. Touches that are there already learn it in one statement. The table has the
    triggers of touch_triggers.
    """

    def kept(row: str) -> str:
        return re.sub(r"\bn\.", f"{row}.", _KEPT.format(ahead=f"({ahead})", day=day))

    function = _PLANS.format(entity=entity, fresh=kept("n"), stale=kept("o"))
    triggers = "\n".join(
        f"DROP TRIGGER records_touch_{op} ON {table}; CREATE TRIGGER records_touch_{op} AFTER {op.upper()} ON {table} "
        f"REFERENCING {refs} FOR EACH STATEMENT EXECUTE FUNCTION records_touch_{entity}();"
        for op, refs in _OPS.items()
    )
    learn = f"""
        UPDATE records_touch w SET ahead = true, due_on = {day}, owner_id = n.owner_id FROM {table} n
        WHERE w.source = '{entity}' AND w.source_row = n.id AND {ahead};"""  # noqa: S608 names come from migrations
    return f"{function}{triggers}{learn}"


def drop_plan_triggers(table: str, entity: str) -> str:
    """Returns the reverse of plan_triggers."""
    triggers = "\n".join(
        f"DROP TRIGGER records_touch_{op} ON {table}; CREATE TRIGGER records_touch_{op} AFTER {op.upper()} ON {table} "
        f"REFERENCING {refs} FOR EACH STATEMENT EXECUTE FUNCTION records_touch_sync('{entity}');"
        for op, refs in _OPS.items()
    )
    return f"{triggers}\nDROP FUNCTION records_touch_{entity};"
