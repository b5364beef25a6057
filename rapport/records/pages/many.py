"""What one does with marked records: change a field, assign, tag, run a verb, delete, export."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from rapport.platform.ui.templatetags.ui import number
from rapport.records.bulk import Selection
from rapport.records.errors import InvalidFields
from rapport.records.fields import About, Field, File, Link, Owner, Tags
from rapport.records.many.run import begin
from rapport.records.models import BulkRun
from rapport.records.pages.exporting import as_csv, as_xlsx
from rapport.records.pages.forms import control
from rapport.records.pages.guard import must, page
from rapport.records.pages.runs import outcome
from rapport.records.read import Query, Reader
from rapport.records.record import Record


def selection_of(request: HttpRequest) -> Selection:
    """The marked ids, or everything that the list's filter and search match."""
    given = request.POST if request.method == "POST" else request.GET
    everything = given.get("everything") == "1"
    parts = [] if everything else ",".join(given.getlist("ids")).split(",")
    ids = [int(i) for i in parts if i.isascii() and i.isdecimal() and len(i) < 19]
    return Selection(ids, given.get("filter") or None, given.get("q", "")[:200], everything)


def count_of(record: Record, selection: Selection, request: HttpRequest) -> int:
    """How many records are meant, exactly."""
    if not selection.everything:
        return len(set(selection.ids))
    return Reader(record, request.viewer).count(Query(filter=selection.filter, q=selection.q), how="exact")


@page
@require_safe
def count(request: HttpRequest, record: Record) -> HttpResponse:
    """How many records the filter matches, and how it is said."""
    must(record, request, "view")
    found = count_of(
        record, Selection([], request.GET.get("filter") or None, request.GET.get("q", "")[:200], True), request
    )
    return JsonResponse(
        {
            "count": found,
            "offer": _("Select all %(n)s that match") % {"n": number(found)},
            "said": _("All %(n)s that match are selected") % {"n": number(found)},
        }
    )


@page
@require_POST
def many(request: HttpRequest, record: Record) -> HttpResponse:
    """Does it with the marked records, or with everything that the list's filter matches."""
    do = request.POST.get("do", "")
    must(record, request, "delete" if do in ("delete", "restore") else "edit")
    try:
        run = begin(record, selection_of(request), do, _values(request, record, do), viewer=request.viewer)
    except InvalidFields as error:
        if request.htmx and do != "delete":
            return _dialog(request, record, errors=error.errors, status=422)
        raise
    if run.status in (BulkRun.WAITING, BulkRun.RUNNING):
        text = ngettext(
            "%(n)s record is being worked on. You may go on; a notice comes when it is through.",
            "%(n)s records are being worked on. You may go on; a notice comes when it is through.",
            run.total,
        ) % {"n": number(run.total)}
        messages.info(request, text, extra_tags=f"see:/bulk/{run.pk}")
    else:
        said = outcome(run)
        messages.add_message(request, said["level"], said["text"], extra_tags=said["tags"])
    back = request.POST.get("back", "")
    ours = back.startswith((f"/{record.entity}?", f"/{record.entity}/board")) or back == f"/{record.entity}"
    return HttpResponseRedirect(back if ours else f"/{record.entity}")


def _first(one: Field) -> Any:
    """What stands in a verb's field before anybody typed, such as today."""
    return one.default() if callable(one.default) else None


def _values(request: HttpRequest, record: Record, do: str) -> dict[str, Any]:
    if do == "edit":
        name = request.POST.get("field", "")
        one = record.fields_for(request.viewer).get(name)
        if one is None or one.readonly:
            raise InvalidFields({name: _("Choose a field to change.")})
        return {"values": {name: one.from_form(request.POST, name)}}
    if do == "tag":
        return {
            "field": request.POST.get("field", ""),
            "add": request.POST.getlist("add"),
            "remove": request.POST.getlist("remove"),
        }
    if do == "verb":
        verb = record.verb(request.POST.get("verb", ""))
        fields = verb.fields if verb else []
        given = {one.name: one.from_form(request.POST, one.name) for one in fields}
        return {"verb": verb.name if verb else "", "given": {k: v for k, v in given.items() if v not in (None, "")}}
    return {}


@page
def editor(request: HttpRequest, record: Record) -> HttpResponse:
    """The dialog that asks what to do: a field and its value, an owner, tags, or what a verb needs."""
    must(record, request, "edit")
    return _dialog(request, record)


def _dialog(
    request: HttpRequest, record: Record, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    selection = selection_of(request)
    known = {
        n: one
        for n, one in record.fields_for(request.viewer).items()
        if not one.readonly and not isinstance(one, About | File)
    }
    mode, name = given.get("mode", "edit"), given.get("field", "")
    verb = record.verb(given.get("verb", "")) if mode == "verb" else None
    tags = known.get(name) if mode == "tag" else None
    errors = errors or {}
    found = count_of(record, selection, request)
    context = {
        "record": record,
        "mode": mode,
        "fields": [(n, one.label) for n, one in known.items() if mode == "edit"],
        "chosen": name,
        "control": _control(request, known[name], errors) if name in known and mode in ("edit", "assign") else None,
        "verb": verb,
        "controls": [
            control(
                one, given.get(one.name, _first(one)), request.viewer, error=errors.get(one.name, ""), prefix="bulk-"
            )
            for one in (verb.fields if verb else [])
        ],
        "tags": control(tags, [], request.viewer)["options"] if isinstance(tags, Tags) else [],
        "problem": "" if name in errors else " ".join(errors.values()),
        "ids": ",".join(map(str, selection.ids)),
        "everything": "1" if selection.everything else "",
        "filter": given.get("filter", ""),
        "q": given.get("q", ""),
        "back": given.get("back", ""),
        "meant": ngettext("%(n)s record", "%(n)s records", found) % {"n": number(found)},
    }
    return render(request, "records/many.html", context, status=status)


def _control(request: HttpRequest, one: Any, errors: dict[str, str]) -> dict[str, Any]:
    kept = one.from_form(request.POST, one.name) if errors else None
    return control(one, kept, request.viewer, error=errors.get(one.name, ""), prefix="bulk-")


@page
@require_POST
def export(request: HttpRequest, record: Record) -> HttpResponseBase:
    """The marked records as a file; posted, because thousands of ids are too long for an address."""
    selection = selection_of(request)
    if not selection.everything and not selection.ids:
        raise InvalidFields({"ids": _("Mark some records first.")})
    asked = request.GET.copy()
    asked.setlist("ids", [] if selection.everything else [str(i) for i in selection.ids])
    if selection.everything:
        asked["filter"], asked["q"] = request.POST.get("filter", ""), request.POST.get("q", "")
    asked["sort"] = request.POST.get("sort", "")
    request.GET = asked  # type: ignore[assignment]
    return (as_xlsx if request.POST.get("form") == "xlsx" else as_csv)(request, record)


def actions_of(record: Record, request: HttpRequest) -> dict[str, Any]:
    """What the action bar of a list offers to this viewer."""
    may_edit = record.may(request.viewer, "edit")
    fields = record.fields_for(request.viewer)
    owner = fields.get("owner")
    tags = next((n for n, one in fields.items() if isinstance(one, Tags) and not one.readonly), "")
    return {
        "assign": may_edit and isinstance(owner, Owner | Link) and not owner.readonly,
        "tag_field": tags if may_edit else "",
        "bulk_verbs": [v for v in record.verbs if record.may(request.viewer, v.needs)],
    }
