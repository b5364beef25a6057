"""The list of an entity, and its bin."""

import json
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from rapport.platform.ui.templatetags.ui import number
from rapport.records.errors import InvalidFields
from rapport.records.fields import Field, Link
from rapport.records.pages.guard import asked_for, must, page
from rapport.records.read import COUNT_CAP, Query, Reader
from rapport.records.record import Record


def _filter(request: HttpRequest, record: Record) -> str:
    """The condition JSON in force: the address's own, else the one that the list begins with."""
    return request.GET.get("filter", record.lists.filter)


def _query(request: HttpRequest, record: Record, *, binned: bool = False) -> Query:
    return Query(
        columns=[*record.lists.names, *([record.picture] if record.picture else [])],
        filter=None if binned else _filter(request, record) or None,
        q=request.GET.get("q", "")[:200],
        sort=request.GET.get("sort", ""),
        after=request.GET.get("after", ""),
        limit=50,
        binned=binned,
    )


def _address(request: HttpRequest, **changes: Any) -> str:
    """The present address with some parameters changed; None takes one away."""
    kept = {k: v for k, v in request.GET.items() if k not in ("after", *changes)}
    return "?" + urlencode({**kept, **{k: v for k, v in changes.items() if v}})


def _heads(record: Record, request: HttpRequest, sort: str) -> list[dict[str, Any]]:
    """The column heads with the address that sorts by them."""
    heads = []
    first = sort.replace(",", " ").split()[0] if sort else ""
    for name in record.lists.names:
        one, _alias = Reader(record, request.viewer).path(name)
        direction = {name: "ascending", f"-{name}": "descending"}.get(first, "")
        heads.append(
            {
                "name": name,
                "label": one.label,
                "numeric": one.numeric,
                "direction": direction,
                "url": _address(request, sort=f"-{name}" if direction == "ascending" else name) if one.sortable else "",
            }
        )
    return heads


def rows_of(record: Record, reader: Reader, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """List rows ready for the template: the first cell's parts, and the other cells as one piece of HTML.

    Cells are joined here and not in the template, because a page has hundreds of them.
    """
    fields = [(name, reader.path(name)[0]) for name in record.lists.names]
    lead, rest = fields[0], fields[1:]
    # A phone shows the second column below the first, and the first number beside it.
    classes = [_css(one, second=place == 0) for place, (_name, one) in enumerate(rest)]
    return [
        {
            "id": item["id"],
            "name": lead[1].text(item[lead[0]]) or _("(without a name)"),
            "face": (item.get(record.picture) or {}).get("url", ""),
            "cells": mark_safe(  # noqa: S308 each cell is escaped here or safe already
                "".join(
                    f"<td{css}>{conditional_escape(one.cell(item[name]))}</td>"
                    for (name, one), css in zip(rest, classes, strict=True)
                )
            ),
        }
        for item in items
    ]


def _css(one: Field, *, second: bool) -> str:
    names = " ".join(["num"] * one.numeric + ["second"] * second)
    return f' class="{names}"' if names else ""


def filters_of(record: Record, request: HttpRequest) -> list[dict[str, Any]]:
    """The active conditions as chips, each with the address that takes it away."""
    try:
        source = json.loads(_filter(request, record) or "{}")
    except ValueError:
        return []
    leaves: list[Any] = (
        source.get("all") or [] if isinstance(source, dict) and "all" in source else [source] if source else []
    )
    chips = []
    for place, leaf in enumerate(leaves):
        if not isinstance(leaf, dict) or "field" not in leaf:
            continue
        try:
            one, _alias = Reader(record, request.viewer).path(str(leaf["field"]))
        except InvalidFields:
            continue
        kept = [other for i, other in enumerate(leaves) if i != place]
        chips.append(
            {
                "label": one.label,
                "op": str(leaf.get("op", "")).replace("_", " "),
                "value": _value_of(one, leaf.get("value", ""), request),
                "url": _address(request, filter=json.dumps({"all": kept})),
            }
        )
    return chips


def _value_of(one: Field, value: Any, request: HttpRequest) -> str:
    """The value of a condition as people know it: the name of a linked record, the label of a choice."""
    values = value if isinstance(value, list) else [value]
    if isinstance(one, Link):
        ids = [int(v) for v in values if str(v).isdecimal()]
        query = Query(columns=[one.target.title], ids=ids, sort="created_at")
        found = Reader(one.target, request.viewer).slice(query).items if ids else []
        names = [one.target.field(one.target.title).text(item[one.target.title]) for item in found]
        return ", ".join([*names, *(_("me") for v in values if v == "me")])
    if one.kind == "choice":
        return ", ".join(one.text(v) for v in values)
    return ", ".join(str(v).replace("_", " ") for v in values)


def _count(record: Record, request: HttpRequest, query: Query) -> str:
    found = Reader(record, request.viewer).count(query)
    return f"{number(COUNT_CAP)}+" if found > COUNT_CAP else number(found)


@page
def list_page(request: HttpRequest, record: Record) -> HttpResponse:
    """The list; asked by htmx for the rows alone it answers with them."""
    must(record, request, "view")
    query = _query(request, record)
    reader = Reader(record, request.viewer)
    try:
        found = reader.slice(query)
        problem = ""
    except InvalidFields as error:
        # A saved or shared address may name what is no longer there: the list is shown without it, and says so.
        problem = "; ".join(error.errors.values())
        query = Query(columns=record.lists.names)
        reader = Reader(record, request.viewer)
        found = reader.slice(query)
    context = {
        "record": record,
        "heads": _heads(record, request, query.sort or record.lists.sort),
        "rows": rows_of(record, reader, found.items),
        "more": _address(request, after=found.next) if found.next else "",
        "q": query.q,
        "problem": problem,
    }
    if getattr(request, "htmx", None) and request.GET.get("after"):
        return render(request, "records/table.html#rows", context)
    context |= {
        "count": _count(record, request, query),
        "filters": filters_of(record, request),
        "filter": _filter(request, record),
        "sort": query.sort,
        "exports": urlencode({**request.GET.dict(), "filter": _filter(request, record)}),
        "may_create": record.may(request.viewer, "create"),
        "may_edit": record.may(request.viewer, "edit"),
        "may_delete": record.may(request.viewer, "delete"),
        "may_export": record.may(request.viewer, "export"),
        "may_import": record.may(request.viewer, "import"),
        "narrowed": bool(query.q or request.GET.get("filter")),
    }
    return render(
        request,
        "records/list.html#list" if asked_for(request, "list") else "records/list.html",
        context,
    )


@page
def bin_page(request: HttpRequest, record: Record) -> HttpResponse:
    """What was deleted, newest first, each with a button to restore it."""
    must(record, request, "view")
    query = _query(request, record, binned=True)
    query.sort = "-updated_at"
    query.columns = [record.title, "updated_at"]
    reader = Reader(record, request.viewer)
    found = reader.slice(query)
    title = record.field(record.title)
    rows = [
        {"id": item["id"], "name": title.text(item[record.title]) or _("(without a name)"), "at": item["updated_at"]}
        for item in found.items
    ]
    context = {
        "record": record,
        "rows": rows,
        "more": _address(request, after=found.next) if found.next else "",
        "may_delete": record.may(request.viewer, "delete"),
    }
    return render(request, "records/bin.html", context)
