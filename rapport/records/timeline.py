"""The timeline of a record: everything that happened with it, newest first, in one query. What lies ahead is in focus.py.

Activities come through records_touch, field changes through the journal; both are keyset paged by (time, tie).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from rapport.kit import cursor as cursors
from rapport.kit.problem import Problem
from rapport.platform.identity.viewer import Viewer
from rapport.platform.prepared import prepared
from rapport.records import registry
from rapport.records.errors import Invalid, InvalidFields
from rapport.records.fields import File
from rapport.records.fields.base import json_of
from rapport.records.read import cursor_key
from rapport.records.record import Record

PAGE = 30
# Entries that are looked at to find out of which kinds they are.
LOOKED_AT = 1000


@dataclass
class Timeline:
    """A page of the timeline. Each entry is {"kind", "id", "at", "title", "body", "who", "details"}."""

    entries: list[dict[str, Any]]
    next: str | None


def activities(among: set[str] | None = None) -> list[Record]:
    """The entities whose records appear in timelines; only those `among`, if given."""
    return [
        record for record in registry.all_records() if record.is_activity and (among is None or record.entity in among)
    ]


def kinds_there(record: Record, pk: int) -> set[str] | None:
    """Which kinds of activities a record has, within reach or not; None if it has too many to look through.

    Every kind that is asked for makes the questions for focus, timeline and files longer to plan than to answer.
    """
    with prepared() as cursor:
        cursor.execute(
            """SELECT array_agg(DISTINCT source), count(*) FROM (
                   SELECT source FROM records_touch WHERE target = %s AND target_row = %s LIMIT %s) touches""",
            [record.entity, pk, LOOKED_AT],
        )
        kinds, count = cursor.fetchone()
    return set(kinds or ()) if count < LOOKED_AT else None


def _activity_sql(record: Record, viewer: Viewer) -> tuple[str, list[Any]]:
    rule = record.rule(viewer, "view", "a")
    known = record.fields_for(viewer)
    details = ", ".join(
        f"'{name}', a.\"{known[name].column}\""
        for name in (
            "direction",
            "outcome",
            "duration",
            "channel",
            "location",
            "ends_at",
            "due_on",
            "priority",
            "pinned",
            "done_at",
        )
        if name in known
    )
    if isinstance(one := known.get("file"), File):
        details = f"'file', {one.select('a')[0]}, 'preview', a.preview_id"
    sql = f"""
        SELECT w.at, '{record.entity}' AS kind, a.id, a.title, a.body, a.owner_id AS who,
               jsonb_build_object({details}) AS details, w.id AS tie
        FROM records_touch w JOIN {record.table} a ON a.id = w.source_row
        WHERE w.target = %s AND w.target_row = %s AND w.source = '{record.entity}' AND w.at <= statement_timestamp() + interval '1 minute'
          AND a.deleted_at IS NULL AND {rule.sql} {{seek}}
        ORDER BY w.at DESC, w.id DESC LIMIT {PAGE + 1}"""  # noqa: S608
    return sql, list(rule.params)


_CHANGES = """
    SELECT e.at, CASE e.op WHEN 'I' THEN 'created' ELSE 'changed' END AS kind, e.action_id AS id, act.verb AS title,
           '' AS body, act.actor_id AS who, coalesce(e.diff, '{}'::jsonb) AS details, e.id AS tie
    FROM journal_entry e LEFT JOIN journal_action act ON act.id = e.action_id
    WHERE e."table" = %s AND e.row = %s AND e.op IN ('I', 'U') {seek}
    ORDER BY e.row, e.id DESC LIMIT {limit}"""


def timeline(
    record: Record,
    pk: int,
    *,
    viewer: Viewer,
    after: str = "",
    kinds: tuple[str, ...] = (),
    among: set[str] | None = None,
) -> Timeline:
    """Reads a page of a record's timeline; `kinds` narrows it to entities or "changes". The caller checked the record.

    `among` is what `kinds_there` said.
    """
    spec = f"timeline:{record.entity}:{pk}"
    at: datetime | None = None
    tie = 0
    if after:
        try:
            at, tie = cursors.decode(after, spec, cursor_key())  # type: ignore[misc,assignment]
        except (Problem, ValueError):
            raise InvalidFields({"after": _("The cursor is not one of this timeline.")}) from None
    parts, params = [], []
    known = kinds and {"changes", *(activity.entity for activity in activities())}
    if known and not known & set(kinds):
        raise InvalidFields({"kinds": Invalid(_("There is no such kind of entry.")).message})
    for activity in activities(among):
        if kinds and activity.entity not in kinds:
            continue
        sql, rule_params = _activity_sql(activity, viewer)
        parts.append(f"({sql.format(seek='AND (w.at, w.id) < (%s, %s)' if at else '')})")
        params += [record.entity, pk, *rule_params, *([at, tie] if at else [])]
    if not kinds or "changes" in kinds:
        seek = "AND (e.at, e.id) < (%s, %s)" if at else ""
        parts.append(f"({_CHANGES.replace('{seek}', seek).replace('{limit}', str(PAGE + 1))})")
        params += [record.table, pk, *([at, tie] if at else [])]
    if not parts:
        return Timeline([], None)
    with prepared() as cursor:
        cursor.execute(
            f"""SELECT found.at, found.kind, found.id, found.title, found.body, found.details, found.tie, u.id, u.name
                FROM ({" UNION ALL ".join(parts)}) found LEFT JOIN identity_user u ON u.id = found.who
                ORDER BY found.at DESC, found.tie DESC LIMIT {PAGE + 1}""",  # noqa: S608
            params,
        )
        rows = cursor.fetchall()
    entries = [
        {
            "at": row[0], "kind": row[1], "id": row[2], "title": row[3] or "", "body": row[4] or "",
            "details": json_of(row[5]), "who": {"id": row[7], "name": row[8]} if row[7] else None,
        }
        for row in rows[:PAGE]
    ]  # fmt: skip
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Timeline(entries, cursors.encode([last[0], last[6]], spec, cursor_key()) if last else None)
