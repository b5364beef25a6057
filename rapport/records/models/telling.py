"""Who is told of what: followers, mentions and notifications; and drafts, which nobody is told of."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Follow(models.Model):
    """That somebody follows a record, or, with `follows` false, that its owner does not want to."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    entity = models.CharField(max_length=40, db_collation="C")
    row = models.BigIntegerField()
    follows = models.BooleanField(default=True, db_default=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entity", "row", "user"], name="follow_once")]


class Mention(models.Model):
    """That the text of an activity names a user who may see what it is about, and so may read it.

    Follows the text: written and taken away with it.
    """

    source = models.CharField(max_length=40, db_collation="C")
    source_row = models.BigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "source_row", "user"], name="mention_once")]


class Notification(models.Model):
    """Something a user is told, never content: kind "change" of a followed record, or "mention" in an activity about it.

    Changes of one record are one notification until it is read; `count` says how many. What it is about is read
    through the gate when it is shown.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, db_collation="C")
    entity = models.CharField(max_length=40, db_collation="C")
    row = models.BigIntegerField()
    source = models.CharField(max_length=40, db_collation="C", default="", db_default="")
    source_row = models.BigIntegerField(null=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    count = models.IntegerField(default=1, db_default=1)
    at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "entity", "row"], condition=Q(kind="change", read_at=None), name="notification_change"
            ),
            models.UniqueConstraint(
                fields=["user", "source", "source_row"], condition=Q(kind="mention"), name="notification_mention"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-at", "-id"], name="notification_newest"),
            models.Index(fields=["user", "entity", "row"], condition=Q(read_at=None), name="notification_unread"),
        ]


class Draft(models.Model):
    """What somebody has begun to write about a record and not saved yet: `values` of the short form, as typed."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    entity = models.CharField(max_length=40, db_collation="C")
    row = models.BigIntegerField()
    activity = models.CharField(max_length=40, db_collation="C")
    values = models.JSONField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "entity", "row", "activity"], name="draft_once")]
