"""Options of a link while typing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from rapport.records.pages.guard import must, page
from rapport.records.read import Query, Reader
from rapport.records.record import Record


@page
def options(request: HttpRequest, record: Record) -> HttpResponse:
    """Up to ten records whose text matches, as options of a combobox."""
    must(record, request, "view")
    q = request.GET.get("q", "")[:100]
    title = record.field(record.title)
    query = Query(columns=[record.title], q=q, sort=record.lists.sort if not q else record.title, limit=10)
    if q and not record.has_search:
        words = title.kind == "text"
        query.q, query.filter = "", {"field": record.title, "op": "contains", "value": q} if words else None
    found = Reader(record, request.viewer).slice(query)
    rows = [(item["id"], title.text(item[record.title])) for item in found.items]
    return render(request, "records/options.html", {"rows": rows, "q": q, "face": record.face})
