"""Which open pages a change concerns: lists of its entity, its own page, and those whose timelines it appears in."""

from collections.abc import Sequence

from django.db import connection

from rapport.platform.live.touch import touch
from rapport.records.record import Record

# Above this many rows at once only the lists are told: nobody has so many pages open.
MOST = 50


def tell(record: Record, ids: Sequence[int]) -> None:
    """Touches the topics of these rows; one query more for activities. Call before a row leaves the timelines, too."""
    topics = [record.entity]
    if len(ids) <= MOST:
        topics += [f"{record.entity}-{pk}" for pk in ids]
        if record.is_activity:
            topics += _about(record, ids)
    touch(*topics)


def _about(record: Record, ids: Sequence[int]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT target, target_row FROM records_touch WHERE source = %s AND source_row = ANY(%s) LIMIT 100",
            [record.entity, list(ids)],
        )
        return [f"{entity}-{pk}" for entity, pk in cursor.fetchall()]
