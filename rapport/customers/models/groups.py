from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from rapport.platform.journal.models import Journalled
from rapport.records.models import search_text


class Tag(Journalled):
    """A word that any record can carry."""

    name = models.CharField(max_length=80)
    colour = models.CharField(max_length=20, default="grey", db_default="grey")
    search_text = search_text("name")

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), condition=Q(deleted_at=None), name="tag_once")]

    def __str__(self) -> str:
        return self.name


class Tier(Journalled):
    """How much a customer matters to the company: gold, silver, ..."""

    name = models.CharField(max_length=80)
    colour = models.CharField(max_length=20, default="grey", db_default="grey")
    position = models.IntegerField(default=0, db_default=0)
    search_text = search_text("name")

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), condition=Q(deleted_at=None), name="tier_once")]

    def __str__(self) -> str:
        return self.name
