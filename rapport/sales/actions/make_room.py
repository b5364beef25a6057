from collections.abc import Sequence

from rapport.sales.models import Stage


def make_room(ids: Sequence[int]) -> None:
    """Stages of the same pipeline that stand where one of these now stands move on by one, up to the next gap."""
    for stage in Stage.objects.filter(pk__in=ids, deleted_at=None).order_by("position", "pk"):
        taken = stage.position
        others = Stage.objects.filter(pipeline_id=stage.pipeline_id, deleted_at=None, position__gte=taken)
        for other in others.exclude(pk=stage.pk).order_by("position", "pk"):
            if other.position != taken:
                break
            taken += 1
            Stage.objects.filter(pk=other.pk).update(position=taken)
