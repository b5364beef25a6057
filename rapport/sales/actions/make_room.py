from collections.abc import Sequence

from django.db import connection

# A running maximum of (position - number) gives each stage the first place that is free behind the one before it.
_MOVE = """
WITH numbered AS (
    SELECT id, pipeline_id, position,
           row_number() OVER (PARTITION BY pipeline_id ORDER BY position, (id = ANY(%(ids)s)) DESC, id) AS number
    FROM sales_stage WHERE deleted_at IS NULL
    AND pipeline_id IN (SELECT pipeline_id FROM sales_stage WHERE id = ANY(%(ids)s))),
placed AS (
    SELECT id, number + max(position - number) OVER (PARTITION BY pipeline_id ORDER BY number) AS place FROM numbered)
UPDATE sales_stage s SET position = p.place FROM placed p WHERE s.id = p.id AND s.position <> p.place
"""


def make_room(ids: Sequence[int]) -> None:
    """Stages of the same pipeline that stand where one of these now stands move on by one, up to the next gap."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, {"ids": list(ids)})
