"""The page that the day begins with: what is to do, what is open, what changed. Each part is one query."""

from datetime import date
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.platform.identity.viewer import Viewer
from rapport.platform.journal.models import Action
from rapport.platform.setup.company import company
from rapport.platform.ui import navigation
from rapport.records import registry
from rapport.records.pages.doings import told
from rapport.records.pages.guard import page
from rapport.records.read import Query, Reader

TASKS, DEALS, CHANGES = 30, 10, 15
# So many actions are looked back for changes within reach, and so many rows of each.
RECENT, ROWS = 200, 200

_DEALS = """
SELECT d.id, d.name, d.amount, d.amount_currency, d.closes_on, s.name, o.name, task.due_on, task.open
FROM sales_deal d JOIN sales_stage s ON s.id = d.stage_id
LEFT JOIN customers_organisation o ON o.id = d.organisation_id AND {customer}
CROSS JOIN LATERAL (
    SELECT min(k.due_on) AS due_on, count(*) AS open FROM records_touch w
    JOIN work_task k ON k.id = w.source_row AND k.done_at IS NULL AND k.deleted_at IS NULL AND {task}
    WHERE w.target = 'deals' AND w.target_row = d.id AND w.source = 'tasks' AND w.at IS NULL
) task
WHERE d.owner_id = %s AND d.status = 'open' AND d.deleted_at IS NULL AND {deal}
ORDER BY CASE WHEN task.due_on < %s THEN 0 WHEN task.due_on = %s THEN 1 WHEN task.open = 0 THEN 2 ELSE 3 END,
         coalesce(task.due_on, d.closes_on) NULLS LAST, d.id LIMIT %s
"""

# The pipeline in which the viewer has most open deals, else the first; their own deals, else all within reach.
_STAGES = """
WITH mine AS (
    SELECT pipeline_id FROM sales_deal WHERE owner_id = %(me)s AND status = 'open' AND deleted_at IS NULL
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
     AND (d.owner_id = %(me)s OR NOT EXISTS (SELECT 1 FROM mine))
GROUP BY p.id, p.name, s.id, s.name, s.position ORDER BY s.position, s.id
"""


def urgency(due_on: date | None, today: date) -> str:
    """How a task's day is shown: overdue, today, later, or none without a day."""
    return "none" if due_on is None else "overdue" if due_on < today else "today" if due_on == today else "later"


def open_tasks(viewer: Viewer) -> list[dict[str, Any]]:
    """The viewer's tasks in the groups overdue, today, later and without a day; empty groups are left out."""
    tasks = registry.get("tasks")
    if not tasks.may(viewer, "view"):
        return []
    mine = {"all": [{"field": "owner", "op": "is", "value": "me"}, {"field": "done_at", "op": "is_empty"}]}
    query = Query(columns=["title", "due_on", "priority", "about"], filter=mine, sort="due_on", limit=TASKS)
    today = timezone.localdate()
    found = Reader(tasks, viewer).slice(query).items
    for item in found:
        item["state"] = urgency(item["due_on"], today)
        item["about"] = [one for one in item["about"] or [] if one.get("name")][:1]
    names = {"overdue": _("Overdue"), "today": _("Today"), "later": _("Later"), "none": _("Without a day")}
    groups = [
        {"state": state, "label": label, "tasks": [item for item in found if item["state"] == state]}
        for state, label in names.items()
    ]
    return [group for group in groups if group["tasks"]]


def open_deals(viewer: Viewer) -> list[dict[str, Any]]:
    """The viewer's open deals, those first whose next task is due or missing."""
    deals = registry.get("deals")
    rules = {
        "customer": registry.get("organisations").rule(viewer, "view", "o"),
        "task": registry.get("tasks").rule(viewer, "view", "k"),
        "deal": deals.rule(viewer, "view", "d"),
    }
    if rules["deal"].is_shut:
        return []
    today = timezone.localdate()
    sql = _DEALS.format(**{name: rule.sql for name, rule in rules.items()})
    params = [*rules["customer"].params, *rules["task"].params, viewer.id, *rules["deal"].params, today, today, DEALS]
    keys = ("id", "name", "amount", "currency", "closes_on", "stage", "organisation", "due_on", "open")
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = [dict(zip(keys, row, strict=True)) for row in cursor.fetchall()]
    for deal in found:
        # A task without a day is still a next step.
        deal["state"] = "later" if deal["open"] and not deal["due_on"] else urgency(deal["due_on"], today)
        deal["late"] = bool(deal["closes_on"] and deal["closes_on"] < today)
    return found


def pipeline(viewer: Viewer) -> dict[str, Any] | None:
    """Count and value of open deals by stage in the base currency; `unknown` deals have no rate and are not summed."""
    rule = registry.get("deals").rule(viewer, "view", "d")
    if rule.is_shut:
        return None
    named = {f"r{i}": value for i, value in enumerate(rule.params)}
    sql = _STAGES.format(deal=rule.sql.replace("%s", "{}").format(*(f"%({name})s" for name in named)))
    with connection.cursor() as cursor:
        cursor.execute(sql, {"me": viewer.id, **named})
        rows = cursor.fetchall()
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


def changes(viewer: Viewer) -> list[dict[str, Any]]:
    """What was done lately to records within the viewer's reach, by anybody."""
    parts: list[str] = []
    params: list[Any] = []
    for record in registry.all_records():
        rule = record.rule(viewer, "view", "t")
        if (not record.has_timeline and not record.is_activity) or rule.is_shut:
            continue
        parts.append(
            f"""EXISTS (SELECT 1 FROM (SELECT row FROM journal_entry e WHERE e.action_id = a.id
                AND e."table" = '{record.table}' LIMIT {ROWS}) e
                JOIN {record.table} t ON t.id = e.row AND {rule.sql})"""  # noqa: S608
        )
        params += rule.params
    if not parts:
        return []
    recent = f"SELECT id FROM journal_action WHERE verb <> 'simulate' ORDER BY id DESC LIMIT {RECENT}"  # noqa: S608
    sql = f"SELECT a.id FROM ({recent}) a WHERE {' OR '.join(parts)} ORDER BY a.id DESC LIMIT {CHANGES}"  # noqa: S608
    actions = Action.objects.filter(pk__in=RawSQL(sql, params)).select_related("actor").order_by("-pk")  # noqa: S611
    return told(list(actions), viewer)


@page
def home(request: HttpRequest) -> HttpResponse:
    """The page, or its content alone when something changed."""
    viewer = request.viewer
    deals = open_deals(viewer)
    context = {
        "groups": open_tasks(viewer),
        "deals": deals,
        "pipeline": pipeline(viewer),
        "doings": changes(viewer),
        "may_plan": registry.get("tasks").may(viewer, "create"),
        "today": timezone.localtime(),
    }
    part = "#content" if request.htmx and request.htmx.target == "home" else ""
    return render(request, f"sales/home.html{part}", context)


navigation.register(navigation.Entry("home", gettext_lazy("Home"), "/", "house", 0, "records", "g h"))
