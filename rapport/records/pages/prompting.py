"""Asking for just what is missing: when a step is refused because fields are empty, a dialog with those alone."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from rapport.platform.identity.viewer import Viewer
from rapport.records.fields import About, File
from rapport.records.pages.forms import control, posted
from rapport.records.record import Record

# The hidden field that says which fields a prompt asked for.
ASKED = "asked_for"


def answered(record: Record, request: HttpRequest) -> dict[str, Any]:
    """The values that a prompt asked for and got."""
    known = record.fields_for(request.viewer)
    names = [name for name in request.POST.get(ASKED, "").split(",") if name in known and not known[name].readonly]
    given = {name: known[name].from_form(posted(request), name) for name in names}
    return {name: value for name, value in given.items() if not known[name].empty(value)}


def askable(record: Record, errors: dict[str, str], viewer: Viewer, *, apart: tuple[str, ...] = ()) -> list[str]:
    """The fields that the errors name and a form can ask for; none if something else is wrong as well."""
    known = record.fields_for(viewer)
    names = [name for name in errors if name not in apart]
    can = [n for n in names if n in known and not known[n].readonly and not isinstance(known[n], About | File)]
    return can if len(can) == len(names) else []


def asked_again(request: HttpRequest, names: list[str]) -> list[str]:
    """The fields to ask for now: those that were asked for before stay, with what was typed."""
    before = [name for name in request.POST.get(ASKED, "").split(",") if name]
    return list(dict.fromkeys([*before, *names]))


def controls(record: Record, names: list[str], request: HttpRequest, errors: dict[str, str]) -> list[dict[str, Any]]:
    """The editors of the fields, with what was typed, and an error only where something was."""
    given = answered(record, request)
    typed = set(request.POST.get(ASKED, "").split(","))
    made = []
    known = record.fields_for(request.viewer)
    for name in names:
        if name not in known:
            continue
        one = known[name]
        error = errors.get(name, "") if name in typed else ""
        made.append(control(one, given.get(name), request.viewer, error=error, prefix="ask-") | {"required": True})
    return made


def prompt(
    request: HttpRequest, record: Record, names: list[str], errors: dict[str, str], *, title: str, text: str, url: str
) -> HttpResponse:
    """The dialog that asks for the fields and then posts to `url` what was posted before, with them."""
    names = asked_again(request, names)
    kept = {k: v for k, v in request.POST.items() if k not in (ASKED, "csrfmiddlewaretoken", *names)}
    return render(
        request,
        "records/prompt.html",
        {
            "title": title,
            "text": text,
            "url": url,
            "kept": kept,
            "asked": ",".join(names),
            "name": ASKED,
            "controls": controls(record, names, request, errors),
        },
        status=422,
    )
