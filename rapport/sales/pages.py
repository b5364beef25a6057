"""Pages of sales beyond those of the engine."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.records import registry
from rapport.records.boards.moving import move as move_record
from rapport.records.errors import InvalidFields
from rapport.records.fields import Link
from rapport.records.pages.guard import moved, on_board, page, undoable
from rapport.records.pages.prompting import answered, askable, prompt
from rapport.records.read import Reader
from rapport.sales.models import Stage


@page
@require_POST
def move(request: HttpRequest, id: int, stage: int) -> HttpResponse:
    """Moves a deal along its stage bar; asks in the dialog for what the stage requires and the deal lacks."""
    deals = registry.get("deals")
    link = deals.field("stage")
    assert isinstance(link, Link)
    to = link.existing_or_missing(stage, deals.context(request.viewer))
    try:
        action = move_record(deals, id, "stage", str(to), viewer=request.viewer, values=answered(deals, request))
    except InvalidFields as error:
        names = askable(deals, error.errors, request.viewer)
        if not names:
            raise
        item = Reader(deals, request.viewer).get(id, [deals.title])
        dialog = prompt(
            request, deals, names, error.errors, title=deals.called(item), url=f"/deals/{id}/stages/{stage}",
            text=_("To be moved to %(column)s this is needed:") % {"column": Stage.objects.get(pk=to).name},
        )  # fmt: skip
        # The button in the bar swaps nothing by itself.
        dialog.headers["HX-Retarget"], dialog.headers["HX-Reswap"] = "#dialog", "innerHTML"
        return dialog
    now = Reader(deals, request.viewer).get(id, ["stage"])["stage"]
    undoable(request, _("Moved to %(stage)s.") % {"stage": now["name"]}, action)
    if on_board(request):
        return moved()
    # Moved from a panel beside a list: one stays there.
    here = request.htmx.current_url_abs_path if request.htmx else None
    return HttpResponseRedirect(here or f"/deals/{id}")
