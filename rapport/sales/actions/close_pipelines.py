from collections.abc import Sequence

from rapport.sales.models import Stage


def close_pipelines(ids: Sequence[int]) -> None:
    """Gives each pipeline a won and a lost stage if it has none: a deal must be able to end."""
    for pipeline_id in ids:
        kinds = set(Stage.objects.filter(pipeline_id=pipeline_id, deleted_at=None).values_list("kind", flat=True))
        for kind, name, position, probability in (("won", "Won", 1000, 100), ("lost", "Lost", 1001, 0)):
            if kind not in kinds:
                Stage.objects.create(
                    pipeline_id=pipeline_id, name=name, kind=kind, position=position, probability=probability
                )
