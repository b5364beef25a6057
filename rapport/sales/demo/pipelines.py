"""The sample company's pipelines: the one that every instance has, and two more."""

from dataclasses import dataclass

from django.db.models.functions import Lower

from rapport.kit.simulation.clock import Clock
from rapport.sales.models import LostReason, Pipeline, Stage

# Pipeline: its stages with kind, probability and rotting days.
MORE = {
    "Service contracts": (
        ("Due for renewal", "open", 60, 30), ("Offer sent", "open", 70, 21), ("In talks", "open", 80, 21),
        ("Signed", "won", 100, None), ("Not renewed", "lost", 0, None),
    ),
    "Dealer recruitment": (
        ("Identified", "open", 5, 45), ("First talk", "open", 20, 30), ("Visit", "open", 40, 30),
        ("Agreement drafted", "open", 70, 30), ("Dealer", "won", 100, None), ("Declined", "lost", 0, None),
    ),
}  # fmt: skip
_REASONS = {"price": 6, "competitor": 5, "no budget": 4, "no decision": 4, "missing feature": 1, "no answer": 3}


@dataclass(frozen=True)
class Road:
    """A pipeline as deals travel it. `days` is how long the way through takes on average; ids are texts."""

    kind: str
    id: str
    stages: tuple[str, ...]
    won: str
    lost: str
    days: int


def make_roads(clock: Clock) -> list[Road]:
    """Makes the pipelines that are not there yet; returns every pipeline that deals can travel from start to end."""
    since = {"created_at": clock.time(0), "updated_at": clock.time(0)}
    known = set(Pipeline.objects.filter(deleted_at=None).values_list(Lower("name"), flat=True))
    for position, (name, stages) in enumerate(MORE.items(), 1):
        if name.lower() in known:
            continue
        pipeline = Pipeline.objects.create(name=name, position=position, **since)
        Stage.objects.bulk_create(
            Stage(
                pipeline=pipeline,
                name=stage,
                kind=kind,
                position=n,
                probability=probability,
                rotting_days=rotting,
                **since,
            )
            for n, (stage, kind, probability, rotting) in enumerate(stages)
        )
    roads = []
    for pipeline in Pipeline.objects.filter(deleted_at=None).order_by("position", "pk"):
        of: dict[str, list[str]] = {"open": [], "won": [], "lost": []}
        for stage in Stage.objects.filter(pipeline=pipeline, deleted_at=None).order_by("position", "pk"):
            of[stage.kind].append(str(stage.pk))
        if all(of.values()):
            kind = {"service contracts": "contract", "dealer recruitment": "dealer"}.get(
                pipeline.name.lower(), "project"
            )
            days = {"contract": 45, "dealer": 110}.get(kind, 80)
            roads.append(Road(kind, str(pipeline.pk), tuple(of["open"]), of["won"][0], of["lost"][0], days))
    return roads


def lost_reasons() -> tuple[tuple[str, bool], ...]:
    """A pool of reasons: the id as text, and whether a competitor was the reason."""
    pool = []
    for pk, name in LostReason.objects.filter(deleted_at=None).order_by("pk").values_list("pk", Lower("name")):
        pool += [(str(pk), name == "competitor")] * _REASONS.get(name, 2)
    return tuple(pool)
