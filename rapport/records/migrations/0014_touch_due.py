"""Indexes of what lies ahead, made while people go on working, in place of one that had to be looked up in activities."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

DUE = models.Index(
    fields=["target", "source", "target_row"],
    include=["source_row", "owner", "due_on"],
    condition=Q(ahead=True, at=None),
    name="touch_due",
)
COMING = models.Index(
    fields=["target", "source", "at"],
    include=["target_row", "source_row", "owner"],
    condition=Q(ahead=True, at__isnull=False),
    name="touch_coming",
)


class Migration(migrations.Migration):
    # A concurrent build cannot run inside a transaction.
    atomic = False

    dependencies = [("records", "0013_touch_plans")]

    operations = [
        # What a build leaves behind that was ended halfway is in the way of the next one.
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS touch_due", migrations.RunSQL.noop),
        AddIndexConcurrently("touch", DUE),
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS touch_coming", migrations.RunSQL.noop),
        AddIndexConcurrently("touch", COMING),
        RemoveIndexConcurrently("touch", "touch_ahead"),
    ]
