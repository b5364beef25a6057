"""What is to be done or kept in mind with a record: open tasks, planned meetings and calls, pinned notes; one query."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.platform.identity.viewer import Viewer
from rapport.platform.prepared import prepared
from rapport.records.mention_text import plain
from rapport.records.record import Record
from rapport.records.timeline import activities

# More than anybody keeps in view; the list of tasks has the rest.
MOST = 20


def focus(record: Record, pk: int, viewer: Viewer, among: set[str] | None = None) -> list[dict[str, Any]]:
    """The entries as {"kind", "id", "title", "body", "day", "at", "who", "state", "editable"}: what is planned by day, then notes.

    `at` is the moment of what has one, `day` the day in the viewer's zone. The caller checked the record. `among` is what
    `kinds_there` said.
    """
    parts: list[str] = []
    params: list[Any] = []
    for activity in activities(among):
        sql, own = _part(activity, viewer, (record.entity, pk))
        if sql:
            parts.append(sql)
            params += own
    if not parts:
        return []
    with prepared() as cursor:
        cursor.execute(
            f"""SELECT found.kind, found.id, found.title, left(found.body, 400), found.day, found.at, u.id, u.name, found.mine
                FROM ({" UNION ALL ".join(parts)}) found LEFT JOIN identity_user u ON u.id = found.who
                ORDER BY found.pinned, coalesce(found.day::timestamptz, found.at) NULLS LAST, found.id LIMIT {MOST + 1}""",  # noqa: S608
            params,
        )
        return [_entry(row) for row in cursor.fetchall()]


def _part(activity: Record, viewer: Viewer, whole: tuple[str, int]) -> tuple[str, tuple[Any, ...]]:
    """SQL for one kind of activity: what can be done is open, what has a beginning lies ahead, what can be pinned is."""
    known = activity.fields_for(viewer)
    day, pinned = "NULL::date", "false"
    if "done_at" in known:
        wanted, day = "a.done_at IS NULL", "a.due_on"
    elif "pinned" in known:
        wanted, pinned = "a.pinned", "true"
    elif not {"channel", "file"} & set(known):
        ends = "coalesce(a.ends_at, a.at)" if "ends_at" in known else "a.at"
        wanted = f"w.at > now() - interval '1 day' AND {ends} > statement_timestamp() + interval '1 minute'"
    else:
        return "", ()
    rule, edit = activity.rule(viewer, "view", "a"), activity.rule(viewer, "edit", "a")
    sql = f"""(SELECT '{activity.entity}' AS kind, a.id, a.title, a.body, {day} AS day, a.at, a.owner_id AS who, {pinned} AS pinned,
               coalesce(({edit.sql}), false) AS mine
        FROM records_touch w JOIN {activity.table} a ON a.id = w.source_row
        WHERE w.target = %s AND w.target_row = %s AND w.source = '{activity.entity}' AND a.deleted_at IS NULL
          AND {wanted} AND {rule.sql} ORDER BY {day} NULLS LAST, w.at LIMIT {MOST + 1})"""  # noqa: S608 names come from declarations
    return sql, (*edit.params, *whole, *rule.params)


def _entry(row: tuple[Any, ...]) -> dict[str, Any]:
    kind, pk, title, body, day, at, who, name, mine = row
    planned = kind not in ("notes", "tasks")
    if planned:
        day = timezone.localtime(at).date()
    return {
        "kind": kind, "id": pk, "title": plain(title or body[:80]), "body": plain(body), "day": day, "at": at if planned else None,
        "who": {"id": who, "name": name} if who else None,
        "state": "" if kind == "notes" else urgency(day, at if planned else None), "editable": mine,
    }  # fmt: skip


def urgency(day: Any, at: datetime | None = None) -> str:
    """ "overdue", "today", "later", or "none" without a day; a moment that has passed is overdue."""
    today = timezone.localdate()
    if day is None:
        return "none"
    if day < today or (at is not None and at < timezone.now() - timedelta(hours=12)):
        return "overdue"
    return "today" if day == today else "later"


def days_ahead(today: date | None = None) -> list[tuple[str, date]]:
    """The days that one most often puts things off to: today, tomorrow, the next Monday, in two weeks."""
    today = today or timezone.localdate()
    monday = today + timedelta(days=7 - today.weekday())
    return [
        (_("Today"), today),
        (_("Tomorrow"), today + timedelta(days=1)),
        (_("Next week"), monday),
        (_("In two weeks"), today + timedelta(days=14)),
    ]
