"""Saved views as tabs: what stands above a list or a board, and what one does with a view."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.platform.access.gate import Refused
from rapport.records import saved_views
from rapport.records.errors import InvalidFields, NotFound
from rapport.records.models import View
from rapport.records.pages.asked import LEAST_WIDTH, MOST_WIDTH, Look, asked
from rapport.records.pages.guard import must, page, undoable
from rapport.records.record import Record
from rapport.records.saved_views import Tab, may_change

SAID = ("shared", "locked", "offered")


def stored(look: Look, layout: str) -> dict[str, Any]:
    """The columns of a View that hold a look."""
    return {
        "layout": View.BOARD if layout == View.BOARD else View.LIST,
        "filter": look.filter,
        "sort": look.sort,
        "columns": [
            {"name": column.name}
            | ({"width": column.width} if column.width else {})
            | ({"frozen": True} if column.frozen else {})
            for column in look.columns
        ],
        "group": look.group,
        "calculations": look.calculations,
    }


def _form(request: HttpRequest, record: Record, view: View | None, **more: Any) -> HttpResponse:
    """The dialog that asks for a view's name and who has it; without scripts it is a page."""
    errors = more.get("errors", {})
    context = {
        "record": record,
        "view": view,
        "name": view.name if view else "",
        "look": asked(request, record).parameters(),
        "may_say": view is None or view.owner_id == request.viewer.id or request.viewer.role_key == "administrator",
        "may_offer": request.viewer.role_key == "administrator",
        "layout": request.GET.get("layout", ""),
        "errors": errors,
        **more,
    }
    name = "records/view.html#dialog" if request.htmx else "records/view.html"
    return render(request, name, context, status=422 if errors else 200)


def _said(data: QueryDict) -> dict[str, bool]:
    return {one: data.get(one) in ("1", "on") for one in SAID} if data.get("who") else {}


def _to(record: Record, tab: Tab) -> HttpResponse:
    return HttpResponseRedirect(tab.url(record))


@page
def new_view(request: HttpRequest, record: Record) -> HttpResponse:
    """Saves what the address shows as a view of its own."""
    must(record, request, "view")
    if request.method != "POST":
        return _form(request, record, None)
    look = asked(request, record)
    name = request.POST.get("name", "")
    try:
        view = saved_views.make_view(
            record,
            stored(look, request.POST.get("layout", "")),
            viewer=request.viewer,
            name=name,
            **_said(request.POST),
        )
    except InvalidFields as error:
        return _form(request, record, None, name=name, errors=error.errors)
    if request.POST.get("first"):
        saved_views.use_view(record, view, viewer=request.viewer, first=True)
    messages.success(request, _("View “%(name)s” saved.") % {"name": view.name})
    return _to(record, Tab(view))


@page
def view_page(request: HttpRequest, record: Record, id: int) -> HttpResponse:
    """A view's name and who has it."""
    must(record, request, "view")
    view = saved_views.find_view(record, id, request.viewer)
    if not may_change(view, request.viewer):
        raise Refused(_("This view is locked by its owner. You can save what you see as a view of your own."))
    if request.method != "POST":
        return _form(request, record, view)
    name = request.POST.get("name", "")
    try:
        saved_views.change_view(view, {}, viewer=request.viewer, name=name, **_said(request.POST))
    except InvalidFields as error:
        return _form(request, record, view, name=name, errors=error.errors)
    return _to(record, Tab(view))


@page
@require_POST
def update_look(request: HttpRequest, record: Record, id: int) -> HttpResponse:
    """Lets a view show from now on what the address shows."""
    must(record, request, "view")
    view = saved_views.find_view(record, id, request.viewer)
    look = asked(request, record)
    if look.remarks and view.owner_id != request.viewer.id:
        raise Refused(_("This view has parts that you cannot see. Save what you see as a view of your own."))
    layout = request.POST.get("layout", "") or view.layout
    action = saved_views.change_view(view, stored(look, layout), viewer=request.viewer)
    undoable(request, _("View “%(name)s” updated.") % {"name": view.name}, action)
    return _to(record, Tab(view))


@page
@require_POST
def delete_view(request: HttpRequest, record: Record, id: int) -> HttpResponse:
    """Takes a view away for everybody who has it."""
    must(record, request, "view")
    view = saved_views.find_view(record, id, request.viewer)
    action = saved_views.delete_view(view, viewer=request.viewer)
    undoable(request, _("View “%(name)s” deleted.") % {"name": view.name}, action)
    return HttpResponseRedirect(f"/{record.entity}")


def _tab(request: HttpRequest, record: Record, key: str) -> Tab:
    found = saved_views.shelf_of(record, request.viewer).find(key)
    if found is None:
        raise NotFound
    return found


@page
@require_POST
def use(request: HttpRequest, record: Record, name: str) -> HttpResponse:
    """What the user alone decides of a tab: that the list begins with it, or that it is a favourite."""
    must(record, request, "view")
    tab = _tab(request, record, name)
    for what in ("first", "favourite"):
        if what in request.POST:
            saved_views.use_view(record, tab.view, viewer=request.viewer, **{what: request.POST[what] == "1"})
    return _to(record, tab)


@page
@require_POST
def place(request: HttpRequest, record: Record, name: str) -> HttpResponse:
    """Moves a tab before or after its neighbour, or to the place that a drag gave it."""
    must(record, request, "view")
    shelf = saved_views.shelf_of(record, request.viewer)
    tab = _tab(request, record, name)
    keys = [one.key for one in shelf.tabs]
    at = keys.index(tab.key)
    given = request.POST.get("to", "")
    to = {"earlier": at - 1, "later": at + 1}.get(given, int(given) if given.isdecimal() and len(given) < 4 else at)
    keys.insert(min(max(to, 0), len(keys) - 1), keys.pop(at))
    saved_views.order_tabs(record, keys, viewer=request.viewer)
    return HttpResponse(status=204) if request.headers.get("X-Quiet") else _to(record, tab)


@page
@require_POST
def widths(request: HttpRequest, record: Record, name: str) -> HttpResponse:
    """Keeps how wide the user made columns: column=px for each."""
    must(record, request, "view")
    tab = _tab(request, record, name)
    known = {column.name for column in asked(request, record).columns}
    given = {
        column: min(max(int(px), LEAST_WIDTH), MOST_WIDTH)
        for column, px in request.POST.dict().items()
        if column in known and px.isdecimal() and len(px) < 6
    }
    if not given:
        raise InvalidFields({"widths": _("No column of this list is named.")})
    saved_views.use_view(record, tab.view, viewer=request.viewer, widths=given)
    return HttpResponse(status=204)
