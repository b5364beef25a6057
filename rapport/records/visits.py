"""Records recently opened, by each user."""

from typing import Any

from django.db import connection

from rapport.platform.identity.viewer import Viewer
from rapport.records import registry
from rapport.records.pages.doings import names_of
from rapport.records.record import Record


def note_visit(record: Record, pk: int, viewer: Viewer) -> None:
    """Writes down that the viewer opened the record. The caller checked that they may."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO records_visit ("user_id", entity, row, at) VALUES (%s, %s, %s, now())
               ON CONFLICT (user_id, entity, row) DO UPDATE SET at = excluded.at""",
            [viewer.id, record.entity, pk],
        )


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
