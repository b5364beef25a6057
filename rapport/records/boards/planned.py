"""What lies ahead of a record, and how urgent that makes it. Rooms say which of their activities are plans.

Urgency is overdue, today, none (nothing is scheduled) or later, for any record that activities attach to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from rapport.platform.access.gate import Rule
from rapport.platform.identity.viewer import Viewer
from rapport.records import registry
from rapport.records.record import Record

OVERDUE, TODAY, NONE, LATER = URGENCIES = ("overdue", "today", "none", "later")


@dataclass(frozen=True)
class Source:
    """Activities that may lie ahead. `ahead` and `day` are SQL on the activity `a`; `day` has one %s, the time zone, if
    `zoned`. `kept` is SQL on the index of timelines `w`, which keeps what lies ahead (see plan_triggers). Of `few` so few
    lie ahead at any time that they need not be looked for record by record.
    """

    entity: str
    ahead: str
    day: str
    kept: str
    zoned: bool = False
    few: bool = False


# Of many plans those of each record are looked up; of few all are looked at, if that is quicker.
_AMONG, _AMONG_FEW = "= ANY(ARRAY(SELECT id FROM near))", "IN (SELECT id FROM near)"
_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Makes activities of an entity known as plans."""
    _sources[source.entity] = source


def today_of(viewer: Viewer, now: datetime | None = None) -> date:
    """The day that it is for the viewer."""
    return (now or timezone.now()).astimezone(viewer.zone).date()


def urgency(day: date | None, *, planned: bool, today: date) -> str:
    """How urgent a record is whose soonest plan is on that day; a plan without a day is one for later."""
    if not planned:
        return NONE
    if day is None or day > today:
        return LATER
    return TODAY if day == today else OVERDUE


def rank(day: str, today: date) -> Rule:
    """SQL for the order red, green, yellow, grey, from SQL of the soonest plan's day; NULL is no plan."""
    return Rule(
        f"CASE WHEN {day} IS NULL THEN 2 WHEN {day} < %s THEN 0 WHEN {day} = %s THEN 1 ELSE 3 END", (today, today)
    )


def own_day(record: Record, viewer: Viewer) -> Rule | None:
    """SQL for the day of a record `t` that is itself a plan, such as a task: NULL once it is done. None for others."""
    source = _sources.get(record.entity)
    if source is None:
        return Rule("NULL::date") if record.is_activity else None
    own = f"CASE WHEN {source.ahead} THEN coalesce({source.day}, 'infinity') END"
    return Rule(re.sub(r"\ba\.", "t.", own), (str(viewer.zone.key),) if source.zoned else ())


def planned_sql(record: Record, viewer: Viewer, among: str = "", *, many: bool = False) -> Rule:
    """SELECT (id, day): the soonest plan of each record of the entity, as far as the viewer may know of it.

    `day` is 'infinity' for plans without a day. `among` is a SELECT of the ids that matter, if not all do; when those
    are `many` the answer may have others too, as that is quicker to find. Activities have none but themselves: own_day.
    """
    within = f"WITH near(id) AS MATERIALIZED ({among}) " if among and not many else ""
    parts: list[str] = []
    params: list[Any] = []
    for source in _sources.values():
        activity = registry.find(source.entity)
        if activity is None:
            continue
        rule = activity.rule(viewer, "view", "a")
        if rule.is_shut:
            continue
        params += [str(viewer.zone.key)] if source.zoned else []
        touches = f"w.target = '{record.entity}' AND w.source = '{source.entity}' AND w.ahead AND {source.kept}"
        if within:
            touches += f" AND w.target_row {_AMONG_FEW if source.few else _AMONG}"
        if activity.access.by_owner_alone:
            parts.append(
                f"""SELECT a.target_row AS id, {source.day} AS day
                    FROM (SELECT w.target_row, w.source_row AS id, w.owner_id, w.at, w.due_on FROM records_touch w
                          WHERE {touches}) a WHERE {rule.sql}"""  # noqa: S608
            )
        else:
            parts.append(
                f"""SELECT w.target_row AS id, {source.day} AS day FROM records_touch w
                    JOIN {activity.table} a ON a.id = w.source_row WHERE {touches} AND {rule.sql}"""  # noqa: S608
            )
        params += rule.params
    if not parts:
        return Rule("SELECT NULL::bigint AS id, NULL::date AS day WHERE FALSE")
    union = " UNION ALL ".join(parts)
    return Rule(
        f"{within}SELECT id, min(coalesce(day, 'infinity')) AS day FROM ({union}) plans GROUP BY id",  # noqa: S608
        tuple(params),
    )


def plans_of(record: Record, pk: int, viewer: Viewer, limit: int = 8) -> list[dict[str, Any]]:
    """The plans of one record, soonest first: {"entity", "id", "title", "day", "editable"}, within the viewer's reach."""
    from django.db import connection

    parts: list[str] = []
    params: list[Any] = []
    for source in _sources.values():
        activity = registry.find(source.entity)
        if activity is None:
            continue
        rule, edit = activity.rule(viewer, "view", "a"), activity.rule(viewer, "edit", "a")
        where = "a.id = %s" if activity is record else (
            f"""EXISTS (SELECT 1 FROM records_touch w WHERE w.target = '{record.entity}' AND w.target_row = %s
                AND w.source = '{source.entity}' AND w.source_row = a.id)"""  # noqa: S608
        )  # fmt: skip
        parts.append(
            f"""SELECT '{source.entity}' AS entity, a.id, a.title, {source.day} AS day,
                coalesce(({edit.sql}), false) AS editable FROM {activity.table} a
                WHERE {where} AND {source.ahead} AND a.deleted_at IS NULL AND {rule.sql}"""  # noqa: S608
        )
        params += [*([str(viewer.zone.key)] if source.zoned else []), *edit.params, pk, *rule.params]
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"{' UNION ALL '.join(parts)} ORDER BY day NULLS LAST, id LIMIT {limit}", params)
        return [dict(zip(("entity", "id", "title", "day", "editable"), row, strict=True)) for row in cursor.fetchall()]


def entities() -> list[str]:
    """The entities whose records may be plans."""
    return list(_sources)
