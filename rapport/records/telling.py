"""Whom a change concerns: open lists and pages, which fetch again, and followers, who are notified.

Notifications hold no content: what they are about is read through the gate when they are shown.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from rapport.platform.facts.state import stated_with
from rapport.platform.identity.viewer import Viewer
from rapport.platform.live.touch import CHANNEL
from rapport.platform.prepared import prepared
from rapport.records import registry
from rapport.records.record import Record

# Above this many rows at once only the lists are told: nobody has so many pages open, or reads so many notifications.
MOST = 50
# The kind of notice that one may switch off, in the settings.
NOTICE = "followed"

_grouped: ContextVar[bool] = ContextVar("grouped", default=False)


@contextmanager
def grouped() -> Iterator[None]:
    """Within it open pages are told as ever, but nobody is notified of single records: grouped.py tells of all at once."""
    token = _grouped.set(True)
    try:
        yield
    finally:
        _grouped.reset(token)


def tell(record: Record, ids: Sequence[int], viewer: Viewer | None = None, fact: Any = None) -> None:
    """Touches the topics of these rows and notifies their followers, but for the viewer, who did it: one statement, which
    states the fact too.

    An activity concerns the records that it is about. Call before a row leaves the timelines, too.
    """
    few = list(ids) if len(ids) <= MOST else []
    actor = viewer.id if viewer else None
    topics = [record.entity, *(f"{record.entity}-{pk}" for pk in few)]
    stated, params = stated_with(fact, viewer=viewer) if fact else ("", [])
    if not few or not (record.is_activity or record.has_timeline):
        params += [CHANNEL, topics]
        sql = f"{'WITH ' if stated else ''}{stated} SELECT pg_notify(%s, topic) FROM unnest(%s::text[]) topic"  # noqa: S608
    else:
        target, owners = (_ABOUT, _owners()) if record.is_activity else (_ITSELF, _owner(record))
        params += [record.entity, few, actor, not _grouped.get(), NOTICE, actor, CHANNEL, topics]
        sql = _TELL.format(stated=f"{stated}, " if stated else "", target=target, owners=owners)
    with prepared() as cursor:
        cursor.execute(sql, params)


_ITSELF = "SELECT %s::text, unnest(%s::bigint[])"
_ABOUT = """SELECT w.target::text, w.target_row FROM records_touch w
            WHERE w.source = %s AND w.source_row = ANY(%s) GROUP BY 1, 2 LIMIT 100"""
# In one order, so that two who tell the same people do not wait for each other in a circle.
_TELL = """
WITH {stated}target(entity, id) AS ({target}),
follower AS (
    SELECT f.user_id, t.entity, t.id FROM target t JOIN records_follow f ON f.entity = t.entity AND f."row" = t.id
    WHERE f.follows
    UNION
    SELECT o.owner_id, o.entity, o.id FROM ({owners}) o
    WHERE o.owner_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM records_follow f
        WHERE f.user_id = o.owner_id AND f.entity = o.entity AND f."row" = o.id AND NOT f.follows)
),
told AS (
    INSERT INTO records_notification AS n (user_id, kind, entity, "row", actor_id)
    SELECT w.user_id, 'change', w.entity, w.id, %s::bigint FROM follower w JOIN identity_user u ON u.id = w.user_id
    WHERE %s AND u.is_active AND u.deleted_at IS NULL AND NOT %s = ANY(u.muted) AND w.user_id IS DISTINCT FROM %s
    ORDER BY w.user_id, w.entity, w.id
    ON CONFLICT (user_id, entity, "row") WHERE kind = 'change' AND read_at IS NULL
    DO UPDATE SET count = n.count + 1, at = statement_timestamp(), actor_id = EXCLUDED.actor_id
    RETURNING user_id
)
SELECT pg_notify(%s, topic) FROM (
    SELECT unnest(%s::text[]) UNION SELECT entity || '-' || id FROM target UNION SELECT 'notices-' || user_id FROM told
) told_of(topic)
"""


@cache
def _owners() -> str:
    """SQL for the owners of the targets of any entity, who follow what is theirs."""
    return " UNION ALL ".join(
        _owner(record) for record in registry.all_records() if record.has_timeline and record.has_owner
    )


def _owner(record: Record) -> str:
    """The same for targets of one entity."""
    if not record.has_owner:
        return "SELECT NULL::bigint AS owner_id, NULL AS entity, NULL::bigint AS id WHERE false"
    return f"SELECT x.owner_id, t.entity, t.id FROM target t JOIN {record.table} x ON t.entity = '{record.entity}' AND x.id = t.id"  # noqa: S608
