"""Work on many records at once, while it is done and afterwards: how far it is, and what could not be done."""

from django.conf import settings as site
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class BulkRun(models.Model):
    """One thing done with many records: an edit, tags, a verb, a deletion, an undo.

    `ids` are the records it was asked for, fixed when it was asked; `done` of `total` are through. `refused` lists
    [id, reason] of the first that could not be changed, `refused_count` counts all of them. `action` is the journal's,
    under which everything was written. `told` is set once its user has been told of the end.
    """

    WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"

    entity = models.CharField(max_length=40)
    do = models.CharField(max_length=10)
    values = models.JSONField(default=dict)
    ids = ArrayField(models.BigIntegerField(), default=list)
    status = models.CharField(max_length=10, default=WAITING)
    total = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    refused = models.JSONField(default=list)
    refused_count = models.IntegerField(default=0)
    error = models.TextField(default="", blank=True)
    action = models.ForeignKey("journal.Action", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    told = models.BooleanField(default=True)
    created_by = models.ForeignKey(site.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["created_by", "-id"], name="bulk_by_user")]
