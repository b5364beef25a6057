from datetime import date

from django.utils import timezone

from rapport.platform.facts.state import state
from rapport.platform.identity.viewer import Viewer
from rapport.platform.journal.acting import acting
from rapport.records import registry
from rapport.records.telling import tell
from rapport.sales.actions.complete_deals import check_required
from rapport.sales.actions.locked_deal import locked_deal, refuse_closed, stage_of_kind
from rapport.sales.facts import DealWon
from rapport.sales.models import Deal


def win_deal(viewer: Viewer, deal_id: int, *, closed_on: date | None = None) -> Deal:
    """Moves a deal to its pipeline's won stage. Winning twice is winning once.

    Raises NotFound, Refused, and InvalidFields for a deal that is lost (it has to be reopened first) or that lacks what
    the stage requires, naming the fields.
    """
    with acting(viewer, "win deals"):
        deal = locked_deal(viewer, deal_id)
        if deal.status == "won":
            return deal
        refuse_closed(deal)
        deal.stage = stage_of_kind(deal, "won")
        deal.closed_on = closed_on or timezone.localdate()
        deal.lost_reason = None
        deal.save(update_fields=["stage", "closed_on", "lost_reason"])
        check_required([deal_id])
        state(DealWon(deal_id, deal.stage_id), viewer=viewer)
        tell(registry.get("deals"), [deal_id], viewer)
    return deal
