"""What one does with records from a page: verbs, delete, restore, undo, many at once."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from rapport.platform.journal.acting import acting
from rapport.records import write
from rapport.records.api.operations import verb_values
from rapport.records.errors import InvalidFields
from rapport.records.many.run import begin_undo
from rapport.records.pages.editing import last_action
from rapport.records.pages.forms import control
from rapport.records.pages.guard import moved, on_board, page, undoable
from rapport.records.pages.prompting import ASKED, answered, askable, asked_again, controls
from rapport.records.read import Reader
from rapport.records.record import Record
from rapport.records.undoing import undo_action


@page
def verb(request: HttpRequest, record: Record, id: int, name: str) -> HttpResponse:
    """Asks for what a verb needs, in the dialog or as a page, and runs it."""
    found = record.verb(name)
    if found is None:
        raise Http404
    item = Reader(record, request.viewer).get(id)
    write.must_reach(record, id, request.viewer, found.needs)
    given: dict[str, Any] = {one.name: one.default() for one in found.fields if callable(one.default)}
    errors: dict[str, str] = {}
    if request.method == "POST":
        given = {one.name: one.from_form(request.POST, one.name) for one in found.fields}
        try:
            with acting(request.viewer, f"{found.name} {record.entity}"):
                write.lock(record, id, request.viewer, found.needs)
                if more := answered(record, request):
                    write.change(record, id, more, viewer=request.viewer)
                values = verb_values(
                    record, found, {k: v for k, v in given.items() if v not in (None, "")}, request.viewer
                )
                before = last_action(record, id)
                found.run(request.viewer, id, **values)
            if (after := last_action(record, id)) == before:
                messages.info(request, _("There was nothing to change."))
            else:
                done = str(found.done or found.label) % {"name": record.called(item)}
                undoable(request, done, after, once=f"{record.entity}-{id}")
            if on_board(request):
                return moved()
            # Done from another record's page, such as a task in its focus: one stays there.
            here = request.htmx.current_url_abs_path if request.htmx else None
            return HttpResponseRedirect(here or f"/{record.entity}/{id}")
        except InvalidFields as error:
            errors = error.errors
    own = {one.name for one in found.fields}
    lacking = askable(record, errors, request.viewer, apart=tuple(own))
    lacking = asked_again(request, lacking) if errors else []
    context = {
        "record": record,
        "id": id,
        "verb": found,
        "asked": ",".join(lacking),
        "asked_name": ASKED,
        "more": controls(record, lacking, request, errors),
        "general": [text for name, text in errors.items() if name not in own and name not in lacking],
        "name": record.called(item),
        "fields": [
            control(one, given.get(one.name), request.viewer, error=errors.get(one.name, ""), prefix="verb-")
            for one in found.fields
        ],
        "general_error": "; ".join(
            text for name, text in errors.items() if name not in {one.name for one in found.fields}
        ),
    }
    template = "records/verb.html#dialog" if request.htmx else "records/verb.html"
    return render(request, template, context, status=422 if errors else 200)


@page
@require_POST
def remove(request: HttpRequest, record: Record, id: int) -> HttpResponse:
    """Puts the record into the bin."""
    try:
        write.remove(record, id, viewer=request.viewer)
    except InvalidFields as error:
        messages.error(request, " ".join(error.errors.values()))
        return HttpResponseRedirect(f"/{record.entity}/{id}")
    undoable(request, _("%(what)s moved to the bin.") % {"what": record.label}, last_action(record, id))
    if on_board(request):
        return moved()
    here = (request.htmx.current_url_abs_path or "") if request.htmx else ""
    if here and not here.startswith(f"/{record.entity}"):
        # From another record's page, such as a file of it: one stays there, and the page refreshes itself.
        response = HttpResponse(status=204)
        response.headers["HX-Trigger"] = f"changed-{record.entity}-{id}"
        return response
    return HttpResponseRedirect(f"/{record.entity}")


@page
@require_POST
def restore(request: HttpRequest, record: Record, id: int) -> HttpResponse:
    """Takes the record out of the bin."""
    write.restore(record, id, viewer=request.viewer)
    messages.success(request, _("%(what)s restored.") % {"what": record.label})
    return HttpResponseRedirect(f"/{record.entity}/{id}")


@page
@require_POST
def undo(request: HttpRequest, id: int) -> HttpResponse:
    """Undoes one action, says what could not be undone, and goes back to where one was."""
    run = begin_undo(id, viewer=request.viewer)
    if run is not None:
        messages.info(request, _("It is being undone. You may go on working; a notice comes when it is through."))
        return _back(request)
    done = undo_action(id, viewer=request.viewer)
    again = "redo" in request.POST
    text = _("Done again.") if again else _("Undone.")
    if done.kept:
        text = ngettext(
            "Undone, but %(n)s record was changed or used since and stays as it is.",
            "Undone, but %(n)s records were changed or used since and stay as they are.",
            len(done.kept),
        ) % {"n": len(done.kept)}
    undoable(request, text, done.action, redo=not again)
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    if on_board(request):
        return moved()
    if request.htmx and request.htmx.current_url_abs_path:
        return HttpResponseRedirect(request.htmx.current_url_abs_path)
    back = request.POST.get("back", "")
    return HttpResponseRedirect(back if back.startswith("/") and not back.startswith("//") else "/history")
