"""Open deals by urgency: what is overdue, due today, planned for later, and what has no next step."""

from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.platform.identity.viewer import Viewer
from rapport.records import registry
from rapport.records.boards.planned import LATER, NONE, OVERDUE, TODAY, planned_sql

EACH = 6

# One row per deal shown; `many` counts its group, so that the page can say how many more there are.
_DEALS = """
WITH ahead AS ({planned}), mine AS (
    SELECT d.id, n.day, CASE WHEN n.id IS NULL THEN 'none' WHEN n.day < %s THEN 'overdue' WHEN n.day = %s THEN 'today'
                             ELSE 'later' END AS state
    FROM sales_deal d LEFT JOIN ahead n ON n.id = d.id
    WHERE d.owner_id = ANY(%s) AND d.status = 'open' AND d.deleted_at IS NULL AND {deal}
), ranked AS (
    SELECT m.*, d.name, d.amount, d.amount_currency, d.closes_on, d.stage_id, d.organisation_id, d.owner_id,
           count(*) OVER by_state AS many, row_number() OVER by_urgency AS place
    FROM mine m JOIN sales_deal d ON d.id = m.id
    WINDOW by_state AS (PARTITION BY m.state),
           by_urgency AS (PARTITION BY m.state ORDER BY m.day, d.closes_on NULLS LAST, d.amount_base DESC NULLS LAST, d.id)
)
SELECT r.id, r.name, r.amount, r.amount_currency, r.closes_on, s.name, o.name, nullif(r.day, 'infinity'), r.state, r.many, u.name
FROM ranked r JOIN sales_stage s ON s.id = r.stage_id JOIN identity_user u ON u.id = r.owner_id
LEFT JOIN customers_organisation o ON o.id = r.organisation_id AND {customer}
WHERE r.place <= {each} ORDER BY r.place
"""


def open_deals(viewer: Viewer, owners: list[int] | None = None) -> list[dict[str, Any]]:
    """The open deals of these owners, by default the viewer's own, as groups {"state", "label", "deals", "many"}."""
    deals = registry.get("deals")
    rule, customer = deals.rule(viewer, "view", "d"), registry.get("organisations").rule(viewer, "view", "o")
    if rule.is_shut:
        return []
    owners = [viewer.id] if owners is None else owners
    today = timezone.localdate()
    planned = planned_sql(deals, viewer, open_ids(owners))
    sql = _DEALS.format(planned=planned.sql, deal=rule.sql, customer=customer.sql, each=EACH)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*planned.params, today, today, owners, *rule.params, *customer.params])
        rows = cursor.fetchall()
    keys = (
        "id",
        "name",
        "amount",
        "currency",
        "closes_on",
        "stage",
        "organisation",
        "due_on",
        "state",
        "many",
        "owner",
    )
    found = [dict(zip(keys, row, strict=True)) for row in rows]
    for deal in found:
        deal["late"] = bool(deal["closes_on"] and deal["closes_on"] < today)
    labels = {OVERDUE: _("Overdue"), TODAY: _("Today"), LATER: _("Later"), NONE: _("Nothing scheduled")}
    return [
        {"state": state, "label": label, "deals": there, "many": there[0]["many"]}
        for state, label in labels.items()
        if (there := [deal for deal in found if deal["state"] == state])
    ]


def open_ids(owners: list[int]) -> str:
    """SQL of the ids of these owners' open deals; of ids of users alone, so it needs no parameters."""
    ids = ", ".join(str(int(pk)) for pk in owners) or "NULL"
    return f"SELECT id FROM sales_deal WHERE status = 'open' AND deleted_at IS NULL AND owner_id IN ({ids})"  # noqa: S608
