"""The numbers of a team, by member: within the viewer's reach, in one query."""

from typing import Any

from django.db import connection
from django.utils import timezone

from rapport.platform.identity.models import Team
from rapport.platform.identity.viewer import Viewer
from rapport.platform.setup.company import company
from rapport.records import registry
from rapport.records.boards.planned import planned_sql
from rapport.sales.home.deals import open_ids

MOST = 60

_MEMBERS = """
WITH people AS (
    SELECT u.id, u.name FROM identity_user u WHERE u.is_active AND u.deleted_at IS NULL AND u.id = ANY(%s)
    ORDER BY u.name LIMIT {most}
), ahead AS ({planned}), deals AS (
    SELECT d.owner_id, count(*) FILTER (WHERE d.status = 'open') AS open,
           sum(d.amount_base) FILTER (WHERE d.status = 'open') AS value,
           count(*) FILTER (WHERE d.status = 'open' AND n.id IS NULL) AS bare,
           count(*) FILTER (WHERE d.status = 'open' AND n.day < %s) AS late,
           count(*) FILTER (WHERE d.status = 'won' AND d.closed_on >= %s) AS won,
           sum(d.amount_base) FILTER (WHERE d.status = 'won' AND d.closed_on >= %s) AS won_value,
           count(*) FILTER (WHERE d.status = 'open' AND d.amount IS NOT NULL AND d.amount_base IS NULL) AS unknown
    FROM sales_deal d LEFT JOIN ahead n ON n.id = d.id
    WHERE d.owner_id = ANY(%s) AND d.deleted_at IS NULL AND (d.status = 'open' OR d.closed_on >= %s) AND {deal} GROUP BY 1
), tasks AS (
    SELECT k.owner_id, count(*) FILTER (WHERE k.due_on < %s) AS overdue, count(*) FILTER (WHERE k.due_on = %s) AS today
    FROM work_task k WHERE k.owner_id = ANY(%s) AND k.done_at IS NULL AND k.deleted_at IS NULL AND {task} GROUP BY 1
)
SELECT p.id, p.name, coalesce(d.open, 0), d.value, coalesce(d.bare, 0), coalesce(d.late, 0), coalesce(d.won, 0), d.won_value,
       coalesce(d.unknown, 0), coalesce(k.overdue, 0), coalesce(k.today, 0)
FROM people p LEFT JOIN deals d ON d.owner_id = p.id LEFT JOIN tasks k ON k.owner_id = p.id
ORDER BY d.value DESC NULLS LAST, p.name
"""
_KEYS = ("id", "name", "open", "value", "bare", "late", "won", "won_value", "unknown", "overdue", "today")


def leads(viewer: Viewer) -> bool:
    """Whether the viewer is one to look at a team: who manages one, or whose role reaches further than their own."""
    if viewer.role_key in ("manager", "administrator"):
        return True
    return Team.objects.filter(manager_id=viewer.id, deleted_at=None).exists()


def team_of(viewer: Viewer) -> list[int]:
    """The ids of the team's people: all within reach of the gate's team scope, for who belongs to none everybody."""
    if len(viewer.team_ids) > 1 or registry.get("deals").scope(viewer, "view") != "all":
        return viewer.team_ids
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM identity_user WHERE is_active AND deleted_at IS NULL")
        return [row[0] for row in cursor.fetchall()]


def by_member(viewer: Viewer, ids: list[int]) -> dict[str, Any] | None:
    """{"members", "most", "currency", "unknown"}: what each has open, won this month, and is late with."""
    deals, tasks = registry.get("deals"), registry.get("tasks")
    rule, task = deals.rule(viewer, "view", "d"), tasks.rule(viewer, "view", "k")
    if rule.is_shut:
        return None
    today = timezone.localdate()
    month = today.replace(day=1)
    planned = planned_sql(deals, viewer, open_ids(ids))
    sql = _MEMBERS.format(planned=planned.sql, deal=rule.sql, task=task.sql, most=MOST)
    params = [ids, *planned.params, today, month, month, ids, month, *rule.params, today, today, ids, *task.params]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        members = [dict(zip(_KEYS, row, strict=True)) for row in cursor.fetchall()]
    return {
        "members": members,
        "most": max((one["value"] or 0 for one in members), default=0),
        "unknown": sum(one["unknown"] for one in members),
        "currency": company().currency,
    }
