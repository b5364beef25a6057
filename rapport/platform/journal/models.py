"""What every value was, who changed it and how."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Journalled(models.Model):
    """A row whose every change is kept: triggers on its table write the journal, also for bulk and raw writes.

    `version` and `updated_at` are moved by a trigger on each update; `deleted_at` puts the row in the bin.
    """

    # Columns that triggers derive from others: a diff of them would only repeat its cause.
    derived_columns: tuple[str, ...] = ()
    # Columns that must never be written to the journal.
    secret_columns: tuple[str, ...] = ()

    external_id = models.CharField(max_length=200, null=True, blank=True, db_index=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    updated_at = models.DateTimeField(db_default=Now(), editable=False)
    version = models.IntegerField(db_default=1, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True


class Action(models.Model):
    """One thing that one actor did: an edit, a bulk edit, an import. All entries that it caused carry its id."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    source = models.CharField(max_length=20)
    verb = models.CharField(max_length=80)
    at = models.DateTimeField(db_default=Now(), db_index=True)
    undoes = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="undone_by", db_index=True)

    class Meta:
        indexes = [models.Index(fields=["actor", "-id"], name="action_by_actor")]


class Entry(models.Model):
    """One changed row. `diff` is {column: [before, after]} on update, the whole row on delete, null on insert."""

    # That the action exists, the journal's triggers look up once for each statement, not for each of its rows.
    action = models.ForeignKey(Action, null=True, on_delete=models.CASCADE, related_name="entries", db_constraint=False)
    table = models.CharField(max_length=63, db_collation="C")
    row = models.BigIntegerField()
    op = models.CharField(max_length=1)
    diff = models.JSONField(null=True)
    # The row's version after the change: with it a late writer learns which columns moved since they looked.
    version = models.IntegerField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["table", "row", "-id"], name="entry_by_row")]
