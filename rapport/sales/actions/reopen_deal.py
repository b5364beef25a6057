from rapport.platform.facts.state import state
from rapport.platform.identity.viewer import Viewer
from rapport.platform.journal.acting import acting
from rapport.records import registry
from rapport.records.telling import tell
from rapport.sales.actions.complete_deals import check_required
from rapport.sales.actions.locked_deal import locked_deal, stage_of_kind
from rapport.sales.facts import DealReopened
from rapport.sales.models import Deal, StageSpell


def reopen_deal(viewer: Viewer, deal_id: int) -> Deal:
    """Takes a closed deal back to the last open stage that it was in, else to the first."""
    with acting(viewer, "reopen deals"):
        deal = locked_deal(viewer, deal_id)
        if deal.status == "open":
            return deal
        last = (
            StageSpell.objects.filter(deal=deal, stage__kind="open", stage__deleted_at=None)
            .select_related("stage")
            .order_by("-entered_at", "-pk")
            .first()
        )
        deal.stage = last.stage if last else stage_of_kind(deal, "open")
        deal.save(update_fields=["stage"])
        check_required([deal_id])
        state(DealReopened(deal_id, deal.stage_id), viewer=viewer)
        tell(registry.get("deals"), [deal_id], viewer)
    return deal
