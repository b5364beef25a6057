"""What an import keeps: the file as it came, what each of its rows became, and mappings that were used before."""

from django.conf import settings as site
from django.db import models
from django.db.models.functions import Now


class ImportRun(models.Model):
    """One file on its way into the records.

    `settings` says how to read the file and what its columns are (see importing/definition.py); `plan` are the steps
    that the check made of it. `counts` holds the number of rows in each state; `done` of `total` rows are written.
    `action` is the journal's, under which everything was written.
    """

    UPLOADED, CHECKING, CHECKED, WRITING, DONE = "uploaded", "checking", "checked", "writing", "done"
    FAILED, UNDONE, CANCELLED = "failed", "undone", "cancelled"

    entity = models.CharField(max_length=40)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField(default=0)
    settings = models.JSONField(default=dict)
    plan = models.JSONField(default=list)
    questions = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    status = models.CharField(max_length=12, default=UPLOADED)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    error = models.TextField(default="", blank=True)
    action = models.ForeignKey("journal.Action", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    created_by = models.ForeignKey(
        site.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=True
    )
    created_at = models.DateTimeField(db_default=Now())
    checked_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)


class ImportPiece(models.Model):
    """A piece of the file's bytes, as it was uploaded."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="pieces", db_index=False)
    no = models.IntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "no"], name="import_piece_once")]


class ImportRow(models.Model):
    """What one row of the file becomes in one step of the plan.

    `line` is the line of the file; `values` are {column: value} of the target table; `links` are {column: name} of
    records that do not exist before the import; `fresh` are more values for a record that is created, and `lacks` the
    reasons why it cannot be created though it may update;
    `errors` are {column of the file: reason}; `cells` are kept of refused rows only, the others are in the file.
    state: create, update, skip (nothing changes), repeat (of the row in `repeats`), question, refused; once written:
    created, updated.
    """

    pk = models.CompositePrimaryKey("run_id", "step", "line")
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows", db_index=False)
    step = models.SmallIntegerField()
    line = models.IntegerField()
    state = models.CharField(max_length=10, db_collation="C")
    key = models.TextField(null=True)
    values = models.JSONField()
    links = models.JSONField(null=True)
    fresh = models.JSONField(null=True)
    lacks = models.JSONField(null=True)
    errors = models.JSONField(null=True)
    record_id = models.BigIntegerField(null=True)
    repeats = models.IntegerField(null=True)
    cells = models.JSONField(null=True)


class ImportMapping(models.Model):
    """How files with this header were mapped last, to be proposed again."""

    entity = models.CharField(max_length=40)
    header = models.CharField(max_length=64)
    settings = models.JSONField()
    used_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entity", "header"], name="import_mapping_once")]
