from rapport.platform.facts.state import state
from rapport.platform.identity.viewer import Viewer
from rapport.platform.journal.acting import acting
from rapport.records import registry
from rapport.records.telling import tell
from rapport.sales.actions.complete_deals import check_required
from rapport.sales.actions.locked_deal import locked_deal
from rapport.sales.facts import DealLost, DealMoved, DealReopened, DealWon
from rapport.sales.models import Deal, Stage


def move_deal(viewer: Viewer, deal_id: int, *, stage_id: int) -> Deal:
    """Moves a deal to a stage, also of another pipeline. States what that means: won, lost, reopened or moved.

    Raises NotFound, Refused, and InvalidFields naming the fields that the stage requires and the deal lacks.
    """
    with acting(viewer, "move deals"):
        deal = locked_deal(viewer, deal_id)
        before, was_open = deal.stage_id, deal.status == "open"
        if before == stage_id:
            return deal
        stage = Stage.objects.get(pk=stage_id)
        deal.stage, deal.pipeline_id = stage, stage.pipeline_id
        deal.save(update_fields=["stage", "pipeline"])
        check_required([deal_id])
        if stage.kind == "won":
            state(DealWon(deal_id, stage_id), viewer=viewer)
        elif stage.kind == "lost":
            state(DealLost(deal_id, stage_id, deal.lost_reason_id), viewer=viewer)
        elif not was_open:
            state(DealReopened(deal_id, stage_id), viewer=viewer)
        else:
            state(DealMoved(deal_id, before, stage_id), viewer=viewer)
        tell(registry.get("deals"), [deal_id], viewer)
    return deal
