"""What one is told, following a record, and whom one may name."""

import json
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from rapport.platform.identity.models import User
from rapport.platform.ui.bell import bell as bell_of
from rapport.records import notifications, registry
from rapport.records.errors import NotFound
from rapport.records.following import follow, followers
from rapport.records.grouped import ASSIGNED, OWN, SOURCE
from rapport.records.models import BulkRun, Notification
from rapport.records.pages import runs
from rapport.records.pages.guard import page
from rapport.records.reach import who_may
from rapport.records.read import Reader
from rapport.records.record import Record

OFFERED = 8


@page
@require_safe
def notifications_page(request: HttpRequest) -> HttpResponse:
    """The newest notifications, unread ones marked."""
    found = notifications.latest(request.viewer)
    mine = [one["source_row"] for one in found if one["kind"] == OWN]
    ended = BulkRun.objects.filter(pk__in=mine, created_by_id=request.viewer.id).defer("ids", "refused").in_bulk()
    for one in found:
        if one["kind"] == OWN and (run := ended.get(one["source_row"])):
            one |= {"name": runs.heading(run), "words": runs.outcome(run)["text"]}
            one["undo"] = run.action_id if run.changed and run.do != "undo" else None
    context = {"found": found, "unread": sum(not one["read"] for one in found), "topic": f"notices-{request.viewer.id}"}
    return render(request, "records/notifications.html", context)


@page
@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """The bell with its number, for a page that was told there is another."""
    context = {"bell": bell_of(request), "small": bool(request.GET.get("small"))}
    response = render(request, "ui/bell.html", context)
    response.leaves_messages = True  # type: ignore[attr-defined]
    return response


@page
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Marks one as read, or all."""
    given = request.POST.get("id", "")
    ids = [int(given)] if given.isdecimal() and len(given) < 19 else None
    notifications.mark_read(request.viewer, ids=ids)
    return HttpResponseRedirect("/notifications")


@page
@require_safe
def open_one(request: HttpRequest, id: int) -> HttpResponse:
    """Leads to the place that a notification tells of; the page there marks it as read."""
    one = Notification.objects.filter(pk=id, user_id=request.viewer.id).first()
    if one is None:
        raise NotFound
    notifications.mark_read(request.viewer, ids=[id])
    if one.source == SOURCE:
        return HttpResponseRedirect(_place(one))
    place = f"#event-{one.source}-{one.source_row}" if one.source else ""
    return HttpResponseRedirect(f"/{one.entity}/{one.row}{place}")


def _place(one: Notification) -> str:
    """Where a notice of many records leads: to one's own run, to what was given to one, or to what changed last."""
    if one.kind == OWN:
        return f"/bulk/{one.source_row}"
    mine = {"all": [{"field": "owner", "op": "is", "value": "me"}]}
    asked = {"sort": "-updated_at"} | ({"filter": json.dumps(mine)} if one.kind == ASSIGNED else {})
    return f"/{one.entity}?{urlencode(asked)}"


@page
@require_POST
def follow_record(request: HttpRequest, record: Record, id: int) -> HttpResponse:
    """Follows the record, or leaves it."""
    Reader(record, request.viewer).get(id, [])
    if not record.has_timeline:
        raise NotFound
    follow(record, id, request.viewer, wanted=request.POST.get("follow", "1") == "1")
    if not request.htmx:
        return HttpResponseRedirect(f"/{record.entity}/{id}")
    context = {"record": record, "id": id, **followers(record, id, request.viewer)}
    return render(request, "records/followers.html", context)


@page
@require_safe
def mentionable(request: HttpRequest, record: Record, id: int) -> HttpResponse:
    """Colleagues whose name or e-mail begins like what was typed, each with whether they may see the record."""
    Reader(record, request.viewer).get(id, [])
    q = " ".join(request.GET.get("q", "").split())[:100]
    known = User.objects.filter(is_active=True, deleted_at=None).exclude(pk=request.viewer.id).exclude(name="")
    if not registry.get("users").may(request.viewer, "view"):
        known = known.none()
    if q:
        known = known.filter(name__icontains=q)
    named = [user for user in known.order_by("name", "pk")[: OFFERED * 2] if not set(user.name) & set("[]\n")]
    # Who is called so by a first or last name comes before who has it in the middle of a word.
    named.sort(key=lambda u: (not any(w.casefold().startswith(q.casefold()) for w in u.name.split()), u.name))
    seeing = who_may(record, id, [user.pk for user in named[:OFFERED]])
    options = [{"name": user.name, "blind": user.pk not in seeing} for user in named[:OFFERED]]
    return render(request, "records/mentionable.html", {"options": options})
