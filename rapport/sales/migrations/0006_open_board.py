"""An index of open deals by stage, made while people go on working."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    # A concurrent build cannot run inside a transaction.
    atomic = False

    dependencies = [("sales", "0005_come_last")]

    operations = [
        # What a build leaves behind that was ended halfway is in the way of the next one.
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS deal_open_board", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "deal",
            models.Index(
                F("pipeline"),
                F("stage"),
                F("closes_on"),
                F("id"),
                include=["owner", "amount", "amount_base"],
                condition=Q(deleted_at=None, status="open"),
                name="deal_open_board",
            ),
        ),
    ]
