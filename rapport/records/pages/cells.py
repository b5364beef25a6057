"""Cells of a list edited in place: which may be, their editors, and what saving one answers."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.platform.access.gate import Refused
from rapport.records import write
from rapport.records.errors import Conflict, InvalidFields, NotFound
from rapport.records.fields import About, Field, File, Generated
from rapport.records.pages.editing import last_action
from rapport.records.pages.forms import control, posted
from rapport.records.pages.guard import must, page
from rapport.records.read import Reader
from rapport.records.record import Record

# How the editor of a widget begins: "type" takes the first key typed, "flip" has two states, "pick" is opened first.
_BY_WIDGET = {"boolean": "flip", "tags": "pick", "choices": "pick", "points": "pick", "addresses": "pick"}


def editing_of(one: Field, name: str) -> str:
    """How a cell of the column is edited: "type", "pick", "flip", or "" where it cannot be."""
    if one.readonly or "." in name or isinstance(one, About | File | Generated):
        return ""
    return _BY_WIDGET.get(one.widget, "type")


def locked(record: Record, ids: Sequence[int], request: HttpRequest) -> frozenset[int]:
    """Those of the rows that the viewer may look at but not change; asks the database only where the role has limits."""
    rule = record.rule(request.viewer, "edit", "t")
    # Whoever may change all that they may see has no row here that they may not.
    if rule.is_open or rule == record.rule(request.viewer, "view", "t"):
        return frozenset()
    if rule.is_shut or not ids:
        return frozenset(ids)
    return frozenset(ids) - set(write.ids_within(record, ids, request.viewer, "edit"))


@page
@require_safe
def blanks(request: HttpRequest, record: Record) -> HttpResponse:
    """The empty editors of columns, which a browser keeps: what is typed into a cell first replaces its value."""
    must(record, request, "edit")
    known = record.fields_for(request.viewer)
    names = [n for n in request.GET.get("fields", "").split(",") if n in known and editing_of(known[n], n)]
    return JsonResponse({name: _editor(request, record, 0, known[name], None, 0).content.decode() for name in names})


@page
def cell(request: HttpRequest, record: Record, id: int, name: str) -> HttpResponse:
    """The editor of one cell with its present value; posted, it is saved and the cell's new content is answered."""
    one = _field(record, name, request)
    if request.method == "POST":
        return _save(request, record, id, one)
    item = Reader(record, request.viewer).get(id, [name])
    write.must_reach(record, id, request.viewer, "edit")
    return _editor(request, record, id, one, item[name], item["version"])


def _field(record: Record, name: str, request: HttpRequest) -> Field:
    one = record.fields_for(request.viewer).get(name)
    if one is None or not editing_of(one, name):
        raise NotFound
    return one


def _editor(
    request: HttpRequest, record: Record, pk: int, one: Field, value: Any, version: int, **more: Any
) -> HttpResponse:
    drawn = control(one, value, request.viewer, error=more.get("error", ""), prefix="cell-")
    context = {"record": record, "id": pk, "control": drawn, "version": version, **more}
    return render(request, "records/cell_editor.html", context, status=more.get("status", 200))


def _save(request: HttpRequest, record: Record, pk: int, one: Field) -> HttpResponse:
    value = one.from_form(posted(request), one.name)
    number = request.POST.get("version", "")
    version = int(number) if number.isdecimal() and len(number) < 10 else None
    try:
        item = write.change(record, pk, {one.name: value}, viewer=request.viewer, version=version)
    except InvalidFields as error:
        message = error.errors.get(one.name) or said(record, error)
        return _editor(request, record, pk, one, value, version or 0, error=message, status=422)
    except Conflict as conflict:
        theirs = conflict.fields[one.name]["theirs"]
        more = {"conflict": True, "theirs": one.cell(theirs) or _("(empty)"), "status": 409}
        return _editor(request, record, pk, one, value, conflict.version, **more)
    except Refused as refused:
        return JsonResponse({"refused": str(refused)}, status=403)
    text = _("%(field)s saved.") % {"field": one.label}
    toast = {"level_tag": "success", "message": text, "extra_tags": f"undo:/undo/{last_action(record, pk)}"}
    return JsonResponse(
        {
            "text": one.text(item[one.name]),
            "html": conditional_escape(one.cell(item[one.name])),
            "version": item["version"],
            "notice": render_to_string("ui/toasts.html", {"toasts": [toast], "whole": True}, request=request),
        }
    )


def said(record: Record, error: InvalidFields) -> str:
    """What is wrong, in words that name each field."""
    known = record.fields_for()
    parts = [
        _("%(field)s: %(why)s") % {"field": known[name].label, "why": why} if name in known else why
        for name, why in error.errors.items()
    ]
    return " ".join(parts)
