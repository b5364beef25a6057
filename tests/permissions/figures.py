"""What is summed, counted and ranked: deals whose amounts are each owner's own, and work that lies on today's pages."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from rapport.platform.setup.company import company
from rapport.sales.models import Deal, Pipeline, Stage
from rapport.work.models import Call, Meeting, Task
from tests.permissions.people import OWN, SHARED

if TYPE_CHECKING:
    from tests.permissions.world import World

STRANGER = "zed"
# What the other pipeline is called.
FAR = "Faraway looms"


def make_figures(world: World, owners: list[str]) -> None:
    """Gives everybody an open and a won deal, and lets Zed sell to everybody's customers as well."""
    today = timezone.localdate()
    pattern = Deal.objects.get(pk=world.rows["deals", STRANGER, OWN])
    stages = {"open": pattern.stage, "won": Stage.objects.filter(pipeline=pattern.pipeline, kind="won")[0]}
    made = []
    for number, owner in enumerate(owners):
        amount = Decimal(1000) + 37**2 * number
        Deal.objects.filter(pk=world.rows["deals", owner, OWN]).update(
            amount=amount, amount_currency=company().currency, closes_on=today
        )
        for seller in {owner, STRANGER}:
            made += [_deal(world, seller, owner, stage, amount) for stage in stages.values()]
    # One stands in another pipeline, so that groups by stage say whose stage it is.
    far = Stage.objects.get(pk=world.rows["stages", "", SHARED])
    Pipeline.objects.filter(pk=far.pipeline_id).update(name=FAR)
    made.append(_deal(world, STRANGER, STRANGER, far, Decimal(7)))
    world.sold = {deal.pk: deal.owner_id for deal in Deal.objects.bulk_create(made)}
    Task.objects.filter(pk__in=[world.rows["tasks", owner, OWN] for owner in owners]).update(due_on=today)
    Task.objects.filter(pk=world.rows["tasks", STRANGER, OWN]).update(due_on=today - timedelta(days=1))
    soon = timezone.now() + timedelta(minutes=30)
    for model, entity in ((Meeting, "meetings"), (Call, "calls")):
        model.objects.filter(pk__in=[world.rows[entity, owner, OWN] for owner in owners]).update(at=soon)


def _deal(world: World, seller: str, customer: str, stage: Stage, amount: Decimal) -> Deal:
    from tests.permissions.world import mark

    return Deal(
        name=f"Looms {mark(seller)}", owner=world.users[seller], created_by=world.users[seller],
        organisation_id=world.rows["organisations", customer, OWN], person_id=world.rows["people", customer, OWN],
        pipeline_id=stage.pipeline_id, stage=stage, amount=amount, amount_currency=company().currency,
        closed_on=timezone.localdate() if stage.kind == "won" else None,
    )  # fmt: skip
