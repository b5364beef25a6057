"""Creating a record: on a page of its own, or in the dialog that C opens over any page."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.records import write
from rapport.records.duplicates import duplicates
from rapport.records.errors import InvalidFields
from rapport.records.fields import About
from rapport.records.navigation import may_import
from rapport.records.pages.around import around, kinds, moment_of, prefilled
from rapport.records.pages.editing import last_action
from rapport.records.pages.forms import form_fields, posted
from rapport.records.pages.guard import asked_for, must, page, undoable
from rapport.records.record import Record

Then = Callable[[int], HttpResponse]


@page
@require_safe
def chooser(request: HttpRequest) -> HttpResponse:
    """What can be created from here; in a dialog, or as a page without JavaScript."""
    place = around(request)
    context = {
        "kinds": kinds(request.viewer, place, moment_of(request.GET)),
        "about": place.name if place else "",
        "may_import": may_import(request),
    }
    return render(request, "records/chooser.html#dialog" if request.htmx else "records/chooser.html", context)


@page
def new_page(request: HttpRequest, record: Record, then: Then | None = None) -> HttpResponse:
    """The create form; the address may fill fields in advance. `then` may answer for the new record's id."""
    must(record, request, "create")
    errors: dict[str, str] = {}
    twins: list[dict[str, Any]] = []
    if request.method == "POST":
        given = _given(request, record)
        values = {name: value for name, value in given.items() if not record.field(name).empty(value)}
        # Asked once: whoever saves it all the same has seen who that is.
        if not request.POST.get("anyway"):
            twins = [one for one in duplicates(record, values, request.viewer) if one["asks"]]
        if not twins:
            try:
                pk = write.create(record, values, viewer=request.viewer)
                return then(pk) if then else _created(request, record, pk)
            except InvalidFields as error:
                errors = error.errors
    else:
        given = _asked(request, record)
    context = {
        "record": record,
        "fields": form_fields(record, request.viewer, given, errors),
        "errors": errors,
        "general_error": errors.get("", ""),
        "twins": twins,
        "ask": bool(twins),
        "others": f"/new?{urlencode(said)}" if (said := moment_of(request.GET)) else "/new",
        "back": back if _ours(back := request.POST.get("back") or request.GET.get("back", "")) else "",
    }
    template = "records/new.html#dialog" if asked_for(request, "dialog") else "records/new.html"
    return render(request, template, context, status=422 if errors else 409 if twins else 200)


@page
@require_POST
def twins(request: HttpRequest, record: Record) -> HttpResponse:
    """Which records the form would repeat as far as it is filled in; nothing where there are none."""
    must(record, request, "create")
    values = {n: v for n, v in _given(request, record).items() if not record.field(n).empty(v)}
    found = duplicates(record, values, request.viewer)
    return render(request, "records/twins.html", {"record": record, "twins": found, "ask": False})


def _given(request: HttpRequest, record: Record) -> dict[str, Any]:
    data = posted(request)
    fields = [one for one in record.fields_for(request.viewer).values() if not one.readonly]
    return {one.name: one.from_form(data, one.name) for one in fields}


def _asked(request: HttpRequest, record: Record) -> dict[str, Any]:
    """What the address says, else what the page that one looks at says."""
    known = record.fields_for(request.viewer)
    said = {
        name: request.GET.getlist(name) if isinstance(known[name], About) else request.GET[name]
        for name in request.GET
        if name in known
    }
    beside = prefilled(record, around(request)) if asked_for(request, "dialog") else {}
    return said if set(said) & set(beside) else {**beside, **said}


def _created(request: HttpRequest, record: Record, pk: int) -> HttpResponse:
    address = f"/{record.entity}/{pk}"
    action = last_action(record, pk)
    if not asked_for(request, "dialog"):
        undoable(request, _("%(what)s created.") % {"what": record.label}, action)
        return HttpResponseRedirect(request.POST["back"] if _ours(request.POST.get("back", "")) else address)
    if request.POST.get("then") == "open":
        undoable(request, _("%(what)s created.") % {"what": record.label}, action)
        return HttpResponseRedirect(address)
    said = _("%(what)s created.") % {"what": record.label}
    undoable(request, format_html('{} <a href="{}">{}</a>', said, address, _("Open")), action)
    return HttpResponse(status=204, headers={"HX-Trigger": f"dialog-close, created-{record.entity}"})


def _ours(address: str) -> bool:
    return address.startswith("/") and not address.startswith("//")
