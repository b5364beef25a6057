"""/exports: which lists were written as files, by whom."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from rapport.platform.access.gate import scope
from rapport.records import registry
from rapport.records.models import ExportMade
from rapport.records.pages.guard import page

MOST = 100


@page
@require_safe
def export_list(request: HttpRequest) -> HttpResponse:
    """The viewer's exports, newest first; everybody's for administrators."""
    query = ExportMade.objects.order_by("-pk").select_related("created_by")
    everybody = scope(request.viewer, "system", "view") == "all"
    if not everybody:
        query = query.filter(created_by_id=request.viewer.id)
    rows = [row for one in query[:MOST] if (row := _row(one, request))]
    may_export = any(record.may(request.viewer, "export") for record in registry.all_records())
    return render(request, "records/exports.html", {"rows": rows, "everybody": everybody, "may_export": may_export})


def _row(made: ExportMade, request: HttpRequest) -> dict[str, Any] | None:
    record = registry.find(made.entity)
    if record is None:
        return None
    asked = urlencode({name: value for name, value in (("filter", made.filter), ("q", made.q)) if value})
    return {
        "made": made,
        "what": record.plural,
        "icon": record.icon,
        # What was marked by hand is not known any more.
        "again": ""
        if made.chosen or not record.may(request.viewer, "export")
        else f"/{made.entity}/export.{made.format}?{asked}",
    }
