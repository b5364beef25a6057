"""What a user is told, read through the gate at the moment it is shown: what went out of reach has gone from here, too."""

from typing import Any

from django.db import connection
from django.db.models.functions import Now
from django.utils.text import Truncator

from rapport.platform.identity.viewer import Viewer
from rapport.platform.live.touch import touch
from rapport.platform.prepared import prepared
from rapport.records import registry
from rapport.records.grouped import SOURCE
from rapport.records.mention_text import plain
from rapport.records.models import Notification
from rapport.records.record import Record

_READ = """
UPDATE records_notification SET read_at = statement_timestamp()
WHERE user_id = %s AND entity = %s AND "row" = %s AND read_at IS NULL
"""
SHOWN = 100
MOST = 99


def unread(viewer: Viewer) -> int:
    """How many the viewer has not read, of what they may see; at most MOST + 1.

    It stands on every page, so the entities concerned are asked for first: mostly there are none, and else few.
    """
    with prepared() as cursor:
        cursor.execute(
            "SELECT DISTINCT entity FROM records_notification WHERE user_id = %s AND read_at IS NULL", [viewer.id]
        )
        entities = {row[0] for row in cursor.fetchall()}
    if not entities:
        return 0
    return len(_visible(viewer, "n.read_at IS NULL", [], MOST + 1, columns="n.id", entities=entities))


def latest(viewer: Viewer) -> list[dict[str, Any]]:
    """The newest notifications as {"id", "kind", "entity", "row", "name", "who", "count", "at", "read", "words"}.

    `words` are the beginning of the text that names the viewer, if they may see it. Two queries and one per kind of text.
    """
    names = ("at", "id", "kind", "entity", "row", "source", "source_row", "count", "read_at", "actor_id")
    columns = ", ".join(f'n."{name}"' for name in names) + ", {title}"
    rows = _visible(viewer, "TRUE", [], SHOWN, columns=columns)
    found = [dict(zip((*names, "name"), row, strict=True)) for row in rows]
    actors = _names({one["actor_id"] for one in found if one["actor_id"]})
    texts = _texts([(one["source"], one["source_row"]) for one in found if one["kind"] == "mention"], viewer)
    for one in found:
        record = registry.get(one["entity"])
        one |= {
            "record": record,
            "name": one["name"] or str(record.label),
            "who": actors.get(one["actor_id"], "Rapport"),
            "read": one["read_at"] is not None,
            "words": Truncator(texts.get((one["source"], one["source_row"]), "")).chars(160),
        }
    return found


def mark_read(viewer: Viewer, *, ids: list[int] | None = None, record: Record | None = None, pk: int = 0) -> int:
    """Marks as read: those named, those about a record, or all; returns how many."""
    if record is not None:
        # Each look at a record asks this, and mostly there is nothing to mark.
        with prepared() as cursor:
            cursor.execute(_READ, [viewer.id, record.entity, pk])
            count = cursor.rowcount
    else:
        mine = Notification.objects.filter(user_id=viewer.id, read_at=None)
        if ids is not None:
            mine = mine.filter(pk__in=ids)
        count = mine.update(read_at=Now())
    if count:
        touch(f"notices-{viewer.id}")
    return count


def _visible(
    viewer: Viewer, where: str, params: list[Any], limit: int, *, columns: str, entities: set[str] | None = None
) -> list[tuple[Any, ...]]:
    """The viewer's notifications about records that they may see now, newest first; of `entities` only, if given."""
    parts: list[str] = []
    given: list[Any] = []
    for record in registry.all_records():
        if not (record.has_timeline or record.is_activity) or (entities is not None and record.entity not in entities):
            continue
        rule = record.rule(viewer, "view", "t")
        if rule.is_shut:
            continue
        chosen = columns.format(title=f"t.{record.title_column}::text")
        parts.append(
            f"""SELECT {chosen} FROM records_notification n JOIN {record.table} t ON t.id = n."row"
                WHERE n.user_id = %s AND n.entity = '{record.entity}' AND {where} AND t.deleted_at IS NULL AND {rule.sql}"""  # noqa: S608
        )
        given += [viewer.id, *params, *rule.params]
    # Work on many records names none of them: nothing is to be kept from whom it was told.
    chosen = columns.format(title="''::text")
    many = f"SELECT {chosen} FROM records_notification n WHERE n.user_id = %s AND n.source = %s AND {where}"  # noqa: S608
    parts.append(many)
    given += [viewer.id, SOURCE, *params]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({' UNION ALL '.join(parts)}) found ORDER BY 1 DESC LIMIT {limit}", given)  # noqa: S608
        return cursor.fetchall()


def _names(users: set[int]) -> dict[int, str]:
    if not users:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM identity_user WHERE id = ANY(%s)", [list(users)])
        return dict(cursor.fetchall())


def _texts(sources: list[tuple[str, int]], viewer: Viewer) -> dict[tuple[str, int], str]:
    """The texts of activities within the viewer's reach."""
    found: dict[tuple[str, int], str] = {}
    for entity in {entity for entity, _row in sources}:
        record = registry.find(entity)
        if record is None:
            continue
        rule = record.rule(viewer, "view", "t")
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT t.id, t.body FROM {record.table} t WHERE t.id = ANY(%s) AND t.deleted_at IS NULL AND {rule.sql}",  # noqa: S608
                [[row for kind, row in sources if kind == entity], *rule.params],
            )
            found |= {(entity, pk): plain(body) for pk, body in cursor.fetchall()}
    return found
