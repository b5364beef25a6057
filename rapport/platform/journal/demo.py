"""The journal of a simulated history: what the triggers would have written, had everything been typed in at its time."""

from django.db import connection

from rapport.kit.simulation.lines import Table
from rapport.platform.journal.models import Action

JOURNAL = Table("journal_entry", 'action_id "table" row op diff version at')


def open_actions(users: list[str], verb: str) -> dict[str, str]:
    """One action for each user (ids as text) under which all of their simulated changes stand; returns ids as text."""
    actions = Action.objects.bulk_create(Action(actor_id=int(user), source="simulate", verb=verb) for user in users)
    return {user: str(action.pk) for user, action in zip(users, actions, strict=True)}


def mark_created(table: str, after: int, actions: dict[str, str]) -> int:
    """Writes the insert marker of each row of the table with an id above `after`, at the row's own time."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO journal_entry (action_id, "table", row, op, diff, version, at)
                SELECT (%s::jsonb ->> t.created_by_id::text)::bigint, %s, t.id, 'I', NULL, 1, t.created_at
                FROM {table} t WHERE t.id > %s ORDER BY t.id""",  # noqa: S608 the name comes from a declaration
            [_json(actions), table, after],
        )
        return cursor.rowcount


def _json(actions: dict[str, str]) -> str:
    return "{" + ", ".join(f'"{user}": {action}' for user, action in actions.items()) + "}"
