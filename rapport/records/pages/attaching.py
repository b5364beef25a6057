"""Files on a record's page: dropped or chosen, listed, and taken away again like any record."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.platform.access.gate import Refused
from rapport.platform.identity.viewer import Viewer
from rapport.records import registry, write
from rapport.records.errors import InvalidFields, NotFound
from rapport.records.pages.guard import page
from rapport.records.read import Query, Reader, Slice
from rapport.records.record import Record

SHOWN = 30
MOST_AT_ONCE = 50


def files_of(record: Record, pk: int, viewer: Viewer, among: set[str] | None = None) -> dict[str, Any]:
    """The newest files of a record for the template, and whether the viewer may add some. The caller checked the record.

    `among` is what `kinds_there` said.
    """
    attachments = registry.get("attachments")
    if not attachments.may(viewer, "view"):
        return {"files": [], "may_attach": False}
    query = Query(
        columns=["title", "file", "preview", "owner", "at"],
        filter={"field": "about", "op": "is", "value": f"{record.entity}/{pk}"},
        sort="-at",
        limit=SHOWN,
    )
    none = among is not None and attachments.entity not in among
    found = Slice([], None) if none else Reader(attachments, viewer).slice(query)
    mine = write.ids_within(attachments, [item["id"] for item in found.items], viewer, "delete") if found.items else []
    return {
        "files": [{**item, "deletable": item["id"] in mine} for item in found.items],
        "files_more": bool(found.next),
        "may_attach": attachments.may(viewer, "create"),
        "largest": settings.LARGEST_FILE,
    }


@page
@require_POST
def attach(request: HttpRequest, record: Record, id: int) -> HttpResponse:
    """Takes files for a record, each for itself: what is refused is named with its reason, the others are kept."""
    attachments = registry.get("attachments")
    Reader(record, request.viewer).get(id, [])
    if not record.has_timeline:
        raise NotFound
    if not attachments.may(request.viewer, "create"):
        raise Refused(_("Your role may not do this."))
    given = request.FILES.getlist("file")
    if not given:
        raise InvalidFields({"file": _("Choose a file.")})
    if len(given) > MOST_AT_ONCE:
        raise InvalidFields({"file": _("At most %(n)s files at once.") % {"n": MOST_AT_ONCE}})
    made, refused = [], []
    for one in given:
        try:
            values = {"file": one, "about": [f"{record.entity}/{id}"]}
            made.append(write.create(attachments, values, viewer=request.viewer, verb="attach"))
        except InvalidFields as error:
            refused.append({"name": one.name, "error": "; ".join(error.errors.values())})
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"made": made, "refused": refused}, status=201 if made or not refused else 422)
    for problem in refused:
        messages.error(request, f"{problem['name']}: {problem['error']}")
    if made:
        messages.success(request, _("%(what)s saved.") % {"what": attachments.label})
    return HttpResponseRedirect(f"/{record.entity}/{id}")
