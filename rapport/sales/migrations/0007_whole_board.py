"""The index of a pipeline's deals by stage goes by the day that boards are sorted by, made while people go on working.

It went by a position that nothing asks for. A board with its closed deals walked through every deal by its day instead.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    # A concurrent build cannot run inside a transaction.
    atomic = False

    dependencies = [("sales", "0006_open_board")]

    operations = [
        # What a build leaves behind that was ended halfway is in the way of the next one.
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS deal_whole_board", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "deal",
            models.Index(
                F("pipeline"), F("stage"), F("closes_on"), F("id"), condition=Q(deleted_at=None), name="deal_whole_board"
            ),
        ),
        RemoveIndexConcurrently("deal", "deal_board"),
    ]
