"""Which columns a list has and in which order, and by what it is sorted: two panels, and pages without scripts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.records.errors import InvalidFields
from rapport.records.pages.asked import MOST_COLUMNS, Look, asked, gone_to, label_of
from rapport.records.pages.filtering import fields_of
from rapport.records.pages.guard import must, page
from rapport.records.read import Reader
from rapport.records.record import Record

MOST_SORTS = 4
# More columns that stay would leave no room for the others.
MOST_FROZEN = 3


def _moved(names: list[str], do: str) -> list[str]:
    """The names with one moved: "up:amount" or "down:amount"."""
    verb, _colon, name = do.partition(":")
    if verb not in ("up", "down") or name not in names:
        return names
    at = names.index(name)
    to = min(max(at + (1 if verb == "down" else -1), 0), len(names) - 1)
    rest = [one for one in names if one != name]
    return [*rest[:to], name, *rest[to:]]


def _known(look: Look, names: list[str], ability: str) -> list[str]:
    """Those of the names that are fields for the viewer with the ability, each once."""
    reader = Reader(look.record, look.viewer)
    found = []
    for name in dict.fromkeys(names):
        try:
            one, _alias = reader.path(name)
        except InvalidFields:
            continue
        if getattr(one, ability):
            found.append(name)
    return found


@page
@require_safe
def fields_panel(request: HttpRequest, record: Record) -> HttpResponse:
    """The columns: which, in which order, and how many of the first stay in place."""
    must(record, request, "view")
    look = asked(request, record)
    do = request.GET.get("do", "")
    given = "column" in request.GET or bool(do)
    names = _known(look, request.GET.getlist("column")[:MOST_COLUMNS], "listable") if given else look.names
    keep = request.GET.get("keep", "")
    frozen = int(keep) if keep.isdecimal() and len(keep) == 1 else look.now.frozen
    error = _("A list needs a column.") if given and not names else ""
    if do == "apply" and not error:
        return gone_to(request, look, columns=",".join(names), frozen=min(frozen, MOST_FROZEN))
    names = _moved(names, do)
    rest = [
        (title, [(name, label) for name, label in options if name not in names])
        for title, options in fields_of(record, request.viewer, "listable")
    ]
    context = {
        "record": record,
        "look": look,
        "kept": look.parameters(columns=None, frozen=None),
        "chosen": [(name, label_of(record, request.viewer, name)) for name in names],
        "rest": [(title, options) for title, options in rest if options],
        "frozen": frozen,
        "keeps": range(MOST_FROZEN + 1),
        "usual": look.address(f"/{record.entity}", columns=None, frozen=None),
        "focus": do.partition(":")[2],
        "back": look.address(f"/{record.entity}"),
        "error": error,
    }
    return render(
        request, "records/fields.html#panel" if request.htmx else "records/fields.html", context,
        status=422 if error else 200,
    )  # fmt: skip


@page
@require_safe
def sort_panel(request: HttpRequest, record: Record) -> HttpResponse:
    """The sort: fields one after the other, each up or down."""
    must(record, request, "view")
    look = asked(request, record)
    do = request.GET.get("do", "")
    if "by" in request.GET or do:
        pairs = list(zip(request.GET.getlist("by"), request.GET.getlist("way"), strict=False))[:MOST_SORTS]
    else:
        pairs = [(part.lstrip("-"), "down" if part.startswith("-") else "up") for part in look.sort.split(",")]
    known = _known(look, [name for name, _way in pairs], "sortable")
    if do == "apply":
        sort = [("-" if way == "down" else "") + name for name, way in dict(reversed(pairs)).items() if name in known]
        return gone_to(request, look, sort=",".join(reversed(sort)) or None)
    verb, _colon, place = do.partition(":")
    at = int(place) if place.isdecimal() and len(place) < 3 else -1
    if verb == "drop":
        pairs = [pair for number, pair in enumerate(pairs) if number != at]
    elif verb == "up" and 0 < at < len(pairs):
        pairs[at - 1], pairs[at] = pairs[at], pairs[at - 1]
    if do == "add" or not pairs:
        pairs.append(("", "up"))
    context = {
        "record": record,
        "look": look,
        "on": "board" if request.GET.get("on") == "board" else "",
        "kept": look.parameters(sort=None),
        "pairs": pairs,
        "fields": fields_of(record, request.viewer, "sortable"),
        "may_add": len(pairs) < MOST_SORTS,
        "back": look.address(f"/{record.entity}{'/board' if request.GET.get('on') == 'board' else ''}"),
    }
    return render(request, "records/sort.html#panel" if request.htmx else "records/sort.html", context)
