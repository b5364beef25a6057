"""What somebody has to do today: tasks by day, and the meetings and calls of the day."""

from datetime import datetime
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


def work(viewer: Viewer, ticked_since: datetime) -> tuple[list[dict[str, Any]], list[Entry]]:
    """What is to do, by day and with the day's meetings, and the meetings and calls of today that are over."""
    there = meetings_today(viewer)
    ahead, over = [one for one in there if not one.done], [one for one in there if one.done]
    groups = open_tasks(viewer, ticked_since)
    if ahead and not any(group["state"] == TODAY for group in groups):
        at = sum(group["state"] == OVERDUE for group in groups)
        groups.insert(at, {"state": TODAY, "label": _("Today"), "tasks": [], "more": 0, "many": 0})
    for group in groups:
        group["meetings"] = ahead if group["state"] == TODAY else []
        group["many"] += len(group["meetings"])
    return groups, over


def open_tasks(viewer: Viewer, ticked_since: datetime | None = None) -> list[dict[str, Any]]:
    """The viewer's tasks in the groups overdue, today, later and without a day; empty groups are left out.

    Those that were ticked off since that moment keep their place, so that nothing moves under the pointer.
    """
    tasks = registry.get("tasks")
    if not tasks.may(viewer, "view"):
        return []
    open_ones: dict[str, Any] = {"field": "done_at", "op": "is_empty"}
    if ticked_since is not None:
        ticked = {"field": "done_at", "op": "after", "value": ticked_since.isoformat()}
        open_ones = {"any": [open_ones, ticked]}
    mine = {"all": [{"field": "owner", "op": "is", "value": "me"}, open_ones]}
    columns = ["title", "due_on", "due_time", "priority", "about", "done_at"]
    query = Query(columns=columns, filter=mine, sort="due_on", limit=TASKS)
    today = timezone.localdate()
    found = Reader(tasks, viewer).slice(query).items
    editable = tasks.may(viewer, "edit")  # they are the viewer's own
    for item in found:
        item["editable"] = editable
        item["state"] = urgency(item["due_on"], planned=item["due_on"] is not None, today=today)
        item["about"] = [one for one in item["about"] or [] if one.get("name")][:1]
    names = {OVERDUE: _("Overdue"), TODAY: _("Today"), LATER: _("Later"), NONE: _("Without a day")}
    groups = []
    for state, label in names.items():
        there = [item for item in found if item["state"] == state]
        shown = there if state in (OVERDUE, TODAY) else there[:AHEAD]
        many = sum(item["done_at"] is None for item in there)
        groups.append({"state": state, "label": label, "tasks": shown, "more": len(there) - len(shown), "many": many})
    return [group for group in groups if group["tasks"]]


def meetings_today(viewer: Viewer) -> list[Entry]:
    """The viewer's meetings and calls of the day in their own zone, in order."""
    today = timezone.localdate()
    return entries(viewer, today, today, kinds=("meetings", "calls"), owner=viewer.id)
