"""The calendar's page, and what moves entries in it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date, format_interval, format_time
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import Viewer
from rapport.platform.ui.templatetags.ui import locale
from rapport.records import registry
from rapport.records.errors import InvalidFields, NotFound
from rapport.records.fields.base import row_id
from rapport.records.pages.editing import last_action
from rapport.records.pages.guard import asked_for, page, undoable
from rapport.records.read import Reader
from rapport.records.write import must_reach
from rapport.work.calendar import layout
from rapport.work.calendar.moving import lengthen, move
from rapport.work.calendar.reading import KINDS, Entry, entries
from rapport.work.calendar.spans import SPANS, Window, step, window

COOKIE = "rapport_calendar"
# So many lines fit into a day of a month; the rest is a link to the day.
IN_A_CELL = 4
NAMES = {
    "month": gettext_lazy("Month"), "week": gettext_lazy("Week"), "day": gettext_lazy("Day"),
    "agenda": gettext_lazy("Agenda"),
}  # fmt: skip


@dataclass
class Asked:
    """What the address asks for."""

    window: Window
    who: str
    kinds: tuple[str, ...]
    chosen: bool

    def link(self, **changes: str) -> str:
        """The address of the same look with some of it changed."""
        now = {"span": self.window.span, "day": self.window.day.isoformat()}
        now |= {"who": self.who} if self.who != "me" else {}
        now |= {"kinds": ",".join(self.kinds)} if self.kinds != KINDS else {}
        return f"/calendar?{urlencode({k: v for k, v in {**now, **changes}.items() if v})}"


def asked_of(request: HttpRequest) -> Asked:
    """Reads the address; what cannot be read is as if it had not been said."""
    span = request.GET.get("span", "")
    mobile = request.headers.get("Sec-CH-UA-Mobile") == "?1" or "Mobi" in request.headers.get("User-Agent", "")
    kept = request.COOKIES.get(COOKIE, "")
    shown = span if span in SPANS else kept if kept in SPANS else "agenda" if mobile else "week"
    kinds = tuple(k for k in KINDS if k in ",".join(request.GET.getlist("kinds") or KINDS).split(","))
    who = request.GET.get("who", "me")
    found = window(shown, _day(request.GET.get("day", "")) or timezone.localdate(), locale().first_week_day)
    return Asked(
        found, who if who in ("me", "all") or row_id(who) else "me", kinds or KINDS, span in SPANS or bool(kept)
    )


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1900 < found.year < 2200 else None


@page
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """The calendar, or its content alone when something on it changed."""
    asked, viewer = asked_of(request), request.viewer
    owner = {"me": viewer.id, "all": None}.get(asked.who, row_id(asked.who))
    found = entries(viewer, asked.window.first, asked.window.last, kinds=asked.kinds, owner=owner)
    today = timezone.localdate()
    context: dict[str, Any] = {
        "asked": asked,
        "heading": _heading(asked.window),
        "today": today,
        "spans": [(key, label, asked.link(span=key)) for key, label in NAMES.items()],
        "before": asked.link(day=step(asked.window.span, asked.window.day, -1).isoformat()),
        "after": asked.link(day=step(asked.window.span, asked.window.day, 1).isoformat()),
        "now_link": asked.link(day=today.isoformat()),
        "people": _people(viewer),
        "kinds": [(registry.get(k), k in asked.kinds) for k in KINDS],
        "zone": viewer.zone_name.replace("_", " "),
        "empty": not found,
        "on_small_screens": asked.link(span="agenda"),
        "others": asked.who != "me",
        "part": f"work/calendar_{'hours' if asked.window.span in ('week', 'day') else asked.window.span}.html",
        "may_create": {k: registry.get(k).may(viewer, "create") for k in KINDS},
        **_days(asked, found, today),
    }
    answer = render(
        request, "work/calendar.html#body" if asked_for(request, "calendar") else "work/calendar.html", context
    )
    if request.GET.get("span") in SPANS and not request.htmx:
        answer.set_cookie(COOKIE, asked.window.span, max_age=365 * 86400, samesite="Lax", secure=request.is_secure())
    return answer


def _days(asked: Asked, found: list[Entry], today: date) -> dict[str, Any]:
    span = asked.window.span
    days = [_a_day(day, found, today, asked) for day in asked.window.days]
    if span == "month":
        return {"weeks": [days[n : n + 7] for n in range(0, len(days), 7)]}
    if span == "agenda":
        return {"days": [day for day in days if day["entries"] or day["today"]]}
    clock = timezone.localtime()
    return {
        "days": days,
        "hours": [(n * 4, format_time(time(n), "short", locale=locale())) for n in range(24)],
        "now": (clock.hour * 60 + clock.minute) // 15,
    }


def _a_day(day: date, found: list[Entry], today: date, asked: Asked) -> dict[str, Any]:
    span = asked.window.span
    made: dict[str, Any] = {
        "date": day.isoformat(),
        "name": format_date(day, "EEEE, d MMMM" if span == "agenda" else "full", locale=locale()),
        "short": format_date(day, "EEE", locale=locale()),
        "number": day.day,
        "today": day == today,
        "weekend": day.weekday() in (locale().weekend_start, locale().weekend_end),
        "link": asked.link(span="day", day=day.isoformat()),
    }
    if span in ("week", "day"):
        rest = asked.link(span="agenda", day=day.isoformat()) if span == "day" else made["link"]
        return made | {"rest": rest, "pieces": layout.pieces(found, day), "whole": layout.whole(found, day)}
    # What is ticked off gives way to what is not.
    there = sorted(layout.touching(found, day), key=lambda e: e.kind == "tasks" and e.done)
    if span == "agenda":
        return made | {"entries": there}
    shown = there if len(there) <= IN_A_CELL else there[: IN_A_CELL - 1]
    return made | {"entries": shown, "more": len(there) - len(shown), "outside": day.month != asked.window.day.month}


def _heading(shown: Window) -> str:
    if shown.span == "month":
        return format_date(shown.day, "LLLL y", locale=locale())
    if shown.span == "day":
        return format_date(shown.day, "full", locale=locale())
    return format_interval(shown.first, shown.last, "yMMMd", locale=locale())


def _people(viewer: Viewer) -> list[tuple[str, str]]:
    """Whose calendars the viewer may look at."""
    scopes = {registry.get(kind).scope(viewer, "view") for kind in KINDS}
    if scopes <= {"none", "own"}:
        return []
    users = User.objects.filter(is_active=True, deleted_at=None).exclude(pk=viewer.id).order_by("name")
    if "all" not in scopes:
        users = users.filter(pk__in=viewer.team_ids)
    return [(str(pk), name) for pk, name in users.values_list("pk", "name")[:300]]


@page
@require_POST
def move_entry(request: HttpRequest, kind: str, id: int) -> HttpResponse:
    """Moves an entry to `day` and `time`, or by `minutes` lets it take that long."""
    _calendar_kind(kind)
    if minutes := request.POST.get("minutes"):
        lengthen(request.viewer, kind, id, minutes=int(minutes) if minutes.isdecimal() and len(minutes) < 7 else 0)
        said = _("Length changed.")
    else:
        day = _day(request.POST.get("day", ""))
        if day is None:
            raise InvalidFields({"day": _("A day is needed.")})
        at = request.POST.get("time", "")
        item = move(request.viewer, kind, id, day=day, at=_time(at) if at else None, whole="whole" in request.POST)
        said = _("Moved to %(when)s.") % {"when": _said(kind, item)}
    undoable(request, said, last_action(registry.get(kind), id))
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Trigger": "dialog-close, calendar-moved"})
    return HttpResponseRedirect(f"/calendar?day={request.POST.get('day', '')}")


def _said(kind: str, item: dict[str, Any]) -> str:
    record = registry.get(kind)
    if kind == "tasks":
        at = f" {record.field('due_time').text(item['due_time'])}" if item["due_time"] else ""
        return record.field("due_on").text(item["due_on"]) + at
    return record.field("at").text(item["at"])


@page
@require_safe
def move_form(request: HttpRequest, kind: str, id: int) -> HttpResponse:
    """Asks where to move an entry: the way for keys and screen readers."""
    _calendar_kind(kind)
    record = registry.get(kind)
    item = Reader(record, request.viewer).get(id)
    must_reach(record, id, request.viewer, "edit")
    if kind == "tasks":
        day, at = item["due_on"] or timezone.localdate(), item["due_time"]
    else:
        starts: datetime = timezone.localtime(item["at"] or timezone.now())
        day, at = starts.date(), starts.time()
    length = int((item["ends_at"] - item["at"]) / timedelta(minutes=1)) if item.get("ends_at") else 0
    context = {
        "record": record, "id": id, "name": record.called(item), "day": day.isoformat(),
        "time": at.strftime("%H:%M") if at else "", "length": length,
    }  # fmt: skip
    return render(request, "work/calendar_move.html#dialog" if request.htmx else "work/calendar_move.html", context)


def _calendar_kind(kind: str) -> None:
    if kind not in KINDS:
        raise NotFound


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise InvalidFields({"time": _("“%(value)s” is not a time such as 14:30.") % {"value": text}}) from None
