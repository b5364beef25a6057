from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Fact(models.Model):
    """Something that happened, stated once, in the transaction that made it true. Carries ids, never content."""

    name = models.CharField(max_length=60, db_index=True)
    data = models.JSONField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    at = models.DateTimeField(db_default=Now())


class Reaction(models.Model):
    """That one reaction to one fact was carried out: the row is written in the reaction's own transaction."""

    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="reactions")
    name = models.CharField(max_length=120)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fact", "name"], name="reaction_once")]
