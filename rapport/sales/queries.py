"""Reads that the screens of sales need."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from rapport.platform.identity.viewer import Viewer
from rapport.records import registry
from rapport.records.boards import planned
from rapport.records.boards.reading import rotting_days
from rapport.records.fields.base import row_id


def currency_of(deal: Any) -> str:
    """The currency of a deal given by id or {"id": ...}; "" if it has no amount."""
    number = row_id(deal.get("id") if isinstance(deal, dict) else deal)
    with connection.cursor() as cursor:
        cursor.execute("SELECT amount_currency FROM sales_deal WHERE id = %s AND amount IS NOT NULL", [number])
        row = cursor.fetchone()
    return row[0] if row else ""


def stage_bar(deal_id: int, viewer: Viewer) -> list[dict[str, Any]]:
    """The stages of the deal's pipeline in order, each with the whole days spent there and whether it is rotting.

    One query, and one more for a deal that would be rotting if nothing lay ahead. States are done, current and ahead;
    won and lost only show when the deal is there.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT s.id, s.name, s.kind, s.rotting_days, s.guidance, s.id = d.stage_id, d.status, s.position, now_at.position,
                      s.required_fields,
                      (SELECT floor(sum(extract(epoch FROM coalesce(sp.left_at, now()) - sp.entered_at)) / 86400)
                       FROM sales_stagespell sp WHERE sp.deal_id = d.id AND sp.stage_id = s.id),
                      greatest(d.stage_since, (SELECT max(w.at) FROM records_touch w WHERE w.target = 'deals'
                                               AND w.target_row = d.id AND w.at <= now()))
               FROM sales_deal d JOIN sales_stage s ON s.pipeline_id = d.pipeline_id
               JOIN sales_stage now_at ON now_at.id = d.stage_id
               WHERE d.id = %s AND (s.deleted_at IS NULL OR s.id = d.stage_id) AND (s.kind = 'open' OR s.id = d.stage_id)
               ORDER BY s.position, s.id""",
            [deal_id],
        )
        rows = cursor.fetchall()
    made = []
    for pk, name, kind, rotting, guidance, current, status, position, at, needs, days, touched in rows:
        state = (
            kind
            if current and kind != "open"
            else "current"
            if current
            else "done"
            if position < at or status == "won"
            else "ahead"
        )
        made.append(
            {
                "id": pk,
                "name": name,
                "kind": kind,
                "state": state,
                "current": current,
                "days": None if days is None else int(days),
                "late": bool(current and status == "open" and _rots(deal_id, touched, rotting, viewer)),
                "guidance": guidance,
                "needs": needs,
                "url": f"/deals/{deal_id}/stages/{pk}",
            }
        )
    return made


def _rots(deal_id: int, touched: datetime, limit: int | None, viewer: Viewer) -> bool:
    """As on the board: nobody touched the deal for the days of its stage, and nothing lies ahead."""
    now = timezone.now()
    if rotting_days(touched, limit, urgency=planned.NONE, now=now) is None:
        return False
    today = planned.today_of(viewer, now)
    return all(
        plan["day"] is not None and plan["day"] < today
        for plan in planned.plans_of(registry.get("deals"), deal_id, viewer, limit=100)
    )


def guide(stages: list[dict[str, Any]], item: dict[str, Any], viewer: Viewer) -> dict[str, Any] | None:
    """What helps at the deal's stage: its guidance, and the fields that it and the next stage ask for.

    Of each field it says whether it is filled, and which stage waits for it. None when there is nothing to say.
    """
    at = next((i for i, stage in enumerate(stages) if stage["current"]), None)
    if at is None or stages[at]["kind"] != "open":
        return None
    now, following = stages[at], stages[at + 1] if at + 1 < len(stages) else None
    known = registry.get("deals").fields_for(viewer)
    fields: list[dict[str, Any]] = []
    for stage in filter(None, (now, following)):
        for name in stage["needs"]:
            if name in known and name not in [one["name"] for one in fields]:
                html = known[name].cell(item[name])
                fields.append({"name": name, "label": known[name].label, "html": html, "next": stage is following})
    if not fields and not now["guidance"]:
        return None
    return {
        "stage": now["name"],
        "text": now["guidance"],
        "fields": fields,
        "next": following and following["name"],
        "missing": sum(not one["html"] for one in fields),
    }
