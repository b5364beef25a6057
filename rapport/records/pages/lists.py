"""The list of an entity, and its bin."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from rapport.platform.replica.reading import from_replica
from rapport.platform.ui.templatetags.ui import number
from rapport.records.errors import InvalidFields
from rapport.records.pages.asked import Look, asked
from rapport.records.pages.cells import editing_of, locked
from rapport.records.pages.chips import chips_of
from rapport.records.pages.figures import ROWS, figures_of, footer, group_menu, group_name, groups_of
from rapport.records.pages.guard import asked_for, must, page
from rapport.records.pages.layouts import remembered
from rapport.records.pages.many import actions_of
from rapport.records.pages.rows import rows_of
from rapport.records.read import COUNT_CAP, MOST_ROWS, Query, Reader, Slice
from rapport.records.record import Record


def _heads(look: Look) -> list[dict[str, Any]]:
    """The column heads: where a click sorts by them alone, and where it adds them to the sort."""
    sorts = {part.lstrip("-"): part for part in look.sort.split(",")}
    heads = []
    for place, column in enumerate(look.columns):
        name, now = column.name, sorts.get(column.name, "")
        turned = f"-{name}" if now == name else name
        added = ",".join([turned if part == now else part for part in sorts.values()] + [name] * (not now))
        heads.append(
            {
                "name": name,
                "label": column.label,
                "numeric": column.one.numeric,
                "edit": editing_of(column.one, name),
                "direction": {name: "ascending", f"-{name}": "descending"}.get(now, ""),
                "rank": list(sorts).index(name) + 1 if now and len(sorts) > 1 else "",
                "url": look.address(sort=turned) if column.one.sortable else "",
                "add": look.address(sort=added) if column.one.sortable else "",
                "width": column.wide,
                "kept": column.kept,
                "lead": place == 0,
            }
        )
    return heads


def _count(look: Look, query: Query) -> str:
    found = Reader(look.record, look.viewer).count(query)
    return f"{number(COUNT_CAP)}+" if found > COUNT_CAP else number(found)


def _shown(request: HttpRequest) -> int:
    """How many rows the page shows already, when a live update draws it anew; else the first ones."""
    shown = request.GET.get("shown", "")
    return max(ROWS, min(int(shown), MOST_ROWS)) if shown.isascii() and shown.isdecimal() and len(shown) < 4 else ROWS


@page
@require_safe
@from_replica
@remembered("list")
def list_page(request: HttpRequest, record: Record) -> HttpResponse:
    """The list; asked by htmx for the rows alone it answers with them."""
    must(record, request, "view")
    look = asked(request, record)
    alone = bool(getattr(request, "htmx", None)) and ("after" in request.GET or "key" in request.GET)
    totals = None if alone else figures_of(look, request)
    grouped = bool(look.group) and (alone or totals is not None)
    group = (look.group, request.GET.get("key", "")) if grouped and "key" in request.GET else None
    query = look.query(after=request.GET.get("after", ""), limit=_shown(request), group=group)
    try:
        # Of a grouped list rows are read for the groups that are open alone.
        found = Slice([], None) if grouped and not group else Reader(record, request.viewer).slice(query)
    except InvalidFields as error:
        # Of the address only the cursor is left that can be wrong: the list begins anew, and says so.
        look.remarks += error.errors.values()
        query = look.query()
        found = Reader(record, request.viewer).slice(query)

    def rows(items: list[dict[str, Any]]) -> list[SafeString]:
        return rows_of(look, items, locked(record, [item["id"] for item in items], request))

    context = {
        "record": record,
        "look": look,
        "heads": _heads(look),
        "rows": rows(found.items),
        "more": look.address(after=found.next, key=group[1] if group else None) if found.next else "",
        "q": look.q,
        "problem": "; ".join(look.remarks),
    }
    if alone:
        return render(request, "records/table.html#rows", context)
    count = number(totals.count) if totals else _count(look, query)
    context |= {
        "count": count,
        "counted": record.label if count == number(1) else record.plural,
        "groups": groups_of(look, totals, request, rows) if grouped and totals else [],
        "unshown": bool(totals and totals.more),
        "footer": footer(look, totals),
        "group_menu": group_menu(look),
        "group_name": group_name(look) if grouped else "",
        "group_off": look.address(group=""),
        "chips": chips_of(look),
        "filter": look.filter,
        "kept": look.parameters(q=None),
        "exports": urlencode({"filter": look.filter, "q": look.q, "sort": look.sort}),
        **actions_of(record, request),
        "may_create": record.may(request.viewer, "create"),
        "may_edit": record.may(request.viewer, "edit"),
        "may_delete": record.may(request.viewer, "delete"),
        "may_export": record.may(request.viewer, "export"),
        "may_import": record.may(request.viewer, "import"),
        # What a list begins with hides nothing that one would have to be told of.
        "narrowed": bool(look.q or (look.filter and (look.view or "filter" in look.given))),
    }
    return render(
        request,
        "records/list.html#list" if asked_for(request, "list") else "records/list.html",
        context,
    )


@page
@require_safe
def bin_page(request: HttpRequest, record: Record) -> HttpResponse:
    """What was deleted, newest first, each with a button to restore it."""
    must(record, request, "view")
    query = Query(
        columns=[record.title, "updated_at", *filter(None, [record.stand_in])],
        sort="-updated_at",
        after=request.GET.get("after", ""),
        binned=True,
    )
    reader = Reader(record, request.viewer)
    found = reader.slice(query)
    rows = [{"id": item["id"], "name": record.called(item), "at": item["updated_at"]} for item in found.items]
    context = {
        "record": record,
        "rows": rows,
        "more": f"?{urlencode({'after': found.next})}" if found.next else "",
        "may_delete": record.may(request.viewer, "delete"),
    }
    return render(request, "records/bin.html", context)
