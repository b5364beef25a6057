"""What somebody has to do today: tasks by day, and the meetings and calls of the day."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.platform.identity.viewer import Viewer
from rapport.records import registry
from rapport.records.boards.planned import LATER, NONE, OVERDUE, TODAY, urgency
from rapport.records.read import Query, Reader
from rapport.work.calendar.reading import Entry, entries

TASKS = 40
# Of what is not due yet so many are shown.
AHEAD = 5


def open_tasks(viewer: Viewer) -> list[dict[str, Any]]:
    """The viewer's tasks in the groups overdue, today, later and without a day; empty groups are left out."""
    tasks = registry.get("tasks")
    if not tasks.may(viewer, "view"):
        return []
    mine = {"all": [{"field": "owner", "op": "is", "value": "me"}, {"field": "done_at", "op": "is_empty"}]}
    query = Query(columns=["title", "due_on", "due_time", "priority", "about"], filter=mine, sort="due_on", limit=TASKS)
    today = timezone.localdate()
    found = Reader(tasks, viewer).slice(query).items
    for item in found:
        item["state"] = urgency(item["due_on"], planned=item["due_on"] is not None, today=today)
        item["about"] = [one for one in item["about"] or [] if one.get("name")][:1]
    names = {OVERDUE: _("Overdue"), TODAY: _("Today"), LATER: _("Later"), NONE: _("Without a day")}
    groups = []
    for state, label in names.items():
        there = [item for item in found if item["state"] == state]
        shown = there if state in (OVERDUE, TODAY) else there[:AHEAD]
        groups.append({"state": state, "label": label, "tasks": shown, "more": len(there) - len(shown)})
    return [group for group in groups if group["tasks"]]


def meetings_today(viewer: Viewer) -> list[Entry]:
    """The viewer's meetings and calls of the day in their own zone, in order."""
    today = timezone.localdate()
    return entries(viewer, today, today, kinds=("meetings", "calls"), owner=viewer.id)
