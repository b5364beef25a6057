"""The pipeline in numbers: open deals by stage, and what was won month by month."""

from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from django.db import connection
from django.utils import timezone

from rapport.kit.periods import add_months
from rapport.platform.access.gate import Rule
from rapport.platform.identity.viewer import Viewer
from rapport.platform.setup.company import company
from rapport.platform.ui.templatetags.ui import locale
from rapport.records import registry

MONTHS = 12
# The drawing's own measure, in units of its view box.
BAR, GAP, HEIGHT = 16, 4, 48

# The pipeline in which the owners have most open deals, else the first; their own deals, else all within reach.
_STAGES = """
WITH mine AS (
    SELECT pipeline_id FROM sales_deal WHERE owner_id = ANY(%(owners)s) AND status = 'open' AND deleted_at IS NULL
    GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1
), chosen AS (
    SELECT coalesce((SELECT pipeline_id FROM mine),
        (SELECT id FROM sales_pipeline WHERE deleted_at IS NULL ORDER BY position, id LIMIT 1)) AS id
)
SELECT p.id, p.name, s.id, s.name, count(d.id), sum(d.amount_base), sum(d.amount_base * s.probability / 100),
       count(d.id) FILTER (WHERE d.amount IS NOT NULL AND d.amount_base IS NULL), EXISTS (SELECT 1 FROM mine)
FROM chosen JOIN sales_pipeline p ON p.id = chosen.id
JOIN sales_stage s ON s.pipeline_id = p.id AND s.kind = 'open' AND s.deleted_at IS NULL
LEFT JOIN sales_deal d ON d.stage_id = s.id AND d.status = 'open' AND d.deleted_at IS NULL AND {deal}
     AND (d.owner_id = ANY(%(owners)s) OR NOT EXISTS (SELECT 1 FROM mine))
GROUP BY p.id, p.name, s.id, s.name, s.position ORDER BY s.position, s.id
"""
_WON = """
SELECT date_trunc('month', d.closed_on)::date, count(*), sum(d.amount_base),
       count(*) FILTER (WHERE d.amount IS NOT NULL AND d.amount_base IS NULL)
FROM sales_deal d WHERE d.status = 'won' AND d.deleted_at IS NULL AND d.closed_on >= %(since)s
  AND d.owner_id = ANY(%(owners)s) AND {deal} GROUP BY 1
"""


def _run(sql: str, rule: Rule, **named: Any) -> list[Any]:
    """Runs SQL with named values, and the gate's rule among them."""
    values = {f"r{i}": value for i, value in enumerate(rule.params)}
    with connection.cursor() as cursor:
        cursor.execute(
            sql.format(deal=rule.sql.replace("%s", "{}").format(*(f"%({n})s" for n in values))), named | values
        )
        return cursor.fetchall()


def pipeline(viewer: Viewer, owners: list[int] | None = None) -> dict[str, Any] | None:
    """Count and value of open deals by stage in the base currency; `unknown` deals have no rate and are not summed."""
    rule = registry.get("deals").rule(viewer, "view", "d")
    if rule.is_shut:
        return None
    rows = _run(_STAGES, rule, owners=[viewer.id] if owners is None else owners)
    if not rows:
        return None
    stages = [{"id": row[2], "name": row[3], "count": row[4], "value": row[5] or 0} for row in rows]
    return {
        "id": rows[0][0],
        "name": rows[0][1],
        "is_mine": rows[0][8],
        "stages": stages,
        "most": max(stage["value"] for stage in stages),
        "count": sum(stage["count"] for stage in stages),
        "value": sum(stage["value"] for stage in stages),
        "weighted": sum(row[6] or 0 for row in rows),
        "unknown": sum(row[7] for row in rows),
        "currency": company().currency,
    }


def won_by_month(viewer: Viewer, owners: list[int] | None = None) -> dict[str, Any] | None:
    """What was won in each of the last twelve months, with the bars of a drawing; None when nothing was."""
    rule = registry.get("deals").rule(viewer, "view", "d")
    if rule.is_shut:
        return None
    first = add_months(timezone.localdate().replace(day=1), 1 - MONTHS)
    rows = {row[0]: row for row in _run(_WON, rule, since=first, owners=[viewer.id] if owners is None else owners)}
    if not rows:
        return None
    most = max((row[2] or Decimal(0) for row in rows.values()), default=Decimal(0)) or Decimal(1)
    bars = [_bar(n, add_months(first, n), rows.get(add_months(first, n)), most) for n in range(MONTHS)]
    return {
        "bars": bars,
        "width": MONTHS * (BAR + GAP) - GAP,
        "height": HEIGHT,
        "bar": BAR,
        "count": sum(bar["count"] for bar in bars),
        "value": sum(bar["value"] for bar in bars),
        "unknown": sum(row[3] for row in rows.values()),
        "currency": company().currency,
    }


def _bar(place: int, month: date, row: Any, most: Decimal) -> dict[str, Any]:
    value = (row[2] if row else None) or Decimal(0)
    tall = max(round(HEIGHT * value / most), 2 if row else 1)
    return {
        "x": place * (BAR + GAP), "y": HEIGHT - tall, "tall": tall, "value": value, "count": row[1] if row else 0,
        "name": format_date(month, "LLLL y", locale=locale()), "now": place == MONTHS - 1, "none": row is None,
    }  # fmt: skip
