"""Changing one value in place."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.platform.journal.models import Action, Entry
from rapport.records import write
from rapport.records.errors import Conflict, InvalidFields, NotFound
from rapport.records.fields import Field
from rapport.records.pages.forms import control, posted
from rapport.records.pages.guard import page, undoable
from rapport.records.pages.show import prop
from rapport.records.read import Reader
from rapport.records.record import Record


def last_action(record: Record, pk: int) -> int | None:
    """The newest journal action that touched the row, for the undo button."""
    entry = Entry.objects.filter(table=record.table, row=pk, action__isnull=False).order_by("-id").first()
    return entry.action_id if entry else None


@page
def cell(request: HttpRequest, record: Record, id: int, name: str) -> HttpResponse:
    """One property row: shows it, or saves what was typed."""
    one = _field(record, name, request)
    if request.method == "POST":
        return _save(request, record, id, one)
    item = Reader(record, request.viewer).get(id, [name])
    editable = bool(write.ids_within(record, [id], request.viewer, "edit"))
    response = render(request, "records/prop.html", {"prop": prop(record, id, name, item, editable=editable)})
    # An editor was left: what others changed meanwhile is shown now.
    response.headers["HX-Trigger"] = f"changed-{record.entity}-{id}"
    return response


@page
@require_safe
def cell_editor(request: HttpRequest, record: Record, id: int, name: str) -> HttpResponse:
    """The editor of one value."""
    one = _field(record, name, request)
    item = Reader(record, request.viewer).get(id, [name])
    write.must_reach(record, id, request.viewer, "edit")
    return _editor(request, record, id, one, item[name], item["version"])


def _field(record: Record, name: str, request: HttpRequest) -> Field:
    one = record.fields_for(request.viewer).get(name)
    if one is None or one.readonly:
        raise NotFound
    return one


def _editor(
    request: HttpRequest, record: Record, pk: int, one: Field, value: Any, version: int, **more: Any
) -> HttpResponse:
    context = {
        "record": record,
        "id": pk,
        "control": control(one, value, request.viewer, error=more.get("error", "")),
        "version": version,
        **more,
    }
    return render(request, "records/editor.html", context, status=more.get("status", 200))


def _save(request: HttpRequest, record: Record, pk: int, one: Field) -> HttpResponse:
    value = one.from_form(posted(request), one.name)
    number = request.POST.get("version", "")
    version = int(number) if number.isdecimal() and len(number) < 10 else None
    try:
        item = write.change(record, pk, {one.name: value}, viewer=request.viewer, version=version)
    except InvalidFields as error:
        message = error.errors.get(one.name) or "; ".join(error.errors.values())
        if request.POST.get("quiet"):
            # Given from somewhere else than the value's editor, which would have shown it.
            messages.error(request, message)
            return HttpResponse(status=204)
        return _editor(request, record, pk, one, value, version or 0, error=message, status=422, given=True)
    except Conflict as conflict:
        theirs = conflict.fields[one.name]["theirs"]
        shown = one.cell(theirs) or _("(empty)")
        return _editor(request, record, pk, one, value, conflict.version, theirs=shown, status=409, given=True)
    last = Action.objects.filter(actor_id=request.viewer.id).order_by("-pk").values_list("pk", flat=True).first()
    undoable(request, _("%(field)s saved.") % {"field": one.label}, last)
    response = render(request, "records/prop.html", {"prop": prop(record, pk, one.name, item, editable=True)})
    response.headers["HX-Trigger"] = f"changed-{record.entity}-{pk}"
    return response
