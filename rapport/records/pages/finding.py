"""Options of a link while typing, and records in the palette."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from rapport.platform.ui import palette
from rapport.records import registry
from rapport.records.pages.guard import must, page
from rapport.records.read import Query, Reader
from rapport.records.record import Record
from rapport.records.search import search


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


def _hits(request: HttpRequest, text: str) -> Iterable[palette.Hit]:
    if request.viewer is None or len(text.strip()) < 2:
        return
    for hit in search(text, viewer=request.viewer, limit=12):
        record = registry.get(hit["entity"])
        yield palette.Hit(
            label=hit["name"] or hit["detail"], url=f"/{hit['entity']}/{hit['id']}", icon=record.icon, hint=hit["detail"],
            kind=record.label, face=hit["name"] if hit["entity"] in ("people", "organisations") else "",
            round_face=hit["entity"] == "people",
        )  # fmt: skip


palette.register(palette.Source("records", _hits, order=100))
