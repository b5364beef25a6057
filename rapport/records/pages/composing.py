"""Writing down what happened, and what is to be done next, from a record's page."""

from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.platform.identity.viewer import Viewer
from rapport.platform.journal.models import Action
from rapport.records import drafts, mentions, registry, write
from rapport.records.errors import InvalidFields, NotFound
from rapport.records.fields import Duration
from rapport.records.mention_text import plain
from rapport.records.pages.guard import page, undoable
from rapport.records.read import Reader
from rapport.records.record import Record

# Which fields the short form of each activity asks for; the text comes last.
SHORT = {
    "notes": "body",
    "calls": "title direction outcome at duration body",
    "meetings": "title at ends_at location body",
    "tasks": "title due_on kind priority body",
    "messages": "channel direction title body",
}
# The key that goes to each form.
KEYS = {"notes": "n", "calls": "l", "meetings": "m", "tasks": "t", "messages": "w"}


def forms(
    viewer: Viewer,
    values: dict[str, dict[str, Any]] | None = None,
    errors: dict[str, str] | None = None,
    entity: str = "",
) -> list[dict[str, Any]]:
    """The tabs of the composer: one short form per activity that the viewer may create.

    `values` are what was typed, by activity; `errors` belong to the form of `entity`, which is the open one.
    """
    made: list[dict[str, Any]] = []
    typed, now = values or {}, timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    opened = entity or next(iter(typed), "")
    for key, names in SHORT.items():
        activity = registry.find(key)
        if activity is None or not activity.may(viewer, "create"):
            continue
        mine = errors if entity == key and errors else {}
        drawn = key in typed or bool(mine)
        # Without anything typed only the text is drawn here: the boxes are kept.
        fields: list[dict[str, Any]] = [
            {
                "field": one,
                "id": f"{key}-{one.name}",
                "value": _typed(activity, one.name, typed[key].get(one.name))
                if key in typed
                else _first(activity, one.name, now),
                "error": mine.get(one.name, ""),
            }
            for one in map(activity.field, names.split())
            if drawn or one.widget == "long_text"
        ]
        made.append(
            {
                "record": activity,
                "key": KEYS[key],
                "open": opened == key or (not opened and not made),
                "kept": key in typed and not mine,
                "general": "; ".join(text for name, text in mine.items() if name not in names.split()),
                "texts": [box for box in fields if box["field"].widget == "long_text"],
                "short": _boxes(fields) if drawn else _empty_boxes(key, now, get_language()),
            }
        )
    return made


def begun(record: Record, pk: int, viewer: Viewer) -> dict[str, Any]:
    """The composer with the viewer's drafts in it, and the drafts as the focus shows them; one query."""
    found = drafts.drafts(record, pk, viewer)
    lines = [
        {
            "activity": activity,
            "words": Truncator(plain(draft["values"].get("title") or draft["values"].get("body") or "")).chars(120),
            "at": draft["at"],
        }
        for key, draft in found.items()
        if (activity := registry.find(key)) and key in SHORT
    ]
    return {"forms": forms(viewer, {key: draft["values"] for key, draft in found.items()}), "drafts": lines}


def _first(activity: Record, name: str, now: str) -> Any:
    """What stands in an empty short form: now, and the fields' own defaults."""
    return now if name == "at" else activity.field(name).default or ""


def _boxes(fields: list[dict[str, Any]]) -> SafeString:
    return SafeString(render_to_string("records/composer_fields.html", {"fields": fields}))


@lru_cache(maxsize=64)
def _empty_boxes(key: str, now: str, language: str) -> SafeString:
    """The boxes of a form in which nothing is typed: for a minute they are the same on every page, five forms of them."""
    activity = registry.get(key)
    return _boxes(
        [
            {"field": activity.field(name), "id": f"{key}-{name}", "value": _first(activity, name, now), "error": ""}
            for name in SHORT[key].split()
        ]
    )


def _typed(activity: Record, name: str, value: Any) -> str:
    """What somebody typed, from what it became in a form that was refused, or from a draft."""
    one = activity.field(name)
    return one.typed(value) if isinstance(one, Duration) else plain(str(value or ""))


def _short(record: Record, activity: Record) -> list[str]:
    """The fields of the short form. Raises NotFound where nothing can be written down."""
    if activity.entity not in SHORT or not record.has_timeline:
        raise NotFound
    return SHORT[activity.entity].split()


@page
def log(request: HttpRequest, record: Record, id: int, activity: Record) -> HttpResponse:
    """Takes a short form: writes the activity about this record and answers with the composer anew.

    The page then refreshes itself. Without htmx what was refused is kept as a draft, and the page says why.
    """
    names = _short(record, activity)
    Reader(record, request.viewer).get(id, [])
    if request.method != "POST":
        return HttpResponseRedirect(f"/{record.entity}/{id}")
    given = {name: activity.field(name).from_form(request.POST, name) for name in names}
    values = {name: value for name, value in given.items() if not activity.field(name).empty(value)}
    if activity.entity in ("calls", "messages") and not values.get("title"):
        # A call or a message written down in haste is called after its first words.
        values["title"] = Truncator(" ".join(plain(str(values.get("body", ""))).split())).chars(80) or str(
            activity.label
        )
    if activity.entity != "tasks" and "at" not in values:
        values["at"] = timezone.now()
    errors: dict[str, str] = {}
    try:
        pk = write.create(activity, {**values, "about": [f"{record.entity}/{id}"]}, viewer=request.viewer, verb="log")
        drafts.forget(record, id, activity, request.viewer)
        action = Action.objects.filter(entries__table=activity.table, entries__row=pk).order_by("-pk").first()
        undoable(request, _saved(activity, pk, values), action.pk if action else None)
        if blind := mentions.unreached(activity, pk, str(values.get("body", ""))):
            text = (
                _("%(names)s may not see this and is not told.")
                if len(blind) == 1
                else _("%(names)s may not see this and are not told.")
            )
            messages.warning(request, text % {"names": ", ".join(blind)})
    except InvalidFields as error:
        errors = error.errors
    others = {k: d["values"] for k, d in drafts.drafts(record, id, request.viewer).items() if k != activity.entity}
    if not request.htmx:
        if errors:
            drafts.keep(record, id, activity, names, request.POST, request.viewer)
            raise InvalidFields(errors)
        return HttpResponseRedirect(f"/{record.entity}/{id}")
    typed = {**others, activity.entity: given} if errors else others
    context = {
        "record": record,
        "id": id,
        "forms": forms(request.viewer, typed, errors, activity.entity),
        "saved": not errors,
    }
    response = render(request, "records/composer.html", context, status=422 if errors else 200)
    if not errors:
        response.headers["HX-Trigger"] = f"changed-{record.entity}-{id}"
    return response


def _saved(activity: Record, pk: int, values: dict[str, Any]) -> str:
    """What the toast says: the first words of what was written lead to it, as its place may be out of sight."""
    said = _("%(what)s saved.") % {"what": activity.label}
    words = " ".join(plain(str(values.get("title") or values.get("body") or "")).split())
    return format_html('{} <a href="/{}/{}">{}</a>', said, activity.entity, pk, Truncator(words).chars(60) or _("Open"))


@page
@require_POST
def draft(request: HttpRequest, record: Record, id: int, activity: Record) -> HttpResponse:
    """Keeps what somebody is typing, or throws it away when they ask for it."""
    names = _short(record, activity)
    Reader(record, request.viewer).get(id, [])
    if not activity.may(request.viewer, "create"):
        raise NotFound
    if request.POST.get("discard"):
        drafts.forget(record, id, activity, request.viewer)
        if not request.htmx:
            return HttpResponseRedirect(f"/{record.entity}/{id}")
        context = {"record": record, "id": id, **begun(record, id, request.viewer)}
        response = render(request, "records/composer.html", context)
        response.headers["HX-Trigger"] = f"changed-{record.entity}-{id}"
        return response
    drafts.keep(record, id, activity, names, request.POST, request.viewer)
    return HttpResponse(status=204)
