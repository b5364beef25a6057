"""Pages of work beyond those of the engine."""

from babel.dates import format_date
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.platform.identity.notices import wants
from rapport.platform.ui.templatetags.ui import locale
from rapport.records.errors import InvalidFields
from rapport.records.pages.editing import last_action
from rapport.records.pages.guard import page, undoable
from rapport.records.read import Reader
from rapport.records.record import Record
from rapport.work.actions.remind import take_reminders
from rapport.work.actions.reschedule import reschedule


@page
@require_POST
def reminders(request: HttpRequest) -> HttpResponse:
    """The viewer's reminders that came due, each shown once as a notice that stays."""
    due = take_reminders(request.viewer)
    for task in due if wants(request.viewer.user, "reminders") else ():
        messages.warning(
            request, format_html('{} <a href="/tasks/{}">{}</a>', _("Reminder:"), task["id"], task["title"])
        )
    return HttpResponse(status=204)


@page
@require_POST
def day(request: HttpRequest, record: Record, id: int) -> HttpResponse:
    """Puts a task, meeting or call off to the day that was chosen or typed."""
    Reader(record, request.viewer).get(id, [])
    given = request.POST.get("day") or request.POST.get("other") or ""
    try:
        chosen = parse_date(given) if len(given) == 10 else None
    except ValueError:
        chosen = None
    if chosen is None or not 1900 < chosen.year < 3000:
        raise InvalidFields({"day": _("Choose a day.")})
    reschedule(request.viewer, record.entity, id, day=chosen)
    text = _("Moved to %(day)s.") % {"day": format_date(chosen, "full", locale=locale())}
    undoable(request, text, last_action(record, id))
    if not request.htmx:
        return HttpResponseRedirect(f"/{record.entity}/{id}")
    response = HttpResponse(status=204)
    response.headers["HX-Trigger"] = f"changed-{record.entity}-{id}"
    return response
