"""Options of a link, and of what something is about, while typing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.records import registry
from rapport.records.fields import Link
from rapport.records.fields.base import row_id
from rapport.records.pages.guard import must, page
from rapport.records.read import Query, Reader
from rapport.records.record import Record
from rapport.records.search import search
from rapport.records.visits import recent

MOST_WITHIN = 40


def _in_parent(query: Query, parent: Link, of: int | None) -> None:
    """Narrows the options to one parent; without one they come parent by parent, the first one's first."""
    if of:
        narrow = {"field": parent.name, "op": "is", "value": of}
        query.filter = {"all": [query.filter, narrow]} if query.filter else narrow
    else:
        query.columns = [*query.columns, parent.name]
    query.limit = MOST_WITHIN
    place = f"{parent.name}.position," if "position" in parent.target.fields_for() else ""
    own = "position" if "position" in parent.record.fields_for() else query.sort
    query.sort = f"{place}{own}"


@page
@require_safe
def options(request: HttpRequest, record: Record) -> HttpResponse:
    """Up to ten records whose text matches, as options of a combobox."""
    must(record, request, "view")
    q = request.GET.get("q", "")[:100]
    title = record.field(record.title)
    query = Query(columns=[record.title], q=q, sort=record.lists.sort if not q else record.title, limit=10)
    if q and not record.has_search:
        words = title.kind == "text"
        query.q, query.filter = "", {"field": record.title, "op": "contains", "value": q} if words else None
    parent = record.fields_for(request.viewer).get(request.GET.get("within", ""))
    of = row_id(request.GET.get("of", ""))
    if isinstance(parent, Link):
        _in_parent(query, parent, of)
    found = Reader(record, request.viewer).slice(query)
    second = parent if isinstance(parent, Link) and not of else None
    rows = [
        (item["id"], title.text(item[record.title]), second.text(item[second.name]) if second else "")
        for item in found.items
    ]
    return render(request, "records/options.html", {"rows": rows, "q": q, "face": record.face})


@page
@require_safe
def about_options(request: HttpRequest) -> HttpResponse:
    """Up to ten records of any kind that something can be about; while nothing is typed, those opened lately."""
    q = request.GET.get("q", "")[:100].strip()
    able = tuple(one.entity for one in registry.all_records() if one.has_timeline and one.has_search)
    if q:
        found = search(q, viewer=request.viewer, entities=able, limit=10)
    else:
        found = recent(request.viewer, 10, able)
    rows = [
        {
            "value": f"{hit['entity']}/{hit['id']}",
            "name": hit["name"] or _("(without a name)"),
            "record": registry.get(hit["entity"]),
            "detail": hit.get("detail", ""),
        }
        for hit in found
    ]
    return render(request, "records/about_options.html", {"rows": rows, "q": q})
