"""The page of one record: summary, fields, related lists, timeline."""

from itertools import groupby
from typing import Any

from babel.dates import format_date
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from rapport.platform.access.gate import scope
from rapport.platform.prepared import prepared
from rapport.platform.ui.markup import markup
from rapport.platform.ui.templatetags.ui import day, locale
from rapport.records import notifications
from rapport.records.fields import Field, Link
from rapport.records.focus import MOST, days_ahead, focus
from rapport.records.following import followers
from rapport.records.pages import attaching, composing, events
from rapport.records.pages.entries import entry_html
from rapport.records.pages.guard import page
from rapport.records.read import Query, Reader, Slice
from rapport.records.record import Record
from rapport.records.summaries import figures
from rapport.records.timeline import kinds_there, timeline
from rapport.records.visits import note_visit

RELATED = 6
FEW_EMPTY = 2
# A page has twenty of them, which makes a template dear.
_ROW = '<div class="r-prop" id="prop-{}"><dt>{}</dt><dd><div class="r-value">{}{}</div></dd></div>'
_EDIT = (
    '<button type="button" class="r-edit" data-edit aria-label="{}" hx-get="{}" hx-target="closest .r-prop" '
    'hx-swap="outerHTML"></button>'
)
# What the history can be narrowed to.
TABS = [
    {"kinds": "", "label": gettext_lazy("All")},
    {"kinds": "notes", "label": gettext_lazy("Notes")},
    {"kinds": "calls", "label": gettext_lazy("Calls")},
    {"kinds": "meetings", "label": gettext_lazy("Meetings")},
    {"kinds": "messages", "label": gettext_lazy("Messages")},
    {"kinds": "attachments", "label": gettext_lazy("Files")},
    {"kinds": "changes", "label": gettext_lazy("Changes")},
]


def prop(record: Record, pk: int, name: str, item: dict[str, Any], *, editable: bool) -> dict[str, Any]:
    """One property row: its name, its value as HTML, and the row itself with label and button."""
    one = record.field(name)
    html = one.detail(item[name])
    button = _EDIT if editable and not one.readonly else ""
    row = markup(
        _ROW,
        name,
        one.label,
        markup(button, _("Edit %(label)s") % {"label": one.label}, f"/{record.entity}/{pk}/cells/{name}/edit"),
        html or SafeString('<span class="nothing">—</span>'),
    )
    return {"name": name, "html": html, "row": row}


def group(title: Any, props: list[dict[str, Any]]) -> dict[str, Any]:
    """Property rows under a title; more than two empty ones are folded away, so that what is known is seen."""
    empty = [one for one in props if not one["html"]]
    folded = empty if len(empty) > FEW_EMPTY and len(empty) < len(props) else []
    return {"title": title, "props": [one for one in props if one not in folded], "folded": folded}


def related_lists(record: Record, pk: int, request: HttpRequest) -> list[dict[str, Any]]:
    """The lists of records that link here, each with a few rows and where to add one."""
    made = []
    links = [(other, link) for other, link in record.links_here() if other.may(request.viewer, "view")]
    there = _linked(links, pk)
    for other, link in links:
        if not _worth_showing(other, link) and link not in there:
            continue
        columns = [name for name in other.lists.names if name != link.name][:4]
        query = Query(columns=columns, filter={"field": link.name, "op": "is", "value": pk}, limit=RELATED)
        reader = Reader(other, request.viewer)
        # To plan the reading of a list costs more than to read it, so empty ones are not asked for.
        found = reader.slice(query) if link in there else Slice([], None)
        if not found.items and not _worth_showing(other, link):
            continue
        fields = [(name, reader.path(name)[0]) for name in columns]
        made.append(
            {
                "title": link.related,
                "entity": other.entity,
                "icon": other.icon,
                "face": other.face if fields[0][0] == other.title else "",
                "count": f"{RELATED}+" if found.next else len(found.items),
                "rows": [_line(row, fields) for row in found.items],
                "all": f'/{other.entity}?filter={{"all":[{{"field":"{link.name}","op":"is","value":{pk}}}]}}',
                "add": f"/{other.entity}/new?{link.name}={pk}" if other.may(request.viewer, "create") else "",
            }
        )
    return made


def _linked(links: list[tuple[Record, Link]], pk: int) -> list[Link]:
    """Those of the links by which any record points here, within reach or not. One query."""
    if not links:
        return []
    there = (f'EXISTS (SELECT 1 FROM {other.table} WHERE "{link.column}" = %s)' for other, link in links)  # noqa: S608
    with prepared() as cursor:
        cursor.execute(f"SELECT {', '.join(there)}", [pk] * len(links))
        return [link for (_other, link), is_there in zip(links, cursor.fetchone(), strict=True) if is_there]


def _line(row: dict[str, Any], fields: list[tuple[str, Field]]) -> dict[str, Any]:
    """A row of a related list: the first thing that there is to say leads, three more follow."""
    said = [text for name, one in fields if (text := one.text(row[name]))]
    return {"id": row["id"], "lead": said[0] if said else _("(without a name)"), "rest": " · ".join(said[1:4])}


def _worth_showing(other: Record, link: Link) -> bool:
    """Empty lists are shown where people would look for a button to add the first."""
    return link.required or link.name in ("organisation", "person")


def timeline_of(
    record: Record, pk: int, request: HttpRequest, *, editable: bool, among: set[str] | None = None
) -> dict[str, Any]:
    """A page of the timeline, by month, for the template; `kinds` in the address narrows it."""
    kinds = tuple(k for k in request.GET.get("kinds", "").split(",") if k)
    found = timeline(record, pk, viewer=request.viewer, after=request.GET.get("after", ""), kinds=kinds, among=among)
    names = events.linked(record, found.entries, request.viewer)
    entries = events.folded([events.shown(record, entry, names) for entry in found.entries])
    months = [
        (format_date(day, "LLLL y", locale=locale()), [entry_html(entry, editable=editable) for entry in group])
        for day, group in groupby(entries, key=lambda e: timezone.localtime(e["at"]).date().replace(day=1))
    ]
    return {"months": months, "more": found.next, "kinds": ",".join(kinds), "tabs": TABS, "record": record, "pk": pk}


def head_of(record: Record, pk: int, request: HttpRequest) -> dict[str, Any]:
    """What the page, the panel and their refreshing have in common. Raises NotFound."""
    item = Reader(record, request.viewer).get(pk, binned=None)
    binned = item.pop("deleted_at") is not None
    may = _may(record, pk, request, "edit", "delete")
    editable = not binned and may["edit"]
    return {
        "record": record,
        "id": pk,
        "item": item,
        "name": record.called(item),
        "face": (item.get(record.picture) or {}).get("url", ""),
        "subtitle": [html for name in record.page.subtitle.split() if (html := record.field(name).cell(item[name]))],
        "binned": binned,
        "editable": editable,
        "deletable": may["delete"],
        "figures": [] if binned else figures(record, pk, item, request.viewer),
        "verbs": [v for v in record.verbs if editable and v.when(item)],
        **record.extra_context(item, request.viewer),
    }


def whole(record: Record, pk: int, request: HttpRequest, *, panel: bool) -> dict[str, Any]:
    """Everything that the page shows, but for the composer."""
    context = head_of(record, pk, request) | {"panel": panel, "related": related_lists(record, pk, request)}
    item, editable = context["item"], context["editable"]
    context["groups"] = [
        group(title, [prop(record, pk, name, item, editable=editable) for name in names.split()])
        for title, names in record.page.groups
    ]
    among = kinds_there(record, pk) if record.page.timeline or record.has_timeline else None
    if record.page.timeline:
        context |= timeline_of(record, pk, request, editable=editable, among=among)
        files = attaching.files_of(record, pk, request.viewer, among)
        context |= files | {"may_attach": files["may_attach"] and not context["binned"]}
    if record.has_timeline and not context["binned"]:
        context |= followers(record, pk, request.viewer)
        near = focus(record, pk, request.viewer, among)
        context |= {"focus": near[:MOST], "focus_more": len(near) > MOST, "days": _days()}
    return context


def _days() -> list[dict[str, Any]]:
    """The days that one puts things off to, written out once for all entries of the focus."""
    return [{"label": label, "value": chosen.isoformat(), "html": day(chosen)} for label, chosen in days_ahead()]


def _composed(context: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    """Composer and drafts, for who may write about the record."""
    record, pk = context["record"], context["id"]
    if not (record.page.timeline and context["editable"]):
        return {"forms": [], "drafts": []}
    return composing.begun(record, pk, request.viewer)


def _with_composer(context: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    # Who looks at the record has read what they were told of it.
    notifications.mark_read(request.viewer, record=context["record"], pk=context["id"])
    return context | {
        "explainable": scope(request.viewer, "access", "view") != "none",
        **_composed(context, request),
    }


@page
@require_safe
def record_page(request: HttpRequest, record: Record, id: int) -> HttpResponse:
    """The record page."""
    context = whole(record, id, request, panel=False)
    note_visit(record.entity, id, request.viewer)
    return render(request, "records/record.html", _with_composer(context, request))


@page
@require_safe
def panel_page(request: HttpRequest, record: Record, id: int) -> HttpResponse:
    """The same in one narrow column, to stand beside a list; without htmx the page itself."""
    context = whole(record, id, request, panel=True)
    if not request.htmx:
        return HttpResponseRedirect(f"/{record.entity}/{id}")
    note_visit(record.entity, id, request.viewer)
    return render(request, "records/panel.html", _with_composer(context, request))


@page
@require_safe
def parts(request: HttpRequest, record: Record, id: int) -> HttpResponse:
    """Every part of an open page or panel that others may have changed; what is being typed stays."""
    context = whole(record, id, request, panel=bool(request.GET.get("panel")))
    # The editor of a value says the version that it looks at: while one is open the values stay as they are.
    context |= _composed(context, request) | {"editing": "version" in request.GET}
    response = render(request, "records/parts.html", context)
    response.leaves_messages = True  # type: ignore[attr-defined]
    return response


@page
@require_safe
def timeline_part(request: HttpRequest, record: Record, id: int) -> HttpResponse:
    """More of the timeline, or another view of it."""
    binned = Reader(record, request.viewer).get(id, [], binned=None)["deleted_at"] is not None
    editable = not binned and _may(record, id, request, "edit")["edit"]
    context = timeline_of(record, id, request, editable=editable) | {"whole": "after" not in request.GET}
    return render(request, "records/timeline.html", context)


def _may(record: Record, pk: int, request: HttpRequest, *actions: str) -> dict[str, bool]:
    """Whether the viewer may do each of the actions with the record, in the bin or not; one query at most."""
    rules = {action: record.rule(request.viewer, action, "t") for action in actions}
    may = {action: rule.is_open for action, rule in rules.items()}
    asked = {action: rule for action, rule in rules.items() if not (rule.is_open or rule.is_shut)}
    if asked:
        with prepared() as cursor:
            cursor.execute(
                f"SELECT {', '.join(f'coalesce({rule.sql}, false)' for rule in asked.values())} "  # noqa: S608
                f"FROM {record.table} t WHERE t.id = %s",
                [*(p for rule in asked.values() for p in rule.params), pk],
            )
            row = cursor.fetchone() or [False] * len(asked)
        may |= dict(zip(asked, row, strict=True))
    return may
