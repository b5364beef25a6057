"""Writing down what happened, and what is to be done next, from a record's page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.platform.identity.viewer import Viewer
from rapport.platform.journal.models import Action
from rapport.records import registry, write
from rapport.records.errors import InvalidFields, NotFound
from rapport.records.pages.guard import page, undoable
from rapport.records.read import Reader
from rapport.records.record import Record

# Which fields the short form of each activity asks for; the text comes last.
SHORT = {
    "notes": "body",
    "calls": "title direction outcome at duration body",
    "meetings": "title at ends_at location body",
    "tasks": "title due_on kind priority",
    "messages": "channel direction title body",
}


def forms(
    viewer: Viewer, values: dict[str, Any] | None = None, errors: dict[str, str] | None = None, entity: str = ""
) -> list[dict[str, Any]]:
    """The tabs of the composer: one short form per activity that the viewer may create."""
    made: list[dict[str, Any]] = []
    for key, names in SHORT.items():
        activity = registry.find(key)
        if activity is None or not activity.may(viewer, "create"):
            continue
        mine = entity == key and values is not None
        made.append(
            {
                "record": activity,
                "open": entity == key or (not entity and not made),
                "fields": [
                    {
                        "field": activity.field(name),
                        "id": f"{key}-{name}",
                        "value": (values or {}).get(name, "") if mine else _first(activity, name),
                        "error": (errors or {}).get(name, "") if mine else "",
                    }
                    for name in names.split()
                ],
            }
        )
    return made


def _first(activity: Record, name: str) -> Any:
    """What stands in an empty short form: now, and the fields' own defaults."""
    return timezone.localtime().strftime("%Y-%m-%dT%H:%M") if name == "at" else activity.field(name).default or ""


@page
def log(request: HttpRequest, record: Record, id: int, activity: Record) -> HttpResponse:
    """Takes a short form: writes the activity about this record and answers with the composer anew; the page then refreshes itself."""
    if not activity.is_activity or activity.entity not in SHORT:
        raise NotFound
    Reader(record, request.viewer).get(id, [])
    names = SHORT[activity.entity].split()
    given = {name: activity.field(name).from_form(request.POST, name) for name in names}
    values = {name: value for name, value in given.items() if not activity.field(name).empty(value)}
    if "title" in names and not values.get("title"):
        # A call or a message written down in haste is called after its first words.
        values["title"] = str(values.get("body", ""))[:80] or str(activity.label)
    if activity.entity in ("calls", "messages", "notes", "meetings") and "at" not in values:
        values["at"] = timezone.now()
    status = 200
    errors: dict[str, str] = {}
    try:
        pk = write.create(activity, {**values, "about": [f"{record.entity}/{id}"]}, viewer=request.viewer, verb="log")
        action = Action.objects.filter(entries__table=activity.table, entries__row=pk).order_by("-pk").first()
        undoable(request, _("%(what)s saved.") % {"what": activity.label}, action.pk if action else None)
        given = {}
    except InvalidFields as error:
        errors, status = error.errors, 422
    context = {
        "record": record,
        "id": id,
        "forms": forms(request.viewer, given or None, errors, activity.entity),
    }
    response = render(request, "records/composer.html", context, status=status)
    if status == 200:
        response.headers["HX-Trigger"] = f"changed-{record.entity}-{id}"
    return response
