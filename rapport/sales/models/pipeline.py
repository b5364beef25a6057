from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from rapport.platform.journal.models import Journalled
from rapport.records.models import search_text


class Pipeline(Journalled):
    """A way of selling, with its own stages."""

    name = models.CharField(max_length=120)
    position = models.IntegerField(default=0, db_default=0)
    search_text = search_text("name")

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), condition=Q(deleted_at=None), name="pipeline_once")]

    def __str__(self) -> str:
        return self.name


class Stage(Journalled):
    """A step of a pipeline. `probability` is in per cent; a deal rots after `rotting_days` without a touch."""

    KINDS = [("open", _("Open")), ("won", _("Won")), ("lost", _("Lost"))]

    pipeline = models.ForeignKey(Pipeline, on_delete=models.CASCADE, related_name="stages")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=KINDS, default="open", db_default="open")
    # A trigger puts a stage without one behind the others of its pipeline.
    position = models.IntegerField()
    probability = models.DecimalField(max_digits=5, decimal_places=2, default=0, db_default=0)
    rotting_days = models.IntegerField(null=True, blank=True)
    required_fields = ArrayField(models.CharField(max_length=60), default=list, db_default=Value("{}"), blank=True)
    guidance = models.TextField(blank=True, default="", db_default="")
    search_text = search_text("name")

    class Meta:
        constraints = [
            models.UniqueConstraint("pipeline", Lower("name"), condition=Q(deleted_at=None), name="stage_once"),
            models.CheckConstraint(condition=Q(probability__gte=0, probability__lte=100), name="stage_probability"),
        ]

    def __str__(self) -> str:
        return self.name


class LostReason(Journalled):
    name = models.CharField(max_length=120)
    search_text = search_text("name")

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), condition=Q(deleted_at=None), name="lost_reason_once")]

    def __str__(self) -> str:
        return self.name
