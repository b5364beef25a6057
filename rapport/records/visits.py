"""Records recently opened, by each user."""

from datetime import datetime
from typing import Any

from django.db import connection

from rapport.platform.identity.viewer import Viewer
from rapport.platform.prepared import prepared
from rapport.records import registry
from rapport.records.pages.doings import names_of

# Whoever comes back within this time has not been away.
STAY = "30 minutes"


def note_visit(entity: str, pk: int, viewer: Viewer) -> datetime | None:
    """Writes down that the viewer opened the record, and returns when they were last there before this stay.

    The caller checked that they may see it.
    """
    with prepared() as cursor:
        cursor.execute(
            """INSERT INTO records_visit AS v (user_id, entity, row, at) VALUES (%s, %s, %s, now())
               ON CONFLICT (user_id, entity, row) DO UPDATE SET at = excluded.at,
                   before = CASE WHEN v.at < now() - %s::interval THEN v.at ELSE v.before END
               RETURNING before""",
            [viewer.id, entity, pk, STAY],
        )
        found: datetime | None = cursor.fetchone()[0]
        return found


def recent(viewer: Viewer, limit: int = 8, entities: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Up to `limit` records as {"entity", "id", "name"}, the last opened first; what went out of reach is left out."""
    narrowed = "AND entity = ANY(%s)" if entities else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT entity, row FROM records_visit WHERE user_id = %s {narrowed} ORDER BY at DESC LIMIT %s",  # noqa: S608
            [viewer.id, *([list(entities)] if entities else []), limit * 2],
        )
        rows = [(entity, pk) for entity, pk in cursor.fetchall() if registry.find(entity)]
    wanted: dict[str, set[int]] = {}
    for entity, pk in rows:
        wanted.setdefault(entity, set()).add(pk)
    names = names_of(wanted, viewer, binned=False)
    found = [(entity, pk) for entity, pk in rows if pk in names.get(entity, {})]
    return [{"entity": entity, "id": pk, "name": names[entity][pk]} for entity, pk in found[:limit]]


def last_stay(entity: str, pk: int, viewer: Viewer) -> datetime | None:
    """When the viewer's stay before the present one ended, without making a new one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT before FROM records_visit WHERE user_id = %s AND entity = %s AND row = %s", [viewer.id, entity, pk]
        )
        row = cursor.fetchone()
        return row[0] if row else None
