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
    """Index of timelines: this record was touched by that activity at that time. Kept by triggers, never by hand."""

    target = models.CharField(max_length=40, db_collation="C")
    target_row = models.BigIntegerField()
    at = models.DateTimeField(null=True)
    source = models.CharField(max_length=40, db_collation="C")
    source_row = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["target", "target_row", "-at", "-id"], name="touch_timeline"),
            models.Index(fields=["source", "source_row"], name="touch_source"),
            # What has no time yet lies ahead: a few rows among millions, asked for by every board.
            models.Index(
                fields=["target", "source", "target_row"],
                include=["source_row"],
                condition=models.Q(at=None),
                name="touch_ahead",
            ),
        ]
