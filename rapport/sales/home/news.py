"""What others did, since the viewer was last here, with the records that the viewer owns or follows; one query."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.platform.identity.viewer import Viewer
from rapport.platform.ui.templatetags.ui import in_text
from rapport.records import registry
from rapport.records.pages.doings import names_of
from rapport.records.record import Record

# So many actions are looked back, so many rows of each, and so many records are told of.
ACTIONS, ROWS, TOLD = 400, 100, 12
# For whom this is the first day.
AT_FIRST = timedelta(days=7)

_FRESH = """fresh AS (
    SELECT id, actor_id, at FROM journal_action
    WHERE at > %s AND verb <> 'simulate' AND actor_id IS DISTINCT FROM %s ORDER BY id DESC LIMIT {actions}
)"""
_CHANGED = """SELECT '{entity}' AS entity, e.row, f.id AS action, f.actor_id, f.at, CASE e.op WHEN 'I' THEN 'created'
        WHEN 'D' THEN 'deleted' ELSE 'changed' END AS did
    FROM fresh f CROSS JOIN LATERAL (
        SELECT row, op FROM journal_entry WHERE action_id = f.id AND "table" = '{table}' LIMIT {rows}) e"""
_LOGGED = """SELECT w.target, w.target_row, f.id, f.actor_id, f.at, '{entity}'
    FROM fresh f CROSS JOIN LATERAL (
        SELECT row FROM journal_entry WHERE action_id = f.id AND "table" = '{table}' AND op = 'I' LIMIT {rows}) e
    JOIN {table} a ON a.id = e.row AND a.deleted_at IS NULL AND {rule}
    JOIN records_touch w ON w.source = '{entity}' AND w.source_row = e.row"""
_MINE = """(h.entity = '{entity}' AND EXISTS (SELECT 1 FROM {table} t WHERE t.id = h.row AND t.deleted_at IS NULL AND {rule}
    AND ({owned} OR EXISTS (SELECT 1 FROM records_follow w WHERE w.entity = '{entity}' AND w.row = t.id
                            AND w.user_id = %s AND w.follows))))"""


def news(viewer: Viewer, since: datetime | None) -> list[dict[str, Any]]:
    """Records with what happened to them, the latest first: {"record", "id", "name", "at", "lines"}."""
    since = since or timezone.now() - AT_FIRST
    parts, params = _happened(viewer)
    mine, mine_params = _mine(viewer)
    if not parts or not mine:
        return []
    sql = f"""WITH {_FRESH.format(actions=ACTIONS)}, happened AS ({" UNION ALL ".join(parts)}),
        kept AS (SELECT DISTINCT h.entity, h.row FROM happened h WHERE {" OR ".join(mine)})
        SELECT h.entity, h.row, h.did, u.name, count(DISTINCT h.action), max(h.at), max(max(h.at)) OVER (PARTITION BY h.entity, h.row) AS last
        FROM happened h JOIN kept USING (entity, row) LEFT JOIN identity_user u ON u.id = h.actor_id
        GROUP BY 1, 2, 3, 4 ORDER BY last DESC, h.entity, h.row, 6 DESC LIMIT {TOLD * 6}"""  # noqa: S608 names come from declarations
    with connection.cursor() as cursor:
        cursor.execute(sql, [since, viewer.id, *params, *mine_params])
        rows = cursor.fetchall()
    return _told(rows, viewer)


def _happened(viewer: Viewer) -> tuple[list[str], list[Any]]:
    parts: list[str] = []
    params: list[Any] = []
    for record in registry.all_records():
        if record.is_activity:
            rule = record.rule(viewer, "view", "a")
            if not rule.is_shut:
                parts.append(_LOGGED.format(entity=record.entity, table=record.table, rule=rule.sql, rows=ROWS))
                params += rule.params
        elif record.has_timeline and record.has_owner:
            parts.append(_CHANGED.format(entity=record.entity, table=record.table, rows=ROWS))
    return parts, params


def _mine(viewer: Viewer) -> tuple[list[str], list[Any]]:
    parts: list[str] = []
    params: list[Any] = []
    for record in registry.all_records():
        rule = record.rule(viewer, "view", "t")
        if record.is_activity or not record.has_timeline or rule.is_shut:
            continue
        owned = "t.owner_id = %s" if record.has_owner else "FALSE"
        parts.append(_MINE.format(entity=record.entity, table=record.table, rule=rule.sql, owned=owned))
        params += [*rule.params, *([viewer.id] if record.has_owner else []), viewer.id]
    return parts, params


def _told(rows: list[Any], viewer: Viewer) -> list[dict[str, Any]]:
    wanted: dict[str, set[int]] = {}
    for row in rows:
        wanted.setdefault(row[0], set()).add(row[1])
    names = names_of(wanted, viewer)
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for entity, pk, did, who, count, at, _last in rows:
        record = registry.get(entity)
        name = names.get(entity, {}).get(pk) or f"{record.label} {pk}"
        one = found.setdefault((entity, pk), {"record": record, "id": pk, "name": name, "at": at, "lines": []})
        one["lines"].append(_line(did, who or "Rapport", count))
    return list(found.values())[:TOLD]


def _line(did: str, who: str, count: int) -> str:
    """One whole sentence about what somebody did."""
    if did == "created":
        return _("%(who)s created this.") % {"who": who}
    if did == "deleted":
        return _("%(who)s moved this to the bin.") % {"who": who}
    if did == "changed":
        said = ngettext("%(who)s changed this.", "%(who)s changed this %(n)s times.", count)
        return said % {"who": who, "n": count}
    activity: Record = registry.get(did)
    label = {"what": in_text(activity.label if count == 1 else activity.plural), "who": who, "n": count}
    return ngettext("%(who)s added a %(what)s.", "%(who)s added %(n)s %(what)s.", count) % label
