"""SQL that joins an activity table to the timelines, for the migrations of rooms."""


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
