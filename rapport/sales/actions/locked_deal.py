from django.utils.translation import gettext as _

from rapport.platform.identity.viewer import Viewer
from rapport.records import registry
from rapport.records.errors import InvalidFields
from rapport.records.write import lock
from rapport.sales.models import Deal, Stage


def locked_deal(viewer: Viewer, deal_id: int) -> Deal:
    """Locks a deal that the viewer may edit and returns it. Raises NotFound, Refused."""
    lock(registry.get("deals"), deal_id, viewer, "edit")
    return Deal.objects.select_related("stage").get(pk=deal_id)


def stage_of_kind(deal: Deal, kind: str) -> Stage:
    """The first stage of that kind in the deal's pipeline. Raises InvalidFields if it has none."""
    stage = (
        Stage.objects.filter(pipeline_id=deal.pipeline_id, kind=kind, deleted_at=None)
        .order_by("position", "pk")
        .first()
    )
    if stage is None:
        raise InvalidFields({"stage": _("The pipeline has no stage of the kind “%(kind)s”.") % {"kind": kind}})
    return stage


def refuse_closed(deal: Deal) -> None:
    """Raises InvalidFields for a deal that is decided: what was won or lost is history that others have counted."""
    if deal.status == "won":
        raise InvalidFields({"status": _("This deal is won. Reopen it first.")})
    if deal.status == "lost":
        raise InvalidFields({"status": _("This deal is lost. Reopen it first.")})
