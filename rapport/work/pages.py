"""Pages of work beyond those of the engine."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.platform.identity.notices import wants
from rapport.records.pages.guard import page
from rapport.work.actions.remind import take_reminders


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
