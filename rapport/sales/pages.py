"""Pages of sales beyond those of the engine."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.records import registry
from rapport.records.fields import Link
from rapport.records.pages.editing import last_action
from rapport.records.pages.guard import page, undoable
from rapport.sales.actions.move_deal import move_deal


@page
@require_POST
def move(request: HttpRequest, id: int, stage: int) -> HttpResponse:
    """Moves a deal along its stage bar."""
    deals = registry.get("deals")
    link = deals.field("stage")
    assert isinstance(link, Link)
    deal = move_deal(request.viewer, id, stage_id=link.existing_or_missing(stage, deals.context(request.viewer)))
    undoable(request, _("Moved to %(stage)s.") % {"stage": deal.stage.name}, last_action(deals, id))
    # Moved from a panel beside a list: one stays there.
    here = request.htmx.current_url_abs_path if request.htmx else None
    return HttpResponseRedirect(here or f"/deals/{id}")
