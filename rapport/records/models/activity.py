"""Anything that happens with customers and takes its place in their timelines."""

from django.db import models
from django.db.models.functions import Now

from rapport.records.models.rows import Owned


class Activity(Owned):
    """A note, call, meeting, task or message.

    `about` lists the records it belongs to, [{"entity": "people", "id": 5}, ...]; a trigger keeps records_touch in
    step. `at` is its place in the timeline; empty while it lies ahead without a time.
    """

    title = models.CharField(max_length=300, blank=True, default="", db_default="")
    body = models.TextField(blank=True, default="", db_default="")
    at = models.DateTimeField(null=True, blank=True, db_default=Now())
    about = models.JSONField(default=list, db_default=[])

    class Meta:
        abstract = True


class Touch(models.Model):
    """Index of timelines: this record was touched by that activity at that time. Kept by triggers, never by hand.

    `ahead` says that the activity lay ahead when it was last written: a task to be done, a meeting to come. Its day and
    owner stand here only then, so that boards rank their cards, and ask who may know of it, without reading activities.
    """

    target = models.CharField(max_length=40, db_collation="C")
    target_row = models.BigIntegerField()
    at = models.DateTimeField(null=True)
    source = models.CharField(max_length=40, db_collation="C")
    source_row = models.BigIntegerField()
    ahead = models.BooleanField(default=False, db_default=False)
    due_on = models.DateField(null=True)
    owner = models.BigIntegerField(null=True, db_column="owner_id")

    class Meta:
        indexes = [
            models.Index(fields=["target", "target_row", "-at", "-id"], name="touch_timeline"),
            models.Index(fields=["source", "source_row"], name="touch_source"),
            # What lies ahead, few rows among millions, asked for by every board: what has no time yet, and what has one.
            models.Index(
                fields=["target", "source", "target_row"],
                include=["source_row", "owner", "due_on"],
                condition=models.Q(ahead=True, at=None),
                name="touch_due",
            ),
            models.Index(
                fields=["target", "source", "at"],
                include=["target_row", "source_row", "owner"],
                condition=models.Q(ahead=True, at__isnull=False),
                name="touch_coming",
            ),
        ]
