"""What is next with a record: its plans, each to be done, and a line to plan one more. Shown beside a card."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from rapport.platform.journal.acting import acting
from rapport.records import registry, write
from rapport.records.boards.planned import plans_of, today_of, urgency
from rapport.records.errors import InvalidFields
from rapport.records.pages.forms import control
from rapport.records.pages.guard import moved, page, undoable
from rapport.records.read import Reader
from rapport.records.record import Record

FIELDS = ("title", "due_on", "kind")


@page
def next_step(request: HttpRequest, record: Record, id: int) -> HttpResponse:
    """The plans of a record; a POST plans a task for it, or does the one that `done` names."""
    if not record.has_timeline and not record.is_activity:
        raise Http404
    item = Reader(record, request.viewer).get(id, [record.title])
    errors: dict[str, str] = {}
    given: dict[str, Any] = {}
    tasks = registry.find("tasks")
    if request.method == "POST":
        if tasks is None or record.is_activity:
            raise Http404
        given = {name: tasks.field(name).from_form(request.POST, name) for name in FIELDS}
        values = {name: value for name, value in given.items() if not tasks.field(name).empty(value)}
        try:
            with transaction.atomic(), acting(request.viewer, "plan tasks") as action:
                write.create(tasks, {**values, "about": [f"{record.entity}/{id}"]}, viewer=request.viewer)
            undoable(request, _("%(what)s planned.") % {"what": values["title"]}, action)
            return moved(planned="") if request.htmx else HttpResponseRedirect(f"/{record.entity}/{id}")
        except InvalidFields as error:
            errors = error.errors
    may_plan = tasks is not None and not record.is_activity and tasks.may(request.viewer, "create")
    context = {
        "record": record,
        "id": id,
        "name": record.field(record.title).text(item[record.title]),
        "plans": shown(record, id, request),
        "controls": fields(tasks, given, errors, request) if may_plan and tasks else [],
        "errors": errors,
    }
    return render(request, "records/next.html", context, status=422 if errors else 200)


def shown(record: Record, pk: int, request: HttpRequest) -> list[dict[str, Any]]:
    """The plans with their urgency, and where they are done."""
    today = today_of(request.viewer)
    made = []
    for plan in plans_of(record, pk, request.viewer):
        activity = registry.get(plan["entity"])
        verb = activity.verb("finish")
        made.append(
            {
                **plan,
                "state": urgency(plan["day"], planned=True, today=today),
                "icon": activity.icon,
                "url": f"/{plan['entity']}/{plan['id']}",
                "done": f"/{plan['entity']}/{plan['id']}/do/{verb.name}" if verb and plan["editable"] else "",
            }
        )
    return made


def fields(tasks: Record, given: dict[str, Any], errors: dict[str, str], request: HttpRequest) -> list[dict[str, Any]]:
    """The editors of the short form; a new task is due today unless one says otherwise."""
    first = {"due_on": today_of(request.viewer)}
    return [
        control(
            tasks.field(name), given.get(name) or first.get(name), request.viewer,
            error=errors.get(name, ""), prefix="next-",
        )
        for name in FIELDS
    ]  # fmt: skip
