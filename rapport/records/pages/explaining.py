"""Who can see a record, and why."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rapport.platform.access.pages import needs
from rapport.records.pages.guard import page
from rapport.records.read import Reader
from rapport.records.reasons import reasons
from rapport.records.record import Record

ACTIONS = ("view", "edit", "delete")


@needs("access", "view")
@page
@require_safe
def access_page(request: HttpRequest, record: Record, id: int) -> HttpResponse:
    """Everybody who may see, change or delete the record, each with the reason."""
    item = Reader(record, request.viewer).get(id, [record.title, *filter(None, [record.stand_in])], binned=None)
    rows = [
        {
            "user": reach.user,
            "role": reach.role,
            "marks": [action in reach.reasons for action in ACTIONS],
            "why": reach.reasons.get("view") or next(iter(reach.reasons.values())),
        }
        for reach in reasons(record, id, ACTIONS)
    ]
    name = record.called(item)
    context = {"record": record, "id": id, "name": name, "rows": rows}
    return render(request, "records/access.html", context)
