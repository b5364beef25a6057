from datetime import date

from django.utils import timezone

from rapport.platform.facts.state import state
from rapport.platform.identity.viewer import Viewer
from rapport.platform.journal.acting import acting
from rapport.records import registry
from rapport.records.telling import tell
from rapport.sales.actions.complete_deals import check_required
from rapport.sales.actions.locked_deal import locked_deal, refuse_closed, stage_of_kind
from rapport.sales.facts import DealLost
from rapport.sales.models import Deal


def lose_deal(
    viewer: Viewer,
    deal_id: int,
    *,
    lost_reason_id: int | None = None,
    competitor_id: int | None = None,
    closed_on: date | None = None,
) -> Deal:
    """Moves a deal to its pipeline's lost stage and keeps why and to whom. Losing twice is losing once.

    Raises NotFound, Refused, and InvalidFields for a deal that is won (it has to be reopened first) or that lacks what
    the stage requires, naming the fields.
    """
    with acting(viewer, "lose deals"):
        deal = locked_deal(viewer, deal_id)
        if deal.status == "lost":
            return deal
        refuse_closed(deal)
        deal.stage = stage_of_kind(deal, "lost")
        deal.closed_on = closed_on or timezone.localdate()
        deal.lost_reason_id = lost_reason_id
        if competitor_id:
            deal.competitor_id = competitor_id
        deal.save(update_fields=["stage", "closed_on", "lost_reason", "competitor"])
        check_required([deal_id])
        state(DealLost(deal_id, deal.stage_id, lost_reason_id), viewer=viewer)
        tell(registry.get("deals"), [deal_id], viewer)
    return deal
